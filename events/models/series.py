from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """What ties editions together: “KubeCon EU”."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    description = models.TextField(_("about"), blank=True, max_length=2000)
    website = models.URLField(_("website"), blank=True, max_length=500)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(self.name)[:80] or "series"
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("events:series", args=[self.slug])
