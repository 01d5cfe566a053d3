"""Mixed lists: one page of contributions of any kind, in a fixed number of queries.

`load` is the only thing that turns parents into their kinds, and it does so in bulk. Lists page by key.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .kinds import kinds_by_name
from .models import Contribution, ContributionQuerySet

PAGE_SIZE = 30


def load(contribution_ids: Sequence[int]) -> list[Contribution]:
    """Return the items of these ids as their kinds, in the same order, ready to be drawn as cards.

    Queries: one for the kinds of the ids, and the kind's fixed number for each kind that occurs.
    """
    kind_of = dict(Contribution.objects.filter(pk__in=contribution_ids).values_list("pk", "kind"))
    found: dict[int, Contribution] = {}
    for kind, model in kinds_by_name().items():
        ids = [pk for pk, its_kind in kind_of.items() if its_kind == kind]
        if ids:
            found |= {item.pk: item for item in model.objects.filter(pk__in=ids).for_cards()}
    return [found[pk] for pk in contribution_ids if pk in found]


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: a contribution, its card, and the event to name beside it where the list is of another."""

    pk: int
    event_id: int
    event_name: str
    event_slug: str
    html: SafeString

    @property
    def says_why(self) -> bool:
        """Whether the card gives somebody's reason. It is drawn from what is public, so then somebody gave one."""
        return 'class="card-why"' in self.html


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the keys of the pages beside it (None where there is none).

    `filters` is what else stands in the address of the list, as a query string: “kind=talk&year=2024”.
    """

    entries: list[Any]
    older_key: str | None = None
    newer_key: str | None = None
    filters: str = ""

    @property
    def cards(self) -> SafeString:
        """The cards of a list across events, each with its event's name."""
        return together(self.entries)

    @property
    def older_url(self) -> str:
        return self._address("before", self.older_key)

    @property
    def newer_url(self) -> str:
        return self._address("after", self.newer_key)

    def among(self, filters: str) -> "Page":
        """Return this page as one of a list that is narrowed down."""
        return dataclasses.replace(self, filters=filters)

    def _address(self, name: str, key: str | None) -> str:
        return f"?{self.filters}{'&' if self.filters else ''}{name}={key}" if key else ""


CARD_COLUMNS = ("pk", "event_id", "event__name", "event__slug", "card_html")


def cards(rows: ContributionQuerySet) -> list[Entry]:
    """Return the cards of these rows: the stored ones, and the missing ones drawn live, in bulk."""
    return entries_of(list(rows.with_card().values_list(*CARD_COLUMNS)))


def entries_of(read: Sequence[tuple[Any, ...]]) -> list[Entry]:
    """Return the entries of rows that hold CARD_COLUMNS; where there is no stored card, one is drawn."""
    from .cards import draw

    missing = [pk for pk, *_event, html in read if html is None]
    drawn = {item.pk: draw(item) for item in load(missing)} if missing else {}
    return [
        # What is marked as safe is our own template's output.
        Entry(pk, event_id, name, slug, mark_safe(html) if html is not None else drawn[pk])
        for pk, event_id, name, slug, html in read
        if html is not None or pk in drawn
    ]


def together(entries: Sequence[Entry], *, here: int = 0) -> SafeString:
    """Return the cards one after the other, each at another event than `here` (its id) with that event's name.

    Joined here and not in a template: on a page of fifty that is a tenth of the page's time.
    """
    # The cards are our own templates' output, the names are escaped.
    return mark_safe(
        "\n".join(
            entry.html
            if entry.event_id == here
            else PLACED % (entry.event_slug, escape(entry.event_name), entry.html)
            for entry in entries
        )
    )


PLACED = '<div class="placed"><p class="kicker"><a href="/events/%s/">%s</a></p>%s</div>'


def write_key(moment: datetime.datetime, pk: int) -> str:
    """Return the key of a row in a list ordered by time and id, as it stands in an address."""
    return f"{int(moment.timestamp() * 1_000_000)}-{pk}"


def read_key(key: str) -> tuple[datetime.datetime, int]:
    """Return the time and id of a key that `write_key` made. Raises ValueError for anything else."""
    microseconds, _dash, pk = key.partition("-")
    if not (microseconds.isascii() and microseconds.isdigit() and pk.isascii() and pk.isdigit()):
        raise ValueError("not a key of a page")
    if len(microseconds) > 17 or len(pk) > 18:
        raise ValueError("not a key of a page")
    seconds, rest = divmod(int(microseconds), 1_000_000)
    moment = datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC) + datetime.timedelta(microseconds=rest)
    return moment, int(pk)


def cut(
    rows: Any,
    *,
    before: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
    time: str = "published_at",
    pk: str = "pk",
    columns: Sequence[str] = (),
) -> tuple[list[tuple[Any, ...]], str | None, str | None]:
    """Cut one page out of `rows`, newest first: (its rows, the key of the older page, the key of the newer one).

    `before` and `after` are keys from an address (checked by community.forms.PageForm); `time` and `pk` the columns
    that `rows` are ordered by; each row holds `time` and `pk`, then `columns`. The comparison is a range with a tie
    break, since with OR the databases scan.
    """
    if after:
        moment, last = read_key(after)
        beyond = rows.filter(
            Q(**{f"{time}__gte": moment}) & (Q(**{f"{time}__gt": moment}) | Q(**{f"{pk}__gt": last}))
        )
        read = list(beyond.order_by(time, pk).values_list(time, pk, *columns)[: size + 1])
        if len(read) > size:
            read = read[:size][::-1]
            return read, write_key(*read[-1][:2]), write_key(*read[0][:2])
        # Fewer than a page is newer: that is the first page, whole.
        before = ""
    here = rows
    if before:
        moment, last = read_key(before)
        here = rows.filter(
            Q(**{f"{time}__lte": moment}) & (Q(**{f"{time}__lt": moment}) | Q(**{f"{pk}__lt": last}))
        )
    read = list(here.order_by(f"-{time}", f"-{pk}").values_list(time, pk, *columns)[: size + 1])
    older = write_key(*read[size - 1][:2]) if len(read) > size else None
    newer = write_key(*read[0][:2]) if before and read else None
    return read[:size], older, newer


def keys_of_page(rows: Any, **place: Any) -> tuple[list[int], str | None, str | None]:
    """Return the ids of one page of `rows`, and the keys of the pages beside it."""
    read, older, newer = cut(rows, **place)
    return [row[1] for row in read], older, newer


def card_page(rows: ContributionQuerySet, *, filters: str = "", **place: Any) -> Page:
    """Return one page of cards of `rows` (which must be public), newest first. `place`: as `cut` takes it."""
    read, older, newer = cut(rows.with_card(), columns=CARD_COLUMNS, **place)
    return Page(entries_of([row[2:] for row in read]), older, newer, filters)


def item_page(rows: ContributionQuerySet, *, filters: str = "", **place: Any) -> Page:
    """Return one page of whole items, for pages that show more than the card or what is not public."""
    ids, older, newer = keys_of_page(rows, **place)
    return Page(load(ids), older, newer, filters)


def newest(rows: ContributionQuerySet, size: int) -> ContributionQuerySet:
    """Return the `size` newest of these rows."""
    return in_order(rows, "-published_at")[:size]


def in_order(rows: ContributionQuerySet, order: str) -> ContributionQuerySet:
    """Return these rows in the order of a kind's section (`section_order`); of equal ones the newest first."""
    return rows.order_by(F(order.removeprefix("-")).desc(), "-pk")


def items_of(model: type[Contribution], ids: Sequence[int]) -> list[Contribution]:
    """Return the items of these ids, all of one kind, in the same order, ready for the kind's own list."""
    found = {item.pk: item for item in rows_of(model, ids).for_list()}
    return [found[pk] for pk in ids if pk in found]


def rows_of(model: type[Contribution], ids: Sequence[int]) -> ContributionQuerySet:
    """Return the items of these ids, all of one kind, as its rows: in no order, and not loaded yet."""
    rows: ContributionQuerySet = model._default_manager.filter(pk__in=ids)
    return rows


def list_page(
    model: type[Contribution], rows: ContributionQuerySet, *, filters: str = "", **place: Any
) -> Page:
    """Return one page of a kind's own list: its items where it draws them itself, else their cards."""
    if not model.lists_items:
        return card_page(rows, filters=filters, **place)
    ids, older, newer = keys_of_page(rows, **place)
    return Page(items_of(model, ids), older, newer, filters)
