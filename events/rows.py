"""Lists of events as pages show them."""

import dataclasses
import itertools
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string

from .models import Event, EventQuerySet
from .paging import ByDate, ByYear, Key, page_of


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of events."""

    event: Event
    colocated_count: int
    # What is there (EVENT_HOLDINGS), with `counts` and `cover`.
    holding: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of events, grouped by year as (year, rows), with the addresses of the pages beside it."""

    years: list[tuple[int, list[Row]]]
    newer_url: str
    older_url: str
    is_first: bool


def listing(
    rows: EventQuerySet,
    order: type[ByDate] | type[ByYear],
    place: dict[str, Key | None],
    query: dict[str, Any] | None = None,
) -> Listing:
    """Return one page of `rows` in two queries and those of EVENT_HOLDINGS; `query` is what the addresses of
    the other pages must keep.
    """
    page = page_of(rows, order, before=place["before"], after=place["after"])
    inside = Event.objects.public().filter(parent__in=[event.pk for event in page.events]).order_by()
    colocated = dict(inside.values_list("parent").annotate(Count("pk")))
    holdings = import_string(settings.EVENT_HOLDINGS)(page.events)
    years = [
        (year, [Row(event, colocated.get(event.pk, 0), holdings[event.pk]) for event in events])
        for year, events in itertools.groupby(page.events, key=lambda event: event.starts_on.year)
    ]
    kept = {name: value for name, value in (query or {}).items() if value}
    return Listing(
        years,
        newer_url="?" + urlencode({**kept, "after": page.newer_key}) if page.newer_key else "",
        older_url="?" + urlencode({**kept, "before": page.older_key}) if page.older_key else "",
        is_first=not (place["before"] or place["after"]),
    )
