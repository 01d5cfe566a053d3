"""How many recommend each thing, proved against the rows (manage.py check_counters)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q

from community.models import Contribution

from .models import Favourite
from .scoring import rescore

CHUNK = 500
IS_PUBLIC = Q(favourites__state=Favourite.State.PUBLIC)


def wrong() -> Any:
    """Return the contributions whose kept number is wrong, each with the `true` one."""
    rows = Contribution.objects.annotate(true=Count("favourites", filter=IS_PUBLIC))
    return rows.exclude(favourite_count=F("true")).order_by("pk")


def wrong_counts() -> Iterator[tuple[str, Any, Any]]:
    """Yield (what, kept, true) of every contribution whose number of recommendations is wrong."""
    for pk, kept, true in wrong().values_list("pk", "favourite_count", "true"):
        yield f"recommendations of contribution {pk}", kept, true


def mend_counts() -> None:
    """Set what is wrong to what the rows say, the scores with it."""
    ids = list(wrong().values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        rescore(ids[start : start + CHUNK])
