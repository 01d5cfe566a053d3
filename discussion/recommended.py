"""What the cards of recommended things show: the best reason, and how many people gave one."""

from typing import TYPE_CHECKING, Self

from django.db.models import Prefetch

from community.cards import forget_cards_where
from community.models import ContributionQuerySet
from people.models import Person

from .models import Favourite

if TYPE_CHECKING:
    from community.models import Contribution


class RecommendedQuerySet(ContributionQuerySet):
    """For kinds whose cards say why: brings the public recommendations along, in one query more."""

    def for_cards(self) -> Self:
        public = (
            Favourite.objects.public().select_related("user__person", "guest").order_by("created_at", "pk")
        )
        return (
            super()
            .for_cards()
            .prefetch_related(Prefetch("favourites", queryset=public, to_attr="shown_favourites"))
        )


def best_reason(item: "Contribution") -> Favourite | None:
    """Return the newest public recommendation that says why, of an item that `for_cards` loaded."""
    given: list[Favourite] = getattr(item, "shown_favourites", [])
    return next((favourite for favourite in reversed(given) if favourite.reason), None)


def forget_cards_recommended_by(person: Person) -> None:
    """Have the cards drawn again that may name `person` as who recommends. Called by `Person.rename`."""
    forget_cards_where(favourites__user__person=person)
