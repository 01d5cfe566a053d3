"""Contributing without an account: who a browser is, by a signed cookie or a signed link.

`request.user` is then a `GuestVisitor`: anonymous to Django, yet with `guest_id`, so that querysets can ask
`visible_to(request.user)` of members and guests alike.
"""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property

from .models import Guest

COOKIE = "hallway_guest"
COOKIE_SALT = "people.guests.cookie"
LINK_SALT = "people.guests.link"
LINK_AGE = 30 * 24 * 3600


class GuestVisitor(AnonymousUser):
    """An anonymous visitor who has added something under a name."""

    def __init__(self, guest_id: uuid.UUID) -> None:
        self.guest_id = guest_id

    @cached_property
    def guest(self) -> Guest | None:
        """The guest's row, or None when it is gone."""
        return Guest.objects.filter(pk=self.guest_id).first()

    @property
    def name(self) -> str:
        return self.guest.name if self.guest else ""


class GuestMiddleware:
    """Make `request.user` a guest when the visitor has no account and a valid guest's cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COOKIE in request.COOKIES and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            guest_id = read(request.COOKIES[COOKIE], COOKIE_SALT, settings.GUEST_COOKIE_AGE)
            if guest_id:
                request.user = GuestVisitor(guest_id)
        elif COOKIE in request.COOKIES:
            member_or_anonymous = request.user
            request.user = SimpleLazyObject(lambda: either(request, member_or_anonymous))  # type: ignore[assignment]
        return self.get_response(request)


def either(request: HttpRequest, user: object) -> object:
    """Return the member who is signed in, else the guest of the cookie, else the anonymous visitor."""
    if user.is_authenticated:  # type: ignore[attr-defined]
        return user
    guest_id = read(request.COOKIES[COOKIE], COOKIE_SALT, settings.GUEST_COOKIE_AGE)
    return GuestVisitor(guest_id) if guest_id else user


def read(value: str, salt: str, max_age: int) -> uuid.UUID | None:
    """Return the guest's id that `value` was signed for, or None when it is forged or too old."""
    try:
        return uuid.UUID(signing.loads(value, salt=salt, max_age=max_age))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def remember(response: HttpResponse, guest: Guest) -> None:
    """Let the browser that gets `response` act as `guest` from now on."""
    response.set_cookie(
        COOKIE,
        signing.dumps(str(guest.pk), salt=COOKIE_SALT),
        max_age=settings.GUEST_COOKIE_AGE,
        httponly=True,
        secure=settings.SITE_IS_SECURE,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    """Let the browser that gets `response` be a stranger again."""
    response.delete_cookie(COOKIE, samesite="Lax")


def return_link(guest: Guest) -> str:
    """Return the whole address that makes a browser this guest again, for LINK_AGE seconds; it goes into e-mails."""
    token = signing.dumps(str(guest.pk), salt=LINK_SALT)
    return settings.SITE_URL + reverse("people:guest_return", args=[token])
