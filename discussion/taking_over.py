"""From guest to member: what a browser said under a name becomes the account's own."""

from typing import Any

from people.guests import GuestVisitor

from .models import Comment, Favourite


def take_over(guest: GuestVisitor, user: Any) -> None:
    """Make what `guest` said the member's own (GUEST_TAKEN_OVER); of two recommendations of one thing the member's
    stays theirs, and the guest's the guest's.
    """
    Comment.objects.owned_by(guest).update(user=user, guest=None)
    had = Favourite.objects.owned_by(user).values("contribution")
    Favourite.objects.owned_by(guest).exclude(contribution__in=had).update(user=user, guest=None)
