"""The topic that the tests bring in, and ways to change it."""

import json
from pathlib import Path
from typing import Any

ADDRESS = "https://forum.example.org/t/kubecon-eu-24-in-short/57"
BOOTH = "https://forum.example.org/uploads/default/original/1X/booth.jpeg"
TEXT = (Path(__file__).parent / "data" / "topic.json").read_text(encoding="utf-8")


def topic() -> dict[str, Any]:
    return json.loads(TEXT)


def posts_of(said: dict[str, Any]) -> list[dict[str, Any]]:
    return said["post_stream"]["posts"]


def as_bytes(said: Any) -> bytes:
    return json.dumps(said).encode()


def one_post(cooked: str, **more: Any) -> bytes:
    """Return a topic of one post."""
    post = {
        "id": 1,
        "post_number": 1,
        "username": "ada",
        "cooked": cooked,
        "created_at": "2024-04-01T10:00:00Z",
    }
    return as_bytes({"id": 9, "title": "A topic", "post_stream": {"posts": [post | more]}})
