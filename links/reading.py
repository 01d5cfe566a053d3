"""What stands at an address: its title, site, author, date, language and picture, as the page says of itself.

All of it is a stranger's word: plain text of limited length, proposed to whoever pasted the address, never a fact.
Sites with an oEmbed address are asked there (one small answer instead of a large page); of the HTML in such answers
nothing is kept. All other pages are read by their Open Graph, JSON-LD, meta and title elements.
"""

import contextlib
import datetime
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.utils.dateparse import parse_date, parse_datetime
from selectolax.lexbor import LexborHTMLParser

from links.canonical import BadAddress, clean
from links.fetching import Answer, NotFetched, fetch
from links.prose import Prose
from links.videos import Video, video_at

PAGE_BYTES = 600_000
JSON_BYTES = 200_000
SECONDS = 8.0
PAGES = {"text/html", "application/xhtml+xml", ""}


@dataclass(frozen=True)
class Reading:
    """What an address says of itself; empty where it says nothing. `language` is a code such as “en” or “pt-br”,
    `picture` a complete address."""

    title: str = ""
    site: str = ""
    author: str = ""
    published_on: datetime.date | None = None
    language: str = ""
    picture: str = ""
    # What stands there for people to read: looked through once, and not kept.
    prose: Prose = field(default_factory=Prose, compare=False, repr=False)


def read(url: str) -> Reading:
    """Return what the page at `url` says of itself. Raises NotFetched, within some ten seconds."""
    if asked := oembed_address(url):
        with contextlib.suppress(NotFetched):
            return read_oembed(
                fetch(asked, accept="application/json", most_bytes=JSON_BYTES, seconds=SECONDS)
            )
        if not is_page_worth_reading(url):
            raise NotFetched("missing")
    answer = fetch(
        url, accept="text/html, application/xhtml+xml", most_bytes=PAGE_BYTES, cut=True, seconds=SECONDS
    )
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status}")
    return read_page(answer.text, answer.url) if answer.content_type in PAGES else Reading()


# --- oEmbed -----------------------------------------------------------------------------------------------------------

VIDEO_SITES: dict[str, str] = {
    "youtube": "https://www.youtube.com/oembed?format=json&url={url}",
    "vimeo": "https://vimeo.com/api/oembed.json?url={url}",
    "ccc": "https://media.ccc.de/public/oembed?format=json&url={url}",
    "peertube": "https://{host}/services/oembed?format=json&url={url}",
}
OTHER_SITES: dict[str, str] = {
    "speakerdeck.com": "https://speakerdeck.com/oembed.json?url={url}",
    "slideshare.net": "https://www.slideshare.net/api/oembed/2?format=json&url={url}",
}


def oembed_address(url: str) -> str:
    """Return where to ask about `url` by oEmbed, or "" where its site is not on the list."""
    video = video_at(url)
    if video and video.provider in VIDEO_SITES:
        return VIDEO_SITES[video.provider].format(host=video.host, url=quote(watch_page(video), safe=""))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return OTHER_SITES[host].format(url=quote(url, safe="")) if host in OTHER_SITES else ""


def watch_page(video: Video) -> str:
    """Return the address of a video as its own site writes it: what it is known by here leaves out an unlisted key."""
    if video.provider == "vimeo" and video.key:
        return f"{video.address}/{video.key}"
    if video.provider == "peertube":
        return f"https://{video.host}/videos/watch/{video.video_id}"
    return video.address


def is_page_worth_reading(url: str) -> bool:
    """Whether the page itself says something where oEmbed did not answer; YouTube's says “YouTube”."""
    video = video_at(url)
    return video is None or video.provider in ("ccc", "peertube")


def read_oembed(answer: Answer) -> Reading:
    """Return what an oEmbed answer says. Raises NotFetched where it is none."""
    found = parse_json(answer.text) if answer.is_ok else None
    if not isinstance(found, dict) or not text(found.get("title"), 300):
        raise NotFetched("missing", f"status {answer.status}")
    return Reading(
        title=text(found.get("title"), 300),
        site=text(found.get("provider_name"), 100),
        author=text(found.get("author_name"), 100),
        picture=address(found.get("thumbnail_url"), answer.url),
    )


# --- A page -----------------------------------------------------------------------------------------------------------


def read_page(page: str, url: str) -> Reading:
    """Return what the HTML `page`, which came from `url`, says of itself."""
    said = Said.by(LexborHTMLParser(what_says_something(page)))
    meta, data = said.meta, said.data
    pictures = [
        meta("og:image:secure_url"),
        meta("og:image"),
        meta("twitter:image"),
        data("thumbnailUrl", "image"),
    ]
    days = [
        meta("article:published_time"),
        data("datePublished", "uploadDate"),
        meta("date"),
        meta("dc.date"),
    ]
    authors = [data("author", "creator"), meta("author"), meta("article:author"), meta("dc.creator")]
    titles = [meta("og:title"), meta("twitter:title"), data("headline", "name"), said.titles]
    sites = [meta("og:site_name"), data("publisher"), meta("application-name")]
    return Reading(
        title=first(titles, partial(text, most=300)),
        site=first(sites, partial(text, most=100)),
        author=first(authors, name),
        published_on=first(days, day) or None,
        language=first([data("inLanguage"), said.languages, meta("og:locale")], language),
        picture=first(pictures, partial(address, base=url)),
        prose=Prose.of_html(page),
    )


COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
OTHER_TAG = re.compile(r"<(?!/?(?:html|head|meta|title|script)\b)[^<>]*>?", re.IGNORECASE)


def what_says_something(page: str) -> str:
    """Return the page without all elements that say nothing about it.

    None of those that stay can be put into each other: to build a tree takes a time that grows with the square of its
    depth, and 500 kB of <div> in <div> held the parser for 24 seconds.
    """
    return OTHER_TAG.sub(" ", COMMENT.sub("", page))


@dataclass(frozen=True)
class Said:
    """All that a page says of itself, by the name under which it says it."""

    metas: dict[str, list[str]]
    things: list[dict[str, Any]]
    titles: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    @classmethod
    def by(cls, tree: LexborHTMLParser) -> "Said":
        metas: dict[str, list[str]] = {}
        for node in tree.css("meta[content]")[:300]:
            given = node.attributes
            for key in ("property", "name", "itemprop"):
                if given.get(key):
                    metas.setdefault(str(given[key]).strip().lower(), []).append(given.get("content") or "")
        blocks = [node.text() for node in tree.css('script[type="application/ld+json"]')[:10]]
        title, root = tree.css_first("title"), tree.css_first("html")
        return cls(
            metas=metas,
            things=list(about([parse_json(block) for block in blocks if len(block) <= JSON_BYTES])),
            titles=[title.text()] if title else [],
            languages=[str(root.attributes.get("lang") or "")] if root else [],
        )

    def meta(self, name: str) -> list[str]:
        return self.metas.get(name, [])

    def data(self, *names: str) -> list[Any]:
        """Return the values of these names in the page's JSON-LD; of a thing its name, of a picture its address."""
        values = [thing[name] for thing in self.things for name in names if name in thing]
        return [plain(one) for value in values for one in (value if isinstance(value, list) else [value])[:5]]


# What a page may be about. Its site, its author and the trail of links to it are described in the same way.
PAGE_TYPE = re.compile(r"Article|Posting|Report|VideoObject|WebPage|Event|Presentation|CreativeWork|Document")


def about(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the things in JSON-LD that may be what the page is about."""
    if isinstance(data, list) and depth < 4:
        for one in data[:50]:
            yield from about(one, depth + 1)
    elif isinstance(data, dict) and depth < 4:
        if PAGE_TYPE.search(str(data.get("@type", ""))[:200]):
            yield data
        for inner in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from about(data.get(inner), depth + 1)


def plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in ("name", "url", "contentUrl") if isinstance(value.get(key), str)), "")


# --- Words of strangers -----------------------------------------------------------------------------------------------


def first(places: Iterable[list[Any]], read: Callable[[Any], Any]) -> Any:
    """Return the first of what stands in these places that says something, as `read` reads it; else ""."""
    return next(filter(None, map(read, chain.from_iterable(places))), "")


def text(value: Any, most: int) -> str:
    """Return `value` as one line of plain text, `most` characters at most, without signs that cannot be seen."""
    if not isinstance(value, str):
        return ""
    line = " ".join(html.unescape(value[: most * 10]).split())
    line = "".join(sign for sign in line if sign.isprintable() or "\u200c" <= sign <= "\u200f")
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def name(value: Any) -> str:
    """Return the name of a person; some sites give the address of a profile instead, which is none."""
    line = text(value, 100)
    return "" if "://" in line or line.startswith(("@", "/")) else line


def day(value: Any) -> datetime.date | None:
    """Return the day that a date or a time in ISO 8601 is in, as its own zone counts it."""
    if not isinstance(value, str):
        return None
    written = value.strip()[:40]
    found: datetime.date | None = None
    with contextlib.suppress(ValueError):
        moment = parse_datetime(written)
        found = moment.date() if moment else parse_date(written[:10])
    return found if found and found.year >= 1970 else None


def language(value: Any) -> str:
    """Return the code of a language as it is written here: “en_GB” is en, “zh-Hans” is zh-hans."""
    if not isinstance(value, str):
        return ""
    code = value.strip().lower().replace("_", "-")
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}", code) or code.startswith("x-"):
        return ""
    main, _dash, rest = code.partition("-")
    return f"{main}-{rest}" if rest in ("hans", "hant", "br", "latn") else main


def address(value: Any, base: str) -> str:
    """Return a complete address that may be asked, or ""."""
    if not isinstance(value, str) or not value.strip():
        return ""
    with contextlib.suppress(BadAddress, ValueError):
        return clean(urljoin(base, value.strip()))
    return ""


def parse_json(text: str) -> Any:
    """Return what the JSON says; None where it is none, or built to break a parser."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text)
    return None
