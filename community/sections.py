"""What stands on an event's page: a section a kind, in the order that the kinds ask for; parts; tags."""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from events.dates import short
from events.models import Day, Event, Series
from events.numbers import grouped
from people.models import User

from .bringing_home import People, columns_of_people, people
from .gathered import Gathered, read
from .kinds import kinds
from .models import Contribution, Tag, Tally
from .prepared import Prepared
from .stream import CARD_COLUMNS, Entry, entries_of, in_order, together


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
    # Of kinds that show the best first: what few recommend, and that strongly (`gems_among`).
    gem_entries: list[Entry] = dataclasses.field(default_factory=list)
    # Of kinds that need a voice: how many nobody has spoken for, where all the others are shown.
    silent: int = 0

    @property
    def how_many(self) -> str:
        """Words that lead to all of them: “All 23”."""
        # Here and not in the template, where words around a number take ten times as long.
        return ngettext("%(n)s so far", "All %(n)s", self.count) % {"n": grouped(self.count)}

    @property
    def number(self) -> str:
        """How many there are."""
        return grouped(self.count)

    @property
    def in_words(self) -> str:
        """How many there are, in the kind's words: “23 talks”."""
        return self.model.count_in_words(self.count)

    @property
    def how_many_silent(self) -> str:
        """Words that lead to those that nobody has spoken for: “406 more talks in the programme”."""
        return self.model.silent_in_words(self.silent, more=bool(self.entries))

    @property
    def cards(self) -> SafeString:
        return together(self.entries, here=self.event_id)

    @property
    def gems(self) -> SafeString:
        return together(self.gem_entries, here=self.event_id)


def sections(event: Event, counts: dict[str, int]) -> list[Section]:
    """Return the sections of `event`, also those of kinds that have nothing yet; `counts` as `visible_event` says.

    Queries: a fixed number a kind.
    """
    return [section(model, event, counts.get(model.KIND, 0)) for model in kinds()]


def section(model: type[Contribution], event: Event, count: int) -> Section:
    entries, gems, voiced = ([], [], None) if model.lists_items else shown_cards(model, event)
    return Section(
        model=model,
        event_id=event.pk,
        entries=entries,
        items=model.newest_items(event) if model.lists_items else [],
        count=count,
        url=f"{event.get_absolute_url()}{model.slug}/",
        # Nothing is added to an event before it is public.
        add_url=add_address(model).replace(SLUG, event.slug) if event.is_public else "",
        gem_entries=gems,
        silent=count - voiced if voiced is not None and voiced <= model.section_size else 0,
    )


# Stands for a slug in an address; no event has it, as slugs have no capital letters.
SLUG = "SLUG"


@cache
def add_address(model: type[Contribution]) -> str:
    """Return the address of the form of a new item, with SLUG for the event's: reversed once a kind."""
    return reverse(model.add_route, args=[SLUG])


def add_menu(event: Event) -> SafeString:
    """Return the menu “Add yours” of a public event."""
    return mark_safe(menu_in(get_language()).replace(SLUG, event.slug))


@cache
def menu_in(language: str | None) -> str:
    """Return that menu with SLUG for the event's: drawn once a language, as it is the same on every event's page."""
    ways = [(model, add_address(model)) for model in kinds()]
    return render_to_string("community/_add_menu.html", {"ways": ways})


def shown_cards(model: type[Contribution], event: Event) -> tuple[list[Entry], list[Entry], int | None]:
    """Return the first cards of a kind at an event, in its `section_order`; of those that come next, its gems; and how
    many of these somebody spoke for, where the kind needs that and somebody did not for all (else None).
    """
    rows = first_of(model, is_part=bool(event.parent_id))(event=event.pk, language=get_language())
    voiced = None
    if model.needs_a_voice and any(row[-1] for row in rows):
        # Left out here and not in the query: by score they come last, so one range of the index still has the others.
        rows = [row for row in rows if not row[-1]]
        voiced = len(rows)
    if not model.gem_pool:
        return entries_of([row[: len(CARD_COLUMNS)] for row in rows]), [], voiced
    size, width = model.section_size, len(CARD_COLUMNS)
    next_ones = {row[0]: Candidate(*row[width : width + 2]) for row in rows[size:] if 0 < row[width] <= FEW}
    shown = [*rows[:size], *(row for row in rows[size:] if row[0] in next_ones)]
    entries = entries_of([row[:width] for row in shown])
    chosen = model.gems_among([(entry, next_ones[entry.pk]) for entry in entries[size:]])
    return entries[:size], chosen, voiced


class Candidate(NamedTuple):
    """What says of an item, beside its card, whether it is a gem."""

    favourite_count: int
    attendance: int | None


# What at most so many people recommend may be a gem.
FEW = 3


@cache
def first_of(model: type[Contribution], *, is_part: bool) -> Prepared:
    """The query of a section at a main event, or at a part of one: its first in its order, with their cards."""
    # All in one query and one range of one index: those that may be gems are the next in the same order.
    beside = ("favourite_count", "event__attendance") if model.gem_pool else ()
    more = (*beside, "quiet") if model.needs_a_voice else beside

    def build(event: int, language: str) -> Any:
        at = Event(pk=event, parent_id=-1 if is_part else None)
        rows = in_order(public_at(at, model), model.section_order)[: model.section_size + model.gem_pool]
        return rows.with_card(language).values_list(*CARD_COLUMNS, *more)

    return Prepared(build, event=int, language=str)


def public_at(event: Event, model: type[Contribution]) -> Any:
    """The public rows of one kind at an event, its co-located events included."""
    # The parent's rows, not the kind's: one index of one table has them in order.
    return Contribution.objects.public().at(event).filter(kind=model.KIND)


def tags_at(event: Any) -> Any:
    """The accepted tags of an event; `event`: its id, or what stands for it."""
    return Tag.objects.accepted().filter(tagged_events__event=event).order_by("folded")


def days_at(event: Any) -> Any:
    """A main event's own days; `event`: its id, or what stands for it."""
    return Day.objects.filter(event=event).order_by("date")


TAG_COLUMNS = ("slug", "name")
DAY_COLUMNS = ("pk", "date", "theme")
PART_COLUMNS = ("slug", "name", "contribution_count")

tags_of_event = Prepared(lambda event: tags_at(event).values_list(*TAG_COLUMNS), event=int)
days_of_event = Prepared(lambda event: days_at(event).values_list(*DAY_COLUMNS), event=int)


def columns_of_page() -> list[Any]:
    """Return what the query of an event brings along for its page: who brought something home (two columns), its tags,
    its co-located events, and the main event's days.
    """
    parts = Event.objects.public().filter(parent=OuterRef("pk")).order_by("starts_on", "name", "pk")
    main = Coalesce(OuterRef("parent_id"), OuterRef("pk"))
    return [
        *columns_of_people(),
        Gathered(tags_at(OuterRef("pk")), *TAG_COLUMNS),
        Gathered(parts, *PART_COLUMNS),
        Gathered(days_at(main), *DAY_COLUMNS),
    ]


@cache
def event_for(*, is_member: bool, is_moderator: bool, whole_page: bool = False) -> Prepared:
    """The query of an event for one sort of visitor, with what pages show of its series and of the event above; for its
    own page with all that stands there beside the sections.
    """

    def build(slug: str, member: int) -> Any:
        visitor = User(pk=member, is_moderator=is_moderator) if is_member else AnonymousUser()
        beside = ("series__slug", "series__name", *PARENT_COLUMNS)
        tallies = Tally.objects.filter(event=OuterRef("pk"))
        counts = [Subquery(tallies.filter(kind=model.KIND).values("count")) for model in kinds()]
        events = Event.objects.visible_to(visitor).filter(slug=slug)
        return events.values_list(
            *EVENT_COLUMNS, *beside, *counts, *(columns_of_page() if whole_page else ())
        )

    return Prepared(build, slug=str, member=int)


# Without what no page of an event shows: of its row's time, turning dates and ids into Python's takes half.
UNSEEN = {"folded_name", "search_text", "submission_key", "proposed_at", "published_at"}
PARENT_COLUMNS = ("parent__slug", "parent__name", "parent__ends_on", "parent__timezone")
EVENT_COLUMNS = [field.attname for field in Event._meta.concrete_fields if field.name not in UNSEEN]


def visible_event(slug: str, user: Any) -> tuple[Event, dict[str, int]]:
    """Return the event of that address, with its series and its parent, and how many public items it has of each kind
    (by KIND). Raises Http404 where `user` may not see one.
    """
    return event_of(row_of_event(slug, user))


class EventPage(NamedTuple):
    """What an event's page shows beside its sections."""

    event: Event
    # How many public items it has of each kind, by KIND.
    counts: dict[str, int]
    people: People
    tags: "list[Chip]"
    parts: "list[Part]"
    days: "list[EventDay]"


def event_page(slug: str, user: Any) -> EventPage:
    """Return the event of that address, and all that its page shows of it, in one query. Raises Http404 where `user`
    may not see one.
    """
    *row, said, number, tags, parts, days = row_of_event(slug, user, whole_page=True)
    event, counts = event_of(row)
    dated = [(pk, datetime.date.fromisoformat(date), theme) for pk, date, theme in read(days)]
    return EventPage(
        event,
        counts,
        people(said, number),
        chips(read(tags)),
        event_parts(read(parts)),
        event_days(event, dated),
    )


def row_of_event(slug: str, user: Any, **more: bool) -> tuple[Any, ...]:
    is_member = user.is_authenticated
    query = event_for(is_member=is_member, is_moderator=is_member and user.is_moderator, **more)
    rows = query(slug=slug, member=user.pk)
    if not rows:
        raise Http404
    return rows[0]


def event_of(row: Sequence[Any]) -> tuple[Event, dict[str, int]]:
    width = len(EVENT_COLUMNS)
    series_slug, series_name, parent_slug, parent_name, ends_on, zone, *counts = row[width:]
    event = Event.from_db(DEFAULT_DB_ALIAS, EVENT_COLUMNS, row[:width])
    if event.series_id:
        event.series = Series(pk=event.series_id, slug=series_slug, name=series_name)
    if event.parent_id:
        event.parent = Event(
            pk=event.parent_id, slug=parent_slug, name=parent_name, ends_on=ends_on, timezone=zone
        )
    return event, {model.KIND: count or 0 for model, count in zip(kinds(), counts, strict=True)}


class EventDay(NamedTuple):
    """A day as pages of an event show it. Made without the model, as are the other lines of an event's page: making
    twenty of Django's objects took a tenth of the page's time."""

    pk: int
    date: datetime.date
    theme: str
    label: str
    # As ISO 8601 writes it.
    iso: str


class Part(NamedTuple):
    """A co-located event as a line of the main event's page."""

    url: str
    name: str
    things: str


class Chip(NamedTuple):
    """A tag as a chip shows it."""

    get_absolute_url: str
    name: str


def days_of(event: Event) -> list[EventDay]:
    """Return the event's own days; of a co-located event those of the main event that it spans."""
    return event_days(event, days_of_event(event=event.main_event_id))


def event_days(event: Event, rows: Iterable[Sequence[Any]]) -> list[EventDay]:
    return [
        EventDay(pk, date, theme, short(date), date.isoformat())
        for pk, date, theme in rows
        if not event.parent_id or event.starts_on <= date <= event.ends_on
    ]


def tags_of(event: Event) -> list[Chip]:
    """Return the accepted tags of an event."""
    return chips(tags_of_event(event=event.pk))


def chips(rows: Iterable[Sequence[str]]) -> list[Chip]:
    return [Chip(f"/tags/{slug}/", name) for slug, name in rows]


def event_parts(rows: Iterable[Sequence[Any]]) -> list[Part]:
    return [
        Part(f"/events/{slug}/", name, ngettext("%(n)s thing", "%(n)s things", count) % {"n": grouped(count)})
        for slug, name, count in rows
    ]


def how_many_parts(parts: list[Part]) -> str:
    """Return in words how many co-located events there are."""
    n = len(parts)
    return ngettext("%(n)s co-located event", "%(n)s co-located events", n) % {"n": n} if n else ""


def about(event: Event) -> str:
    """Return what an event's page is, in one sentence, for search engines."""
    words = _("What people brought home from %(name)s, %(dates)s: recaps, talks worth watching, photos.")
    return words % {"name": event.name, "dates": event.dates}
