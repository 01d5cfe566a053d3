"""What an event holds, as lists of events show it: how many things of each kind, each number a link, and a cover."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from events.models import Event, EventQuerySet

from .kinds import kinds
from .models import Tally


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


def counted(rows: EventQuerySet) -> QuerySet[Event]:
    """Return these events with how much of each kind is there, for `holdings_of_counted`: no query of its own."""
    tallies = Tally.objects.filter(event=OuterRef("pk"))
    numbers: dict[str, Any] = {
        f"how_many_{model.KIND}": Subquery(tallies.filter(kind=model.KIND).values("count"))
        for model in kinds()
    }
    return rows.annotate(**numbers)


def holdings_of_counted(events: Sequence[Event]) -> dict[int, Holding]:
    """Return what each of these events of `counted` holds: a query a kind of pictures."""
    names = [model.KIND for model in kinds()]
    return held(
        events,
        {event.pk: {name: getattr(event, f"how_many_{name}") or 0 for name in names} for event in events},
    )


def held(events: Sequence[Event], counts: Mapping[int, Mapping[str, int]]) -> dict[int, Holding]:
    covers: dict[int, Any] = {}
    for model in kinds():
        covers |= model.covers([event.pk for event in events])
    return {
        event.pk: Holding(words_of(event, counts.get(event.pk, {})), covers.get(event.pk)) for event in events
    }


def words_of(event: Event, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what there is in words, texts first and pictures last, as people tell it."""
    return [
        (f"{event.get_absolute_url()}{model.slug}/", model.count_in_words(counts[model.KIND]))
        for model in reversed(kinds())
        if counts.get(model.KIND)
    ]
