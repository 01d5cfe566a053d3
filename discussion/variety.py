"""What is worth reading: recommended, and unlike what stands above it; by maximal marginal relevance (J. Carbonell and
J. Goldstein, “The use of MMR, diversity-based reranking for reordering documents and producing summaries”, SIGIR 1998,
pages 335 to 336). Of what is left, always that comes next for which

    RELEVANCE · how much it is recommended − (1 − RELEVANCE) · how like it is to the most alike of those above it

is largest. That number never grows from one place to the next, so it can be kept: `Contribution.score`, of kinds that
say `varied_by`. See docs/decisions/0016-worth-watching.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from community.kinds import kinds_by_name
from community.models import Contribution, Credit
from community.stream import rows_of

from .scoring import relevances

RELEVANCE = 0.7
# What makes two alike: somebody wrote both; they are at the same event of those within one; the kind's own columns.
SAME_AUTHOR, SAME_EVENT, SAME_OTHERWISE = 0.5, 0.25, 0.25
# So many are put in order: those that most people recommend, and the newest. All others stand below.
MOST_RECOMMENDED, NEWEST = 60, 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is to be put in order: `relevance` from 0 to 1, and by what it is like others."""

    pk: int
    relevance: float
    authors: frozenset[int]
    event_id: int
    own: tuple[Any, ...] = ()


def likeness(a: Candidate, b: Candidate) -> float:
    """Return how alike the two are, from 0 to 1. What nobody said of either is no likeness."""
    same = [one == other for one, other in zip(a.own, b.own, strict=True) if one and other]
    return (
        SAME_AUTHOR * bool(a.authors & b.authors)
        + SAME_EVENT * (a.event_id == b.event_id)
        + SAME_OTHERWISE * sum(same) / max(len(a.own), 1)
    )


def ranked(candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Return these in their order, each with its number, from 0 to 1; of equal ones the one handed in first."""
    left, order = dict(enumerate(candidates)), []
    nearest = dict.fromkeys(left, 0.0)
    while left:
        worth = {at: RELEVANCE * one.relevance - (1 - RELEVANCE) * nearest[at] for at, one in left.items()}
        best = max(worth, key=lambda at: (round(worth[at], 9), -at))
        chosen = left.pop(best)
        order.append((chosen, worth[best] + 1 - RELEVANCE))
        for at, one in left.items():
            nearest[at] = max(nearest[at], likeness(chosen, one))
    return order


# --- Keeping it -------------------------------------------------------------------------------------------------------


def spread(contribution_ids: Sequence[int]) -> None:
    """Put those in order anew that stand beside these contributions at their events. Safe to run twice.

    Called when they have changed (CONTRIBUTIONS_CHANGED), and once a day.
    """
    varied = [kind.KIND for kind in kinds_by_name().values() if kind.varied_by]
    lists = Contribution.objects.filter(pk__in=contribution_ids, kind__in=varied)
    for main_event_id, kind in (
        lists.order_by("main_event", "kind").values_list("main_event", "kind").distinct()
    ):
        put_in_order(main_event_id, kind)


@transaction.atomic
def put_in_order(main_event_id: int, kind: str) -> None:
    """Set the scores of one kind at an event, those inside it included."""
    there = Contribution.objects.public().filter(main_event=main_event_id, kind=kind)
    best = there.order_by("-favourite_count", "-published_at", "-pk").values_list("pk", flat=True)
    newest = there.newest_first().values_list("pk", flat=True)
    ids = [*best[:MOST_RECOMMENDED], *newest[:NEWEST]]
    scores = {one.pk: number for one, number in ranked(candidates_of(ids, kind))}
    rows = list(
        Contribution.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .only("pk", "score")
    )
    changed = [row for row in rows if not math.isclose(row.score, scores[row.pk], rel_tol=1e-9)]
    for row in changed:
        row.score = scores[row.pk]
    Contribution.objects.bulk_update(changed, ["score"])
    below = Contribution.objects.filter(main_event=main_event_id, kind=kind).exclude(pk__in=ids)
    below.exclude(score=0).update(score=0)


def candidates_of(ids: Sequence[int], kind: str) -> list[Candidate]:
    """Return what is to be put in order, the newest first. Queries: a fixed number."""
    model = kinds_by_name()[kind]
    relevance = relevances(ids)
    most = max(relevance.values(), default=0.0) or 1.0
    authors: dict[int, set[int]] = {}
    for pk, person in Credit.objects.filter(contribution__in=ids).values_list("contribution", "person"):
        authors.setdefault(pk, set()).add(person)
    rows = rows_of(model, ids).order_by("-published_at", "-pk")
    return [
        Candidate(pk, relevance[pk] / most, frozenset(authors.get(pk, ())), event_id, tuple(own))
        for pk, event_id, *own in rows.values_list("pk", "event", *model.varied_by)
    ]
