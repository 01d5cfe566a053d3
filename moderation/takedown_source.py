"""Requests for removal in the moderators' queue: above all else, each decided by itself."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.locking import hold_below
from community.models import Contribution, Decision
from community.reviewing import Row, Source, owners_of
from community.stream import load
from events.models import Event
from people.decisions import StateConflict
from people.models import User

from .takedowns import Takedown


class Takedowns(Source):
    """What somebody asked to have removed. What is decided about it stands in the log as a decision on the thing."""

    name = "takedown"
    is_usual = True
    label = gettext_lazy("To be removed")
    icon = "eye-off"
    rank = 4
    time = "asked_at"
    decision_model = Decision
    decision_target = "contribution__takedowns"
    wants_reason = False
    is_urgent = True
    one_by_one = True
    actions_template = "moderation/takedown_actions.html"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Takedown.objects.waiting()
        return rows.filter(contribution__in=Contribution.objects.at(event)) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        asked = list(Takedown.objects.filter(pk__in=pks))
        items = {item.pk: item for item in load([takedown.contribution_id for takedown in asked])}
        owners = owners_of(item.owner for item in items.values())
        return {
            takedown.pk: self._row(takedown, items[takedown.contribution_id], owners)
            for takedown in asked
            if takedown.contribution_id in items
        }

    def _row(self, takedown: Takedown, item: Contribution, owners: dict[Any, Any]) -> Row:
        return Row(
            source=self,
            thing=takedown,
            since=takedown.asked_at,
            title=str(item),
            kind_label=takedown._meta.verbose_name,
            waits=self.waits(takedown),
            state_label=takedown.get_state_display(),
            url=item.get_absolute_url(),
            edit_url=item.get_edit_url(),
            icon=self.icon,
            template="moderation/takedown_review.html",
            event=item.event,
            owner=owners.get(item.owner),
            more={"item": item, "is_seen": item.is_public},
        )

    def locked(self, pk: int) -> Any:
        return hold_below(Takedown.objects.filter(pk=pk), "contribution")

    def waits(self, thing: Takedown) -> bool:
        return thing.state == Takedown.State.WAITING

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "confirm":
            thing.confirm(by=by, answer=note)
        elif verb == "restore":
            thing.decline(by=by, answer=note)
        elif verb == "undo":
            thing.undo(by=by)
        else:
            raise StateConflict(_("That cannot be done here."))
