"""What is worth watching: how many recommend a thing, weighed for how many could have, and for how long ago.

The number, kept in `Contribution.score`, is the lower end of Wilson's interval for a share (E. B. Wilson, “Probable
inference, the law of succession, and statistical inference”, Journal of the American Statistical Association 22, 1927,
pages 209 to 212): of an audience of `a`, `n` speak up, so at least this share of all who might hear it would. One voice
says little, however small the audience. See docs/decisions/0016-worth-watching.md.

- `a` is the geometric mean of the event's attendance and ROOM: a larger event has more rooms, not only larger ones.
- `n` is the sum of the voices, each halved every HALF_LIFE months: what people said long ago weighs less than what they
  say now. Whoever adds a thing is one of them where they say why, and half a one where they do not.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone

from community.kinds import kinds_by_name
from community.models import Contribution

from .models import Favourite

# 95 of 100 intervals made so lie above their lower end.
Z = 1.645
# How many people hear a talk where only one room is full; and how many come to an event that does not say.
ROOM = 30
USUAL_ATTENDANCE = 300
# In months.
HALF_LIFE = 24
GEMS = 3
# What whoever adds a thing counts for, where they do not say why.
UNSAID = 0.5


def audience(attendance: int | None) -> float:
    """Return how many people may have heard a talk of an event that so many came to (None: nobody knows)."""
    return math.sqrt(ROOM * max(attendance or USUAL_ATTENDANCE, ROOM))


def lower_bound(voices: float, of: float) -> float:
    """Return the lower end of Wilson's interval for `voices` out of `of` people: a share between 0 and 1."""
    if voices <= 0:
        return 0.0
    share = min(voices / of, 1.0)
    spread = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return max(0.0, (share + Z * Z / (2 * of) - spread) / (1 + Z * Z / of))


def weight(months: int) -> float:
    """Return what a voice counts for that is so many months old."""
    return float(2.0 ** (-max(months, 0) / HALF_LIFE))


def score(voices: Iterable[tuple[float, int]], attendance: int | None) -> float:
    """Return the score of a thing with these voices, (how many, months ago), at an event of that attendance."""
    return lower_bound(sum(count * weight(months) for count, months in voices), audience(attendance))


def month(moment: datetime.datetime) -> int:
    """Return the number of the month of a moment in UTC: the next month has the next number."""
    return int(moment.year * 12 + moment.month)


def gems_among(candidates: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Return the hidden gems of a list: what few say, each of them one in a small audience, and say why.

    `candidates` are what comes after the best, (entry, its favourite_count and attendance), recommended by few. They go
    by the share itself, of which the score is careful: three of a side event's forty may know what nobody else saw.
    """
    with_reason = [one for one in candidates if one[0].says_why]
    with_reason.sort(key=lambda one: (-one[1].favourite_count / audience(one[1].attendance), -one[0].pk))
    return [entry for entry, _candidate in with_reason[:GEMS]]


# --- Keeping it -------------------------------------------------------------------------------------------------------


def rescore(contribution_ids: Sequence[int]) -> int:
    """Set what is kept of these contributions to what their rows say; return how many were wrong. Safe to run twice.

    Queries: a fixed number for all together, and one more for each kind among them that vouches.
    """
    changed = []
    for row, count, true in scored(contribution_ids):
        pk, kind, *_more, kept_count, kept_score, _attendance = row
        if kinds_by_name()[kind].varied_by:
            true = kept_score  # says its place among others: variety.py
        if count != kept_count or not math.isclose(true, kept_score, rel_tol=1e-9):
            changed.append(Contribution(pk=pk, favourite_count=count, score=true))
    Contribution.objects.bulk_update(changed, ["favourite_count", "score"], batch_size=200)
    return len(changed)


def relevances(contribution_ids: Sequence[int]) -> dict[int, float]:
    """Return the score that each of these contributions has for itself, whatever stands beside it."""
    return {row[0]: true for row, _count, true in scored(contribution_ids)}


def scored(contribution_ids: Sequence[int]) -> Iterator[tuple[tuple[Any, ...], int, float]]:
    """Yield (its row, how many recommend it, its score) for each of these contributions."""
    columns = ("pk", "kind", "published_at", "quiet", "favourite_count", "score", "event__attendance")
    rows = list(Contribution.objects.filter(pk__in=contribution_ids).values_list(*columns))
    given, owners_who_do = voices_of(contribution_ids)
    said = said_why(rows)
    now = month(timezone.now())
    for row in rows:
        pk, _kind, published_at, quiet, *_kept, attendance = row
        voices = [(float(count), now - then) for then, count in given[pk]]
        if published_at and pk not in owners_who_do and (pk in said or not quiet):
            voices.append((1.0 if pk in said else UNSAID, now - month(published_at)))
        yield row, sum(number for _then, number in given[pk]), score(voices, attendance)


def voices_of(contribution_ids: Sequence[int]) -> tuple[dict[int, list[tuple[int, int]]], set[int]]:
    """Return by contribution how many public recommendations came in which month, and where its owner's is one."""
    given: dict[int, list[tuple[int, int]]] = defaultdict(list)
    public = Favourite.objects.public().filter(contribution__in=contribution_ids)
    # Counted in the database, by month: a thing that thousands recommend is a few dozen rows.
    by_month = (
        public.annotate(
            year=ExtractYear("created_at", tzinfo=datetime.UTC),
            month=ExtractMonth("created_at", tzinfo=datetime.UTC),
        )
        .values_list("contribution", "year", "month")
        .order_by()
        .annotate(number=Count("pk"))
    )
    for pk, year, number, count in by_month:
        given[pk].append((year * 12 + number, count))
    return given, set(public.of_owners().values_list("contribution", flat=True))


def said_why(rows: Sequence[tuple[Any, ...]]) -> set[int]:
    """Return which of these contributions, (id, kind, …), say why by themselves."""
    of_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind, *_more in rows:
        of_kind[kind].append(pk)
    return {pk for kind, ids in of_kind.items() for pk in kinds_by_name()[kind].saying_why(ids)}
