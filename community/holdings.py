"""What an event holds, as lists of events show it: how many things of each kind, each number a link, and a cover.

The cover is the newest picture, looked for once and kept (`Event.cover`): the verbs forget it in the transaction in
which they change what is public, the worker keeps the next one, and until then lists look for it themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import OuterRef, Subquery

from events.models import Event

from .kinds import kinds
from .locking import hold
from .models import Tally
from .prepared import Prepared
from .sections import EVENT_COLUMNS

# How many events the first page shows.
LATEST = 6
KEPT_AT_ONCE = 200


class Cover(NamedTuple):
    """The picture that stands for an event: the files of an `<img>`, and the shape of the whole."""

    src: str
    srcset: str
    width: int
    height: int


class Holding(NamedTuple):
    """The (address, words) of what there is, “5 recaps” first, and a picture that stands for it (None: none)."""

    counts: list[tuple[str, str]]
    cover: Cover | None


def holdings_of(events: Sequence[Event]) -> dict[int, Holding]:
    """Return what each of these main events holds, by id (EVENT_HOLDINGS): a query, and one a kind of pictures where a
    cover is not known.
    """
    counts: dict[int, dict[str, int]] = {}
    rows = Tally.objects.filter(event__in=[event.pk for event in events], count__gt=0)
    for event, kind, count in rows.values_list("event", "kind", "count"):
        counts.setdefault(event, {})[kind] = count
    return held(events, counts)


def latest() -> list[tuple[Event, Holding]]:
    """Return the latest public main events, each with what it holds: one query, and one a kind of pictures where a
    cover is not known.
    """
    width, names = len(EVENT_COLUMNS), [model.KIND for model in kinds()]
    rows = latest_events()
    events = [Event.from_db(DEFAULT_DB_ALIAS, EVENT_COLUMNS, row[:width]) for row in rows]
    counts = [dict(zip(names, row[width:], strict=True)) for row in rows]
    holdings = held(events, {event.pk: one for event, one in zip(events, counts, strict=True)})
    return [(event, holdings[event.pk]) for event in events]


def latest_rows() -> Any:
    """The latest public main events, with how many public items of each kind they have."""
    tallies = Tally.objects.filter(event=OuterRef("pk"))
    counts = [Subquery(tallies.filter(kind=model.KIND).values("count")) for model in kinds()]
    events = Event.objects.public().main().order_by("-starts_on", "-pk")
    return events.values_list(*EVENT_COLUMNS, *counts)[:LATEST]


latest_events = Prepared(latest_rows)


def held(events: Sequence[Event], counts: Mapping[int, Mapping[str, int | None]]) -> dict[int, Holding]:
    covers = {event.pk: Cover(**event.cover) for event in events if event.cover}
    if unknown := [event.pk for event in events if event.cover is None]:
        covers |= newest_covers(unknown)
    return {
        event.pk: Holding(words_of(event, counts.get(event.pk, {})), covers.get(event.pk)) for event in events
    }


def words_of(event: Event, counts: Mapping[str, int | None]) -> list[tuple[str, str]]:
    """Return what there is in words, texts first and pictures last, as people tell it."""
    return [
        (f"{event.get_absolute_url()}{model.slug}/", model.count_in_words(count))
        for model in reversed(kinds())
        if (count := counts.get(model.KIND))
    ]


# --- Covers -----------------------------------------------------------------------------------------------------------


def newest_covers(events: Sequence[int]) -> dict[int, Cover]:
    """Return the cover of each of these main events (ids) that has one, as it is now."""
    found: dict[int, Cover] = {}
    for model in kinds():
        for pk, picture in model.covers(events).items() if model.gives_covers else ():
            found[pk] = Cover(picture.src, picture.srcset, picture.width, picture.height)
    return found


def contributions_changed(ids: Sequence[int]) -> None:
    """Keep the covers of which it is not known (CONTRIBUTIONS_CHANGED). Safe to run twice.

    All of them, as what moved has changed the event that it came from, too.
    """
    keep_covers(without_cover(KEPT_AT_ONCE))


def keep_covers(events: Sequence[int]) -> None:
    """Keep the covers of those of these main events (ids) of which it is not known.

    The rows are locked meanwhile: whoever hides the picture at the same time waits, and then lets the event forget it.
    """
    with transaction.atomic():
        unknown = hold(Event.objects.filter(pk__in=list(events), cover__isnull=True))
        covers = newest_covers(unknown) if unknown else {}
        for pk in unknown:
            Event.objects.filter(pk=pk).update(cover=covers[pk]._asdict() if pk in covers else {})


def without_cover(size: int) -> list[int]:
    """Return the newest main events of which the cover is not known, `size` at most."""
    return list(
        Event.objects.main().filter(cover__isnull=True).order_by("-pk").values_list("pk", flat=True)[:size]
    )


def wrong_covers() -> Iterator[tuple[int, Any, Any]]:
    """Yield (event, kept, true) of the covers that are not what stands for the event."""
    kept = dict(Event.objects.main().filter(cover__isnull=False).order_by("pk").values_list("pk", "cover"))
    true = newest_covers(list(kept)) if kept else {}
    for pk, cover in kept.items():
        if cover != (now := true[pk]._asdict() if pk in true else {}):
            yield pk, cover, now
