"""The strip of pictures at the top of an event's page: the newest photos and their files, in one query."""

from functools import cache
from itertools import groupby
from typing import Any

from community.prepared import Prepared
from community.sections import public_at
from community.stream import newest
from events.models import Event

from .models import Photo, Rendition

SHOWN = ("photo_id", "photo__title", "photo__alt", "photo__width", "photo__height", "photo__file_key")


def newest_photos(event: Event) -> list[Photo]:
    """Return the newest public photos of `event`, with as much of them as the strip shows, and `files`."""
    rows = newest_at(is_part=bool(event.parent_id))(event=event.pk)
    photos = []
    for (pk, title, alt, width, height, file_key), files in groupby(rows, key=lambda row: row[: len(SHOWN)]):
        photo = Photo(
            pk=pk, kind=Photo.KIND, title=title, alt=alt, width=width, height=height, file_key=file_key
        )
        photo.files = [Rendition(photo=photo, width=row[-2], height=row[-1]) for row in files]  # type: ignore[attr-defined]
        photos.append(photo)
    return photos


@cache
def newest_at(*, is_part: bool) -> Prepared:
    """The query of the strip at a main event, or at a part of one: a row for each file, photo by photo."""

    def build(event: int) -> Any:
        at = Event(pk=event, parent_id=-1 if is_part else None)
        shown = newest(public_at(at, Photo), Photo.section_size).values("pk")
        files = Rendition.objects.filter(photo__in=shown).order_by("-photo__published_at", "-photo", "width")
        return files.values_list(*SHOWN, "width", "height")

    return Prepared(build, event=int)
