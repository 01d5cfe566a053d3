"""The small copy of the picture of a page out in the world, so that nobody who reads here is seen over there.

How pictures of strangers are opened and kept is known a few floors above: `settings.LINK_PICTURES` names it.
"""

from typing import Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from links.fetching import NotFetched, fetch

PICTURE_BYTES = 8_000_000
SECONDS = 8.0


class Pictures(Protocol):
    """What LINK_PICTURES names."""

    def keep(self, picture: bytes) -> str:
        """Store a small copy of a picture that a stranger sent; return its name, or "" where it is no picture."""

    def answer(self, request: HttpRequest, name: str, *, is_for_all: bool) -> HttpResponse:
        """Return a stored copy as an answer that no page can make act. Raises Http404 where it is gone."""


def pictures() -> Pictures:
    return import_string(settings.LINK_PICTURES)()


def keep_picture(url: str) -> str:
    """Fetch the picture at `url` and store a small copy of it; return its name, or "" where there is none."""
    try:
        answer = fetch(url, accept="image/*", most_bytes=PICTURE_BYTES, seconds=SECONDS)
    except NotFetched:
        return ""
    # What it says it is does not count: the bytes tell.
    return pictures().keep(answer.body) if answer.is_ok and answer.body else ""
