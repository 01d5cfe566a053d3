"""Digests of an event, 3, 14 and 60 days after it: what is new since the last one, for whoever had a part in it.

Who gets them: members who added something to it, recommend something there (EVENT_AUDIENCE), or follow it, and have not
muted it. What a round tells is read once for all of them; of it each gets what is not their own, nor by somebody whom
they have muted. Nothing new, no digest.
"""

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from events.models import Event
from people.models import User
from people.models.notification import Topic
from people.notifications import tell_member

from .kinds import kinds
from .missing import lines
from .models import Contribution, Digest, Following
from .stream import in_order, load

STEPS = (3, 14, 60)
# How many days late a round may begin: after that, nobody waits for it.
LATE = 7
# Of each kind.
MOST = 5
# How many more are read than are told, so that there are enough where some are the reader's own.
SPARE = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One thing that is new: `note` says why it is worth it; `owner` is the id of the member who added it."""

    title: str
    note: str
    url: str
    scope: str
    owner: int | None
    owner_scope: str


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What is new of one kind: some things, or of what is only looked at, how many there are by whose they are."""

    label: Any
    url: str
    lines: Sequence[Line] = ()
    counts: dict[int | None, int] = dataclasses.field(default_factory=dict)
    count: int = 0

    def for_reader(self, user: User, muted: set[str]) -> "Part":
        """Return of this what is not `user`'s own, nor muted."""
        own = [
            line
            for line in self.lines
            if line.owner != user.pk and not {line.scope, line.owner_scope} & muted
        ]
        count = sum(number for owner, number in self.counts.items() if owner != user.pk)
        return dataclasses.replace(self, lines=own[:MOST], count=count)


def step_of(event: Event, now: datetime.datetime) -> int | None:
    """Return which round of digests of this event is due; None where none is."""
    days = (now.astimezone(event.zone).date() - event.ends_on).days
    return next((step for step in STEPS if step <= days < step + LATE), None)


def steps_left(event: Event, now: datetime.datetime) -> tuple[int, ...]:
    """Return the rounds of digests of this event that are still to come, or going on."""
    days = (now.astimezone(event.zone).date() - event.ends_on).days
    return tuple(step for step in STEPS if days < step + LATE)


def events_due(now: datetime.datetime) -> list[tuple[Event, int]]:
    """Return the public main events that have a round of digests now, each with that round."""
    today = now.date()
    ended: Any = Q(pk__in=[])
    for days in STEPS:
        # A day more on both sides: it is another day elsewhere.
        first = today - datetime.timedelta(days=days + LATE + 1)
        last = today - datetime.timedelta(days=days - 1)
        ended |= Q(ends_on__range=(first, last))
    events = Event.objects.public().main().filter(ended, contribution_count__gt=0).order_by("pk")
    return [(event, step) for event in events if (step := step_of(event, now))]


def readers(event: Event, step: int) -> Any:
    """Return the members who should hear of this event, and had no turn in this round."""
    had = Digest.objects.filter(event=event, step=step).values("user")
    added = Contribution.objects.public().filter(main_event=event, contributor__isnull=False)
    concerned: Any = Q(pk__in=added.values("contributor"))
    concerned |= Q(pk__in=Following.objects.filter(event=event).values("user"))
    for name in settings.EVENT_AUDIENCE:
        audience: Callable[[Event], Any] = import_string(name)
        concerned |= Q(pk__in=audience(event))
    return User.objects.filter(concerned, is_active=True).exclude(pk__in=had).order_by("pk")


def since(event: Event, step: int) -> datetime.datetime | None:
    """Return when the round before this one began; None where this is the first: then all is new."""
    before = [one for one in STEPS if one < step]
    if not before:
        return None
    began = Digest.objects.filter(event=event, step=before[-1]).aggregate(at=Min("created_at"))["at"]
    day = event.ends_on + datetime.timedelta(days=before[-1])
    return began or datetime.datetime.combine(day, datetime.time(), tzinfo=event.zone)


def news_of(event: Event, start: datetime.datetime | None) -> list[Part]:
    """Return what became public at this event after `start`, by kind: a fixed number of queries."""
    # What is only counted comes last.
    return [part_of(model, event, start) for model in sorted(kinds(), key=lambda model: model.lists_items)]


def part_of(model: type[Contribution], event: Event, start: datetime.datetime | None) -> Part:
    rows = Contribution.objects.news().at(event).filter(kind=model.KIND)
    if start:
        rows = rows.filter(published_at__gt=start)
    url = f"{event.get_absolute_url()}{model.slug}/"
    if model.lists_items:
        # What is looked at, and has no words to be read in an e-mail.
        counted = rows.order_by().values_list("contributor").annotate(Count("pk"))
        return Part(model.section_label, url, counts=dict(counted))
    best = in_order(rows, model.section_order).values_list("pk", flat=True)[: MOST + SPARE]
    return Part(model.section_label, url, lines=[line_of(item) for item in load(list(best))])


def line_of(item: Contribution) -> Line:
    return Line(
        title=str(item),
        note=item.digest_note,
        url=item.get_absolute_url(),
        scope=f"item:{item.pk}",
        owner=item.contributor_id,
        owner_scope=f"person:{item.contributor.person_id}" if item.contributor else "",
    )


@transaction.atomic
def tell(event: Event, step: int, user: User, news: Sequence[Part]) -> None:
    """Give `user` their turn in this round: once, however often this runs."""
    digest, is_new = Digest.objects.get_or_create(event=event, step=step, user=user)
    if not is_new:
        return
    muted = set(user.mutes.values_list("scope", flat=True))
    parts = [part for each in news if (part := each.for_reader(user, muted)).lines or part.count]
    if not parts or f"event:{event.pk}" in muted:
        return
    tell_member(
        user,
        "event_digest",
        {"event": event, "step": step, "parts": parts, "missing": lines(event, looks_after=False)},
        url=event.get_absolute_url(),
        topic=Topic.EVENTS,
        scopes=[f"event:{event.pk}"],
        entries={line.url: line.scope for part in parts for line in part.lines},
    )
    Digest.objects.filter(pk=digest.pk).update(told=True)


def tell_some(event: Event, step: int, size: int) -> bool:
    """Give `size` members their turn in this round; return whether there may be more."""
    some = list(readers(event, step)[:size])
    news = news_of(event, since(event, step)) if some else []
    for user in some:
        tell(event, step, user, news)
    return len(some) == size


def due_now() -> list[tuple[Event, int]]:
    return events_due(timezone.now())
