"""What happens to people's pages, in the log: names that were taken off everything (that it was done and why, never
whose), and two pages that became one, or two again (by the name of today; what somebody was called stays unsaid).
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy

from community.reviewing import Line, Row, Source
from community.views.person import people_visible_to
from events.models import Event
from people.models import PersonMerge

from .models import PersonRemoval


class OnlyLogged(Source):
    """Nothing of this waits; it only stands in the log."""

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


class Removals(OnlyLogged):
    """Names that were taken off everything."""

    name = "nameremoval"
    icon = "person"
    rank = 5

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        return None if event else PersonRemoval.objects.all()

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        sees_all = user.is_authenticated and user.is_moderator
        rows = PersonRemoval.objects.filter(pk__in=pks).select_related("actor__person")
        return {
            row.pk: Line(
                verb=gettext_lazy("removed"),
                decided_at=row.decided_at,
                kind_label=gettext_lazy("a name"),
                as_moderator=True,
                icon=self.icon,
                reason=row.get_reason_display(),
                actor=row.actor.name if sees_all and row.actor else "",
            )
            for row in rows
        }


class PersonMerges(OnlyLogged):
    """Two pages that are one person's: found by a moderator, or claimed by the person."""

    name = "personmerge"
    icon = "person"
    rank = 31
    column: ClassVar[str] = "merged_at"
    verb: ClassVar[Any] = gettext_lazy("merged with another page")

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        if event:
            return None
        made = PersonMerge.objects.filter(**{f"{self.column}__isnull": False})
        return made.annotate(decided_at=F(self.column))

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        sees_all = user.is_authenticated and user.is_moderator
        rows = PersonMerge.objects.filter(pk__in=pks).select_related("by__person", "target__merged_into")
        today = {row.pk: row.target.now for row in rows}
        seen = people_visible_to(user).filter(pk__in={person.pk for person in today.values()})
        shown = {person.pk: person for person in seen}

        def line_of(row: PersonMerge) -> Line:
            person = shown.get(today[row.pk].pk)
            return Line(
                verb=self.verb,
                decided_at=getattr(row, self.column),
                kind_label=gettext_lazy("a person’s page"),
                as_moderator=row.by is None or row.by.person_id != row.target_id,
                icon=self.icon,
                title=person.name if person else "",
                url=person.get_absolute_url() if person else "",
                actor=row.by.name if sees_all and row.by else "",
            )

        return {row.pk: line_of(row) for row in rows}


class PersonPartings(PersonMerges):
    """Those that are two again: only a moderator takes a merge back."""

    name = "personparting"
    rank = 32
    column = "undone_at"
    verb = gettext_lazy("split again")

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        # Who has taken it back is not kept.
        return {
            pk: dataclasses.replace(line, as_moderator=True, actor="")
            for pk, line in super().lines(pks, user).items()
        }
