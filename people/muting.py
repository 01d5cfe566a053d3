"""What a member has muted, by name, and what they may mute."""

from typing import Any, NamedTuple

from .models import Mute, User
from .scopes import Named, can_be_muted, named


class Muted(NamedTuple):
    """A line of the list of what is muted; `named` is None where it does not show to the member any more."""

    pk: int
    named: Named | None


def mutes_of(user: User) -> list[Muted]:
    """Return what `user` has muted, newest first: a fixed number of queries."""
    mutes = list(user.mutes.all())
    known = named(user, [mute.scope for mute in mutes])
    return [Muted(mute.pk, known.get(mute.scope)) for mute in mutes]


def may_mute(user: User, *, scope: str, notification: int | None) -> bool:
    """Return whether `user` may mute this: it has a page that they may see, or one of their notifications names it."""
    if not can_be_muted(scope):
        return False
    if notification:
        told = user.notifications.filter(pk=notification).first()
        return told is not None and scope in told.scopes
    found = named(user, [scope]).get(scope)
    return found is not None and bool(found.url)


class MuteState(NamedTuple):
    """The button that mutes something on its page, or lets it be heard of again (`mute_id`)."""

    scope: str
    url: str
    mute_id: int | None


def mute_state(user: Any, scope: str, url: str) -> MuteState | None:
    """Return what the button on the page at `url` needs: one query, and nothing for who has no account."""
    if not user.is_authenticated:
        return None
    return MuteState(
        scope, url, Mute.objects.filter(user=user, scope=scope).values_list("pk", flat=True).first()
    )
