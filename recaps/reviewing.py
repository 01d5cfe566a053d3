"""Claims to linked texts in the moderators' queue: those that nothing but a person's judgement can decide."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.locking import hold_below
from community.models import Contribution
from community.reviewing import Row, Source, owners_of, register
from events.models import Event
from people.decisions import StateConflict
from people.models import User

from .models import TextClaim


class TextClaims(Source):
    """“I wrote this text”, by members."""

    name = "authorship"
    label = gettext_lazy("Claims to texts")
    icon = "pen"
    rank = 21
    time = "claimed_at"
    wants_reason = False
    one_by_one = True

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = TextClaim.objects.waiting()
        return rows.filter(recap__in=Contribution.objects.at(event).values("pk")) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        asked = TextClaim.objects.filter(pk__in=pks).select_related("recap__event", "user__person")
        owners = owners_of(claim.user for claim in asked)
        return {
            claim.pk: Row(
                source=self,
                thing=claim,
                since=claim.claimed_at,
                title=claim.recap.title,
                kind_label=claim._meta.verbose_name,
                waits=self.waits(claim),
                state_label=claim.get_state_display(),
                url=claim.recap.get_absolute_url(),
                icon=self.icon,
                template="recaps/_review_claim.html",
                event=claim.recap.event,
                owner=owners.get(claim.user),
            )
            for claim in asked
        }

    def locked(self, pk: int) -> Any:
        return hold_below(TextClaim.objects.filter(pk=pk).select_related("recap", "user"), "recap")

    def waits(self, thing: TextClaim) -> bool:
        return thing.state == TextClaim.State.OPEN and thing.way == TextClaim.Way.MODERATOR

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "publish":
            thing.publish(by=by, note=note)
        elif verb == "reject":
            thing.refuse(by=by, note=note)
        else:
            raise StateConflict(_("That cannot be done here."))


register(TextClaims())
