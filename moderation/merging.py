"""One page of a list that is merged from several tables, by key.

Method: each table gives its next `size + 1` ids beyond the key, and the merge keeps the first `size` of all: one
query a table, however long the list. A row's place is its time and then its id and its table's rank, written as one
number, so that keys look as those of every other list (community.stream).
"""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from community.stream import read_key, write_key

# More than there will ever be: the rank of a table is less than this.
TABLES = 100


@dataclasses.dataclass(frozen=True)
class Strand:
    """One of the tables: its rows, the column of their time, and its rank (a number below TABLES of its own)."""

    rows: "models.QuerySet[Any]"
    time: str
    rank: int


@dataclasses.dataclass(frozen=True)
class Cut:
    """One page: (rank, id) in the list's order, and the keys of the pages before and after it in time."""

    places: list[tuple[int, int]]
    before: str | None
    after: str | None


def cut(
    strands: Sequence[Strand], *, before: str = "", after: str = "", size: int, newest_first: bool
) -> Cut:
    """Cut one page out of the strands. `before` and `after` are keys: what lies earlier or later than that place."""
    ahead, behind = (before, after) if newest_first else (after, before)
    # A key behind is read towards the start of the list, and turned round.
    backwards = bool(behind)
    falling = newest_first != backwards
    found: list[tuple[datetime.datetime, int]] = []
    for strand in strands:
        found += _next(strand, behind or ahead, falling, size + 1)
    found.sort(reverse=falling)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = True if backwards else more
    has_previous = more if backwards else bool(ahead)
    first = write_key(*found[0]) if found and has_previous else None
    last = write_key(*found[-1]) if found and has_next else None
    places = [(number % TABLES, number // TABLES) for _time, number in found]
    return Cut(places, before=last, after=first) if newest_first else Cut(places, before=first, after=last)


def _next(strand: Strand, key: str, falling: bool, size: int) -> list[tuple[datetime.datetime, int]]:
    """Return the (time, number) of the rows beyond `key` in one direction, nearest first."""
    rows, time = strand.rows, strand.time
    if key:
        moment, number = read_key(key)
        # pk * TABLES + rank beyond number, solved for pk.
        if falling:
            tie = Q(pk__lt=-((strand.rank - number) // TABLES))
            rows = rows.filter(Q(**{f"{time}__lte": moment}) & (Q(**{f"{time}__lt": moment}) | tie))
        else:
            tie = Q(pk__gt=(number - strand.rank) // TABLES)
            rows = rows.filter(Q(**{f"{time}__gte": moment}) & (Q(**{f"{time}__gt": moment}) | tie))
    order = (f"-{time}", "-pk") if falling else (time, "pk")
    chosen = rows.order_by(*order).values_list(time, "pk")[:size]
    return [(moment, pk * TABLES + strand.rank) for moment, pk in chosen]
