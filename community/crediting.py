"""Telling members that somebody else has named them as an author; each once, when everybody can see it."""

from typing import Any

from django.utils import timezone

from people.models import User
from people.models.notification import Topic
from people.notifications import tell_member

from .models import Contribution
from .stream import load

# Who names more people than this at once calls nobody else.
TOLD_AT_ONCE = 20


def tell_credited(item: Contribution) -> None:
    """Tell the members whom `item`, which is public, credits: each once, and nobody of their own. Part of the caller's
    transaction.
    """
    new = list(item.credits.filter(told_at=None).order_by("pk").values_list("pk", "person")[:TOLD_AT_ONCE])
    if not new:
        return
    item.credits.filter(pk__in=[pk for pk, _person in new]).update(told_at=timezone.now())
    if not load([item.pk])[0].is_by_its_sender:
        return
    by = item.contributor
    people = [person for _pk, person in new if not (by and person == by.person_id)]
    members = User.objects.filter(person__in=people, is_active=True) if people else ()
    context = {"who": item.contributor_name, "title": item.title or item.kind_label}
    for user in members:
        tell_member(
            user, "credited", context, url=item.get_absolute_url(), topic=Topic.MENTIONS, **about(item)
        )


def about(item: Contribution) -> dict[str, Any]:
    by = item.contributor
    scopes = [f"item:{item.pk}", f"event:{item.main_event_id}", *([f"person:{by.person_id}"] if by else [])]
    return {"thread": f"credit:{item.pk}", "scopes": scopes}
