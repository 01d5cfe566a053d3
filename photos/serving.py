"""How the bytes of a photo's file go out: to whoever may see the photo at this moment, and never as a page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from .crediting import CreditedFile
from .models import Photo
from .storage import StorageUnavailable, picture_store, storage_errors

# Where the name of the format on the web is not the extension of its files.
SUBTYPES = {"jpg": "jpeg"}


def stored_file(request: HttpRequest, photo: Photo, name: str, mime: str, sha256: str) -> HttpResponse:
    """Return the stored file `name` of `photo`, which the caller may see, as `mime`; `sha256` is its ETag.

    304 where the visitor has it already, 503 in words where the storage is away. Raises Http404 where it is gone.
    """
    return answer(
        request,
        lambda: FileResponse(picture_store().open(name), content_type=mime),
        etag=sha256,
        is_for_all=photo.is_public,
    )


def taken_home(request: HttpRequest, photo: Photo) -> HttpResponse:
    """Return the kept original of `photo`, which the caller may take, under a readable name, with whom to credit and
    the licence written into it. 304, 503 and Http404 as for `stored_file`.
    """
    attribution, name = photo.attribution, photo.original

    def file() -> StreamingHttpResponse:
        with storage_errors():
            made = CreditedFile(Path(picture_store().path(name)), attribution)
        extension = Path(name).suffix[1:]
        response = StreamingHttpResponse(made, content_type=f"image/{SUBTYPES.get(extension, extension)}")
        response["Content-Length"] = str(made.size)
        response["Content-Disposition"] = f'attachment; filename="{photo.download_name}"'
        return response

    return answer(
        request,
        file,
        etag=f"{photo.kept_sha256}-{attribution.digest}",
        is_for_all=photo.is_public and not photo.asks_first,
    )


def answer(request: HttpRequest, file: Callable[[], Any], *, etag: str, is_for_all: bool) -> HttpResponse:
    """Return what `file` opens as bytes that no page can make act, or that the visitor has it; 404 or 503 where it
    cannot be opened. `is_for_all`: whether caches may keep it, for a minute.
    """
    try:
        response: HttpResponse = file()
    except FileNotFoundError as error:
        raise Http404 from error
    except StorageUnavailable:
        return HttpResponse(_("Photos cannot be read right now."), content_type="text/plain", status=503)
    etag = f'"{etag}"'
    response["ETag"] = etag
    # A minute is how long a cache may still show what has just been hidden.
    response["Cache-Control"] = "public, max-age=60" if is_for_all else "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response) or response
