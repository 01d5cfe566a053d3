"""Comments in the moderators' queue and log: those that wait, and those that somebody reported."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from community.locking import hold_below
from community.models import Contribution
from community.reviewing import Line, Row, Source, owners_of, private_part
from events.models import Event
from people.models import User

from .models import Comment, CommentDecision, CommentReport
from .telling import title_of


class Comments(Source):
    """Comments by guests and by members without trust."""

    name = "comment"
    is_usual = True
    label = gettext_lazy("Comments")
    icon = "pen"
    rank = 10
    decision_model = CommentDecision
    decision_target = "comment"

    def all_waiting(self) -> "QuerySet[Any]":
        return Comment.objects.filter(state=Comment.State.WAITING)

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = self.all_waiting()
        return rows.filter(contribution__in=Contribution.objects.at(event)) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        latest = CommentDecision.objects.filter(as_moderator=True).select_related("actor__person")
        said: list[Any] = list(
            Comment.objects.filter(pk__in=pks)
            .select_related("contribution__event", "user__person", "guest", "answers__user__person")
            .select_related("answers__guest")
            .prefetch_related(
                Prefetch("decisions", latest.order_by("-pk"), to_attr="by_moderators"),
                Prefetch(
                    "reports",
                    CommentReport.objects.select_related("user__person", "guest"),
                    to_attr="shown_reports",
                ),
            )
        )
        owners = owners_of(comment.owner for comment in said)
        return {
            comment.pk: Row(
                source=self,
                thing=comment,
                since=getattr(comment, self.time),
                title=title_of(comment.contribution),
                kind_label=comment._meta.verbose_name,
                waits=self.waits(comment),
                state_label=comment.get_state_display(),
                stamp=comment.version,
                url=comment.get_absolute_url(),
                icon=self.icon,
                template="discussion/_review_comment.html",
                event=comment.contribution.event,
                owner=owners.get(comment.owner),
                before=next(iter(comment.by_moderators), None),
            )
            for comment in said
        }

    def locked(self, pk: int) -> Any:
        return hold_below(Comment.objects.filter(pk=pk), "contribution")

    def waits(self, thing: Comment) -> bool:
        return thing.state == Comment.State.WAITING

    def stamp(self, thing: Comment) -> int:
        return thing.version

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "hide":
            thing.hide(by=by, reason=reason, note=note)
        else:
            super().act(thing, verb, by=by, reason=reason, note=note, other=other)

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        if not (user.is_authenticated and user.is_moderator):
            return None
        rows = CommentDecision.objects.all()
        return rows.filter(comment__contribution__in=Contribution.objects.at(event)) if event else rows

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = CommentDecision.objects.filter(pk__in=pks)
        return {
            row.pk: Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=row.comment._meta.verbose_name,
                as_moderator=row.as_moderator,
                icon=self.icon,
                event=row.comment.contribution.event,
                title=title_of(row.comment.contribution),
                url=row.comment.get_absolute_url(),
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
            for row in rows.select_related("comment__contribution__event", "actor__person")
        }


class ReportedComments(Comments):
    """Public comments that somebody reported: approved they stay, turned down they are hidden."""

    name = "report"
    is_usual = False
    label = gettext_lazy("Reported comments")
    icon = "flag"
    rank = 11
    time = "reported_at"

    def all_waiting(self) -> "QuerySet[Any]":
        return Comment.objects.filter(state=Comment.State.PUBLIC, reported_at__isnull=False)

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        rows = super().rows(pks)
        for row in rows.values():
            # Once it is answered, nothing is left of since when.
            row.since = row.since or row.thing.submitted_at
        return rows

    def waits(self, thing: Comment) -> bool:
        return thing.is_public and thing.reported_at is not None

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "publish":
            thing.keep(by=by, note=note)
        elif verb == "reject":
            thing.hide(by=by, reason=reason, note=note)
        else:
            super().act(thing, verb, by=by, reason=reason, note=note, other=other)

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        # Those of all comments stand in the log once.
        return None
