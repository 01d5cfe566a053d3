"""What of talks waits in the moderators' queue: links that people bring, private words that speakers reported."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.locking import hold_below
from community.models import Contribution
from community.reviewing import Line, Row, Source, owners_of, private_part, register
from events.models import Event
from people.decisions import StateConflict
from people.models import User

from .models import Resource, ResourceDecision, Suggestion


class ReportedSuggestions(Source):
    """What a speaker reported: approved it goes back to them, refused it is gone. Nothing of it stands in a log."""

    name = "suggestion"
    label = gettext_lazy("Reported suggestions")
    icon = "flag"
    rank = 8
    time = "sent_at"
    wants_reason = False
    one_by_one = True

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Suggestion.objects.reported()
        return rows.filter(talk__in=Contribution.objects.at(event).values("pk")) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        sent = Suggestion.objects.filter(pk__in=pks).select_related("talk__event", "user__person", "guest")
        owners = owners_of(word.user or word.guest for word in sent)
        return {
            word.pk: Row(
                source=self,
                thing=word,
                since=word.sent_at,
                title=word.talk.title,
                kind_label=word._meta.verbose_name,
                waits=self.waits(word),
                state_label=word.get_state_display(),
                url=word.talk.get_absolute_url(),
                icon=self.icon,
                template="talks/_review_suggestion.html",
                event=word.talk.event,
                owner=owners.get(word.user or word.guest),
            )
            for word in sent
        }

    def locked(self, pk: int) -> Any:
        return Suggestion.objects.select_for_update(no_key=True).filter(pk=pk).first()

    def waits(self, thing: Suggestion) -> bool:
        return thing.state == Suggestion.State.REPORTED

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        answers = {"publish": Suggestion.State.SENT, "reject": Suggestion.State.REMOVED}
        if verb not in answers:
            raise StateConflict(_("That cannot be done here."))
        thing.answer(answers[verb])


class BroughtLinks(Source):
    """Videos, slides and other links that somebody brought for a talk."""

    name = "link"
    label = gettext_lazy("Links of talks")
    icon = "link"
    rank = 6
    decision_model = ResourceDecision
    decision_target = "resource"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Resource.objects.filter(state=Resource.State.WAITING)
        return rows.filter(talk__in=Contribution.objects.at(event).values("pk")) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        brought = Resource.objects.filter(pk__in=pks).select_related("talk__event", "user__person", "guest")
        owners = owners_of(row.owner for row in brought)
        return {
            row.pk: Row(
                source=self,
                thing=row,
                since=row.submitted_at,
                title=row.talk.title,
                kind_label=row.get_kind_display(),
                waits=self.waits(row),
                state_label=row.get_state_display(),
                url=row.talk.get_absolute_url(),
                icon=self.icon,
                template="talks/_review_link.html",
                event=row.talk.event,
                owner=owners.get(row.owner),
            )
            for row in brought
        }

    def locked(self, pk: int) -> Any:
        return hold_below(Resource.objects.filter(pk=pk), "talk")

    def waits(self, thing: Resource) -> bool:
        return thing.state == Resource.State.WAITING

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        if not (user.is_authenticated and user.is_moderator):
            return None
        rows = ResourceDecision.objects.all()
        return rows.filter(resource__talk__in=Contribution.objects.at(event).values("pk")) if event else rows

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = ResourceDecision.objects.filter(pk__in=pks)
        return {
            row.pk: Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=row.resource.get_kind_display(),
                as_moderator=row.as_moderator,
                icon=self.icon,
                event=row.resource.talk.event,
                title=row.resource.talk.title,
                url=row.resource.talk.get_absolute_url(),
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
            for row in rows.select_related("resource__talk__event", "actor__person")
        }


register(BroughtLinks())
register(ReportedSuggestions())
