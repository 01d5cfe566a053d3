from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Relation(models.Model):
    """That one contribution goes with another: a recap that discusses a talk, a photo taken at one.

    Read in both directions; stored once, from the one whose contributor said so.
    """

    source = models.ForeignKey("community.Contribution", models.CASCADE, related_name="relations_out")
    target = models.ForeignKey("community.Contribution", models.CASCADE, related_name="relations_in")
    created_at = models.DateTimeField(auto_now_add=True)
    # Nobody said so: the source's text names it, and it goes with it for as long as the text does.
    found = models.BooleanField(_("found in the text"), default=False, editable=False)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="relation_once",
                violation_error_message=_("These two already go together."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="relation_to_another",
                violation_error_message=_("A thing cannot go with itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class Guess(models.Model):
    """That the text of one contribution may name another: its writer is asked. A denied one is not made again, nor is
    what was found for certain and its writer took away.
    """

    source = models.ForeignKey("community.Contribution", models.CASCADE, related_name="guesses_out")
    target = models.ForeignKey("community.Contribution", models.CASCADE, related_name="guesses_in")
    denied = models.BooleanField(_("denied"), default=False)

    class Meta:
        verbose_name = _("guess")
        verbose_name_plural = _("guesses")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="guess_once",
                violation_error_message=_("That has already been asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}?"
