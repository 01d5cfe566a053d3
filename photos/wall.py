"""The live wall: what the screen in the foyer shows, a page that needs no sign-in and runs all day."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.models import Contribution
from community.sections import public_at
from community.stream import newest
from community.text import between_marks
from discussion.models import Favourite
from events.models import Event

from .links import address_of, short_address_of, wall_link_of
from .models import Photo
from .posters import in_two, qr_code

# What the wall holds at once: as many places as js/wall.js makes, so the newest things and no more.
PHOTOS, REASONS = 18, 6
# After so many photos comes what somebody recommends.
PHOTOS_BETWEEN = 3


@require_safe
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest photos of an event, and why people recommend what, one after the other on a large screen."""
    event = public_event(slug)
    address, short = address_on_wall(event)
    site, rest = in_two(short)
    context = {
        "event": event,
        "items": items_at(event),
        "slots": PHOTOS + REASONS,
        "address": address,
        "site": site,
        "rest": rest,
        "qr": qr_code(address),
    }
    return render(request, "photos/wall.html", context)


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """What the wall shows at this moment, for js/wall.js: 304 while nothing has changed."""
    event = public_event(slug)
    response = JsonResponse({"address": address_on_wall(event)[0], "items": items_at(event)})
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


def public_event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public().select_related("parent"), slug=slug)


def address_on_wall(event: Event) -> tuple[str, str]:
    """Return the address in the corner, whole and as people type it: the link that an organiser chose, else the
    event's page.
    """
    if link := wall_link_of(event):
        return address_of(link), short_address_of(link)
    page = settings.SITE_URL + event.get_absolute_url()
    return page, page.partition("://")[2].rstrip("/")


def items_at(event: Event) -> list[dict[str, Any]]:
    """Return the newest public photos and reasons, the reasons spread among the photos. Queries: a fixed number."""
    photos, reasons = photos_at(event), reasons_at(event)
    woven: list[dict[str, Any]] = []
    for number, photo in enumerate(photos, 1):
        woven.append(photo)
        if number % PHOTOS_BETWEEN == 0:
            woven += [reason for reason in (next(reasons, None),) if reason]
    return [*woven, *reasons]


def photos_at(event: Event) -> Iterator[dict[str, Any]]:
    rows = Photo.objects.filter(
        pk__in=list(newest(public_at(event, Photo), PHOTOS).values_list("pk", flat=True))
    )
    for photo in rows.for_cards().order_by("-published_at", "-pk"):
        if photo.large is None:
            continue
        names = ", ".join(credit.person.name for credit in photo.shown_credits)  # type: ignore[attr-defined]
        yield {
            "id": f"photo-{photo.pk}",
            "src": photo.large.get_absolute_url(),
            "srcset": photo.srcset,
            "width": photo.width,
            "height": photo.height,
            "alt": photo.alt or str(photo),
            "quote": "",
            "about": photo.title,
            "by": _("Photo: %(names)s") % {"names": names} if names else "",
        }


def reasons_at(event: Event) -> Iterator[dict[str, Any]]:
    here = Contribution.objects.public().at(event)
    given = Favourite.objects.public().exclude(reason="").filter(contribution__in=here)
    for favourite in given.select_related("contribution", "user__person", "guest").order_by(
        "-created_at", "-pk"
    )[:REASONS]:
        yield {
            "id": f"reason-{favourite.pk}",
            "src": "",
            "srcset": "",
            "width": 0,
            "height": 0,
            "alt": "",
            "quote": between_marks(favourite.reason),
            "about": str(favourite.contribution),
            "by": favourite.name,
        }
