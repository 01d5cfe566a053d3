"""Conversations elsewhere, by what their sites tell programs: a topic of a Discourse forum, a post on Mastodon, an item
of Hacker News. How many have answered, and the last few lines, as plain text.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import parse_qs, urlsplit

from django.utils.dateparse import parse_datetime
from selectolax.lexbor import LexborHTMLParser

from links.canonical import BadAddress, clean
from links.fetching import NotFetched, fetch

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


# --- What is said there -----------------------------------------------------------------------------------------------

MOST_LINES = 3
LONGEST_LINE = 200
LONGEST_NAME = 60
MOST_BYTES = 2_000_000
SECONDS = 10.0


@dataclass(frozen=True)
class Line:
    """One of the last words: who said it, what, when, and where it stands."""

    author: str
    text: str
    at: datetime.datetime
    url: str


@dataclass(frozen=True)
class Conversation:
    """How many have answered, and the last of them, oldest first."""

    count: int
    lines: list[Line]


def read(place: Place) -> Conversation:
    """Return what is said there. Raises NotFetched, also where it is not for everybody."""
    return READERS[place.provider](place)


def read_discourse(place: Place) -> Conversation:
    topic = as_dict(asked(f"{place.site}/t/{place.number}.json"))
    if topic.get("archetype") == "private_message" or topic.get("visible") is False:
        raise NotFetched("missing", "not public")
    stream = as_dict(topic.get("post_stream"))
    ids = [one for one in as_list(stream.get("stream")) if is_number(one)]
    posts = as_list(stream.get("posts"))
    there = {post.get("id") for post in map(as_dict, posts) if is_number(post.get("id"))}
    if latest := [one for one in ids[1:][-MOST_LINES:] if one not in there]:
        wanted = "&".join(f"post_ids[]={one}" for one in latest)
        more = as_dict(asked(f"{place.site}/t/{place.number}/posts.json?{wanted}"))
        posts += as_list(as_dict(more.get("post_stream")).get("posts"))
    found = []
    for post in map(as_dict, posts):
        number = post.get("post_number")
        kept_back = post.get("hidden") or post.get("deleted_at") or post.get("post_type", 1) not in (1, 2)
        if is_number(number) and number > 1 and not kept_back:
            author = text_of(post.get("name")) or text_of(post.get("username"))
            address = f"{place.site}/t/{place.number}/{number}"
            found.append(line(author, post.get("cooked"), post.get("created_at"), address))
    said = topic.get("posts_count")
    return Conversation(max(said - 1, 0) if is_number(said) else len(ids[1:]), last(found))


def read_mastodon(place: Place) -> Conversation:
    address = f"{place.site}/api/v1/statuses/{place.number}"
    status = as_dict(asked(address))
    if status.get("visibility") not in ("public", "unlisted"):
        raise NotFetched("missing", "not public")
    found = []
    for answer in map(as_dict, as_list(as_dict(asked(f"{address}/context")).get("descendants"))):
        if answer.get("visibility") in ("public", "unlisted"):
            account = as_dict(answer.get("account"))
            author = text_of(account.get("display_name")) or text_of(account.get("acct"))
            # What stands behind a warning stays behind it.
            words = answer.get("spoiler_text") or answer.get("content")
            found.append(line(author, words, answer.get("created_at"), text_of(answer.get("url"))))
    said = status.get("replies_count")
    return Conversation(max(said if is_number(said) else 0, len(found)), last(found))


def read_hackernews(place: Place) -> Conversation:
    # The site itself gives one comment at a time; the search that it recommends gives the latest at once.
    address = f"https://hn.algolia.com/api/v1/search_by_date?tags=comment,story_{place.number}&hitsPerPage={MOST_LINES}"
    found = as_dict(asked(address))
    if not is_number(found.get("nbHits")) or not isinstance(found.get("hits"), list):
        raise NotFetched("broken")
    lines = []
    for hit in map(as_dict, found["hits"]):
        where = f"{place.site}/item?id={text_of(hit.get('objectID'))}"
        lines.append(line(text_of(hit.get("author")), hit.get("comment_text"), hit.get("created_at"), where))
    return Conversation(found["nbHits"], last(lines))


READERS: dict[str, Callable[[Place], Conversation]] = {
    "discourse": read_discourse,
    "mastodon": read_mastodon,
    "hackernews": read_hackernews,
}


def asked(url: str) -> Any:
    """Return the JSON at `url`. Raises NotFetched."""
    answer = fetch(url, accept="application/json", most_bytes=MOST_BYTES, seconds=SECONDS)
    if answer.status == 429 or answer.status >= 500:
        raise NotFetched("slow", f"status {answer.status}")
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status}")
    try:
        return json.loads(answer.body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotFetched("broken", repr(error)[:200]) from error


def line(author: str, markup: Any, at: Any, url: str) -> Line | None:
    """Return a line of plain text; None where one of its parts is missing, or its address may not be shown."""
    words = plain(text_of(markup))
    try:
        moment = parse_datetime(text_of(at)[:40])
        address = clean(url) if url.startswith(("http://", "https://")) else ""
    except (ValueError, BadAddress):
        return None
    if not (author and words and moment and address):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return Line(cut(author, LONGEST_NAME), cut(words, LONGEST_LINE), moment, address)


def last(lines: Iterable[Line | None]) -> list[Line]:
    return sorted(filter(None, lines), key=lambda one: one.at)[-MOST_LINES:]


def plain(markup: str) -> str:
    """Return the words of some HTML on one line, without what they quote."""
    body = LexborHTMLParser(markup[:LONGEST_MARKUP]).body
    for quoted in body.css("blockquote, aside, script, style, pre") if body else ():
        quoted.decompose()
    return one_line(body.text(separator=" ")) if body else ""


# Of a long text the beginning is shown; and whatever is nested in so few signs is read at once.
LONGEST_MARKUP = 5_000


def text_of(value: Any) -> str:
    return one_line(value[:LONGEST_MARKUP]) if isinstance(value, str) else ""


def one_line(text: str) -> str:
    text = " ".join(text.encode("utf-8", "replace").decode().split())
    return "".join(sign for sign in text if sign.isprintable() or "\u200c" <= sign <= "\u200f").strip()


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
