from django.db import models
from django.utils.translation import gettext_lazy as _

from people.decisions import AbstractDecision


class Decision(AbstractDecision):
    """One change of state of a contribution: the append-only log."""

    # Rows stay where the words and files of their thing are deleted for good (Contribution.erase).
    outlives_its_thing = True

    contribution = models.ForeignKey(
        "community.Contribution", models.CASCADE, related_name="decisions", verbose_name=_("about")
    )
    guest = models.ForeignKey(
        "people.Guest", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("guest")
    )

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["contribution", "-decided_at"], name="decision_of_contribution"),
            models.Index(fields=["-decided_at", "-id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.get_verb_display()}"
