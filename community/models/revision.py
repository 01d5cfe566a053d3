from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """One saved version of a contribution: the fields that the kind names in `revision_fields`, the tags,
    the credits.
    """

    contribution = models.ForeignKey("community.Contribution", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest = models.ForeignKey("people.Guest", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} v{self.number}"
