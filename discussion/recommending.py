"""Recommendations on the page of what they recommend."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString

from community.models import Contribution
from community.views.person import people_visible_to

from .forms import RecommendationForm
from .models import Favourite

SHOWN_AT_MOST = 100
# In seconds: starts no further apart than this are the same place.
SAME_MOMENT = 30
MOMENTS_AT_MOST = 3


def context(item: Contribution, user: Any) -> dict[str, Any]:
    """Return what `discussion/_recommendations.html` shows: two queries, however many there are.

    `recommendations`: what is public, with a reason first; `moments`: places in the recording that several name;
    `waiting_recommendations`: for moderators; `unlisted_count`: how many more there are;
    `own_recommendation`: the viewer's, in whatever state; `recommendation_form`: None where nobody may recommend yet.
    """
    given = Favourite.objects.filter(contribution_id=item.pk).select_related("user__person", "guest")
    # Who has only ever recommended has no page to lead to.
    given = given.annotate(has_page=Exists(people_visible_to(user).filter(pk=OuterRef("user__person"))))
    own = given.owned_by(user).first()
    shown = given.visible_to(user).filter(state__in=[Favourite.State.PUBLIC, Favourite.State.WAITING])
    others = [
        one for one in shown.order_by("created_at", "pk")[:SHOWN_AT_MOST] if own is None or one.pk != own.pk
    ]
    public = [one for one in others if one.is_public]
    for one in [*others, *([own] if own else [])]:
        if one.start is not None:
            one.start_url = item.start_address(one.start)
    everybodys = [*public, *([own] if own and own.is_public else [])]
    if own is not None and own.state == Favourite.State.WITHDRAWN:
        own = None
    return {
        "recommendations": sorted(public, key=lambda one: not one.reason),
        "waiting_recommendations": [one for one in others if not one.is_public],
        "own_recommendation": own,
        "recommendation_form": RecommendationForm(user=user, item=item, own=own) if item.is_public else None,
        "moments": moments(everybodys),
        "unlisted_count": max(item.favourite_count - len(everybodys), 0),
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """A place in a recording that several people name: where it begins, how many name it, and the newest reason."""

    label: str
    url: str
    count: int
    reason: SafeString


def moments(given: Sequence[Any]) -> list[Moment]:
    """Return the places that most of these recommendations name; those within half a minute are one."""
    clusters: list[list[Any]] = []
    for one in sorted((one for one in given if one.start is not None), key=lambda one: one.start):
        if clusters and one.start - clusters[-1][0].start <= SAME_MOMENT:
            clusters[-1].append(one)
        else:
            clusters.append([one])
    several = [cluster for cluster in clusters if len(cluster) > 1]
    several.sort(key=len, reverse=True)
    return [moment_of(cluster) for cluster in several[:MOMENTS_AT_MOST]]


def moment_of(cluster: list[Any]) -> Moment:
    # Who begins a little early misses nothing, so the earliest place it is.
    first = cluster[0]
    said = [one for one in sorted(cluster, key=lambda one: one.created_at) if one.reason]
    return Moment(
        label=first.start_label,
        url=first.start_url,
        count=len(cluster),
        reason=said[-1].reason_html if said else SafeString(""),
    )
