"""From guest to member: what a browser said under a name becomes the account's own."""

from typing import Any

from people.guests import GuestVisitor

from .models import Comment, Favourite


def take_over(guest: GuestVisitor, user: Any) -> int:
    """Make what `guest` said the member's own (GUEST_TAKEN_OVER), and return how much that was."""
    return sum(rows.update(user=user, guest=None) for rows in said_by(guest, user))


def count_of(guest: GuestVisitor, user: Any) -> int:
    """Return how much `take_over` would make the member's own (GUEST_COUNTED)."""
    return sum(rows.count() for rows in said_by(guest, user))


def said_by(guest: GuestVisitor, user: Any) -> list[Any]:
    """Return what can become the member's: of two recommendations of one thing theirs stays theirs."""
    had = Favourite.objects.owned_by(user).values("contribution")
    comments = Comment.objects.owned_by(guest)
    return [comments, Favourite.objects.owned_by(guest).exclude(contribution__in=had)]
