"""How the bytes of a photo's file go out: to whoever may see the photo at this moment, and never as a page."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from .models import Photo
from .storage import StorageUnavailable, picture_store


def stored_file(request: HttpRequest, photo: Photo, name: str, mime: str, sha256: str) -> HttpResponse:
    """Return the stored file `name` of `photo`, which the caller may see, as `mime`; `sha256` is its ETag.

    304 where the visitor has it already, 503 in words where the storage is away. Raises Http404 where it is gone.
    """
    try:
        stored = picture_store().open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    except StorageUnavailable:
        return HttpResponse(_("Photos cannot be read right now."), content_type="text/plain", status=503)
    response: HttpResponse = FileResponse(stored, content_type=mime)  # type: ignore[assignment]
    etag = f'"{sha256}"'
    response["ETag"] = etag
    # A minute is how long a cache may still show what has just been hidden.
    response["Cache-Control"] = "public, max-age=60" if photo.is_public else "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response) or response
