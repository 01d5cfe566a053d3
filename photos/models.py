"""Photos: pictures from an event."""

import uuid
from typing import Any, ClassVar, Self

from django.core.files.storage import storages
from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from community.models import Contribution, ContributionQuerySet


class Licence(models.TextChoices):
    """In plain words first; the licence's own name where there is one."""

    ASK = "ask", _("Ask me first (all rights reserved)")
    CC_BY = "cc-by-4.0", _("Use it, credit me (CC BY 4.0)")
    CC_BY_SA = "cc-by-sa-4.0", _("Use it, credit me, share alike (CC BY-SA 4.0)")
    CC0 = "cc0-1.0", _("Use it freely (CC0, public domain)")


LICENCE_LINKS = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


class PhotoQuerySet(ContributionQuerySet):
    def for_cards(self) -> Self:
        return super().for_cards().prefetch_related(Prefetch("renditions", to_attr="files"))


class Photo(Contribution):
    """A picture: the original as it came, kept private, and renditions without private metadata."""

    KIND = "photo"
    slug = "photos"
    position = 0
    icon = "camera"
    plural_label = _("Photos")
    section_label = _("Photos")
    add_label = _("Add photos")
    empty_label = _("No photo yet. Is there one on your phone?")
    credit_label = _("photographed")
    section_size = 5
    card_template = "photos/_card.html"
    section_template = "photos/_section.html"
    list_template = "photos/gallery.html"
    detail_route = "photos:detail"
    add_route = "photos:add"
    edit_route = "photos:edit"
    revision_fields: ClassVar[tuple[str, ...]] = ("title", "alt", "licence")
    search_fields: ClassVar[tuple[str, ...]] = ("title", "alt")

    # Stands in the addresses of the files, so that these cannot be guessed from the photo's number.
    file_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    original = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    bytes = models.PositiveBigIntegerField(default=0, editable=False)
    format = models.CharField(max_length=10, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    placeholder = models.TextField(blank=True, editable=False)
    colour = models.CharField(max_length=9, blank=True, editable=False)
    had_place = models.BooleanField(default=False, editable=False)
    dhash = models.BigIntegerField(null=True, editable=False)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    alt = models.CharField(
        _("what it shows"),
        max_length=500,
        blank=True,
        help_text=_("For people who cannot see it: one sentence, as you would tell it on the phone."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return self.title or self.alt[:80] or str(_("a photo"))

    @property
    def storage(self) -> Any:
        return storages["default"]

    @property
    def licence_link(self) -> str:
        return LICENCE_LINKS.get(Licence(self.licence), "")

    @property
    def summary(self) -> str:
        return self.alt


class Rendition(models.Model):
    """One size of a photo, upright and free of private metadata."""

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    mime = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["photo", "width", "mime"], name="rendition_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The address of the file; the view behind it asks who is looking each time."""
        extension = self.name.rpartition(".")[2]
        return f"/photos/file/{self.photo.file_key}/{self.width}.{extension}"
