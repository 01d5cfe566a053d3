"""Pages come compressed to whoever takes that, and nothing else changes."""

import gzip
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.compression import CompressionMiddleware
from events.models import Event
from tests.cast import make_photo

TAKES_GZIP = {"Accept-Encoding": "br;q=1.0, gzip;q=0.8"}
LONG = "brought home " * 200


def answer_to(headers: dict[str, str], inner: HttpResponse) -> Any:
    request = RequestFactory().get("/", headers=headers)
    return CompressionMiddleware(lambda _request: inner)(request)


def test_a_page_is_packed_for_whoever_takes_it_and_whole_for_others(event: Event) -> None:
    plain = Client().get(event.get_absolute_url())
    packed = Client().get(event.get_absolute_url(), headers=TAKES_GZIP)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"]
    assert plain["Vary"] == packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2


@pytest.mark.parametrize(
    ("inner", "is_packed"),
    [
        (HttpResponse(LONG, content_type="application/feed+json"), True),
        (HttpResponse(LONG, content_type="image/svg+xml"), True),
        (HttpResponse(LONG, content_type="image/webp"), False),
        (HttpResponse("short"), False),
        (HttpResponse(LONG, headers={"Content-Encoding": "br"}), False),
        (HttpResponse(LONG, headers={"Content-Range": "bytes 0-9/10"}), False),
        (StreamingHttpResponse([LONG]), False),
    ],
)
def test_only_whole_texts_are_packed(inner: Any, is_packed: bool) -> None:
    assert (answer_to(TAKES_GZIP, inner).headers.get("Content-Encoding") == "gzip") is is_packed


def test_what_is_packed_is_another_representation_of_the_same() -> None:
    assert answer_to(TAKES_GZIP, HttpResponse(LONG, headers={"ETag": '"7"'}))["ETag"] == 'W/"7"'
    assert answer_to({}, HttpResponse(LONG, headers={"ETag": '"7"'}))["ETag"] == '"7"'


def test_lengths_do_not_tell_what_else_stands_on_a_page() -> None:
    lengths = {len(answer_to(TAKES_GZIP, HttpResponse(LONG)).content) for _ in range(40)}
    assert len(lengths) > 10


def test_the_wall_still_answers_that_nothing_has_changed(event: Event, member: Any) -> None:
    for _ in range(8):
        make_photo(event, member)
    address = f"{event.get_absolute_url()}wall/items/"
    first = Client().get(address, headers=TAKES_GZIP)
    assert first["Content-Encoding"] == "gzip"
    assert Client().get(address, headers=TAKES_GZIP | {"If-None-Match": first["ETag"]}).status_code == 304
