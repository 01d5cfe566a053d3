"""“Catch up in 15 minutes”: a handful of each kind of thing from an event, on one page to send to a colleague.

What an organiser picked stands first, in their order; the rest is what people recommend most. How many of each, and how
they are drawn, the kinds say (`catch_up_size`, `catch_up_template`). See docs/decisions/0025-catch-up.md.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from events.models import Event
from people.models import Person

from .kinds import kinds, kinds_by_name
from .models import Contribution, Pick
from .sections import public_at
from .stream import CARD_COLUMNS, entries_of, in_order, load, together

# Whom an organiser may choose from beside those that are shown.
MORE_TO_CHOOSE = 5
MOST_PEOPLE = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What the page shows of one kind: `cards`, or `items` where the kind draws them itself, and what it takes."""

    model: type[Contribution]
    event: Event
    ids: list[int]
    cards: SafeString
    items: Sequence[Any]
    time: str
    # The ids of the organisers' picks among them, which come first; and of what comes next, not shown.
    picked: list[int]
    next_ones: list[int]

    @property
    def url(self) -> str:
        """Where all of this kind at the event are."""
        return f"{self.event.get_absolute_url()}{self.model.slug}/"

    @property
    def on_offer(self) -> list[int]:
        """The ids of all that an organiser may choose from, the picks first, each once."""
        return list(dict.fromkeys([*self.picked, *self.ids, *self.next_ones]))


def parts(event: Event) -> list[Part]:
    """Return what “Catch up” shows of a public event, a part for each kind that has something.

    Queries: one for the picks, and for each kind one for the best, and what it needs to draw them and say their time.
    """
    picked: dict[str, list[tuple[Any, ...]]] = {}
    rows = Contribution.objects.public().at(event).filter(picks__event=event)
    in_their_order = rows.order_by("picks__position", "picks__pk").with_card()
    for kind, *columns in in_their_order.values_list("kind", *CARD_COLUMNS):
        picked.setdefault(kind, []).append(tuple(columns))
    found = (part(model, event, picked.get(model.KIND, [])) for model in kinds() if model.catch_up_size)
    return [one for one in found if one.ids]


def part(model: type[Contribution], event: Event, picked: Sequence[tuple[Any, ...]]) -> Part:
    best = public_at(event, model)
    if model.needs_a_voice:
        best = best.news()
    size, first = model.catch_up_size, [row[0] for row in picked]
    # Some of the best may be among the picks; the order is the index's own, whatever the kind's sections show first.
    rows = in_order(best, "-score")[: size + len(first) + MORE_TO_CHOOSE]
    others = [row for row in rows.with_card().values_list(*CARD_COLUMNS) if row[0] not in first]
    shown = [*picked, *others][:size]
    ids = [row[0] for row in shown]
    return Part(
        model=model,
        event=event,
        ids=ids,
        cards=SafeString() if model.lists_items else together(entries_of(shown), here=event.pk),
        items=model.catch_up_items(ids) if model.lists_items else (),
        time=model.time_in_words(len(ids), model.minutes_of(ids)),
        picked=first,
        next_ones=[row[0] for row in [*picked, *others][size:]][:MORE_TO_CHOOSE],
    )


def people_of(shown: Sequence[Part]) -> list[Person]:
    """Return the members who brought home what stands on the page, by name. One query."""
    ids = [pk for one in shown for pk in one.ids]
    return list(
        Person.objects.filter(account__contributions__in=ids).distinct().order_by("name", "pk")[:MOST_PEOPLE]
        if ids
        else ()
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """A thing as those who look after an event see it: who picked it, whether it shows, and whether it can move."""

    item: Contribution
    is_shown: bool
    pick: Pick | None = None
    is_first: bool = False
    is_last: bool = False


def choices(event: Event, shown: Sequence[Part]) -> list[tuple[Part, list[Choice]]]:
    """Return what to choose from, kind by kind: the picks, what favourites chose, and what comes next.

    Queries: one for the picks, and those of `load`.
    """
    picks = {
        pick.contribution_id: pick for pick in Pick.objects.shown(event).select_related("picked_by__person")
    }
    items = {item.pk: item for item in load([pk for one in shown for pk in one.on_offer])}
    return [
        (
            one,
            [
                Choice(
                    items[pk],
                    is_shown=pk in one.ids,
                    pick=picks.get(pk),
                    is_first=pk in one.picked[:1],
                    is_last=pk in one.picked[-1:],
                )
                for pk in one.on_offer
                if pk in items
            ],
        )
        for one in shown
    ]


@dataclasses.dataclass(frozen=True, slots=True)
class PickState:
    """The button of an item's page that puts it on “Catch up”, or takes it off again."""

    event: Event
    is_picked: bool


def pick_state(item: Contribution, user: Any) -> PickState | None:
    """Return what that button needs, for who looks after the item's event: the larger one if they may. None for others.

    Queries: none for who has no account, one for members, two for who looks after the event.
    """
    if not (user.is_authenticated and item.is_public and kinds_by_name()[item.kind].catch_up_size):
        return None
    here = Event.objects.public().editable_by(user).filter(pk__in={item.event_id, item.main_event_id})
    # Of the two, the one that is part of nothing.
    event = min(here, key=lambda one: one.parent_id or 0, default=None)
    if event is None:
        return None
    return PickState(event, Pick.objects.filter(event=event, contribution=item.pk).exists())
