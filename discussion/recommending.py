"""Recommendations on the page of what they recommend."""

from typing import Any

from django.db.models import Exists, OuterRef

from community.models import Contribution
from community.views.person import people_visible_to

from .forms import RecommendationForm
from .models import Favourite

SHOWN_AT_MOST = 100


def context(item: Contribution, user: Any) -> dict[str, Any]:
    """Return what `discussion/_recommendations.html` shows: two queries, however many there are.

    `recommendations`: what is public, with a reason first; `waiting_recommendations`: for moderators;
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
    if own is not None and own.state == Favourite.State.WITHDRAWN:
        own = None
    return {
        "recommendations": sorted(public, key=lambda one: not one.reason),
        "waiting_recommendations": [one for one in others if not one.is_public],
        "own_recommendation": own,
        "recommendation_form": RecommendationForm(user=user, own=own) if item.is_public else None,
    }
