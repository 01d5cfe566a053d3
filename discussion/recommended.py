"""What the cards of recommended things show: the best reason, and how many people gave one."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Prefetch

from community.cards import forget_cards_where
from community.mentions import Settled
from community.models import ContributionQuerySet
from events.models import Event
from people.models import Person
from people.models.identity import Identity

from .models import Favourite

if TYPE_CHECKING:
    from community.models import Contribution


class RecommendedQuerySet(ContributionQuerySet):
    """For kinds whose cards say why: brings the newest public reason along, in one query more."""

    def for_cards(self) -> Self:
        with_reason = Favourite.objects.public().exclude(reason="").select_related("user__person", "guest")
        own = Favourite.objects.public().of_owners().filter(contribution=OuterRef("pk"))
        return (
            super()
            .for_cards()
            .annotate(owner_recommends=Exists(own))
            # One for each: some things are recommended by thousands.
            .prefetch_related(
                Prefetch(
                    "favourites",
                    queryset=with_reason.order_by("-created_at", "-pk")[:1],
                    to_attr="shown_reasons",
                )
            )
        )


def best_reason(item: "Contribution") -> Favourite | None:
    """Return the newest public recommendation that says why, of an item that `for_cards` loaded."""
    shown: list[Favourite] = getattr(item, "shown_reasons", [])
    return shown[0] if shown else None


def who_recommends_at(event: Event) -> Any:
    """Return the ids of the members who recommend something at this main event in public (EVENT_AUDIENCE)."""
    public = Favourite.objects.public().filter(user__isnull=False)
    return public.filter(contribution__main_event=event).values("user")


def forget_cards_recommended_by(person: Person, before: Identity) -> None:
    """Have the cards drawn again that may name `person` as who recommends, and reasons settled that mention them
    (PERSON_CHANGED).
    """
    from .tasks import settle_reasons

    if person.handle != before.handle:
        settle_reasons.enqueue()
    forget_cards_where(favourites__user__person=person)


def settle_mentions(after: int, size: int) -> int:
    """Settle the reasons of the `size` recommendations behind the id `after` (community.mentions); return the
    last id, 0 at the end.
    """
    given = list(Favourite.objects.filter(pk__gt=after, reason__contains="@").order_by("pk")[:size])
    write = Settled(favourite.reason for favourite in given)
    for favourite in given:
        reason = write(favourite.reason)[:280]
        if reason != favourite.reason:
            # Unless its words were changed meanwhile: those are settled already.
            Favourite.objects.filter(pk=favourite.pk, reason=favourite.reason).update(reason=reason)
            forget_cards_where(pk=favourite.contribution_id)
    return given[-1].pk if len(given) == size else 0
