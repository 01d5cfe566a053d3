"""The sources of the queue that every site has: contributions, proposed events, proposed tags, requests for removal."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from community.kinds import kinds
from community.models import (
    Contribution,
    Decision,
    Revision,
    Tag,
    TagDecision,
    TaggedContribution,
    TaggedEvent,
)
from community.models.contribution import NEEDS_REVIEW, State
from community.reviewing import Line, Owner, Row, Source, owners_of, private_part, register
from community.stream import load
from events.models import Event
from events.models.event_decision import EventDecision
from people.decisions import StateConflict, Verb
from people.models import User

from .changes import changes_between, reviewed_number
from .claim_source import Claims
from .name_request_source import NameRequests
from .people_log import PersonMerges, PersonPartings, Removals
from .takedown_source import Takedowns
from .takedowns import Takedown, follow

IS_MODERATOR_S_OR_PUBLIC = Q(as_moderator=True) | Q(from_state="public") | Q(to_state="public")


def may_read_all(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_moderator)


class Contributions(Source):
    """New contributions, and edits of public ones by members without trust."""

    name = "contribution"
    label = gettext_lazy("Contributions")
    is_usual = True
    rank = 0
    decision_model = Decision
    decision_target = "contribution"

    def seen_by(self, user: Any) -> Source | None:
        if may_read_all(user):
            return self
        organises = user.is_authenticated and Event.objects.public().editable_by(user).exists()
        return AtOrganisedEvents(user) if organises else None

    def all(self) -> Any:
        """Return what can be decided about here, waiting or not."""
        return Contribution.objects.all()

    def shown_kinds(self) -> Sequence[type[Contribution]]:
        return kinds()

    def is_sheet(self, word: str) -> bool:
        shown = [kind for kind in self.shown_kinds() if word in ("", kind.KIND)]
        return bool(shown) and all(kind.review_layout == "sheet" for kind in shown)

    def choices(self) -> list[tuple[str, Any]]:
        return [(kind.KIND, kind.plural_label) for kind in self.shown_kinds()]

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        rows = self.all().filter(NEEDS_REVIEW)
        if event:
            rows = rows.at(event)
        if word and word not in dict(self.choices()):
            return None
        return rows.filter(kind=word) if word else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        items = load(pks)
        likeness = self._likeness([item for item in items if self.waits(item)])
        words, decisions, revisions = self._words(pks), self._decisions(pks), self._revisions(items)
        owners = owners_of(item.owner for item in items)
        found = {}
        for item in items:
            is_edit = item.state == State.PUBLIC and item.unreviewed_edit
            found[item.pk] = Row(
                source=self,
                thing=item,
                since=item.submitted_at,
                title=str(item),
                kind_label=item.kind_label,
                waits=self.waits(item),
                state_label=item.get_state_display(),
                stamp=item.version,
                url=item.get_absolute_url(),
                edit_url=item.get_edit_url(),
                icon=item.icon,
                template=item.review_template,
                layout=item.review_layout,
                sender=item.owner,
                likeness=likeness.get(item.pk, 0),
                event=item.event,
                owner=owners.get(item.owner),
                words=words[item.pk],
                changes=self._changes(item, revisions[item.pk], decisions[item.pk]) if is_edit else (),
                before=next((one for one in decisions[item.pk] if one.as_moderator), None),
                is_edit=is_edit,
                problem=item.problem,
            )
        return found

    def _likeness(self, items: Sequence[Contribution]) -> dict[int, int]:
        """Return by id a number that is the same for things that are much alike."""
        of_kind: dict[type[Contribution], list[Contribution]] = defaultdict(list)
        for item in items:
            of_kind[item.model].append(item)
        groups = itertools.chain.from_iterable(kind.review_groups(found) for kind, found in of_kind.items())
        return {item.pk: number for number, group in enumerate(groups, 1) for item in group}

    def _words(self, pks: Sequence[int]) -> dict[int, list[Tag]]:
        words: dict[int, list[Tag]] = defaultdict(list)
        for row in (
            TaggedContribution.objects.filter(content_object__in=pks).select_related("tag").order_by("pk")
        ):
            words[row.content_object_id].append(row.tag)
        return words

    def _decisions(self, pks: Sequence[int]) -> dict[int, list[Decision]]:
        decisions: dict[int, list[Decision]] = defaultdict(list)
        rows = Decision.objects.filter(contribution__in=pks).select_related("actor__person").order_by("-pk")
        for decision in rows:
            decisions[decision.contribution_id].append(decision)
        return decisions

    def _revisions(self, items: Sequence[Contribution]) -> dict[int, list[Revision]]:
        revisions: dict[int, list[Revision]] = defaultdict(list)
        edited = [item.pk for item in items if item.unreviewed_edit]
        rows = Revision.objects.filter(contribution__in=edited).select_related("editor")
        found = list(rows.order_by("-number"))
        Revision.with_names(found)
        for revision in found:
            revisions[revision.contribution_id].append(revision)
        return revisions

    def _changes(self, item: Contribution, revisions: list[Revision], decisions: list[Decision]) -> list[Any]:
        number = reviewed_number(revisions, decisions, item.contributor_id)
        seen = next((one for one in revisions if one.number == number), None)
        return changes_between(item.model, seen, revisions[0]) if seen and revisions else []

    def locked(self, pk: int) -> Any:
        if not self.all().select_for_update(of=("self",), no_key=True).filter(pk=pk).exists():
            return None
        # As its kind: what is told to the owner names it as the kind does.
        return load([pk])[0]

    def waits(self, thing: Contribution) -> bool:
        return thing.needs_review

    def stamp(self, thing: Contribution) -> int:
        return thing.version

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "hide":
            thing.hide(by=by, reason=reason, note=note)
        else:
            super().act(thing, verb, by=by, reason=reason, note=note, other=other)
        follow(thing)

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        rows = Decision.objects.all()
        if event:
            at = "contribution__event" if event.parent_id else "contribution__main_event"
            rows = rows.filter(**{at: event})
        if may_read_all(user):
            return rows
        public = Event.State.PUBLIC
        return rows.filter(
            IS_MODERATOR_S_OR_PUBLIC,
            contribution__event__state=public,
            contribution__main_event__state=public,
        )

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = Decision.objects.filter(pk__in=pks)
        found = {}
        for row in rows.select_related("contribution__event", "actor__person"):
            item = row.contribution
            shown = item.is_public or may_read_all(user)
            found[row.pk] = Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=item.kind_label,
                as_moderator=row.as_moderator,
                on_request=row.verb == Verb.TAKE_DOWN,
                icon=item.model.icon,
                event=item.event,
                title=item.title if shown else "",
                url=item.get_absolute_url() if shown else "",
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
        return found


class AtOrganisedEvents(Contributions):
    """What an organiser reviews at their events; of whoever added it they see the name."""

    VERBS = ("publish", "reject", "undo")

    def __init__(self, user: User) -> None:
        self.user = user

    def all(self) -> Any:
        # What somebody asked to have removed is for moderators.
        asked = Takedown.objects.waiting().values("contribution")
        return Contribution.objects.reviewable_by(self.user).exclude(pk__in=asked)

    def shown_kinds(self) -> Sequence[type[Contribution]]:
        return [kind for kind in kinds() if kind.organisers_review]

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        rows = super().rows(list(self.all().filter(pk__in=pks).values_list("pk", flat=True)))
        for row in rows.values():
            row.owner = Owner(name=row.owner.name, only_name=True) if row.owner else None
            row.before, row.edit_url = None, ""
        return rows

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        last = self.last_decision(thing.pk) if verb == "undo" else None
        if verb not in self.VERBS or (last and last.actor_id != by.pk):
            raise StateConflict(_("That cannot be done here."))
        super().act(thing, verb, by=by, reason=reason, note=note, other=other)


class Events(Source):
    """Events that members proposed."""

    name = "event"
    label = gettext_lazy("Events")
    icon = "calendar"
    rank = 1
    time = "proposed_at"
    decision_model = EventDecision
    decision_target = "event"

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        rows = Event.objects.filter(state=Event.State.WAITING)
        return rows.filter(Q(pk=event.pk) | Q(parent=event)) if event else rows

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        latest = (
            EventDecision.objects.filter(as_moderator=True).select_related("actor__person").order_by("-pk")
        )
        proposed = Event.objects.filter(pk__in=pks).select_related("parent", "series", "proposed_by__person")
        decided = Prefetch("decisions", queryset=latest, to_attr="by_moderators")
        events: list[Any] = list(proposed.prefetch_related(decided))
        owners = owners_of(event.proposed_by for event in events)
        return {
            event.pk: Row(
                source=self,
                thing=event,
                since=event.proposed_at,
                title=event.name,
                kind_label=event._meta.verbose_name,
                waits=self.waits(event),
                state_label=event.get_state_display(),
                url=event.get_absolute_url(),
                edit_url=f"{event.get_absolute_url()}edit/",
                icon=self.icon,
                template="moderation/_review_event.html",
                event=event.parent,
                owner=owners.get(event.proposed_by),
                before=next(iter(event.by_moderators), None),
            )
            for event in events
        }

    def locked(self, pk: int) -> Any:
        return Event.objects.select_for_update(no_key=True).filter(pk=pk).first()

    def waits(self, thing: Event) -> bool:
        return thing.state == Event.State.WAITING

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        rows = EventDecision.objects.all()
        if event:
            rows = rows.filter(Q(event=event) | Q(event__parent=event))
        return (
            rows
            if may_read_all(user)
            else rows.filter(IS_MODERATOR_S_OR_PUBLIC, event__state=Event.State.PUBLIC)
        )

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = EventDecision.objects.filter(pk__in=pks).select_related("event", "actor__person")
        return {
            row.pk: Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=row.event._meta.verbose_name,
                as_moderator=row.as_moderator,
                icon=self.icon,
                title=row.event.name,
                url=row.event.get_absolute_url(),
                reason=row.get_reason_display() if row.reason else "",
                **private_part(row, user),
            )
            for row in rows
        }


class Tags(Source):
    """Words that somebody put on what waits or is public, and that the vocabulary does not have yet."""

    name = "tag"
    label = gettext_lazy("Tags")
    icon = "tag"
    rank = 2
    time = "since"
    decision_model = TagDecision
    decision_target = "tag"
    wants_reason = False
    can_merge = True

    def waiting(self, *, word: str = "", event: Event | None = None) -> "QuerySet[Any] | None":
        if word not in ("", self.name):
            return None
        # A word waits since the first thing that carries it; one that nothing to be shown carries asks for nothing.
        carried = TaggedContribution.objects.filter(
            tag=OuterRef("pk"), content_object__state__in=[State.WAITING, State.PUBLIC]
        )
        at_events = TaggedEvent.objects.filter(tag=OuterRef("pk"))
        if event:
            carried = carried.filter(**{"event" if event.parent_id else "main_event": event})
            at_events = at_events.filter(event=event)
        first = (
            carried.order_by()
            .values("tag")
            .annotate(first=Min("content_object__submitted_at"))
            .values("first")
        )
        at_first = (
            at_events.order_by().values("tag").annotate(first=Min("event__proposed_at")).values("first")
        )
        return (
            Tag.objects.filter(Exists(carried) | Exists(at_events), state=Tag.State.PROPOSED)
            .annotate(since=Coalesce(Subquery(first), Subquery(at_first)))
            .order_by()
        )

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        words = Tag.objects.filter(pk__in=pks).select_related("proposed_by__person", "canonical")
        tags: list[Any] = list(words.annotate(since=self._since()))
        used = self._used(pks)
        owners = owners_of(tag.proposed_by for tag in tags)
        return {
            tag.pk: Row(
                source=self,
                thing=tag,
                since=tag.since,
                title=tag.name,
                kind_label=pgettext_lazy("one word of the vocabulary", "tag"),
                waits=self.waits(tag),
                state_label=_("the same as “%(name)s”") % {"name": tag.canonical.name}
                if tag.canonical
                else tag.get_state_display(),
                url=tag.get_absolute_url() if tag.state == Tag.State.ACCEPTED else "",
                icon=self.icon,
                template="moderation/_review_tag.html",
                owner=owners.get(tag.proposed_by),
                more={"used": used[tag.pk]},
            )
            for tag in tags
        }

    def _since(self) -> Any:
        carried = TaggedContribution.objects.filter(tag=OuterRef("pk")).order_by()
        at_events = TaggedEvent.objects.filter(tag=OuterRef("pk")).order_by()
        return Coalesce(
            Subquery(
                carried.values("tag").annotate(first=Min("content_object__submitted_at")).values("first")
            ),
            Subquery(at_events.values("tag").annotate(first=Min("event__proposed_at")).values("first")),
        )

    def _used(self, pks: Sequence[int], most: int = 3) -> dict[int, list[Any]]:
        """Return where each word is used: up to `most` contributions, then events."""
        used: dict[int, list[Any]] = defaultdict(list)
        earlier = TaggedContribution.objects.filter(tag=OuterRef("tag"), pk__lt=OuterRef("pk")).order_by(
            "-pk"
        )
        rows = TaggedContribution.objects.filter(tag__in=pks).exclude(Exists(earlier[most - 1 : most]))
        for row in rows.select_related("content_object__event").order_by("pk"):
            item = row.content_object
            used[row.tag_id].append(
                {"title": item.title or item.kind_label, "url": item.get_absolute_url(), "event": item.event}
            )
        for place in TaggedEvent.objects.filter(tag__in=pks).select_related("event").order_by("pk"):
            if len(used[place.tag_id]) < most:
                used[place.tag_id].append({"title": place.event.name, "url": place.event.get_absolute_url()})
        return used

    def locked(self, pk: int) -> Any:
        return Tag.objects.select_for_update(no_key=True).filter(pk=pk).first()

    def waits(self, thing: Tag) -> bool:
        return thing.state == Tag.State.PROPOSED

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        if verb == "publish":
            thing.accept(by=by)
        elif verb == "reject":
            thing.refuse(by=by)
        elif verb == "merge" and other is not None:
            thing.merge_into(other, by=by)
        elif verb == "undo":
            thing.undo(by=by)
        else:
            raise StateConflict(_("That cannot be done here."))

    def log(self, user: Any, event: Event | None) -> "QuerySet[Any] | None":
        return None if event else TagDecision.objects.all()

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        rows = TagDecision.objects.filter(pk__in=pks).select_related("tag__canonical", "actor__person")
        found = {}
        for row in rows:
            tag: Any = row.tag
            is_public = tag.state == Tag.State.ACCEPTED and tag.canonical is None
            shown = is_public or may_read_all(user)
            # The other word may have been refused since.
            into = tag.canonical if row.verb == Verb.MERGE else None
            if into and into.state != Tag.State.ACCEPTED and not may_read_all(user):
                into = None
            found[row.pk] = Line(
                verb=row.in_words,
                decided_at=row.decided_at,
                kind_label=pgettext_lazy("one word of the vocabulary", "tag"),
                as_moderator=row.as_moderator,
                icon=self.icon,
                title=tag.name if shown else "",
                url=tag.get_absolute_url() if is_public else "",
                more=_("into “%(name)s”") % {"name": into.name} if into else "",
                **private_part(row, user),
            )
        return found


register(Contributions())
register(Events())
register(Tags())
register(Takedowns())
register(Claims())
register(NameRequests())
register(Removals())
register(PersonMerges())
register(PersonPartings())
