import unicodedata
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Words that are addresses of ours below /people/, so that nobody's handle can be one of them.
RESERVED_HANDLES = {"me", "new", "settings", "admin", "moderators", "everyone", "all", "here"}


def fold(text: str) -> str:
    """Return `text` as it is compared: Unicode NFKC, case folded, white space run together."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class PersonQuerySet(models.QuerySet["Person"]):
    def named(self, name: str) -> "Person":
        """Return the person of that name, made when there is none. Case, width and spacing make no difference."""
        found = self.filter(folded_name=fold(name)).order_by("pk").first()
        return found or self.create(name=" ".join(name.split()))

    def not_to_be_named(self, names: Iterable[str]) -> set[str]:
        """Return those of the names, folded, that belong to somebody who wants never to be named on photos."""
        folded = {fold(name) for name in names}
        found = self.filter(folded_name__in=folded, not_in_photos=True)
        return set(found.values_list("folded_name", flat=True))

    def free_handle(self, name: str) -> str:
        """Return a handle made from `name` that nobody has."""
        stem = slugify(name)[:50] or "someone"
        taken = set(self.filter(handle__startswith=stem).values_list("handle", flat=True)) | RESERVED_HANDLES
        number = 1
        handle = stem
        while handle in taken:
            number += 1
            handle = f"{stem}-{number}"
        return handle


class Person(models.Model):
    """Whoever is credited: speaker, author, photographer, member. May have no account."""

    name = models.CharField(_("name"), max_length=100)
    folded_name = models.CharField(max_length=200, editable=False, db_index=True)
    handle = models.SlugField(
        _("handle"), max_length=60, unique=True, help_text=_("How others mention you: @handle")
    )
    bio = models.TextField(_("about"), blank=True, max_length=1000)
    links = models.JSONField(_("links"), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    not_in_photos = models.BooleanField(
        _("never named on photos"),
        default=False,
        help_text=_(
            "Nobody but they themselves can credit them on a photo; names given before are taken away."
        ),
    )

    # Where they can be asked whether they are who they say: never shown, never told.
    contact_email = models.EmailField(_("address for a claim"), blank=True)
    no_recording = models.BooleanField(
        _("no recordings"),
        default=False,
        help_text=_("Nobody is asked for videos of their talks, and none is shown."),
    )
    takes_suggestions = models.BooleanField(
        _("takes suggestions"),
        default=False,
        help_text=_("Who saw a talk of theirs may send a private word about it."),
    )
    # Their page and every old address of it lead here since they were found to be the same person.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged_from", editable=False
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["folded_name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = fold(self.name)
        if not self.handle:
            self.handle = Person.objects.free_handle(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("community:person", args=[self.handle])

    @transaction.atomic
    def rename(self, name: str, handle: str = "") -> None:
        """Save a new name, and a new handle where one is given; what keeps copies of them is told (PERSON_CHANGED)."""
        was = Person.objects.select_for_update().values_list("name", "handle").get(pk=self.pk)
        self.name, self.handle = " ".join(name.split()), handle or self.handle
        self.save(update_fields=["name", "folded_name", "handle"])
        if (self.name, self.handle) != was:
            self._tell_of_change()

    @transaction.atomic
    def keep_out_of_photos(self, wish: bool) -> None:
        """Save whether this person wants never to be named on photos; what names them is told (PERSON_CHANGED)."""
        self.not_in_photos = wish
        self.save(update_fields=["not_in_photos"])
        if wish:
            self._tell_of_change()

    def _tell_of_change(self) -> None:
        for forget in settings.PERSON_CHANGED:
            import_string(forget)(self)
