"""Mixed lists: one page of contributions of any kind, in a fixed number of queries.

`load` is the only thing that turns parents into their kinds, and it does so in bulk. Lists page by key.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q
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
    """One line of a list: which contribution, at which event, and its card."""

    pk: int
    event_id: int
    html: SafeString


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the keys of the pages beside it (None where there is none)."""

    entries: list[Any]
    older_key: str | None = None
    newer_key: str | None = None


def cards(rows: ContributionQuerySet) -> list[Entry]:
    """Return the cards of these rows: the stored ones, and the missing ones drawn live, in bulk."""
    from .cards import draw

    read = list(rows.with_card().values_list("pk", "event_id", "card_html"))
    missing = [pk for pk, _event, html in read if html is None]
    drawn = {item.pk: draw(item) for item in load(missing)} if missing else {}
    return [
        Entry(pk, event_id, mark_safe(html) if html is not None else drawn[pk])  # noqa: S308 - our own template's output
        for pk, event_id, html in read
        if html is not None or pk in drawn
    ]


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


def page_of(
    rows: ContributionQuerySet, *, before: str = "", after: str = "", size: int = PAGE_SIZE, time: str = "published_at"
) -> tuple[ContributionQuerySet, str | None, str | None]:
    """Cut one page out of `rows`, newest first: (its rows, the key of the older page, the key of the newer one).

    `before` and `after` are keys from an address (checked by community.forms.PageForm). Two queries more than the
    rows themselves: none, as the ids of the page are read once. The comparison is written as a range with a tie
    break, since with OR the databases scan.
    """
    order = [f"-{time}", "-pk"]
    if after:
        moment, pk = read_key(after)
        beyond = rows.filter(Q(**{f"{time}__gte": moment}) & (Q(**{f"{time}__gt": moment}) | Q(pk__gt=pk)))
        ids = list(beyond.order_by(time, "pk").values_list("pk", time)[: size + 1])
        more_newer, ids = len(ids) > size, ids[:size][::-1]
        more_older = True
    else:
        if before:
            moment, pk = read_key(before)
            rows = rows.filter(Q(**{f"{time}__lte": moment}) & (Q(**{f"{time}__lt": moment}) | Q(pk__lt=pk)))
        ids = list(rows.order_by(*order).values_list("pk", time)[: size + 1])
        more_older, ids = len(ids) > size, ids[:size]
        more_newer = bool(before)
    chosen = Contribution.objects.filter(pk__in=[pk for pk, _moment in ids]).order_by(*order)
    older = write_key(ids[-1][1], ids[-1][0]) if ids and more_older else None
    newer = write_key(ids[0][1], ids[0][0]) if ids and more_newer else None
    return chosen, older, newer


def card_page(rows: ContributionQuerySet, *, before: str = "", after: str = "", size: int = PAGE_SIZE) -> Page:
    """Return one page of cards of `rows` (which must be public), newest first."""
    chosen, older, newer = page_of(rows, before=before, after=after, size=size)
    return Page(cards(chosen), older, newer)


def item_page(rows: ContributionQuerySet, *, before: str = "", after: str = "", size: int = PAGE_SIZE, time: str = "published_at") -> Page:
    """Return one page of whole items, for pages that show more than the card or what is not public."""
    chosen, older, newer = page_of(rows, before=before, after=after, size=size, time=time)
    return Page(load(list(chosen.values_list("pk", flat=True))), older, newer)


def newest(rows: ContributionQuerySet, size: int) -> ContributionQuerySet:
    """Return the `size` newest of these rows."""
    return rows.order_by(F("published_at").desc(), "-pk")[:size]


def ids_of(rows: Iterable[Contribution]) -> list[int]:
    return [row.pk for row in rows]
