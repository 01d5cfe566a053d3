"""Conversations elsewhere, by what their sites tell programs: a topic of a Discourse forum, a post on Mastodon, an item
of Hacker News. How many have answered, and the last few lines, as plain text.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from links.canonical import BadAddress, clean

TOPIC = re.compile(
    r"(?P<base>(?:/[\w-]+)?)/t/(?:(?P<slug>[^/]*[^/\d][^/]*)/)?(?P<id>\d{1,12})(?:/\d+)?(?:\.json)?/?"
)
STATUS = re.compile(r"/(?:@[\w.-]+(?:@[\w.-]+)?|users/[\w.-]+/statuses)/(?P<id>\d{1,24})/?")


@dataclass(frozen=True)
class Place:
    """Where a conversation stands. `site` begins the addresses of its site, `number` is its id there."""

    provider: str
    site: str
    number: str


def place_of(url: str) -> Place | None:
    """Return which conversation stands at an address, as far as the address tells; None for any other."""
    try:
        parts = urlsplit(clean(url))
    except BadAddress:
        return None
    site = f"{parts.scheme}://{parts.netloc}"
    if (parts.hostname or "") == "news.ycombinator.com":
        number = parse_qs(parts.query).get("id", [""])[0]
        is_item = parts.path == "/item" and number.isascii() and number.isdigit() and len(number) < 13
        return Place("hackernews", site, number) if is_item else None
    if found := TOPIC.fullmatch(parts.path):
        return Place("discourse", site + found["base"], found["id"])
    if found := STATUS.fullmatch(parts.path):
        return Place("mastodon", site, found["id"])
    return None
