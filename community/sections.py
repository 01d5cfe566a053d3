"""What stands on an event's page: a section a kind with its newest, in the order that the kinds ask for; parts; tags."""

import dataclasses
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from events.models import Event

from .kinds import kinds
from .models import Contribution, Tag, Tally
from .prepared import Prepared
from .stream import CARD_COLUMNS, Entry, entries_of, items_of, newest, together


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One kind's part of the page: `entries` (cards), or `items` where the kind draws them itself."""

    model: type[Contribution]
    event_id: int
    entries: list[Entry]
    items: list[Contribution]
    count: int
    url: str
    add_url: str

    @property
    def cards(self) -> SafeString:
        return together(self.entries, here=self.event_id)


counts_by_kind = Prepared(lambda event: Tally.objects.filter(event=event).values_list("kind", "count"), event=int)


def sections(event: Event) -> list[Section]:
    """Return the sections of `event`, also those of kinds that have nothing yet. Queries: a fixed number a kind."""
    counts = dict(counts_by_kind(event=event.pk))
    return [section(model, event, counts.get(model.KIND, 0)) for model in kinds()]


def section(model: type[Contribution], event: Event, count: int) -> Section:
    read = newest_of(model, is_part=bool(event.parent_id))(event=event.pk, language=get_language())
    return Section(
        model=model,
        event_id=event.pk,
        entries=[] if model.lists_items else entries_of(read),
        items=items_of(model, [row[0] for row in read]) if model.lists_items else [],
        count=count,
        url=f"{event.get_absolute_url()}{model.slug}/",
        add_url=reverse(model.add_route, args=[event.slug]),
    )


@cache
def newest_of(model: type[Contribution], *, is_part: bool) -> Prepared:
    """The query of a section at a main event, or at a part of one: its newest, with their cards."""

    def build(event: int, language: str) -> Any:
        at = Event(pk=event, parent_id=-1 if is_part else None)
        return newest(public_at(at, model), model.section_size).with_card(language).values_list(*CARD_COLUMNS)

    return Prepared(build, event=int, language=str)


def public_at(event: Event, model: type[Contribution]) -> Any:
    """The public rows of one kind at an event, its co-located events included."""
    # The parent's rows, not the kind's: one index of one table has them in order.
    return Contribution.objects.public().at(event).filter(kind=model.KIND)


tags_of_event = Prepared(
    lambda event: Tag.objects.accepted().filter(tagged_events__event=event).values_list("pk", "name", "slug"), event=int
)
parts_of_event = Prepared(
    lambda event: Event.objects.public()
    .filter(parent=event)
    .order_by("starts_on", "name", "pk")
    .values_list("pk", "name", "slug", "contribution_count"),
    event=int,
)


def tags_of(event: Event) -> list[Tag]:
    """Return the accepted tags of an event, with what a chip shows of them."""
    return [Tag(pk=pk, name=name, slug=slug) for pk, name, slug in tags_of_event(event=event.pk)]


def parts_of(event: Event) -> list[Event]:
    """Return the public co-located events, with what a line shows of them."""
    return [
        Event(pk=pk, name=name, slug=slug, contribution_count=count)
        for pk, name, slug, count in ([] if event.parent_id else parts_of_event(event=event.pk))
    ]
