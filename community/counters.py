"""The kept numbers and copies, proved against the rows that they are kept of."""

import dataclasses
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractYear

from events.models import Event

from . import holdings, search
from .kinds import kinds
from .models import Bringer, Contribution, Tag, TaggedContribution, Tally

CHUNK = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One kept value that is not what the rows say."""

    what: str
    kept: Any
    true: Any

    def __str__(self) -> str:
        return f"{self.what}: kept {self.kept}, true {self.true}"


def differences() -> Iterator[Difference]:
    """Yield every kept number and copy that is wrong."""
    for check in CHECKS:
        yield from check()


@transaction.atomic
def mend() -> None:
    """Set every kept number and copy to what the rows say."""
    mend_tag_rows()
    mend_tallies()
    mend_events()
    mend_bringers()
    mend_covers()
    Tag.objects.update(contribution_count=true_tag_count())
    mend_search()
    for keeper in keepers():
        keeper.mend_counts()
    for kind in kinds():
        kind.mend_keys()


# --- Tally: per event and kind ----------------------------------------------------------------------------------------


def true_tallies() -> dict[tuple[int, str], int]:
    """Return what is public by event and kind; a parent's number includes its co-located events'."""
    found: dict[tuple[int, str], int] = {}
    rows = Contribution.objects.public().order_by().values_list("event", "main_event", "kind")
    for event, main_event, kind, count in rows.annotate(number=Count("pk")):
        for pk in {event, main_event}:
            found[pk, kind] = found.get((pk, kind), 0) + count
    return found


def check_tallies() -> Iterator[Difference]:
    kept = {(row.event_id, row.kind): row.count for row in Tally.objects.all()}
    true = true_tallies()
    for at in sorted(kept.keys() | true.keys()):
        if kept.get(at, 0) != true.get(at, 0):
            yield Difference(f"tally of event {at[0]}, {at[1]}", kept.get(at, 0), true.get(at, 0))


def mend_tallies() -> None:
    Tally.objects.all().delete()
    Tally.objects.bulk_create(
        [Tally(event_id=event, kind=kind, count=count) for (event, kind), count in true_tallies().items()]
    )


# --- Event: everything, and what makes an event worth a look ----------------------------------------------------------


def true_event_counts() -> dict[int, tuple[int, int]]:
    write_ups = {model.KIND for model in kinds() if model.is_write_up}
    found: dict[int, tuple[int, int]] = {}
    for (event, kind), count in true_tallies().items():
        total, written = found.get(event, (0, 0))
        found[event] = (total + count, written + (count if kind in write_ups else 0))
    return found


def wrong_events() -> list[tuple[int, tuple[int, int], tuple[int, int]]]:
    """Return (event, kept, true) of those whose numbers are wrong."""
    true = true_event_counts()
    rows = Event.objects.order_by("pk").values_list("pk", "contribution_count", "write_up_count")
    return [
        (pk, (total, written), true.get(pk, (0, 0)))
        for pk, total, written in rows
        if (total, written) != true.get(pk, (0, 0))
    ]


def check_events() -> Iterator[Difference]:
    for pk, kept, true in wrong_events():
        yield Difference(f"event {pk}, all and recaps", kept, true)


def mend_events() -> None:
    for pk, _kept, (total, written) in wrong_events():
        Event.objects.filter(pk=pk).update(contribution_count=total, write_up_count=written)


def check_covers() -> Iterator[Difference]:
    for pk, kept, true in holdings.wrong_covers():
        yield Difference(f"cover of event {pk}", kept, true)


def mend_covers() -> None:
    Event.objects.filter(pk__in=[pk for pk, _kept, _true in holdings.wrong_covers()]).update(cover=None)


# --- Bringers: who brought how much home ------------------------------------------------------------------------------


def true_bringers() -> dict[tuple[int, int], tuple[int, Any]]:
    """Return how many public things each member added at an event, and since when, by the ids of both; a parent's
    number includes its co-located events'.
    """
    found: dict[tuple[int, int], tuple[int, Any]] = {}
    rows: Any = Contribution.objects.public().exclude(contributor=None).order_by()
    rows = rows.values_list("event", "main_event", "contributor")
    for event, main_event, user, count, since in rows.annotate(number=Count("pk"), since=Min("published_at")):
        for pk in {event, main_event}:
            before, first = found.get((pk, user), (0, since))
            found[pk, user] = (before + count, min(first, since))
    return found


def check_bringers() -> Iterator[Difference]:
    kept = {(row.event_id, row.user_id): row.count for row in Bringer.objects.all()}
    true = {at: count for at, (count, _since) in true_bringers().items()}
    for at in sorted(kept.keys() | true.keys()):
        if kept.get(at, 0) != true.get(at, 0):
            yield Difference(
                f"brought home from event {at[0]} by member {at[1]}", kept.get(at, 0), true.get(at, 0)
            )


def mend_bringers() -> None:
    Bringer.objects.all().delete()
    Bringer.objects.bulk_create(
        [
            Bringer(event_id=event, user_id=user, count=count, since=since)
            for (event, user), (count, since) in true_bringers().items()
        ],
        CHUNK,
    )


# --- Tags: the number of each, and the copies on its rows -------------------------------------------------------------


def true_tag_count() -> Coalesce:
    rows = TaggedContribution.objects.filter(
        tag=OuterRef("pk"), content_object__in=Contribution.objects.public()
    )
    return Coalesce(Subquery(rows.order_by().values("tag").annotate(number=Count("pk")).values("number")), 0)


def check_tags() -> Iterator[Difference]:
    rows = Tag.objects.annotate(true=true_tag_count()).exclude(contribution_count=F("true")).order_by("pk")
    for pk, name, kept, true in rows.values_list("pk", "name", "contribution_count", "true"):
        yield Difference(f"tag {pk} ({name})", kept, true)


COPIES = ("published_at", "kind", "event_id", "main_event_id")


def wrong_tag_rows() -> Any:
    """Return the rows whose copies are wrong, each with what is true."""
    item = "content_object__"
    rows = TaggedContribution.objects.annotate(
        true_public=Exists(Contribution.objects.public().filter(pk=OuterRef("content_object"))),
        true_year=ExtractYear(f"{item}event__starts_on"),
    )
    wrong = ~Q(public=F("true_public")) | ~Q(year=F("true_year"))
    for name in ("kind", "event", "main_event"):
        wrong |= ~Q(**{name: F(f"{item}{name}")})
    # NULL equals nothing, so both kinds of emptiness are asked for by name.
    time = F(f"{item}published_at")
    one_is_null = Q(published_at=None) & ~Q(**{f"{item}published_at": None}) | ~Q(published_at=None) & Q(
        **{f"{item}published_at": None}
    )
    wrong |= one_is_null | Q(published_at__lt=time) | Q(published_at__gt=time)
    return rows.filter(wrong).order_by("pk")


def check_tag_rows() -> Iterator[Difference]:
    columns = [
        "pk",
        "public",
        "year",
        *COPIES,
        "true_public",
        "true_year",
        *(f"content_object__{c}" for c in COPIES),
    ]
    for pk, *values in wrong_tag_rows().values_list(*columns):
        half = len(values) // 2
        yield Difference(f"tag row {pk}, public, year, {', '.join(COPIES)}", values[:half], values[half:])


def mend_tag_rows() -> None:
    for row in wrong_tag_rows().select_related("content_object"):
        item = row.content_object
        TaggedContribution.objects.filter(pk=row.pk).update(
            public=row.true_public, year=row.true_year, **{name: getattr(item, name) for name in COPIES}
        )


# --- Search -----------------------------------------------------------------------------------------------------------


def check_search() -> Iterator[Difference]:
    indexed, public = search.indexed_ids(), set(Contribution.objects.public().values_list("pk", flat=True))
    for pk in sorted(indexed ^ public):
        yield Difference(f"search, contribution {pk}", pk in indexed, pk in public)


def mend_search() -> None:
    wrong = sorted(search.indexed_ids() ^ set(Contribution.objects.public().values_list("pk", flat=True)))
    for start in range(0, len(wrong), CHUNK):
        search.update_index(wrong[start : start + CHUNK])


# --- What kinds count for themselves --------------------------------------------------------------------------------


def keepers() -> list[Any]:
    """Return who else keeps numbers: the kinds, and what stands above community (COUNTERS)."""
    return [*kinds(), *(import_module(name) for name in settings.COUNTERS)]


def check_keepers() -> Iterator[Difference]:
    for keeper in keepers():
        for what, kept, true in keeper.wrong_counts():
            yield Difference(what, kept, true)


def check_keys() -> Iterator[Difference]:
    """The keys by which two addresses are the same are copies, too: a release may know more forms of an address."""
    for kind in kinds():
        for pk, column, kept, true in kind.wrong_keys():
            yield Difference(f"{column} of contribution {pk}", kept, true)


CHECKS: tuple[Callable[[], Iterator[Difference]], ...] = (
    check_tallies,
    check_events,
    check_bringers,
    check_covers,
    check_tag_rows,
    check_tags,
    check_search,
    check_keepers,
    check_keys,
)
