"""Taking back all that one added to an event, and undoing that."""

import datetime
from contextlib import suppress
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from events.models import Event
from people.decisions import StateConflict, Verb

from .models import Contribution, ContributionQuerySet, Decision

MOST_EVENTS = 50
State = Contribution.State


def standing(user: Any) -> ContributionQuerySet:
    """Return what `user` added and can take back."""
    return Contribution.objects.owned_by(user).exclude(state__in=[State.WITHDRAWN, State.MERGED])


def events_of(user: Any) -> list[tuple[Event, int]]:
    """Return the main events to which `user` added several things, newest event first, with how many these are."""
    counts = dict(
        standing(user).order_by().values_list("main_event").annotate(number=Count("pk")).filter(number__gt=1)
    )
    events = Event.objects.filter(pk__in=counts).order_by("-starts_on", "-pk")[:MOST_EVENTS]
    return [(event, counts[event.pk]) for event in events]


def withdraw_all(user: Any, event: Event) -> tuple[int, datetime.datetime]:
    """Take back everything of `user` at `event`; return how many things that were, and from when on.

    Each in a transaction of its own: others wait for none of it, and what a broken connection leaves, a second press
    takes.
    """
    since, count = timezone.now(), 0
    for item in standing(user).at(event):
        with suppress(StateConflict):
            item.withdraw(by=user)
            count += 1
    return count, since


def return_all(user: Any, event: Event, since: datetime.datetime) -> int:
    """Bring back what `user` has taken back at `event` from `since` on; return how many things that were."""
    lately = Decision.objects.filter(contribution=OuterRef("pk"), verb=Verb.WITHDRAW, decided_at__gte=since)
    count = 0
    for item in Contribution.objects.owned_by(user).at(event).filter(Exists(lately), state=State.WITHDRAWN):
        with suppress(StateConflict):
            item.restore(by=user)
            count += 1
    return count
