"""The addresses of guests' links: signed, short enough to be typed from a poster, and remembered in a cookie.

/with/7k3m9qxt.a2bcd4ef/ is the beginning of the link's id and of its signature, in 32 letters and digits that are not
mistaken for each other. Whoever has neither guesses 80 bits; whoever has a copy of the database, 40, one request each.
"""

import base64
import uuid

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy, ngettext

from events.models import Event

from .models import UploadLink
from .models.upload_link import LinkState

SALT = "photos.links"
COOKIE_SALT = "photos.links.cookie"
COOKIE_AGE = 30 * 24 * 3600
BYTES = 5
# Crockford's base 32: no i, l, o or u. What is read wrongly is mended.
STANDARD, OURS = "abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghjkmnpqrstvwxyz"
WRITTEN, READ = str.maketrans(STANDARD, OURS), str.maketrans(OURS + "ilo", STANDARD + "bba")


def letters(data: bytes) -> str:
    return base64.b32encode(data).decode().lower().translate(WRITTEN)


def signature(link: uuid.UUID, key: str | bytes) -> bytes:
    return salted_hmac(SALT, str(link), secret=key, algorithm="sha256").digest()[:BYTES]


def code_of(link: UploadLink) -> str:
    """Return what stands in the link's address."""
    return f"{letters(link.pk.bytes[:BYTES])}.{letters(signature(link.pk, settings.SECRET_KEY))}"


def link_with(code: str) -> UploadLink | None:
    """Return the link of a code, however it is typed, with its event; None for one that we never gave."""
    try:
        start, signed = (
            base64.b32decode(half.translate(READ).upper()) for half in code.lower().strip().split(".")
        )
    except ValueError:
        return None
    if len(start) != BYTES:
        return None
    for link in UploadLink.objects.beginning(start).select_related("event__parent"):
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(signed, signature(link.pk, key)):
                return link
    return None


def path_of(link: UploadLink) -> str:
    return reverse("photos:entrance", args=[code_of(link)])


def address_of(link: UploadLink) -> str:
    """Return the whole address, as it stands in a QR code."""
    return settings.SITE_URL + path_of(link)


def short_address_of(link: UploadLink) -> str:
    """Return the address as people type it."""
    return address_of(link).partition("://")[2].rstrip("/")


# --- Who came by a link ---------------------------------------------------------------------------------------------


def cookie_of(event: Event) -> str:
    return f"hallway_with_{event.pk}"


def remember(response: HttpResponse, link: UploadLink) -> None:
    """Let the browser that gets `response` add photos through `link` from now on."""
    age = COOKIE_AGE
    if link.expires_at:
        age = min(age, int((link.expires_at - timezone.now()).total_seconds()))
    response.set_cookie(
        cookie_of(link.event),
        signing.dumps(str(link.pk), salt=COOKIE_SALT),
        max_age=max(age, 0),
        httponly=True,
        secure=settings.SITE_IS_SECURE,
        samesite="Lax",
    )


def link_of(request: HttpRequest, event: Event) -> UploadLink | None:
    """Return the link by which this browser came to `event`, while it works; also a full one, whose form says so."""
    value = request.COOKIES.get(cookie_of(event))
    if not value:
        return None
    try:
        pk = uuid.UUID(signing.loads(value, salt=COOKIE_SALT, max_age=COOKIE_AGE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    link = UploadLink.objects.select_related("event").filter(pk=pk, event=event).first()
    return link if link and link.state in (LinkState.OPEN, LinkState.FULL) else None


def wall_link_of(event: Event) -> UploadLink | None:
    """Return the link that the wall of `event` shows: the chosen one, while it is open and asks for no PIN."""
    return UploadLink.objects.open().filter(event=event, on_wall=True, pin="").first()


# --- How many photos come by it -------------------------------------------------------------------------------------

FULL = gettext_lazy(
    "The link you came by is full, so nothing was saved. The organisers can give you another one."
)


def check_room(link: UploadLink, count: int) -> None:
    """Raise ValidationError where `link` has no room for `count` more photos; `UploadLink.take` has the last word."""
    if link.room is None or count <= link.room:
        return
    if not link.room:
        raise ValidationError(FULL)
    words = ngettext(
        "The link you came by takes %(room)s more photo. Leave the others out.",
        "The link you came by takes %(room)s more photos. Leave the others out.",
        link.room,
    )
    raise ValidationError(words, params={"room": link.room})
