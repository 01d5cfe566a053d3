"""Uploads that go on where they broke: the open protocol tus 1.0.0 (tus.io/protocols/resumable-upload).

Core, and the extensions creation, creation-with-upload, checksum, expiration and termination.

    POST    /photos/uploads/<event>/         begin: 201 and where to send the bytes
    HEAD    /photos/uploads/<event>/<id>/    how many bytes are here
    PATCH   the same                         bytes from there on: 204
    DELETE  the same                         forget it: 204

What is refused gets a sentence for people as JSON: {"error": "…"}. What has arrived whole waits for a form to name its
id (photos.forms.PhotosForm, field `uploads`); until then it is nobody's and shows nowhere.

Why these views need no CSRF token: they change nothing for whoever is signed in, and ask for a header (Tus-Resumable)
that a page of another site can only send after a preflight, which is not answered. So a standard client works as it is.
"""

import base64
import binascii
import hashlib
import hmac
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import IO, Any

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from community.forms import one_line
from events.models import Event
from events.numbers import file_size

from . import limits
from .formats import NotAPicture
from .models import Upload
from .models.blocked import Blocked
from .models.upload import OffsetConflict, PartLost, TooManyParts
from .storage import StorageFull, storage_errors

logger = logging.getLogger("photos")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256")
BYTES_OF_A_FILE = "application/offset+octet-stream"
CHUNK = 16_384
# Seconds without a byte. A phone that left the hall must not keep a thread of the server; what came is kept.
PATIENCE = 10


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """The request is refused. `sentence` is for people."""

    def __init__(self, status: int, sentence: Any = "", **headers: Any):
        super().__init__(str(sentence))
        self.status, self.sentence, self.headers = status, sentence, headers


View = Callable[..., HttpResponse]


def speaking_tus(**methods: View) -> View:
    """Return a view that hands each method of tus to its function, and answers what that raises.

    The functions get the request, the event (a public one), and the upload's id where the address has one.
    """

    @csrf_exempt
    def view(request: HttpRequest, event: str, **address: Any) -> HttpResponse:
        try:
            response = answer(request, get_object_or_404(Event.objects.public(), slug=event), **address)
        except Http404:
            response = refusal(Refused(404, _("There is no such upload here. Choose the photo again.")))
        except Refused as refused:
            response = refusal(refused)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def answer(request: HttpRequest, event: Event, **address: Any) -> HttpResponse:
        method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
        if method == "OPTIONS":
            return abilities()
        if method not in methods:
            raise Refused(405, Allow=", ".join([*methods, "OPTIONS"]))
        if request.headers.get("Tus-Resumable") != VERSION:
            raise Refused(412, **{"Tus-Version": VERSION})
        return telling(methods[method])(request, event, **address)

    return view


def telling(function: View) -> View:
    """Return `function` with what models and storage raise told as the protocol tells it."""

    @wraps(function)
    def told(*arguments: Any, **named: Any) -> HttpResponse:
        try:
            return function(*arguments, **named)
        except (Upload.DoesNotExist, PartLost):
            raise Http404 from None
        except OffsetConflict:
            raise Refused(409, _("Part of this photo has arrived meanwhile. Go on from there.")) from None
        except TooManyParts:
            raise Refused(422, _("This photo came in too many pieces. Send it again.")) from None
        except NotAPicture as error:
            raise Refused(413 if error.code == "too_large" else 422, error) from error
        except Blocked as error:
            raise Refused(422, error) from error
        except StorageFull as error:
            raise Refused(507, limits.FULL) from error
        except (OSError, OperationalError) as error:
            # StorageUnavailable, a busy database, and whatever else may be said: the sender can only try again.
            logger.exception("an upload cannot be stored")
            raise Refused(503, limits.AWAY, **{"Retry-After": 60}) from error

    return told


def refusal(refused: Refused) -> HttpResponse:
    reason = "Checksum Mismatch" if refused.status == 460 else None
    return JsonResponse(
        {"error": str(refused.sentence)}, status=refused.status, reason=reason, headers=refused.headers
    )


def abilities() -> HttpResponse:
    """What this server can do."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.PHOTO_MAX_BYTES),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return HttpResponse(status=204, headers=headers)


# --- Methods --------------------------------------------------------------------------------------------------------


def begin(request: HttpRequest, event: Event) -> HttpResponse:
    """Begin an upload; its first bytes may come along."""
    upload = Upload(
        event=event,
        length=length_of(request),
        file_name=file_name_of(request),
        sender=limits.sender_of(request),
    )
    try:
        limits.check_event(event.parent or event)
        limits.check_uploads(event, upload.sender)
    except limits.LimitReached as error:
        raise Refused(error.status, error.messages[0], **{"Retry-After": 60}) from error
    upload.save(force_insert=True)
    if request.content_type == BYTES_OF_A_FILE:
        try:
            receive(request, upload, 0)
        except Exception:
            # The sender never learns its address.
            upload.discard()
            raise
    address = reverse("photos:upload", args=[event.slug, upload.pk])
    return HttpResponse(status=201, headers={"Location": address, **progress(upload)})


def tell(request: HttpRequest, event: Event, upload: uuid.UUID) -> HttpResponse:
    """Tell how much has arrived."""
    found = find(event, upload)
    headers = {"Upload-Length": str(found.length), **progress(found)}
    if found.file_name:
        headers["Upload-Metadata"] = "filename " + base64.b64encode(found.file_name.encode()).decode()
    return HttpResponse(headers=headers)


def take(request: HttpRequest, event: Event, upload: uuid.UUID) -> HttpResponse:
    """Take the next bytes; those of a request that breaks off count too."""
    if request.content_type != BYTES_OF_A_FILE:
        raise Refused(415)
    found = find(event, upload)
    receive(request, found, whole_number(request, "Upload-Offset"))
    return HttpResponse(status=204, headers=progress(found))


def forget(request: HttpRequest, event: Event, upload: uuid.UUID) -> HttpResponse:
    """Forget an upload and all that has arrived of it."""
    find(event, upload).discard()
    return HttpResponse(status=204)


def find(event: Event, upload: uuid.UUID) -> Upload:
    """Return the upload. Refuses one that is not here with 404, and one that waited too long with 410."""
    found = Upload.objects.get(pk=upload, event=event)
    if found.is_expired:
        raise Refused(410, _("This photo waited too long for the rest of it. Choose it again."))
    return found


def progress(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }


uploads = speaking_tus(POST=begin)
upload = speaking_tus(HEAD=tell, PATCH=take, DELETE=forget)


# --- Headers --------------------------------------------------------------------------------------------------------


def whole_number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused(400, f"The header {name} has to be a whole number.")
    return int(text)


def length_of(request: HttpRequest) -> int:
    length = whole_number(request, "Upload-Length")
    if not length:
        raise Refused(422, _("This file is empty. Choose the photo again."))
    if length > settings.PHOTO_MAX_BYTES:
        raise Refused(413, limits.too_large(file_size(length)))
    return length


def file_name_of(request: HttpRequest) -> str:
    """Return the sender's name of the file, on one line; all other metadata is of no use here."""
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return one_line(base64.b64decode(value, validate=True).decode())[:255]
            except ValueError:
                raise Refused(400, "The header Upload-Metadata is not in Base64.") from None
    return ""


class Checksum:
    """What the sender says the bytes' hash is, and what it is."""

    def __init__(self, header: str):
        algorithm, _space, value = header.partition(" ")
        if algorithm not in ALGORITHMS:
            raise Refused(400, "The header Upload-Checksum names an unknown algorithm.")
        try:
            self.expected = base64.b64decode(value, validate=True)
        except binascii.Error:
            raise Refused(400, "The header Upload-Checksum is not in Base64.") from None
        self.digest = hashlib.new(algorithm, usedforsecurity=False)

    def check(self) -> None:
        if not hmac.compare_digest(self.digest.digest(), self.expected):
            raise Refused(460, _("Part of this photo was damaged on the way. Try again."))


# --- Bytes ----------------------------------------------------------------------------------------------------------


def receive(request: HttpRequest, upload: Upload, start: int) -> None:
    """Append the body of the request, which begins at byte `start`; of one that breaks off, what came."""
    if start != upload.offset:
        raise OffsetConflict
    if "Content-Length" not in request.headers:
        raise Refused(411)
    if start + whole_number(request, "Content-Length") > upload.length:
        raise Refused(413, _("More of this photo came than was announced. Choose it again."))
    checksum = Checksum(header) if (header := request.headers.get("Upload-Checksum")) else None
    with body_of(request, checksum) as (body, size):
        if checksum:
            checksum.check()
        upload.append(body, size, start)


@contextmanager
def body_of(request: HttpRequest, checksum: Checksum | None) -> Iterator[tuple[IO[bytes], int]]:
    """Read the request's body to a temporary file; give that and its size in bytes."""
    size = 0
    # gunicorn hands its socket on; other servers have limits of their own.
    if connection := request.META.get("gunicorn.socket"):
        connection.settimeout(PATIENCE)
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as body:
        with storage_errors():
            while chunk := next_bytes(request):
                size += body.write(chunk)
                if checksum:
                    checksum.digest.update(chunk)
        yield body, size


def next_bytes(request: HttpRequest) -> bytes:
    try:
        return request.read(CHUNK)
    except UnreadablePostError:
        return b""
