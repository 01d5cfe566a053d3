"""Recommendations and comments in the moderators' queue and log."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from community.locking import hold_below
from community.models import Contribution
from community.reviewing import Line, Row, Source, owners_of, private_part, register
from events.models import Event

from .comment_source import Comments, ReportedComments
from .models import Favourite, FavouriteDecision
from .webmention_source import Webmentions


class Recommendations(Source):
    """Reasons to read or watch something, by guests and by members without trust."""

    name = "recommendation"
    label = gettext_lazy("Recommendations")
    icon = "heart"
    rank = 3
    decision_model = FavouriteDecision
    decision_target = "favourite"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Favourite.objects.filter(state=Favourite.State.WAITING)
        if event:
            rows = rows.filter(contribution__in=Contribution.objects.at(event))
        return rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        given = list(
            Favourite.objects.filter(pk__in=pks).select_related(
                "contribution__event", "user__person", "guest"
            )
        )
        owners = owners_of(favourite.owner for favourite in given)
        return {
            favourite.pk: Row(
                source=self,
                thing=favourite,
                since=favourite.submitted_at,
                title=favourite.contribution.title or str(favourite.contribution.kind_label),
                kind_label=favourite._meta.verbose_name,
                waits=self.waits(favourite),
                state_label=favourite.get_state_display(),
                stamp=favourite.version,
                url=favourite.contribution.get_absolute_url(),
                icon=self.icon,
                template="discussion/_review.html",
                event=favourite.contribution.event,
                owner=owners.get(favourite.owner),
            )
            for favourite in given
        }

    def locked(self, pk: int) -> Any:
        return hold_below(Favourite.objects.filter(pk=pk), "contribution")

    def waits(self, thing: Favourite) -> bool:
        return thing.state == Favourite.State.WAITING

    def stamp(self, thing: Favourite) -> int:
        return thing.version

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        if not (user.is_authenticated and user.is_moderator):
            return None
        rows = FavouriteDecision.objects.all()
        return rows.filter(favourite__contribution__in=Contribution.objects.at(event)) if event else rows

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = FavouriteDecision.objects.filter(pk__in=pks)
        return {
            row.pk: Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=row.favourite._meta.verbose_name,
                as_moderator=row.as_moderator,
                icon=self.icon,
                event=row.favourite.contribution.event,
                title=row.favourite.contribution.title or str(row.favourite.contribution.kind_label),
                url=row.favourite.contribution.get_absolute_url(),
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
            for row in rows.select_related("favourite__contribution__event", "actor__person")
        }


register(Recommendations())
register(Webmentions())
register(Comments())
register(ReportedComments())
