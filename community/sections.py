"""The sections of an event's page: one a kind, with its newest, in the order that the kinds ask for."""

import dataclasses
from typing import Any

from django.urls import reverse

from events.models import Event

from .kinds import kinds
from .models import Contribution, Tally
from .stream import Entry, cards, items_of, newest


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One kind's part of the page: `entries` (cards), or `items` where the kind draws them itself."""

    model: type[Contribution]
    entries: list[Entry]
    items: list[Contribution]
    count: int
    url: str
    add_url: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.entries) + len(self.items)


def sections(event: Event) -> list[Section]:
    """Return the sections of `event`, also those of kinds that have nothing yet. Queries: a fixed number a kind."""
    counts = dict(Tally.objects.filter(event=event).values_list("kind", "count"))
    return [section(model, event, counts.get(model.KIND, 0)) for model in kinds()]


def section(model: type[Contribution], event: Event, count: int) -> Section:
    rows = newest(public_at(event, model), model.section_size)
    items: list[Any] = items_of(model, list(rows.values_list("pk", flat=True))) if model.lists_items else []
    return Section(
        model=model,
        entries=[] if model.lists_items else cards(rows),
        items=items,
        count=count,
        url=f"{event.get_absolute_url()}{model.slug}/",
        add_url=reverse(model.add_route, args=[event.slug]),
    )


def public_at(event: Event, model: type[Contribution]) -> Any:
    """The public rows of one kind at an event, its co-located events included."""
    # The parent's rows, not the kind's: one index of one table has them in order.
    return Contribution.objects.public().at(event).filter(kind=model.KIND)
