"""The talks of an event as a list: by the schedule or newest first, narrowed down by day, track, language."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from community.forms import PageForm
from community.languages import language_name
from community.listing import AtEvent
from community.sections import days_of, public_at
from community.stream import (
    CARD_COLUMNS,
    PAGE_SIZE,
    Page,
    card_page,
    entries_of,
    read_key,
    together,
    write_key,
)
from events.models import Event

from .models import Talk

# What has no time stands behind all that has one.
END = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
MOST_TRACKS = 200


class FilterForm(forms.Form):
    """What to look at, as addresses carry it: ?day=2024-03-20&track=Security."""

    day = forms.DateField(label=_("Day"), required=False)
    # A validator, not max_length: that would write an attribute which a select must not have.
    track = forms.CharField(
        label=_("Track"), required=False, validators=[MaxLengthValidator(100)], widget=forms.Select
    )
    language = forms.CharField(
        label=_("Language"), required=False, validators=[MaxLengthValidator(10)], widget=forms.Select
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("by the schedule")), ("newest", _("newest first"))],
    )

    def __init__(self, data: Any, event: Event) -> None:
        super().__init__(data)
        self.days = days_of(event)
        talks = Talk.objects.public().at(event).order_by()
        tracks = talks.exclude(track="").values_list("track", flat=True).distinct().order_by("track")
        languages = talks.exclude(language="").values_list("language", flat=True).distinct()
        self.offer("track", [(track, track) for track in tracks[:MOST_TRACKS]])
        self.offer(
            "language", sorted(((code, language_name(code)) for code in languages), key=lambda one: one[1])
        )
        self.has_times = talks.filter(starts_at__isnull=False).exists()
        if not self.has_times:
            del self.fields["order"]

    def offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Offer these, or nothing where there is nothing to choose."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            self.fields[name].widget.choices = [("", _("all")), *choices]
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen; what is mangled, or no day of the event, is as if it were not."""
        self.full_clean()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if chosen.get("day") not in {one.date for one in self.days}:
            chosen.pop("day", None)
        return chosen


class Programme(AtEvent):
    """How the list of talks is narrowed down."""

    orders = frozenset({"order"})


def programme(event: Event, data: Any) -> dict[str, Any]:
    """Return what the list of talks shows. Queries: a fixed number, however many talks there are."""
    form = FilterForm(data, event)
    chosen = form.chosen()
    rows = public_at(event, Talk)
    if day := chosen.get("day"):
        rows = rows.filter(day__in=[one.pk for one in form.days if one.date == day])
    for name in ("track", "language"):
        if name in chosen:
            rows = rows.filter(**{f"talk__{name}": chosen[name]})
    narrowed = Programme(event, Talk.slug, form, chosen)
    narrowed.days = form.days
    query = narrowed.query()
    by_time = form.has_times and not chosen.get("order")
    place = PageForm.place(data)
    page = time_page(rows, query, **place) if by_time else card_page(rows, filters=query, **place)
    return {
        "narrowed": narrowed,
        "has_times": form.has_times,
        "page": page,
        "cards": together(page.entries, here=event.pk),
        "by_time": by_time,
    }


def time_page(rows: Any, query: str, *, before: str = "", after: str = "") -> Page:
    """Return one page of cards in the order of the schedule: `newer_url` leads to what was earlier."""
    begins = Coalesce("talk__starts_at", Value(END))
    rows = rows.annotate(begins=begins)
    key, backwards = (before, True) if before else (after, False)
    if key:
        moment, last = read_key(key)
        tie = Q(begins=moment, pk__lt=last) if backwards else Q(begins=moment, pk__gt=last)
        rows = rows.filter(tie | (Q(begins__lt=moment) if backwards else Q(begins__gt=moment)))
    order = ("-begins", "-pk") if backwards else ("begins", "pk")
    read = list(rows.order_by(*order).with_card().values_list("begins", "pk", *CARD_COLUMNS)[: PAGE_SIZE + 1])
    is_more, read = len(read) > PAGE_SIZE, read[:PAGE_SIZE]
    if backwards:
        read.reverse()
    has_earlier = is_more if backwards else bool(key)
    has_later = bool(key) if backwards else is_more
    ends = (write_key(*read[0][:2]), write_key(*read[-1][:2])) if read else ("", "")
    # In a list that goes forward in time, the way back is `before`.
    return TimePage(
        entries_of([row[2:] for row in read]),
        older_key=ends[1] if has_later else None,
        newer_key=ends[0] if has_earlier else None,
        filters=query,
    )


class TimePage(Page):
    """A page of a list that begins with what was first."""

    @property
    def older_url(self) -> str:
        return self._address("after", self.older_key)

    @property
    def newer_url(self) -> str:
        return self._address("before", self.newer_key)
