"""From guest to member: what a browser added under a name becomes the account's own."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from events.models import Event
from people.guests import GuestVisitor

from .locking import hold
from .models import Bringer, Card, Contribution, Draft
from .tasks import draw_cards


@transaction.atomic
def take_over(guest: GuestVisitor, user: Any) -> int:
    """Make everything that `guest` added the member's own; return how many things that were. Safe to run twice."""
    ids = hold(Contribution.objects.owned_by(guest))
    Contribution.objects.filter(pk__in=ids).update(contributor=user, guest=None)
    count_as_brought(ids, user)
    # Some cards name whoever added the thing.
    Card.objects.filter(contribution__in=ids).delete()
    Draft.objects.take_over(guest, user)
    if ids:
        draw_cards.enqueue(ids)
    others: int = sum(import_string(path)(guest, user) for path in settings.GUEST_TAKEN_OVER)
    return len(ids) + others


def count_as_brought(ids: list[int], user: Any) -> None:
    """Count what of these is public as brought home by the member; what a guest added counts for nobody."""
    here = Contribution.objects.public().filter(pk__in=ids).values_list("event", "main_event")
    steps = Counter(pk for pair in here for pk in set(pair))
    hold(Event.objects.filter(pk__in=steps))
    Bringer.add(steps, user.pk)


def count_of(guest: GuestVisitor, user: Any) -> int:
    """Return how many things of `guest` the member can take over."""
    others: int = sum(import_string(path)(guest, user) for path in settings.GUEST_COUNTED)
    return Contribution.objects.owned_by(guest).count() + others
