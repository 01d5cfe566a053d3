"""What a blog's feed lists: Atom, RSS 1 and 2, JSON Feed; or the page that names its feed. A stranger's word."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from . import elements, reading
from .fetching import Answer, NotFetched, fetch

MOST_BYTES = 1_000_000
SECONDS = 8.0
MOST_POSTS = 100
MOST_TEXT = 20_000
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml, text/html;q=0.5"
FEED_TYPES = {"application/atom+xml", "application/rss+xml", "application/feed+json", "application/json"}


@dataclass(frozen=True)
class Post:
    """One post: its address, its title, the day on which it was published, and its words, to look something up in."""

    url: str
    title: str
    published_on: datetime.date | None
    words: str


@dataclass(frozen=True)
class Feed:
    """What an address lists. `url` is the feed's own address."""

    url: str
    title: str
    posts: list[Post]


def read_feed(url: str) -> Feed:
    """Return the feed at `url`, or the first one that the page there names. Raises NotFetched, where it is none too."""
    answer = asked(url)
    if "html" in answer.content_type and (named := feed_named_by(answer)):
        answer = asked(named)
    return feed_in(answer)


def asked(url: str) -> Answer:
    answer = fetch(url, accept=ACCEPT, most_bytes=MOST_BYTES, seconds=SECONDS)
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status}")
    return answer


def feed_named_by(page: Answer) -> str:
    for one in elements.read(page.text).elements:
        says = one.name == "link" and "alternate" in one.get("rel").lower().split()
        if says and one.get("type").lower().strip() in FEED_TYPES:
            return reading.address(one.get("href"), page.url)
    return ""


def feed_in(answer: Answer) -> Feed:
    """Return what an answer lists. Raises NotFetched where it is no feed."""
    if answer.body.lstrip()[:1] == b"{":
        return in_json(answer)
    try:
        root = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotFetched("broken", repr(error)) from error
    kind = name_of(root)
    if kind not in ("feed", "rss", "RDF"):
        raise NotFetched("broken", f"a {kind!r} is no feed")
    items = [one for one in root.iter() if name_of(one) in ("entry", "item")][:MOST_POSTS]
    head = root if kind == "feed" else next((one for one in root if name_of(one) == "channel"), root)
    title = next((words_in(one) for one in head if name_of(one) == "title"), "")
    posts = [post for item in items if (post := in_xml(item, answer.url)).url]
    return Feed(answer.url, reading.text(title, 200), posts)


def name_of(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def words_in(element: Any) -> str:
    return "".join(element.itertext())[:MOST_TEXT]


def in_xml(item: Any, base: str) -> Post:
    """Return the post that an entry of Atom or an item of RSS describes."""
    said: dict[str, list[Any]] = {}
    for one in item:
        said.setdefault(name_of(one), []).append(one)

    def first(*names: str) -> str:
        return next(
            (text for name in names for one in said.get(name, []) if (text := words_in(one).strip())), ""
        )

    links = [one.get("href") for one in said.get("link", []) if one.get("rel", "alternate") == "alternate"]
    led = next(filter(None, links), "") or first("link") or first("guid")
    categories = [one.get("term") or words_in(one) for one in said.get("category", [])]
    bodies = [
        words_in(one)
        for name in ("summary", "description", "content", "encoded")
        for one in said.get(name, [])
    ]
    title = plain(first("title"))
    return Post(
        url=reading.address(urljoin(base, led), base) if led else "",
        title=reading.text(title, 200),
        published_on=day(first("published", "pubDate", "date", "issued", "updated")),
        words=" ".join([title, *categories, *map(plain, bodies)])[:MOST_TEXT],
    )


def in_json(answer: Answer) -> Feed:
    found = reading.parse_json(answer.text)
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(found.get("version", "")):
        raise NotFetched("broken", "no JSON Feed")
    posts = [in_item(one, answer.url) for one in items[:MOST_POSTS] if isinstance(one, dict)]
    title = reading.text(found.get("title"), 200)
    return Feed(answer.url, title, [post for post in posts if post.url])


def in_item(item: dict[str, Any], base: str) -> Post:
    tags = item.get("tags")
    parts = [item.get(name) for name in ("title", "summary", "content_text", "content_html")]
    parts += tags[:50] if isinstance(tags, list) else []
    words = [plain(part[:MOST_TEXT]) for part in parts if isinstance(part, str)]
    return Post(
        url=reading.address(item.get("url") or item.get("id"), base),
        title=reading.text(item.get("title"), 200),
        published_on=reading.day(item.get("date_published")),
        words=" ".join(words)[:MOST_TEXT],
    )


def plain(markup: str) -> str:
    """Return the text of what may be HTML."""
    if "<" not in markup:
        return markup
    page = elements.read(markup)
    return page.text(0, len(page.pieces), MOST_TEXT)


def day(written: str) -> datetime.date | None:
    """Return the day of a date as Atom or as RSS writes it."""
    if found := reading.day(written):
        return found
    try:
        return parsedate_to_datetime(written[:60]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@dataclass(frozen=True)
class About:
    """By what a text is known to be about something: any of the `phrases`, or any two of the `words`."""

    phrases: frozenset[str]
    words: frozenset[str]

    def is_meant_by(self, text: str) -> bool:
        said = folded(text)
        if any(f" {phrase} " in said for phrase in self.phrases):
            return True
        return len(self.words & set(said.split())) >= 2


WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return the words of a text, apart by single spaces, with one at each end."""
    plain_text = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign for sign in plain_text if not unicodedata.combining(sign))
    return f" {' '.join(WORD.findall(kept))} "
