"""The full list of one kind at an event, and how all such lists are narrowed down: chips for the days, a form for the
rest, a chip for each choice that takes it away again.
"""

import datetime
from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django import forms

from events.models import Event

from .forms import DayForm, PageForm
from .models import Contribution
from .sections import EventDay, days_of, public_at
from .stream import list_page, together


class Chosen(NamedTuple):
    """One choice as a chip shows it: what it is, and the address of the list without it."""

    name: Any
    value: str
    url_without: str


class Narrowed:
    """The list of the kind with this `slug` at `event`, narrowed down as `form`, bound to an address's query, says.

    `chosen` is what was asked for, by the names that it has in addresses.
    """

    # What of `chosen` says in which order things come, not which.
    orders: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, event: Event, slug: str, form: forms.Form, chosen: dict[str, Any]) -> None:
        self.event, self.slug, self.form, self.chosen = event, slug, form, chosen

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen.keys() - self.orders)

    @property
    def fields(self) -> list[forms.BoundField]:
        """What the form asks for beside the day, which has chips."""
        return [field for field in self.form if field.name != "day"]

    @property
    def names(self) -> list[str]:
        """What can be chosen, in words."""
        return [str(field.label) for field in self.fields]

    # --- Addresses ----------------------------------------------------------------------------------------------------

    def query(self, **changes: str) -> str:
        """Return what stands behind the ? in this list's address, with `changes` ("" takes a choice away)."""
        words = {name: self.word(name) for name in self.chosen} | changes
        return urlencode({name: words[name] for name in self.form.fields if words.get(name)})

    @property
    def url(self) -> str:
        return self._address(self.query())

    @property
    def url_of_all(self) -> str:
        return self._address("")

    @property
    def url_of_all_days(self) -> str:
        return self._address(self.query(day=""))

    def _address(self, query: str) -> str:
        address = f"{self.event.get_absolute_url()}{self.slug}/"
        return f"{address}?{query}" if query else address

    def word(self, name: str) -> str:
        """Return a choice as an address carries it."""
        value = self.chosen[name]
        return value.isoformat() if isinstance(value, datetime.date) else str(value)

    # --- Chips --------------------------------------------------------------------------------------------------------

    @cached_property
    def days(self) -> list[EventDay]:
        return days_of(self.event)

    def day_chips(self) -> list[tuple[EventDay, str, bool]]:
        """Return the event's days, each with the address of what is of it, and whether it is the chosen one."""
        chosen = self.chosen.get("day")
        return [
            (day, self._address(self.query(day=day.date.isoformat())), day.date == chosen)
            for day in self.days
        ]

    def chips(self) -> list[Chosen]:
        """Return what was chosen, but for the day, which has chips of its own."""
        return [
            Chosen(self.form.fields[name].label, self.words(name), self._address(self.query(**{name: ""})))
            for name in self.chosen
            if name != "day"
        ]

    def words(self, name: str) -> str:
        """Return a choice in words: of a list, those that stand there."""
        value = self.chosen[name]
        offered: Iterable[Any] = getattr(self.form.fields[name].widget, "choices", ())
        return str(dict(offered).get(value, value))


def list_of(model: type[Contribution], event: Event, data: Any) -> dict[str, Any]:
    """Return the context of the list, newest first, of all days or of one. `data`: the address's query."""
    days = days_of(event)
    day = DayForm.chosen(data, days)
    narrowed = Narrowed(event, model.slug, DayForm(data), {"day": day.date} if day else {})
    narrowed.days = days
    page = list_page(
        model,
        public_at(event, model).filter(day=day.pk) if day else public_at(event, model),
        filters=narrowed.query(),
        **PageForm.place(data),
    )
    cards = "" if model.lists_items else together(page.entries, here=event.pk)
    return {"cards": cards, "page": page, "narrowed": narrowed}
