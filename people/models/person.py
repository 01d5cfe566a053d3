import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .identity import FormerName, Identity, digest_of_handle, digest_of_name

# Words that are addresses of ours below /people/, so that nobody's handle can be one of them.
RESERVED_HANDLES = {"me", "new", "settings", "admin", "moderators", "everyone", "all", "here"}


def fold(text: str) -> str:
    """Return `text` as it is compared: Unicode NFKC, case folded, white space run together."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# Databases take no more than so many values in one question.
AT_ONCE = 500


class HandleTaken(IntegrityError):  # noqa: N818 - it reads as what happened
    """The handle is somebody's, or was and leads to them."""


class PersonQuerySet(models.QuerySet["Person"]):
    def standing(self) -> "PersonQuerySet":
        """Those who have a page of their own: without those who were found to be somebody else on the list."""
        return self.filter(merged_into=None)

    def named(self, name: str) -> "Person | None":
        """Return the person of that name, made when there is none; None for who asked not to be named.

        Case, width and spacing make no difference, and a name that somebody gave up leads to them.
        """
        return self.named_in_import([name]).get(name)

    def named_in_import(self, names: Iterable[str]) -> "dict[str, Person | None]":
        """Return by name the people of these names, each made when there is none; None for who asked not to be named.

        Whoever is called so now comes before whoever was once. A name that was asked to be removed is given to nobody
        but a member who chose it. Queries: a fixed number, and one for each new name whose handle is taken. To be
        called inside a transaction.
        """
        tidy = {name: " ".join(name.split())[:100] for name in names}
        folded = {fold(name): name for name in tidy.values() if name}
        found = self._called(folded)
        new = [name for key, name in folded.items() if key not in found]
        made = dict(zip(map(fold, new), self._make(new), strict=True))
        return {name: (found | made)[fold(short)] for name, short in tidy.items() if short}

    def known_in_import(self, names: Iterable[str]) -> "dict[str, Person | None]":
        """Return by folded name whom `named_in_import` would find; names that are new are left out."""
        return self._called(key for key in {fold(name) for name in names} if key)

    def _called(self, folded: Iterable[str]) -> "dict[str, Person | None]":
        """Return by folded name who is or was called so; None for a tombstone; names that nobody knows are left out."""
        digests = {digest_of_name(name): name for name in folded}
        keys, marks = list(digests.values()), list(digests)
        known: dict[str, Person | None] = {}
        for start in range(0, len(keys), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            given_up = FormerName.objects.filter(digest__in=marks[some])
            for row in given_up.select_related("person__merged_into"):
                known[digests[row.digest]] = row.person.now if row.person else None
            buried = {key for key, person in known.items() if person is None}
            rows = self.filter(folded_name__in=keys[some]).select_related("merged_into", "account")
            for person in rows.order_by("-pk"):  # so that the oldest stays
                if person.folded_name not in buried or hasattr(person, "account"):
                    known[person.folded_name] = person.now
        return known

    def _make(self, names: Sequence[str]) -> "list[Person]":
        """Make a person of each of these names, which nobody has."""
        people = [
            Person(name=name, folded_name=fold(name), handle=handle)
            for name, handle in zip(names, self.free_handles(names), strict=True)
        ]
        if len(people) == 1:
            people[0].save()
            return people
        return Person.objects.bulk_create(people, AT_ONCE)

    def not_to_be_named(self, names: Iterable[str]) -> set[str]:
        """Return those of the names, folded, that belong to somebody who wants never to be named on photos."""
        folded = {fold(name) for name in names}
        found = self.filter(folded_name__in=folded, not_in_photos=True)
        return set(found.values_list("folded_name", flat=True))

    def formerly(self, handle: str) -> "Person | None":
        """Return whoever gave this handle up, or was found to be somebody else, as who they are now."""
        other = self.filter(handle=handle.lower()).exclude(merged_into=None).first()
        if other:
            return other.now
        row = FormerName.objects.of_handles([handle]).get(handle.lower())
        return row.person.now if row and row.person else None

    def is_free(self, handle: str, person: "Person") -> bool:
        """Return whether `person` may take this handle: it is nobody's, or theirs, or was theirs."""
        if handle in RESERVED_HANDLES:
            return False
        if self.filter(handle__iexact=handle).exclude(Q(pk=person.pk) | Q(merged_into=person)).exists():
            return False
        row = FormerName.objects.of_handles([handle]).get(handle.lower())
        return row is None or (row.person is not None and row.person.now.pk == person.pk)

    def free_handle(self, name: str) -> str:
        """Return a handle made from `name` that nobody has or had."""
        return self.free_handles([name])[0]

    def free_handles(self, names: Sequence[str]) -> list[str]:
        """Return a handle for each of the names that nobody has or had, in their order."""
        stems = [slugify(name)[:50].strip("-_") or "someone" for name in names]
        taken = set(RESERVED_HANDLES)
        for start in range(0, len(stems), AT_ONCE):
            some = stems[start : start + AT_ONCE]
            taken |= set(self.filter(handle__in=some).values_list("handle", flat=True))
            taken |= set(FormerName.objects.of_handles(some))
        for stem in {stem for stem, number in Counter(stems).items() if stem in taken or number > 1}:
            taken |= set(self.filter(handle__startswith=f"{stem}-").values_list("handle", flat=True))
        handles = []
        for stem in stems:
            number, handle = 1, stem
            # What was given up is asked for one by one: of a hash nobody can say how it begins.
            while handle in taken or (number > 1 and FormerName.objects.of_handles([handle])):
                number += 1
                handle = f"{stem}-{number}"
            taken.add(handle)
            handles.append(handle)
        return handles


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
        return f"/people/{self.handle}/"

    @property
    def now(self) -> "Person":
        """Whoever this person was found to be: themselves, for most."""
        return self.merged_into or self

    @transaction.atomic
    def rename(self, name: str, handle: str = "") -> None:
        """Save a new name, and a new handle where one is given; what keeps copies of them is told (PERSON_CHANGED).

        The old handle leads here for ever, as a hash, and nobody else can take it; a name of one's own that was given
        up can be taken again. Raises HandleTaken where the handle is or was somebody else's.
        """
        before = self._locked()
        self.name, self.handle = " ".join(name.split()), handle or before.handle
        if self.handle != before.handle:
            self._take_handle(before)
        FormerName.objects.filter(digest=digest_of_name(fold(self.name)), person=self).delete()
        self.save(update_fields=["name", "folded_name", "handle"])
        if (self.name, self.handle) != (before.name, before.handle):
            self._tell_of_change(before)

    def _take_handle(self, before: Identity) -> None:
        """Make the handle free for this person, and let the one from before lead here."""
        row = FormerName.objects.of_handles([self.handle]).get(self.handle.lower())
        if row and (row.person is None or row.person.now.pk != self.pk):
            raise HandleTaken("this handle leads to somebody else")
        if row:
            row.delete()
        # Of a page that became part of this one: the two change handles, and both lead here.
        other = Person.objects.filter(handle=self.handle, merged_into=self).first()
        if other:
            Person.objects.filter(pk=other.pk).update(handle=f"~{other.pk}")
            Person.objects.filter(pk=self.pk).update(handle=self.handle)
            Person.objects.filter(pk=other.pk).update(handle=before.handle)
        else:
            FormerName.objects.keep(digest_of_handle(before.handle), self)

    @transaction.atomic
    def keep_out_of_photos(self, wish: bool) -> None:
        """Save whether this person wants never to be named on photos; what names them is told (PERSON_CHANGED)."""
        self.not_in_photos = wish
        self.save(update_fields=["not_in_photos"])
        if wish:
            self._tell_of_change(self._locked())

    @transaction.atomic
    def ask_for_no_recording(self, wish: bool) -> None:
        """Save whether this person wants no recordings of them shown; what shows any is told (PERSON_CHANGED)."""
        if wish != self.no_recording:
            self.no_recording = wish
            self.save(update_fields=["no_recording"])
            self._tell_of_change(self._locked())

    def _locked(self) -> Identity:
        """Return what this person is called in the database, locked for the caller's transaction."""
        columns = ("name", "folded_name", "handle")
        return Identity(*Person.objects.select_for_update(no_key=True).values_list(*columns).get(pk=self.pk))

    def _tell_of_change(self, before: Identity) -> None:
        for forget in settings.PERSON_CHANGED:
            import_string(forget)(self, before)
