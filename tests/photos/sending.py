"""Sending a photo in pieces, as a client of the protocol tus 1.0.0 does; for tests."""

import base64
from typing import Any

from django.http import HttpResponse
from django.test import Client

from events.models import Event
from tests.cast import client_of

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def ask(
    method: str, address: str, data: bytes = b"", client: Client | None = None, **headers: Any
) -> HttpResponse:
    """Send one request; a header's name is written with _ for -."""
    given = {**TUS, **{name.replace("_", "-"): str(value) for name, value in headers.items()}}
    kind = given.pop("Content-Type", "")
    # Named by hand, as Django's client leaves them out of a request without bytes.
    about = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(data))}
    return (client or client_of(None)).generic(method, address, data, headers=given, **about)


def begin(event: Event, length: int, name: str = "corridor.jpg", **headers: Any) -> HttpResponse:
    more = {"Upload_Length": length, "Upload_Metadata": f"filename {in_base64(name.encode())}", **headers}
    return ask("POST", f"/photos/uploads/{event.slug}/", **more)


def go_on(address: str, data: bytes, offset: int, **headers: Any) -> HttpResponse:
    more = {"Content_Type": PIECE["Content-Type"], "Upload_Offset": offset, **headers}
    return ask("PATCH", address, data, **more)


def where(address: str) -> int:
    """Return how much the server says it has."""
    return int(ask("HEAD", address)["Upload-Offset"])


def arrived(event: Event, data: bytes, name: str = "corridor.jpg") -> str:
    """Send a whole file in two pieces; return the id of its upload."""
    address = begin(event, len(data), name)["Location"]
    half = len(data) // 2
    assert go_on(address, data[:half], 0).status_code == 204
    assert go_on(address, data[half:], half).status_code == 204
    return address.rstrip("/").rpartition("/")[2]
