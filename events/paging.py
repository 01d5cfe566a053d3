"""Pages of lists of events, by key: the date and id of the row at the edge stand in the address."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .models import Event, EventQuerySet

PAGE_SIZE = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """A row's place in a list: all that the two orders below compare."""

    date: datetime.date
    has_write_ups: bool
    pk: int

    @classmethod
    def of(cls, event: Event) -> "Key":
        return cls(event.starts_on, event.write_up_count > 0, event.pk)

    @classmethod
    def read(cls, text: str) -> "Key":
        """Return the key that `str` wrote. Raises ValueError for anything else."""
        date, led, pk = text.split("-")
        if not (len(date) == 8 and led in ("0", "1") and 0 < len(pk) <= 18 and f"{date}{pk}".isascii()):
            raise ValueError("not a key of a page")
        if not (date.isdigit() and pk.isdigit()):
            raise ValueError("not a key of a page")
        return cls(datetime.date(int(date[:4]), int(date[4:6]), int(date[6:])), led == "1", int(pk))

    def __str__(self) -> str:
        return f"{self.date:%Y%m%d}-{int(self.has_write_ups)}-{self.pk}"


class ByDate:
    """Newest first."""

    ORDER = ("-starts_on", "-pk")

    @staticmethod
    def older(key: Key) -> Q:
        return Q(starts_on__lt=key.date) | Q(starts_on=key.date, pk__lt=key.pk)

    @staticmethod
    def newer(key: Key) -> Q:
        return Q(starts_on__gt=key.date) | Q(starts_on=key.date, pk__gt=key.pk)


class ByYear:
    """The newest year first; within a year those with recaps, then the others; within these newest first."""

    ORDER = ("-starts_on__year", "-has_write_ups", "-starts_on", "-pk")

    @staticmethod
    def older(key: Key) -> Q:
        rest = Q(ByDate.older(key), has_write_ups=key.has_write_ups)
        if key.has_write_ups:
            rest |= Q(has_write_ups=False)
        return Q(starts_on__year__lt=key.date.year) | Q(rest, starts_on__year=key.date.year)

    @staticmethod
    def newer(key: Key) -> Q:
        rest = Q(ByDate.newer(key), has_write_ups=key.has_write_ups)
        if not key.has_write_ups:
            rest |= Q(has_write_ups=True)
        return Q(starts_on__year__gt=key.date.year) | Q(rest, starts_on__year=key.date.year)


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of events, and the keys of the pages beside it (None where there is none)."""

    events: Sequence[Event]
    older_key: Key | None = None
    newer_key: Key | None = None


class PlaceForm(forms.Form):
    """The place in a list, as addresses carry it."""

    before = forms.CharField(required=False, max_length=40)
    after = forms.CharField(required=False, max_length=40)

    def clean_before(self) -> Key | None:
        return self._key("before")

    def clean_after(self) -> Key | None:
        return self._key("after")

    def _key(self, name: str) -> Key | None:
        try:
            return Key.read(self.cleaned_data[name]) if self.cleaned_data[name] else None
        except ValueError as error:
            raise forms.ValidationError(_("This page’s address is incomplete.")) from error

    @classmethod
    def place(cls, data: Any) -> dict[str, Key | None]:
        """Return `before` and `after` of an address; a mangled one is the first page."""
        form = cls(data)
        return form.cleaned_data if form.is_valid() else {"before": None, "after": None}


def page_of(
    rows: EventQuerySet,
    order: type[ByDate] | type[ByYear],
    *,
    before: Key | None = None,
    after: Key | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Cut one page out of `rows`, in one query; one row more than a page tells whether there is another."""
    rows = rows.alias(has_write_ups=Q(write_up_count__gt=0)).order_by(*order.ORDER)
    if after:
        found = list(rows.filter(order.newer(after)).reverse()[: size + 1])
        has_newer, has_older, events = len(found) > size, True, found[:size][::-1]
    else:
        found = list((rows.filter(order.older(before)) if before else rows)[: size + 1])
        has_newer, has_older, events = bool(before), len(found) > size, found[:size]
    return Page(
        events,
        Key.of(events[-1]) if events and has_older else None,
        Key.of(events[0]) if events and has_newer else None,
    )
