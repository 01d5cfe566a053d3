from django.db import models
from django.utils.translation import gettext_lazy as _


class Mention(models.Model):
    """That the text of a contribution mentions somebody by @handle: kept as it is saved, so that their page need
    not look through all texts.
    """

    # Of two entries that became one, a mention stays with the text that it stands in.
    stays_when_merged = ("contribution",)

    contribution = models.ForeignKey("community.Contribution", models.CASCADE, related_name="mentions")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="mentions")
    # When whoever is mentioned was told, once the text was public: once, however often it is edited.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["contribution", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.person_id}"
