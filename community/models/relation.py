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

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="relation_once",
                violation_error_message=_("These two go together already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="relation_to_another",
                violation_error_message=_("A thing cannot go with itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
