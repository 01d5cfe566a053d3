"""Mentions elsewhere in the moderators' queue and log."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from community.models import Contribution
from community.reviewing import Line, Row, Source, private_part
from events.models import Event

from .models import Webmention, WebmentionDecision


class Webmentions(Source):
    """What pages elsewhere say about what is public here."""

    name = "webmention"
    label = gettext_lazy("Mentions elsewhere")
    icon = "external"
    rank = 20
    decision_model = WebmentionDecision
    decision_target = "webmention"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Webmention.objects.filter(state=Webmention.State.WAITING)
        return rows.filter(contribution__in=Contribution.objects.at(event)) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        mentions = Webmention.objects.filter(pk__in=pks).select_related("contribution__event")
        return {
            mention.pk: Row(
                source=self,
                thing=mention,
                since=mention.submitted_at,
                title=title_of(mention.contribution),
                kind_label=mention._meta.verbose_name,
                waits=self.waits(mention),
                state_label=mention.get_state_display(),
                stamp=mention.version,
                url=mention.contribution.get_absolute_url(),
                icon=self.icon,
                template="discussion/_review_webmention.html",
                event=mention.contribution.event,
            )
            for mention in mentions
        }

    def locked(self, pk: int) -> Any:
        return Webmention.objects.select_for_update(no_key=True).filter(pk=pk).first()

    def waits(self, thing: Webmention) -> bool:
        return thing.state == Webmention.State.WAITING

    def stamp(self, thing: Webmention) -> int:
        return thing.version

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        if not (user.is_authenticated and user.is_moderator):
            return None
        rows = WebmentionDecision.objects.all()
        return rows.filter(webmention__contribution__in=Contribution.objects.at(event)) if event else rows

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = WebmentionDecision.objects.filter(pk__in=pks)
        return {
            row.pk: Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=row.webmention._meta.verbose_name,
                as_moderator=row.as_moderator,
                icon=self.icon,
                event=row.webmention.contribution.event,
                title=title_of(row.webmention.contribution),
                url=row.webmention.contribution.get_absolute_url(),
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
            for row in rows.select_related("webmention__contribution__event", "actor__person")
        }


def title_of(item: Contribution) -> str:
    return item.title or str(item.kind_label)
