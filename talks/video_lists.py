"""Lists of videos, as channels publish them and as people paste them: titles and addresses, to be paired with talks.

Three forms, told apart by content: a playlist's Atom (or RSS) feed, a JSON export (of youtube-dl, YouTube, media.ccc.de
or pyvideo), and lines of title and address. Of an address, `fetch_list` gets the content.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser
from django.utils.translation import gettext as _

from links.canonical import BadAddress, canonical
from links.fetching import NotFetched, fetch

from .matching import PERHAPS, Match, key, pair_up, without_common_ends
from .models import Talk
from .schedules.frab_json import dict_of, list_of
from .schedules.located_json import parse
from .schedules.reading import as_text
from .schedules.schedule import Unreadable, address, line_of_text

# Pairing those whose titles are not the same takes some milliseconds each.
MOST_VIDEOS = 1_000
MOST_BYTES = 5_000_000
MOST_ELEMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Video:
    title: str
    url: str


def read_videos(content: bytes) -> list[Video]:
    """Return the videos of a list, each address once. Raises Unreadable, in words for people."""
    videos: dict[str, Video] = {}
    for title, url in listed_in(content):
        kept, line = address(url), line_of_text(title, 200)
        if kept and line:
            videos.setdefault(key_of(kept), Video(line, kept))
        if len(videos) > MOST_VIDEOS:
            raise Unreadable(
                _("That is more than %(most)s videos. Import them in parts.") % {"most": MOST_VIDEOS}
            )
    if not videos:
        raise Unreadable(_("There is no video in this: each line needs a title and an address."))
    return list(videos.values())


def left_out(content: bytes) -> list[str]:
    """Return what of a list that `read_videos` reads is no video: a title without address, an address without title."""
    return [
        line_of_text(title or url, 200)
        for title, url in listed_in(content)
        if (title or url) and not (address(url) and line_of_text(title, 200))
    ]


def listed_in(content: bytes) -> Iterable[tuple[str, str]]:
    """Return title and address of all that stands in a list; where one is missing, it is empty."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("That is too long for a list of videos."))
    return from_feed(content) if FEED.match(content[:2000]) else from_text(as_text(content))


FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|feed|rss|rdf|!DOCTYPE)", re.IGNORECASE)


def from_text(text: str) -> Iterator[tuple[str, str]]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return from_json(parse(text))
        except Unreadable:
            # “[Keynote] …” is how many titles begin.
            if not ADDRESS.search(text.lstrip().partition("\n")[0]) or text.lstrip()[:2] in ("{", '{"', "[{"):
                raise
    return from_lines(text)


def key_of(url: str) -> str:
    try:
        return canonical(url)
    except BadAddress:
        return url


def lines_of(videos: Iterable[Video]) -> str:
    """Return the list as text that `read_videos` reads again.

    The address comes first: however a title begins, it is read again as what it is.
    """
    return "\n".join(f"{video.url}\t{video.title}" for video in videos)


# --- Addresses -------------------------------------------------------------------------------------------------------

SECONDS = 15
# Of YouTube's lists, what somebody put together and a channel's uploads have a feed; mixes and private ones have none.
YOUTUBE_LIST = re.compile(r"(?:PL|UU|OL|FL)[\w-]{10,60}")
YOUTUBE_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:/.*)?")
YOUTUBE_FEED = "https://www.youtube.com/feeds/videos.xml?"
CCC_CONFERENCE = re.compile(r"/c/([\w.-]+)/?")
FEED_TAG = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
FEED_TYPE = re.compile(r"""type\s*=\s*["']?application/(?:atom\+xml|rss\+xml|feed\+json)\b""", re.IGNORECASE)
FEED_HREF = re.compile(r"""href\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)


def fetch_list(url: str) -> bytes:
    """Return the list that stands at an address, or that the page there names as its feed, in half a minute at the
    latest. Raises NotFetched, and Unreadable for a page that names no feed.
    """
    content, found = ask(list_address(url))
    if not is_page(content):
        return content
    feed = feed_named_in(content, found)
    if not feed:
        raise Unreadable(
            _("This page names no feed of its videos. Paste their titles and addresses instead.")
        )
    return ask(feed)[0]


def ask(url: str) -> tuple[bytes, str]:
    answer = fetch(url, most_bytes=MOST_BYTES, seconds=SECONDS)
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status}")
    return answer.body, answer.url


def list_address(url: str) -> str:
    """Return where the list of a page that people paste can be read by a program; any other address as it is."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("music.")
    if host in ("youtube.com", "youtu.be") and not parts.path.startswith("/feeds/"):
        asked = parse_qs(parts.query).get("list", [""])[0]
        if YOUTUBE_LIST.fullmatch(asked):
            return f"{YOUTUBE_FEED}playlist_id={asked}"
        if channel := YOUTUBE_CHANNEL.fullmatch(parts.path):
            return f"{YOUTUBE_FEED}channel_id={channel[1]}"
    if host == "media.ccc.de" and (conference := CCC_CONFERENCE.fullmatch(parts.path)):
        return f"https://api.media.ccc.de/public/conferences/{conference[1]}"
    return url


def is_page(content: bytes) -> bool:
    return bool(
        re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head)\b", content[:500], re.IGNORECASE)
    )


def feed_named_in(page: bytes, base: str) -> str:
    """Return the address of the first feed that a page of HTML names; "" where it names none."""
    for tag in FEED_TAG.findall(page.decode("utf-8", "replace")):
        href = FEED_HREF.search(tag) if FEED_TYPE.search(tag) else None
        if href:
            try:
                return urljoin(base, html.unescape(href[1] or href[2] or href[3]))
            except ValueError:
                continue
    return ""


# --- Feeds -----------------------------------------------------------------------------------------------------------


class Feed:
    """What the parser tells of each tag: entries of Atom, items of RSS."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.elements = 0
        self.depth = 0
        self.entry: dict[str, str] | None = None
        self.words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS or self.depth > 30:
            raise Unreadable(_("There is more in this than in any list of videos."))
        name, self.words = tag.rpartition("}")[2], []
        if name in ("entry", "item"):
            self.entry = {}
        elif self.entry is not None and name == "link" and attributes.get("href"):
            if attributes.get("rel", "alternate") == "alternate":
                self.entry.setdefault("link", attributes["href"])

    def data(self, words: str) -> None:
        self.words.append(words)

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition("}")[2]
        if self.entry is None:
            return
        if name in ("entry", "item"):
            self.found.append((self.entry.get("title", ""), self.entry.get("link", "")))
            self.entry = None
        elif name in ("title", "link"):
            self.entry.setdefault(name, "".join(self.words).strip())

    def close(self) -> list[tuple[str, str]]:
        return self.found


def from_feed(content: bytes) -> list[tuple[str, str]]:
    parser = XMLParser(target=Feed(), forbid_dtd=True)
    try:
        parser.feed(content)
        return parser.close()
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise Unreadable(_("We cannot read this as a feed.")) from error


# --- JSON ------------------------------------------------------------------------------------------------------------

LISTS = ("entries", "items", "events", "videos", "talks", "results")


def from_json(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        data = next((data[name] for name in LISTS if isinstance(data.get(name), list)), [data])
    for one in list_of(data):
        said = dict_of(one)
        inner = dict_of(said.get("snippet"))
        yield said.get("title") or inner.get("title") or "", url_in(said, inner)


def url_in(said: dict[str, Any], inner: dict[str, Any]) -> str:
    """Return the address of a video, from whichever of the many names it has."""
    for name in ("webpage_url", "frontend_link", "url", "link", "video_url"):
        if isinstance(said.get(name), str) and said[name].startswith("http"):
            return said[name]
    for video in list_of(said.get("videos")):
        if isinstance(dict_of(video).get("url"), str):
            return video["url"]
    number = dict_of(inner.get("resourceId")).get("videoId") or said.get("id")
    is_youtube = isinstance(number, str) and re.fullmatch(r"[\w-]{11}", number)
    return f"https://www.youtube.com/watch?v={number}" if is_youtube else ""


# --- Lines -----------------------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"https?://\S+")


def from_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield title and address of each line, whichever comes first; or of two lines, the title first. A title that no
    address follows comes with none.
    """
    before = ""
    for line in text.splitlines():
        found = ADDRESS.search(line[:5000])
        if not found:
            if before and line.strip():
                yield before, ""
            before = line.strip() or before
            continue
        beside = (line[: found.start()] + " " + line[found.end() :]).strip(" \t,;|–—-").strip('"')
        if beside and before:
            yield before, ""
        yield beside or before, found[0].rstrip(",;|")
        before = ""
    if before:
        yield before, ""


# --- Pairs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A video, the talk that it seems to be of, how sure that is in percent, and whether the talk has another video."""

    number: int
    video: Video
    talk: Talk
    percent: int
    certain: bool

    @property
    def has_another(self) -> bool:
        return bool(self.talk.video_url) and not self.has_this

    @property
    def has_this(self) -> bool:
        return bool(self.talk.video_key) and key_of(self.video.url) == self.talk.video_key


def pairs_of(videos: list[Video], talks: list[Talk]) -> tuple[list[Pair], list[Video]]:
    """Return the pairs, the surest first, and the videos that belong to no talk here. Each talk gets one at most."""
    by_key = {talk.video_key: talk for talk in talks if talk.video_key}
    known = {number: by_key.get(key_of(video.url)) for number, video in enumerate(videos)}
    taken = {talk.pk for talk in known.values() if talk}
    asked = [(number, video.title) for number, video in enumerate(videos) if not known[number]]
    free = [(talk.pk, talk.title) for talk in talks if talk.pk not in taken]
    found: dict[Any, Match] = same_titles(asked, free)
    taken = {match.candidate for match in found.values()}  # type: ignore[misc]
    asked = [(number, title) for number, title in asked if number not in found]
    free = [(pk, title) for pk, title in free if pk not in taken]
    found |= pair_up(asked, free) if asked and free else {}
    talk_of = {talk.pk: talk for talk in talks}
    pairs, rest = [], []
    for number, video in enumerate(videos):
        if talk := known[number]:
            pairs.append(Pair(number, video, talk, 100, True))
        elif (match := found.get(number)) and match.score >= PERHAPS:
            talk = talk_of[match.candidate]  # type: ignore[index]
            pairs.append(Pair(number, video, talk, int(match.score * 100), match.certain))
        else:
            rest.append(video)
    return sorted(pairs, key=lambda pair: (-pair.percent, not pair.certain, pair.number)), rest


def same_titles(asked: list[tuple[int, str]], free: list[tuple[int, str]]) -> dict[Any, Match]:
    """Return the pairs of one title that is the same on both sides and only there: most of a list, in no time."""
    inner = without_common_ends([title for _number, title in asked])
    ours, theirs = (
        keyed((pk, title) for pk, title in free),
        keyed((number, title) for (number, _whole), title in zip(asked, inner, strict=True)),
    )
    return {
        numbers[0]: Match(ours[word][0], 1.0, True)
        for word, numbers in theirs.items()
        if word and len(numbers) == 1 and len(ours.get(word, ())) == 1
    }


def keyed(titles: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for pk, title in titles:
        found.setdefault(key(title), []).append(pk)
    return found
