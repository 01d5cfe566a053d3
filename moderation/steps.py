"""What a moderator can do with one thing, on its own page."""

import dataclasses
from collections.abc import Iterable

from django.urls import reverse

from community.merging import OPEN
from community.models import Contribution
from community.models.contribution import State
from events.models import Event
from people.decisions import AbstractDecision, Verb


@dataclasses.dataclass(frozen=True)
class Steps:
    """The name of the thing as it is seen, the state that the page shows, and which verbs lead on from it."""

    pick: str
    seen: str = ""
    publish: bool = False
    reject: bool = False
    hide: bool = False
    undo: bool = False
    merge_url: str = ""


def item_steps(item: Contribution, decisions: Iterable[AbstractDecision] = ()) -> Steps:
    """Return the steps for a contribution; `decisions` are its decisions in any order."""
    last = max(decisions, key=lambda decision: decision.pk, default=None)
    is_waiting = item.needs_review
    return Steps(
        pick=f"contribution-{item.pk}.{item.version}",
        seen=item.state,
        publish=not item.problem and (is_waiting or item.state in (State.REJECTED, State.HIDDEN)),
        reject=is_waiting,
        hide=item.state == State.PUBLIC,
        undo=last is not None and last.as_moderator and last.verb != Verb.UNDO,
        merge_url=reverse("moderation:merge", args=[item.pk])
        if item.model.can_be_merged and item.state in OPEN
        else "",
    )


def event_steps(event: Event) -> Steps:
    """Return the steps for an event."""
    return Steps(
        pick=f"event-{event.pk}",
        seen=event.state,
        publish=event.state in (Event.State.WAITING, Event.State.REJECTED),
        reject=event.state == Event.State.WAITING,
    )
