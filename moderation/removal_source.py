"""Names that were taken off everything, in the log: that it was done and why, and never whose."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from community.reviewing import Line, Row, Source
from events.models import Event
from people.decisions import AbstractDecision

from .models import PersonRemoval


class Removals(Source):
    """Nothing of this waits; it only stands in the log."""

    name = "nameremoval"
    icon = "person"
    rank = 5

    def choices(self) -> list[tuple[str, Any]]:
        return []

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        return None

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        return {}

    def locked(self, pk: int) -> Any:
        return None

    def waits(self, thing: Any) -> bool:
        return False

    def last_decision(self, pk: int) -> AbstractDecision | None:
        return None

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        return None if event else PersonRemoval.objects.all()

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        sees_all = user.is_authenticated and user.is_moderator
        rows = PersonRemoval.objects.filter(pk__in=pks).select_related("actor__person")
        return {
            row.pk: Line(
                verb=gettext_lazy("taken away"),
                decided_at=row.decided_at,
                kind_label=gettext_lazy("a name"),
                as_moderator=True,
                icon=self.icon,
                reason=row.get_reason_display(),
                actor=row.actor.name if sees_all and row.actor else "",
            )
            for row in rows
        }
