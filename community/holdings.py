"""What an event holds, as lists of events show it: how many things of each kind, each number a link, and a cover."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, Subquery

from events.models import Event

from .kinds import kinds
from .models import Tally
from .prepared import Prepared
from .sections import EVENT_COLUMNS

# How many events the first page shows.
LATEST = 6


class Holding(NamedTuple):
    """The (address, words) of what there is, “5 recaps” first, and a picture that stands for it (None: none)."""

    counts: list[tuple[str, str]]
    cover: Any


def holdings_of(events: Sequence[Event]) -> dict[int, Holding]:
    """Return what each of these main events holds, by id (EVENT_HOLDINGS): a query, and one a kind of pictures."""
    counts: dict[int, dict[str, int]] = {}
    rows = Tally.objects.filter(event__in=[event.pk for event in events], count__gt=0)
    for event, kind, count in rows.values_list("event", "kind", "count"):
        counts.setdefault(event, {})[kind] = count
    return held(events, counts)


def latest() -> list[tuple[Event, Holding]]:
    """Return the latest public main events, each with what it holds: one query, and one a kind of pictures."""
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
    covers: dict[int, Any] = {}
    for model in kinds():
        covers |= model.covers([event.pk for event in events])
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
