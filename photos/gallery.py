"""The gallery of an event: its photos by day, narrowed down by what an address says, and the photos beside a photo.

Each list is one range of one index (`Photo.place`). Where somebody asks for a tag, a person or a talk, the database
looks up the few photos that there are; where there are many, it walks the gallery until the page is full.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.forms import PageForm
from community.kinds import kinds_by_name
from community.listing import AtEvent
from community.models import Contribution, Credit, Relation, Tag, TaggedContribution
from community.sections import tags_of
from community.stream import cut, items_of
from events.dates import weekday
from events.models import Event
from people.licences import Licence
from people.models import Person
from people.models.person import fold

from .models import Photo, PhotoQuerySet

PAGE_SIZE = 60
# Of one ZIP file. More come in parts.
PHOTOS_IN_ARCHIVE = 5000
# So many photos of a tag, a person or a talk are looked up one by one; with more, walking the gallery is quicker.
FEW = 2000
# The form offers the talks of so many of the newest photos, and so many talks. All others are reached from their
# photos.
LOOKED_THROUGH = 500
MOST_TALKS = 200
# In which a day of an event may be.
YEARS = range(1900, 2201)


class FilterForm(forms.Form):
    """What to look at, as addresses carry it: ?day=2024-03-20&tag=ebpf."""

    day = forms.DateField(label=_("Day"))
    # Not by `max_length`, which would say so at the list, where HTML knows no such thing.
    at = forms.CharField(label=_("Where"), validators=[MaxLengthValidator(80)], widget=forms.Select)
    talk = forms.IntegerField(
        label=_("Talk or recap"), min_value=1, max_value=10**18 - 1, widget=forms.Select
    )
    tag = forms.CharField(
        label=_("Tag"), max_length=100, widget=forms.TextInput(attrs={"list": "gallery-tags"})
    )
    by = forms.CharField(
        label=_("Photographer"), max_length=100, widget=forms.TextInput(attrs={"list": "gallery-people"})
    )
    licence = forms.ChoiceField(label=_("Others may"), choices=[("", _("any")), *Licence.choices])
    alt = forms.ChoiceField(label=_("Description"), choices=[("", _("any")), ("missing", _("still missing"))])

    def __init__(self, data: Any, event: Event) -> None:
        # An empty field says nothing, so that addresses stay short.
        super().__init__({name: data[name] for name in self.base_fields if data.get(name)})
        self.event = event
        for field in self.fields.values():
            field.required = False
            field.widget.attrs.setdefault("autocomplete", "off")
        if event.parent_id:
            del self.fields["at"]

    def clean_day(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["day"]
        # Far beyond these, no clock of another zone can tell when the day begins or ends.
        if day and day.year not in YEARS:
            raise forms.ValidationError(_("Check the year: %(year)s."), params={"year": day.year})
        return day

    def clean_at(self) -> Event | None:
        slug = self.cleaned_data["at"]
        if not slug:
            return None
        inside = Event.objects.public().filter(Q(parent=self.event) | Q(pk=self.event.pk), slug=slug)
        return inside.first() or self._nothing(_("There is no such part of this event."))

    def clean_talk(self) -> Contribution | None:
        number = self.cleaned_data["talk"]
        if not number:
            return None
        # What is not public is as if it were not there: its photos must not tell of it.
        found = Contribution.objects.public().filter(pk=number).first()
        return found or self._nothing(_("This is not here, or no longer here."))

    def clean_tag(self) -> Tag | None:
        word = self.cleaned_data["tag"]
        if not word:
            return None
        known = Tag.objects.filter(state=Tag.State.ACCEPTED).select_related("canonical")
        found = known.filter(folded=fold(word).lstrip("#").strip()).first() or known.filter(slug=word).first()
        return (found and (found.canonical or found)) or self._nothing(_("There is no such tag."))

    def clean_by(self) -> Person | None:
        name = self.cleaned_data["by"]
        if not name:
            return None
        found = (
            Person.objects.filter(handle=name, merged_into=None).first()
            or Person.objects.filter(folded_name=fold(name), merged_into=None).order_by("pk").first()
            or Person.objects.formerly(name)
        )
        # Whoever took no photo that everybody may see is not named here.
        here = Photo.objects.public().filter(gallery_main_event=self.event.main_event_id)
        taken = here.filter(credits__person=found) if found else here.none()
        return found if taken.exists() else self._nothing(_("Nobody of that name took a photo here."))

    @staticmethod
    def _nothing(sentence: Any) -> Any:
        raise forms.ValidationError(sentence)


class Group(NamedTuple):
    """The photos of one day on a page."""

    label: str
    theme: str
    photos: Sequence[Photo]


class Gallery(AtEvent):
    """The public photos of `event`, narrowed down as `data`, the query of an address, says.

    `is_wrong`: what was asked for cannot be answered; `rows` is empty then, and the form says why.
    """

    def __init__(self, event: Event, data: Any) -> None:
        form = FilterForm(data, event)
        self.is_wrong = not form.is_valid()
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        super().__init__(event, Photo.slug, form, chosen)

    @cached_property
    def rows(self) -> PhotoQuerySet:
        """The photos that everybody may see and that were asked for, in no order yet."""
        if self.is_wrong:
            return Photo.objects.none()
        rows = self._hung(Photo.objects.public())
        for name, value in self.chosen.items():
            narrow = getattr(self, f"_of_{name}", None)
            rows = narrow(rows, value) if narrow else rows
        return rows

    def _hung(self, rows: PhotoQuerySet) -> PhotoQuerySet:
        part = self.chosen.get("at") or (self.event if self.event.parent_id else None)
        return rows.filter(gallery_event=part) if part else rows.filter(gallery_main_event=self.event)

    def _of_day(self, rows: PhotoQuerySet, date: datetime.date) -> PhotoQuerySet:
        # As photos hang (Photo.place): a co-located event may be in a zone of its own.
        zone = (self.event.parent or self.event).zone
        midnight = datetime.datetime.combine(date, datetime.time(), zone)
        after = datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time(), zone)
        # The range finds them; the date itself is right also where somebody has moved the event's days.
        return rows.filter(gallery_time__gte=midnight, gallery_time__lt=after, day__date=date)

    def _of_licence(self, rows: PhotoQuerySet, licence: str) -> PhotoQuerySet:
        return rows.filter(licence=licence)

    def _of_alt(self, rows: PhotoQuerySet, _missing: str) -> PhotoQuerySet:
        return rows.filter(alt="")

    def _of_tag(self, rows: PhotoQuerySet, tag: Tag) -> PhotoQuerySet:
        tagged = TaggedContribution.objects.filter(tag=tag, kind=Photo.KIND, public=True)
        return among(rows, tagged, "content_object")

    def _of_by(self, rows: PhotoQuerySet, person: Person) -> PhotoQuerySet:
        return among(rows, Credit.objects.filter(person=person), "contribution")

    def _of_talk(self, rows: PhotoQuerySet, talk: Contribution) -> PhotoQuerySet:
        there = Relation.objects.filter(target=talk).values_list("source", flat=True)
        back = Relation.objects.filter(source=talk).values_list("target", flat=True)
        return rows.filter(pk__in={*there[:FEW], *back[:FEW]})

    # --- Addresses ------------------------------------------------------------------------------------------------

    @property
    def way(self) -> str:
        """What stands behind the ? in the address of each photo: by it, the photos beside it are found."""
        here = {"at": self.event.slug} if self.event.parent_id else {}
        query = "&".join(filter(None, (urlencode(here), self.query())))
        return f"?{query}" if query else ""

    def archive_url(self, part: int | None = None) -> str:
        query = "&".join(filter(None, (self.query(), f"part={part}" if part else "")))
        address = reverse("photos:archive", args=[self.event.slug])
        return f"{address}?{query}" if query else address

    def archives(self, count: int) -> list[tuple[int | None, str]]:
        """Return the parts of the ZIP file of `count` photos, numbered where there are several, and their addresses.

        Of a choice only the first one: how many it has is not counted, and each part tells of the next.
        """
        parts = range(1, -(-count // PHOTOS_IN_ARCHIVE) + 1)
        if self.chosen or len(parts) < 2:
            return [(None, self.archive_url())]
        return [(part, self.archive_url(part)) for part in parts]

    def word(self, name: str) -> str:
        words = {"at": "slug", "tag": "slug", "by": "handle", "talk": "pk"}
        return str(getattr(self.chosen[name], words[name])) if name in words else super().word(name)

    # --- The page -------------------------------------------------------------------------------------------------

    def groups(self, photos: Sequence[Photo]) -> Iterator[Group]:
        """Yield the photos of a page by day."""
        themes = {day.date: day.theme for day in self.days}
        for date, of_day in groupby(photos, key=lambda photo: photo.day.date if photo.day else None):
            label = weekday(date) if date else gettext("Day not known")
            yield Group(label, themes.get(date, "") if date else "", list(of_day))

    def offer(self, photos: Sequence[Photo]) -> None:
        """Give the form's fields what can be chosen in them: what stands on the page, and what the event has."""
        fields = self.form.fields
        fields["talk"].widget.choices = [("", _("any")), *self._talks()]
        if "at" in fields:
            parts = Event.objects.public().filter(parent=self.event).order_by("starts_on", "name", "pk")
            found = list(parts.values_list("slug", "name"))
            fields["at"].widget.choices = [
                ("", _("everywhere")),
                (self.event.slug, self.event.name),
                *found,
            ]
            if not found:
                del fields["at"]
        self.tags = tags_of(self.event)
        self.people = sorted({credit.person.name for photo in photos for credit in photo.shown_credits})  # type: ignore[attr-defined]

    def _talks(self) -> list[tuple[int, str]]:
        """Return what the newest photos of this event were taken at: number and title, by title."""
        # A photo that is not public must not tell what it was taken at.
        newest = (
            self._hung(Photo.objects.public()).order_by("-gallery_time", "-pk").values("pk")[:LOOKED_THROUGH]
        )
        at = Relation.objects.filter(source__in=newest).values_list("target", flat=True).distinct()
        shown = shown_beside_photos(at[:MOST_TALKS])
        found = {pk: title for pk, (_kind, title) in shown.items()}
        if talk := self.chosen.get("talk"):
            found[talk.pk] = talk.title
        return sorted(found.items(), key=lambda one: fold(one[1]))

    # --- Beside a photo -------------------------------------------------------------------------------------------

    def beside(self, photo: Photo) -> tuple[str, str]:
        """Return the addresses of the photos before and after `photo` in this gallery; "" where it begins or ends."""
        before = beyond(self.rows, photo, older=False).values_list("pk", flat=True)[:1]
        after = beyond(self.rows, photo, older=True).values_list("pk", flat=True)[:1]
        found = [list(before), list(after)]
        address, way = Photo.detail_route, self.way
        previous, following = (reverse(address, args=pks) + way if pks else "" for pks in found)
        return previous, following


def beyond(rows: PhotoQuerySet, photo: Photo, *, older: bool) -> PhotoQuerySet:
    """Return the rows on one side of `photo`, the nearest first."""
    time, pk, sign = photo.gallery_time, photo.pk, "lt" if older else "gt"
    # A range with a tie break: with OR alone the databases scan.
    side = Q(**{f"gallery_time__{sign}e": time}) & (
        Q(**{f"gallery_time__{sign}": time}) | Q(**{f"pk__{sign}": pk})
    )
    order = ("-gallery_time", "-pk") if older else ("gallery_time", "pk")
    return rows.filter(side).order_by(*order)


def among(rows: PhotoQuerySet, links: QuerySet, column: str) -> PhotoQuerySet:
    """Return the rows that `links` point at by `column`."""
    ids = list(links.values_list(column, flat=True)[: FEW + 1])
    if len(ids) <= FEW:
        return rows.filter(pk__in=ids)
    return rows.filter(Exists(links.filter(**{column: OuterRef("pk")})))


def gallery_page(event: Event, data: Any, count: int) -> dict[str, Any]:
    """Return what the template of the gallery shows. Queries: a fixed number, however many photos there are."""
    gallery = Gallery(event, data)
    read, older, newer = cut(gallery.rows, size=PAGE_SIZE, time="gallery_time", **PageForm.place(data))
    photos: list[Any] = items_of(Photo, [row[1] for row in read])
    give_talks(photos)
    gallery.offer(photos)
    key = "&" if gallery.query() else ""
    return {
        "gallery": gallery,
        "narrowed": gallery,
        "groups": list(gallery.groups(photos)),
        "archives": gallery.archives(count),
        "failed": gallery.is_wrong,
        "older_url": f"?{gallery.query()}{key}before={older}" if older else "",
        "newer_url": f"?{gallery.query()}{key}after={newer}" if newer else "",
    }


class Talk(NamedTuple):
    """What a photo was taken at, as its caption names it."""

    title: str
    url: str


def give_talks(photos: Sequence[Any]) -> None:
    """Give each photo its `talks`: what everybody may see of what it goes with. Three queries."""
    ids = {photo.pk for photo in photos}
    out = Relation.objects.filter(source__in=ids).order_by("pk").values_list("source", "target")
    into = Relation.objects.filter(target__in=ids).order_by("pk").values_list("target", "source")
    pairs = [*out, *into]
    shown = shown_beside_photos({other for _photo, other in pairs})
    talks: dict[int, list[Talk]] = {pk: [] for pk in ids}
    for pk, other in pairs:
        if other in shown:
            kind, title = shown[other]
            talks[pk].append(Talk(title, reverse(kinds_by_name()[kind].detail_route, args=[other])))
    for photo in photos:
        photo.talks = talks[photo.pk]


def shown_beside_photos(ids: Collection[int] | QuerySet) -> dict[int, tuple[str, str]]:
    """Return kind and title, by id, of those among `ids` that everybody may see and are no photos.

    Asked by the ids: beside a relation, SQLite walks all that is public to find out which of it is meant.
    """
    rows = Contribution.objects.public().filter(pk__in=list(ids)).exclude(kind=Photo.KIND)
    return {pk: (kind, title) for pk, kind, title in rows.values_list("pk", "kind", "title")}
