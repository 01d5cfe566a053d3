"""Claims to pages of people in the moderators' queue: those that nothing but a person's judgement can decide."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.reviewing import Row, Source, owners_of
from events.models import Event
from people.decisions import StateConflict
from people.models import Claim, User


class Claims(Source):
    """“This is me”, by members. What is granted stands in the list of merges, where it can be taken back."""

    name = "claim"
    label = gettext_lazy("Claims to a page")
    icon = "person"
    rank = 7
    time = "claimed_at"
    wants_reason = False
    one_by_one = True

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if event or word not in ("", self.name):
            return None
        return Claim.objects.waiting()

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        asked = Claim.objects.filter(pk__in=pks).select_related("person", "user__person")
        owners = owners_of(claim.user for claim in asked)
        return {
            claim.pk: Row(
                source=self,
                thing=claim,
                since=claim.claimed_at,
                title=claim.person.now.name,
                kind_label=claim._meta.verbose_name,
                waits=self.waits(claim),
                state_label=claim.get_state_display(),
                url=claim.person.now.get_absolute_url(),
                icon=self.icon,
                template="moderation/_review_claim.html",
                owner=owners.get(claim.user),
            )
            for claim in asked
        }

    def locked(self, pk: int) -> Any:
        return (
            Claim.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk=pk)
            .select_related("person", "user")
            .first()
        )

    def waits(self, thing: Claim) -> bool:
        return thing.state == Claim.State.OPEN and thing.way == Claim.Way.MODERATOR

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "publish":
            thing.publish(by=by, note=note)
        elif verb == "reject":
            thing.refuse(by=by, note=note)
        else:
            raise StateConflict(_("That cannot be done here."))
