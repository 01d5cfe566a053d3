from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from people.models.person import fold

from .event import Event, searchable


class SeriesQuerySet(models.QuerySet["Series"]):
    def with_events_visible_to(self, user: Any) -> "SeriesQuerySet":
        """Series of which `user` may see at least one event."""
        return self.filter(pk__in=Event.objects.visible_to(user).exclude(series=None).values("series"))

    def like(self, name: str) -> "Series | None":
        """Return the series of that name, if there is one. Case, width and spacing make no difference."""
        return self.filter(folded_name=fold(name)).first()

    def named(self, name: str) -> "Series":
        """Return the series of that name, made when there is none."""
        return self.like(name) or self.create(name=" ".join(name.split()))


class Series(models.Model):
    """What ties editions together: “KubeCon EU”."""

    name = models.CharField(_("name"), max_length=120)
    folded_name = models.CharField(max_length=240, editable=False)
    search_text = models.TextField(editable=False, default="")
    slug = models.SlugField(_("address"), max_length=80, unique=True, blank=True)
    description = models.TextField(_("about"), blank=True, max_length=2000)
    website = models.URLField(_("website"), blank=True, max_length=500)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["folded_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded_name"],
                name="series_name_once",
                violation_error_message=_("There is already a series with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = fold(self.name)
        self.search_text = searchable(self.name)
        self.slug = self.slug or self.free_slug()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("events:series", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        # The column is computed in save(), so the constraint's own check would come too early.
        if Series.objects.exclude(pk=self.pk).like(self.name):
            raise ValidationError({"name": _("There is already a series with this name.")})

    def free_slug(self) -> str:
        """Return an address made of the name that no series has."""
        stem = slugify(self.name)[:70] or "series"
        taken = set(Series.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        return slug
