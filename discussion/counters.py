"""How many recommend each thing, and comment on it, proved against the rows (manage.py check_counters)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from community.models import Contribution

from .models import Comment, Favourite
from .scoring import rescore

CHUNK = 500
IS_PUBLIC = Q(favourites__state=Favourite.State.PUBLIC)


def wrong() -> Any:
    """Return the contributions whose kept number is wrong, each with the `true` one."""
    rows = Contribution.objects.annotate(true=Count("favourites", filter=IS_PUBLIC))
    return rows.exclude(favourite_count=F("true")).order_by("pk")


def true_comment_count() -> Any:
    """Return the expression for the number of public comments on a contribution."""
    public = Comment.objects.public().filter(contribution=OuterRef("pk")).order_by()
    return Coalesce(Subquery(public.values("contribution").annotate(number=Count("pk")).values("number")), 0)


def wrongly_commented() -> Any:
    """Return the contributions whose kept number of comments is wrong, each with the `true` one."""
    rows = Contribution.objects.annotate(true=true_comment_count())
    return rows.exclude(comment_count=F("true")).order_by("pk")


def recount_comments(contribution_ids: Sequence[int]) -> None:
    """Set what is kept of these two, which became one or two again, to what their rows say (CONTRIBUTIONS_MERGED)."""
    # Replies that came meanwhile go with what they reply to.
    astray = Comment.objects.filter(contribution__in=contribution_ids).exclude(
        contribution=F("parent__contribution")
    )
    for comment in astray.exclude(parent=None).select_related("parent"):
        Comment.objects.filter(pk=comment.pk).update(contribution=comment.parent.contribution_id)
    Contribution.objects.filter(pk__in=contribution_ids).update(comment_count=true_comment_count())


def wrong_counts() -> Iterator[tuple[str, Any, Any]]:
    """Yield (what, kept, true) of every contribution whose number of recommendations or comments is wrong."""
    for pk, kept, true in wrong().values_list("pk", "favourite_count", "true"):
        yield f"recommendations of contribution {pk}", kept, true
    for pk, kept, true in wrongly_commented().values_list("pk", "comment_count", "true"):
        yield f"comments on contribution {pk}", kept, true


def mend_counts() -> None:
    """Set what is wrong to what the rows say, the scores with it."""
    ids = list(wrong().values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        rescore(ids[start : start + CHUNK])
    commented = list(wrongly_commented().values_list("pk", flat=True))
    for start in range(0, len(commented), CHUNK):
        some = Contribution.objects.filter(pk__in=commented[start : start + CHUNK])
        some.update(comment_count=true_comment_count())
