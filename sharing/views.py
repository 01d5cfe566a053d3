"""The pictures of links, at addresses that stay; each time the database is asked whether everybody may see it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from community.shared import SITE_PICTURE
from events.models import Event
from people import rates

from .models import SharePicture, public_item
from .motif import Motif, motif_of_event, motif_of_item
from .tasks import draw_event_pictures, draw_item_pictures

JPEG = "image/jpeg"


@require_safe
def item_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a public thing."""
    item = public_item(pk)
    if item is None:
        raise Http404
    kept = SharePicture.objects.of_item(pk).first()
    return answer(request, kept, motif_of_item(item), lambda: draw_item_pictures.enqueue_once([pk]))


@require_safe
def event_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of a public event."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    kept = SharePicture.objects.of_event(event.pk).first()
    return answer(request, kept, motif_of_event(event), lambda: draw_event_pictures.enqueue_once([event.pk]))


def answer(
    request: HttpRequest, kept: SharePicture | None, motif: Motif, draw: Callable[[], object]
) -> HttpResponse:
    """Return the kept picture, if it shows what `motif` says today. Otherwise have it drawn and return the site's own:
    what was hidden or renamed a moment ago is shown to nobody, however far behind the worker is.
    """
    response: HttpResponse
    if kept and kept.basis == motif.basis and default_storage.exists(kept.name):
        etag = f'"{kept.sha256}"'
        file: Any = FileResponse(default_storage.open(kept.name), content_type=JPEG)
        file["ETag"] = etag
        # A minute is how long a cache may still show what has just been hidden.
        file["Cache-Control"] = "public, max-age=60"
        response = get_conditional_response(request, etag=etag, response=file) or file
    else:
        # Whoever asks again and again has it drawn once.
        if rates.hit("pictures of links", motif.basis) == 1:
            draw()
        response = HttpResponse((settings.BASE_DIR / "static" / SITE_PICTURE).read_bytes(), content_type=JPEG)
        response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
