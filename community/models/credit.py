from django.db import models
from django.utils.translation import gettext_lazy as _


class Credit(models.Model):
    """That a person spoke, wrote or photographed: what the kind's `credit_label` says."""

    contribution = models.ForeignKey(
        "community.Contribution", models.CASCADE, related_name="credits", verbose_name=_("for")
    )
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="credits", verbose_name=_("person")
    )
    # When the member was told that they are named, once it was public, of kinds that tell (`tells_credited`).
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "person"],
                name="credit_once",
                violation_error_message=_("This person is already credited here."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
