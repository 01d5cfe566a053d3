"""What moderators may do, for pages outside the queue."""

from typing import Any

from django import template

from community.reviewing import Owner, owners_of, trust_rule
from moderation.steps import Steps, event_steps, item_steps
from people.decisions import Reason

register = template.Library()


@register.simple_tag
def steps_of_item(item: Any, decisions: Any = ()) -> Steps:
    """Return what a moderator can do with a contribution; `decisions` are the page's, newest first or oldest first."""
    return item_steps(item, decisions)


@register.simple_tag
def steps_of_event(event: Any) -> Steps:
    """Return what a moderator can do with an event."""
    return event_steps(event)


@register.simple_tag
def trust_of(member: Any) -> Owner:
    """Return how a member stands: two queries' worth, for the member's own page."""
    return owners_of([member])[member]


@register.simple_tag
def the_trust_rule() -> str:
    return trust_rule()


@register.simple_tag
def decision_reasons() -> list[tuple[str, Any]]:
    """Return the short list of reasons."""
    return Reason.choices
