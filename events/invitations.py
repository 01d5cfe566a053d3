"""Asking a member to help look after an event. They become an organiser once they accept."""

from urllib.parse import urlencode

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from people.models import User
from people.models.notification import Topic
from people.notifications import tell_member

from .models import Event, Organiser

SALT = "events.invitations"
AGE = 14 * 24 * 3600
QUIET = 24 * 3600


def invite(event: Event, member: User, *, by: User) -> None:
    """Ask `member` by notification and e-mail, at most once a day and event; organisers are not asked again."""
    is_organiser = Organiser.objects.filter(event=event, user=member).exists()
    if is_organiser or not cache.add(f"invitation-{event.pk}-{member.pk}", 1, QUIET):
        return
    with transaction.atomic():
        context = {"event": event, "by": by}
        tell_member(member, "organiser_invitation", context, url=address(event, member), topic=Topic.DESK)


def address(event: Event, member: User) -> str:
    """Return where `member`, and nobody else, can accept, for AGE seconds."""
    token = signing.dumps([event.pk, member.pk], salt=SALT)
    return f"{reverse('events:organiser_acceptance', args=[event.slug])}?{urlencode({'token': token})}"


def is_invited(event: Event, member: User, token: str) -> bool:
    """Return whether `token` invites `member` to look after `event`."""
    try:
        return signing.loads(token, salt=SALT, max_age=AGE) == [event.pk, member.pk]
    except signing.BadSignature:
        return False
