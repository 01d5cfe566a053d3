"""The forms of the three kinds, filled in as somebody would, for tests of what all of them share."""

import html
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from events.models import Event
from tests.photos.pictures import jpeg

KINDS = ["recaps", "talks", "photos"]


def address(kind: str, event: Event) -> str:
    return f"/{kind}/new/{event.slug}/"


def upload(data: bytes | None = None, name: str = "corridor.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if data is None else data, "image/jpeg")


def filled(kind: str, event: Event, /, **changes: Any) -> dict[str, Any]:
    """Return the fields of the form of a new thing; `changes` replace them, None leaves one out."""
    own: dict[str, dict[str, Any]] = {
        "recaps": {"title": "What I took home", "body": "The corridor was the best room.", "role": "wrote"},
        "talks": {"title": "How eBPF actually works"},
        "photos": {"pictures": [upload()], "licence": "cc-by-4.0", "title": "The corridor"},
    }
    common = {"event": event.pk, "submission_key": str(uuid.uuid4())}
    return {name: value for name, value in {**common, **own[kind], **changes}.items() if value is not None}


def errors(response: HttpResponse) -> list[str]:
    """Return the sentences of the error summary, as somebody reads them."""
    summary = re.search(r'error-summary".*?</ul>', response.content.decode(), re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL) if summary else []
    return [text_of(line) for line in lines]


def notices(response: HttpResponse) -> list[str]:
    """Return the notices that stand on the page that a form led to."""
    return [text_of(str(message)) for message in response.context["messages"]]


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())
