"""The pages of the queue and of the log: merged from all sources, paged by key."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.reviewing import Line, Owner, Row, Source, registry, sources, sources_for
from events.models import Event

from .merging import Strand, cut
from .models import TrustDecision

PAGE_SIZE = 30
# Of pictures beside each other.
SHEET_SIZE = 300
TRUST_RANK = 9


@dataclasses.dataclass(frozen=True)
class Group:
    """What one person added to one event; what is much alike stands side by side."""

    rows: list[Row]

    @property
    def owner(self) -> Owner | None:
        return self.rows[0].owner

    @property
    def event(self) -> Event | None:
        return self.rows[0].event


@dataclasses.dataclass(frozen=True)
class Run:
    """Rows that follow each other and are laid out alike."""

    layout: str
    rows: list[Row]

    @property
    def is_sheet(self) -> bool:
        return self.layout == "sheet"

    @property
    def groups(self) -> list[Group]:
        """The rows of a sheet by who added them where, in the order in which each first came."""
        together: dict[Any, list[Row]] = {}
        first: dict[Any, int] = {}
        for place, row in enumerate(self.rows):
            key = (row.sender, row.event)
            together.setdefault(key, []).append(row)
            first.setdefault((key, row.likeness), place)
        return [
            Group(sorted(rows, key=lambda row, key=key: first[key, row.likeness]))  # type: ignore[misc]
            for key, rows in together.items()
        ]


@dataclasses.dataclass(frozen=True)
class DeskPage:
    """One page of the queue, oldest first, and the keys of the pages beside it."""

    rows: list[Row]
    earlier: str | None
    later: str | None

    @property
    def runs(self) -> list[Run]:
        return [
            Run(layout, list(rows)) for layout, rows in itertools.groupby(self.rows, lambda row: row.layout)
        ]


@dataclasses.dataclass(frozen=True)
class LogPage:
    """One page of the log, newest first."""

    lines: list[Line]
    newer: str | None
    older: str | None


def queue_page(user: Any, *, word: str, event: Event | None, before: str, after: str) -> DeskPage:
    """Return a page of what waits for `user`. Queries: a fixed number for each source."""
    strands: list[Strand] = []
    urgent: list[Row] = []
    by_rank: dict[int, Source] = {}
    for source in sources_for(user).values():
        rows = source.waiting(word=word, event=event)
        if rows is not None and source.is_urgent:
            urgent += [] if before or after else urgent_rows(source, rows)
        elif rows is not None:
            strands.append(Strand(rows, source.time, source.rank))
            by_rank[source.rank] = source
    is_sheet = all(source.is_sheet(word) for source in by_rank.values())
    size = SHEET_SIZE if is_sheet else PAGE_SIZE
    page = cut(strands, before=before, after=after, size=size, newest_first=False)
    found = {
        (rank, pk): row
        for rank, pks in _by_rank(page.places).items()
        for pk, row in by_rank[rank].rows(pks).items()
    }
    usual = [found[place] for place in page.places if place in found]
    return DeskPage(urgent + usual, page.before, page.after)


def urgent_rows(source: Source, rows: Any) -> list[Row]:
    """Return what of a source stands above all else, oldest first; what is too much for a page follows those."""
    pks = list(rows.order_by(source.time, "pk").values_list("pk", flat=True)[:PAGE_SIZE])
    found = source.rows(pks)
    return [found[pk] for pk in pks if pk in found]


def log_page(user: Any, *, event: Event | None, before: str, after: str) -> LogPage:
    """Return a page of the log as `user` may read it."""
    strands = []
    for source in sources():
        rows = source.log(user, event)
        if rows is not None:
            strands.append(Strand(rows, "decided_at", source.rank))
    if user.is_authenticated and user.is_moderator and event is None:
        strands.append(Strand(TrustDecision.objects.all(), "decided_at", TRUST_RANK))
    page = cut(strands, before=before, after=after, size=PAGE_SIZE, newest_first=True)
    by_rank = {source.rank: source for source in registry.values()}
    found: dict[tuple[int, int], Line] = {}
    for rank, pks in _by_rank(page.places).items():
        lines = TrustDecision.lines(pks) if rank == TRUST_RANK else by_rank[rank].lines(pks, user)
        found |= {(rank, pk): line for pk, line in lines.items()}
    return LogPage([found[place] for place in page.places if place in found], page.after, page.before)


def _by_rank(places: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    ids: dict[int, list[int]] = defaultdict(list)
    for rank, pk in places:
        ids[rank].append(pk)
    return ids
