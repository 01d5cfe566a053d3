"""How lists are narrowed down, all of them alike: a row of chips for the first choice, a form for the others, and of
each that was made a chip that takes it away again. And the full list of one kind at an event.
"""

import datetime
from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Event

from .forms import DayForm, PageForm
from .kinds import kinds
from .models import Contribution
from .sections import EventDay, days_of, public_at
from .stream import list_page, together


class Choice(NamedTuple):
    """One chip of the row: what it is called, the address of the list that it leads to, whether that is this one."""

    label: Any
    url: str
    is_chosen: bool


class Chosen(NamedTuple):
    """One choice as a chip shows it: what it is, and the address of the list without it."""

    name: Any
    value: str
    url_without: str


class Narrowed:
    """The list at `address`, narrowed down as `form`, bound to an address's query, says.

    `chosen` is what was asked for, by the names that it has in addresses.
    """

    # The choice that has a row of chips, what the row is called, and what stands in it for no choice.
    row: ClassVar[str]
    row_label: ClassVar[str | Promise]
    row_all: ClassVar[str | Promise]
    # What of `chosen` says in which order things come, not which.
    orders: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, address: str, form: forms.Form, chosen: dict[str, Any]) -> None:
        self.address, self.form, self.chosen = address, form, chosen

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen.keys() - self.orders)

    @cached_property
    def fields(self) -> list[forms.BoundField]:
        """What the form asks for beside the choice that has a row of chips."""
        return [field for field in self.form if field.name != self.row]

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

    def _address(self, query: str) -> str:
        return f"{self.address}?{query}" if query else self.address

    def word(self, name: str) -> str:
        """Return a choice as an address carries it."""
        value = self.chosen[name]
        return value.isoformat() if isinstance(value, datetime.date) else str(value)

    # --- Chips --------------------------------------------------------------------------------------------------------

    def offered(self) -> Iterable[tuple[str, Any]]:
        """Return what the row offers: each as an address carries it, and in words."""
        raise NotImplementedError

    @cached_property
    def row_chips(self) -> list[Choice]:
        """Return the chips of the row, that for no choice first; none where there is nothing to choose."""
        offered = list(self.offered())
        if not offered:
            return []
        chosen = self.row_word
        return [
            Choice(label, self._address(self.query(**{self.row: word})), word == chosen)
            for word, label in [("", self.row_all), *offered]
        ]

    @property
    def row_word(self) -> str:
        """What is chosen in the row, as an address carries it; "" where nothing is."""
        return self.word(self.row) if self.row in self.chosen else ""

    @property
    def row_errors(self) -> Any:
        return self.form[self.row].errors

    def chips(self) -> list[Chosen]:
        """Return what was chosen, but for what the row shows."""
        return [
            Chosen(self.form.fields[name].label, self.words(name), self._address(self.query(**{name: ""})))
            for name in self.chosen
            if name != self.row
        ]

    def words(self, name: str) -> str:
        """Return a choice in words: of a list, those that stand there."""
        value = self.chosen[name]
        offered: Iterable[Any] = getattr(self.form.fields[name].widget, "choices", ())
        return str(dict(offered).get(value, value))


class OfKinds(Narrowed):
    """A list of things of all kinds, with a chip for each kind."""

    row = "kind"
    row_label = _("What")
    row_all = _("everything")

    def offered(self) -> Iterable[tuple[str, Any]]:
        return [(model.KIND, model.plural_label) for model in kinds()]


class UnderTag(OfKinds):
    """What stands under a tag. Its form asks for nothing of which there is only one to choose."""

    @cached_property
    def fields(self) -> list[forms.BoundField]:
        return [
            field for field in self.form if field.name != self.row and len(field.field.widget.choices) > 2
        ]

    def word(self, name: str) -> str:
        return str(getattr(self.chosen[name], "slug", self.chosen[name]))


class AtEvent(Narrowed):
    """The list of the kind with this `slug` at `event`, with a chip for each day."""

    row = "day"
    row_label = _("Days")
    row_all = _("all days")

    def __init__(self, event: Event, slug: str, form: forms.Form, chosen: dict[str, Any]) -> None:
        super().__init__(f"{event.get_absolute_url()}{slug}/", form, chosen)
        self.event = event

    @cached_property
    def days(self) -> list[EventDay]:
        return days_of(self.event)

    def offered(self) -> Iterable[tuple[str, Any]]:
        return [(day.date.isoformat(), day.label) for day in self.days]


def list_of(model: type[Contribution], event: Event, data: Any) -> dict[str, Any]:
    """Return the context of the list, newest first, of all days or of one. `data`: the address's query."""
    days = days_of(event)
    day = DayForm.chosen(data, days)
    narrowed = AtEvent(event, model.slug, DayForm(data), {"day": day.date} if day else {})
    narrowed.days = days
    page = list_page(
        model,
        public_at(event, model).filter(day=day.pk) if day else public_at(event, model),
        filters=narrowed.query(),
        **PageForm.place(data),
    )
    cards = "" if model.lists_items else together(page.entries, here=event.pk)
    return {"cards": cards, "page": page, "narrowed": narrowed}
