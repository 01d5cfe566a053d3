"""The strip of pictures at the top of an event's page: one query, and no more of each photo than the strip shows."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from community.beside import Beside
from community.models import Contribution, Relation
from community.prepared import Prepared
from community.sections import public_at
from community.shared import Tile
from community.stream import newest
from events.models import Event
from people.licences import Licence

from .gallery import Gallery
from .models import MIDDLE, Photo, Rendition
from .models.photo import shape_of, sizes_in_row

SHOWN = ("photo_id", "photo__title", "photo__alt", "photo__width", "photo__height", "photo__file_key")


class Picture(NamedTuple):
    """A photo as the strip shows it: the words are the photo's own, `src` and `srcset` what its `middle` and
    `srcset` say. Made without the models, whose five photos and twenty files took a tenth of the page's time."""

    url: str
    src: str
    srcset: str
    words: str
    width: int
    height: int
    image: SafeString = SafeString()

    @property
    def shape(self) -> str:
        """The shape among SHAPES that is nearest to the photo's: “3-2”."""
        return shape_of(self.width, self.height)


IMAGE = '<img src="%s" srcset="%s" sizes="%s" alt="%s" width="%d" height="%d"%s>'
# What is seen first is fetched first; the others must not share the line with it.
AT_ONCE, LATER = ' fetchpriority="high"', ' loading="lazy" fetchpriority="low"'
# The first one stands large, on a phone from edge to edge; said a third smaller there, so that the next smaller file is
# taken, which looks as good or nearly so: the next larger one has twice the bytes, and everybody waits for this one.
FIRST = "(min-width: 56rem) 36rem, 66vw", AT_ONCE
OTHER = "(min-width: 56rem) 18rem, 44vw", LATER
# The largest file, in pixels, that the page of an event has a use for.
LARGEST = 1280
# Of the whole site, on the first page.
LATEST = 12
# How high a strip shows its pictures, in rem: components/strip.css; said a little smaller for the same reason.
STRIP_HEIGHT = 9 * 0.95


def newest_pictures(event: Event) -> list[Picture]:
    """Return the newest public photos of `event`."""
    rows = newest_at(is_part=bool(event.parent_id))(event=event.pk)
    by_photo = groupby(rows, key=lambda row: row[: len(SHOWN)])
    return [
        drawn(picture(shown, list(files)), *(OTHER if number else FIRST))
        for number, (shown, files) in enumerate(by_photo)
    ]


def in_strip(shown: Picture, more: str = LATER) -> Picture:
    """Return the picture as a strip shows it: all of one height, each as wide as its shape."""
    return drawn(shown, f"{STRIP_HEIGHT * shown.width / shown.height:.1f}rem", more)


def drawn(shown: Picture, sizes: str, more: str) -> Picture:
    """Return the picture with its `image`. Not in the template, where it took as long as all the cards."""
    words = escape(shown.words)
    # The words are escaped; addresses and numbers are our own.
    image = IMAGE % (shown.src, shown.srcset, sizes, words, shown.width, shown.height, more)
    return shown._replace(image=mark_safe(image))


def picture(shown: tuple[Any, ...], files: list[tuple[Any, ...]]) -> Picture:
    pk, title, alt, width, height, file_key = shown
    address = f"/photos/file/{file_key}/%d.webp"
    sizes = [(row[-2], row[-1]) for row in files]
    small = [size[0] for size in sizes if max(size) <= MIDDLE] or [sizes[0][0]]
    return Picture(
        url=f"/photos/{pk}/",
        src=address % small[-1],
        srcset=", ".join(f"{address % size[0]} {size[0]}w" for size in sizes),
        words=alt or title or _("a photo"),
        width=width,
        height=height,
    )


MOST_BESIDE = 6
# What was taken at the things that a text names may be recaps, too, and not public: a few more than are shown.
TAKEN_THERE = 60


def strip_beside(item: Contribution, others: Sequence[Sequence[Any]]) -> Beside | None:
    """Return the photos that go with `item`; beside a write-up also those of what it names, and of its day. Each of the
    three only where there is room left; `url` leads to all of the day.
    """
    own = [row[1] for row in others if row[0] == Photo.KIND]
    day = (
        Gallery(item.event.parent or item.event, {"day": str(item.day.date)})
        if item.model.is_write_up and item.day
        else None
    )
    named = [row[1] for row in others if row[0] != Photo.KIND] if item.model.is_write_up else []
    taken_there = Relation.objects.filter(target__in=named).order_by("-pk").values_list("source", flat=True)
    ids = [*own, *(taken_there[:TAKEN_THERE] if named else ())]
    pictures = pictures_of([pk for pk in dict.fromkeys(ids) if pk != item.pk])
    if day and len(pictures) < MOST_BESIDE:
        that_day = day.rows.exclude(pk__in=ids).order_by("gallery_time", "pk").values_list("pk", flat=True)
        pictures += pictures_of(list(that_day[:MOST_BESIDE]))
    if not pictures:
        return None
    return Beside(
        Photo.slug,
        Photo.plural_label,
        items=[in_strip(shown) for shown in pictures[:MOST_BESIDE]],
        template="photos/_beside_strip.html",
        url=day.url if day else "",
    )


def strip_of(ids: Sequence[int]) -> list[Picture]:
    """Return the public photos among these as rows that keep their shapes show them, in their order. One query."""
    return [drawn(shown, sizes_in_row(shown.width, shown.height), LATER) for shown in pictures_of(ids)]


def pictures_of(ids: Sequence[int]) -> list[Picture]:
    """Return the public photos among these, in their order. One query."""
    files = (
        Rendition.objects.filter(photo__in=Photo.objects.public().filter(pk__in=ids))
        if ids
        else Rendition.objects.none()
    )
    rows = files.order_by("photo", "width").values_list(*SHOWN, "width", "height")
    found = {
        shown[0]: picture(shown, list(sizes))
        for shown, sizes in groupby(rows, key=lambda row: row[: len(SHOWN)])
    }
    return [found[pk] for pk in ids if pk in found]


MOSAIC = 5


def mosaic_of(event: Event) -> list[Tile]:
    """Return the photos of `event` that people like best, then those that came first: so that a mosaic does not change
    with each photo. Not those whose photographers want to be asked.
    """
    usable = Photo.objects.public().at(event).exclude(licence=Licence.ASK)
    photos = usable.order_by("-score", "published_at", "pk").for_list()[:MOSAIC]
    return [
        Tile(file.name, tuple(credit.person.name for credit in photo.shown_credits))  # type: ignore[attr-defined]
        for photo in photos
        if (file := photo.middle)
    ]


def latest_pictures(size: int) -> list[Picture]:
    """Return the newest public photos of the whole site, at most LATEST, for a strip. One query."""
    by_photo = groupby(latest(), key=lambda row: row[: len(SHOWN)])
    return [
        in_strip(picture(shown, list(files)), LATER if number else AT_ONCE)
        for number, (shown, files) in enumerate(by_photo)
    ][:size]


def latest_files() -> Any:
    """The files of the newest photos of the site, photo by photo."""
    shown = Contribution.objects.public().filter(kind=Photo.KIND).newest_first()[:LATEST].values("pk")
    files = Rendition.objects.filter(photo__in=shown).order_by("-photo__published_at", "-photo", "width")
    return files.values_list(*SHOWN, "width", "height")


latest = Prepared(latest_files)


def newest_picture_of(events: Sequence[int]) -> dict[int, Picture]:
    """Return the newest public photo of each of these main events (ids) that has one. One query, however many."""
    newest_there = (
        Contribution.objects.public().filter(main_event=OuterRef("pk"), kind=Photo.KIND).newest_first()
    )
    shown = (
        Event.objects.filter(pk__in=events)
        .annotate(newest=Subquery(newest_there.values("pk")[:1]))
        .values("newest")
    )
    files = Rendition.objects.filter(photo__in=shown).order_by("photo", "width")
    rows = files.values_list("photo__main_event", *SHOWN, "width", "height")
    return {
        shown[0]: picture(shown[1:], list(files))
        for shown, files in groupby(rows, key=lambda row: row[: len(SHOWN) + 1])
    }


@cache
def newest_at(*, is_part: bool) -> Prepared:
    """The query of the strip at a main event, or at a part of one: a row for each file, photo by photo."""

    def build(event: int) -> Any:
        at = Event(pk=event, parent_id=-1 if is_part else None)
        shown = newest(public_at(at, Photo), Photo.section_size).values("pk")
        seen = Rendition.objects.filter(photo__in=shown, width__lte=LARGEST, height__lte=LARGEST)
        files = seen.order_by("-photo__published_at", "-photo", "width")
        return files.values_list(*SHOWN, "width", "height")

    return Prepared(build, event=int)
