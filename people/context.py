"""What every page shows of whoever looks at it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import cached_property


class Viewer:
    """The visitor as the header shows them. Each attribute costs its query only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        # What is wrong with the very request, such as its host, is told before anybody asked who is looking.
        self.user: Any = getattr(request, "user", None) or AnonymousUser()

    @cached_property
    def is_member(self) -> bool:
        return self.user.is_authenticated

    @cached_property
    def is_guest(self) -> bool:
        return getattr(self.user, "guest_id", None) is not None

    @cached_property
    def is_moderator(self) -> bool:
        return self.is_member and self.user.is_moderator

    @cached_property
    def name(self) -> str:
        return self.user.name if self.is_member or self.is_guest else ""

    @cached_property
    def profile_url(self) -> str:
        return self.user.person.get_absolute_url() if self.is_member else ""

    @cached_property
    def unread_count(self) -> int:
        return self.user.notifications.unread().count() if self.is_member else 0


def viewer(request: HttpRequest) -> dict[str, Viewer]:
    """Context processor: `viewer` on every page."""
    return {"viewer": Viewer(request)}
