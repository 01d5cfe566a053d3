"""Which photos look like each other, for whoever reviews them: the same moment twice, the same picture sent by two.

Two photos are alike where at most MOST of the 64 bits of their `dhash` differ. Among the many that are public at an
event the like ones are looked up by parts of the hash: cut into MOST + 1 parts, two alike ones share at least one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from .renditions import differing_bits

MOST = 6
PARTS = MOST + 1
WIDTH = 64 // PARTS + 1
# So many public photos of each event are compared, the newest, and so many are shown beside one.
COMPARED = 20_000
SHOWN = 3


def grouped(photos: Sequence[Any]) -> list[list[Any]]:
    """Return the photos in groups of those that look alike, each in the order in which it came.

    Sets on each `looks_like`: the photos of another uploader among these, and the public ones at its event, up to
    SHOWN. Queries: four at most.
    """
    groups = {photo.pk: [photo] for photo in photos}
    beside: dict[int, list[Any]] = defaultdict(list)
    for first, second in combinations([photo for photo in photos if photo.dhash is not None], 2):
        if differing_bits(first.dhash, second.dhash) > MOST:
            continue
        if first.owner != second.owner:
            beside[first.pk].append(second)
            beside[second.pk].append(first)
        if groups[first.pk] is not groups[second.pk]:
            joined = groups[first.pk] + groups[second.pk]
            groups |= {photo.pk: joined for photo in joined}
    public = public_ones_like(photos)
    for photo in photos:
        photo.looks_like = [*public.get(photo.pk, ()), *beside[photo.pk]][:SHOWN]
    return list({id(group): group for group in groups.values()}.values())


def public_ones_like(photos: Sequence[Any]) -> dict[int, list[Any]]:
    """Return by id the public photos at the same event that look like each of these, the most alike first."""
    from .models import Photo

    alike: dict[int, list[int]] = {}
    for event in {photo.main_event_id for photo in photos if photo.dhash is not None}:
        public = Photo.objects.public().filter(main_event=event, dhash__isnull=False).newest_first()
        known = Known(public.values_list("pk", "dhash")[:COMPARED])
        for photo in photos:
            if photo.main_event_id == event and photo.dhash is not None:
                alike[photo.pk] = known.like(photo.dhash, but=photo.pk)
    wanted = {pk for pks in alike.values() for pk in pks}
    found = {photo.pk: photo for photo in Photo.objects.filter(pk__in=wanted).for_list()} if wanted else {}
    return {pk: [found[other] for other in pks] for pk, pks in alike.items()}


class Known:
    """Photos to look through by likeness: (id, hash) each."""

    def __init__(self, photos: Iterable[tuple[int, Any]]) -> None:
        self.by_part: list[dict[int, list[tuple[int, int]]]] = [defaultdict(list) for _ in range(PARTS)]
        for pk, dhash in photos:
            for number, part in enumerate(parts(dhash)):
                self.by_part[number][part].append((pk, dhash))

    def like(self, dhash: int, *, but: int) -> list[int]:
        """Return the ids of up to SHOWN that look like it, without `but` itself."""
        near = {
            (differing_bits(dhash, other), pk)
            for number, part in enumerate(parts(dhash))
            for pk, other in self.by_part[number].get(part, ())
            if pk != but and differing_bits(dhash, other) <= MOST
        }
        return [pk for _bits, pk in sorted(near)[:SHOWN]]


def parts(dhash: int) -> list[int]:
    """Return the hash in PARTS pieces."""
    bits = dhash & 0xFFFF_FFFF_FFFF_FFFF
    return [bits >> start & ((1 << WIDTH) - 1) for start in range(0, 64, WIDTH)]
