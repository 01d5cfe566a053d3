"""Requests to remove a name in the moderators' queue. What is done stands in the log as a removal, without the name."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.reviewing import Row, Source
from events.models import Event
from people.decisions import StateConflict
from people.models import User

from .name_requests import NameRequest


class NameRequests(Source):
    """What anybody asked to have removed of somebody without account. It cannot be undone, so one by one."""

    name = "namerequest"
    label = gettext_lazy("Names to be removed")
    icon = "eye-off"
    rank = 33
    time = "asked_at"
    wants_reason = False
    one_by_one = True
    actions_template = "moderation/name_request_actions.html"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        return NameRequest.objects.waiting() if word in ("", self.name) and not event else None

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        asked = NameRequest.objects.filter(pk__in=pks).select_related("person")
        return {
            one.pk: Row(
                source=self,
                thing=one,
                since=one.asked_at,
                title=one.person.name if one.person else _("a name"),
                kind_label=one._meta.verbose_name,
                waits=self.waits(one),
                state_label=one.get_state_display(),
                url=one.person.get_absolute_url() if one.person else "",
                icon=self.icon,
                template="moderation/name_request_review.html",
            )
            for one in asked
        }

    def locked(self, pk: int) -> Any:
        return NameRequest.objects.select_for_update(no_key=True).filter(pk=pk).first()

    def waits(self, thing: NameRequest) -> bool:
        return thing.state == NameRequest.State.WAITING

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "confirm":
            thing.confirm(by=by, answer=note)
        elif verb == "reject":
            thing.decline(by=by, answer=note)
        else:
            raise StateConflict(_("That cannot be done here."))
