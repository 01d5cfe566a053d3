"""A topic from its address: the forum gives the first posts, and the others in parts to whoever asks for them."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from links.fetching import NotFetched, fetch
from links.threads import place_of

from .topic import MOST_BYTES, MOST_POSTS, Unreadable, missing_ids, parse

# As many as the forum's own page asks for at once.
AT_ONCE = 20
SECONDS = 20.0


def topic_address(url: str) -> str:
    """Return the address of a topic without the number of a post or “.json” behind it; "" where it is none."""
    place = place_of(url)
    return f"{place.site}/t/{place.number}" if place and place.provider == "discourse" else ""


def fetch_topic(url: str) -> bytes:
    """Return the JSON of the topic at `url` with all its posts, as far as they can be had.

    Raises NotFetched, Unreadable.
    """
    address = topic_address(url)
    if not address:
        raise Unreadable(
            _(
                "This is not the address of a topic. One looks like this: https://forum.example.org/t/its-title/123"
            )
        )
    body = asked(f"{address}.json")
    said = parse(body)
    stream = said.get("post_stream") if isinstance(said, dict) else None
    if not isinstance(stream, dict) or not isinstance(stream.get("posts"), list):
        return body
    size = len(body)
    wanted = missing_ids(stream, stream["posts"])[: max(MOST_POSTS - len(stream["posts"]), 0)]
    for start in range(0, len(wanted), AT_ONCE):
        ids = "&".join(f"post_ids[]={one}" for one in wanted[start : start + AT_ONCE])
        try:
            part = asked(f"{address}/posts.json?{ids}")
            more = posts_in(parse(part))
        except (NotFetched, Unreadable):
            # The forum has had enough of us: what is missing, the report says.
            break
        size += len(part)
        if not more or size > MOST_BYTES:
            break
        stream["posts"] += more
    return json.dumps(said).encode()


def asked(url: str) -> bytes:
    answer = fetch(url, accept="application/json", most_bytes=MOST_BYTES, seconds=SECONDS)
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status} at {urlsplit(url).hostname}")
    return answer.body


def posts_in(said: Any) -> list[Any]:
    stream = said.get("post_stream") if isinstance(said, dict) else None
    posts = stream.get("posts") if isinstance(stream, dict) else None
    return posts if isinstance(posts, list) else []
