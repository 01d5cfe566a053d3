from django.db import models
from django.utils.translation import gettext_lazy as _


class TitleGram(models.Model):
    """How many public titles had these three letters when they were last counted: what suggesting.py plans by."""

    gram = models.CharField(max_length=3, primary_key=True)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("three letters of titles")
        verbose_name_plural = _("three letters of titles")

    def __str__(self) -> str:
        return f"{self.gram}: {self.count}"
