"""Which video an address shows. Reads the address alone: nothing is fetched, and nothing of a pasted text is kept."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

YOUTUBE_HOSTS = {"youtube.com", "youtube-nocookie.com", "youtu.be", "y2u.be", "i.ytimg.com", "ytimg.com"}
SHORT_YOUTUBE_HOSTS = {"youtu.be", "y2u.be"}
# Real ids have eleven characters; shorter ones are taken too, since a page that says "no such video" harms nobody.
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{3,20}")
YOUTUBE_PATH = re.compile(r"/(?:shorts|live|embed|v|vi|e|watch|an_webp)/([^/&?]+)")
YOUTUBE_USER_VIDEO = re.compile(r"^p/(?:[a-z]/){0,3}\d+/([^?&/]+)")
# /embed/videoseries and /live/… below a channel are pages, not videos.
YOUTUBE_PAGES = {
    "videoseries",
    "live_stream",
    "playlist",
    "results",
    "channel",
    "user",
    "watch",
    "feed",
    "embed",
}
VIMEO_PATH = re.compile(
    r"/(?:(?:channels/(?:[\w-]+/)?|groups/[\w-]+/videos/|(?:album|showcase)/[\w-]+/video/|ondemand/[\w-]+/|video/|"
    r"[a-z]{2}/)?(?P<id>\d+))(?:/(?P<key>[0-9a-f]{6,40}))?(?:/.*)?"
)
VIMEO_EVENT = re.compile(r"/event/(?P<id>\d+)(?:/.*)?")
CCC_PATH = re.compile(r"/v/(?P<id>[A-Za-z0-9._-]+)(?:/.*)?")
PEERTUBE_PATH = re.compile(
    r"/(?:w|videos/(?:watch|embed))/(?P<id>[0-9a-fA-F-]{36}|[1-9A-HJ-NP-Za-km-z]{22})/?"
)
# PeerTube writes a UUID's number with these digits where it wants it short.
SHORT_DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
SPAN = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Video:
    """A video by its provider's id. `host` is the provider's, `key` opens an unlisted one, `start` is in seconds."""

    provider: str
    host: str
    video_id: str
    start: int = 0
    key: str = ""

    @property
    def address(self) -> str:
        """The one address that stands for all others of this video."""
        return ADDRESSES[self.provider].format(host=self.host, id=self.video_id)


ADDRESSES = {
    "youtube": "https://youtube.com/watch?v={id}",
    "vimeo": "https://vimeo.com/{id}",
    "vimeo-event": "https://vimeo.com/event/{id}",
    "ccc": "https://media.ccc.de/v/{id}",
    "peertube": "https://{host}/w/{id}",
}


def video_at(url: str) -> Video | None:
    """Return the video that a clean address (`links.canonical.clean`) shows, or None."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("music.")
    if host in YOUTUBE_HOSTS:
        return youtube(host, parts)
    if host in ("vimeo.com", "player.vimeo.com"):
        return vimeo(parts)
    if host == "media.ccc.de":
        found = CCC_PATH.fullmatch(parts.path)
        return Video("ccc", host, found["id"], start_of(parts)) if found else None
    return peertube(parts)


def youtube(host: str, parts: SplitResult) -> Video | None:
    query = parse_qs(parts.query)
    candidates = [query[name][0] for name in ("v", "vi") if name in query]
    if host in SHORT_YOUTUBE_HOSTS:
        candidates.append(re.split("[/&]", parts.path.strip("/"))[0])
    elif parts.path == "/attribution_link" and "u" in query:
        inner = urlsplit(query["u"][0])
        candidates += parse_qs(inner.query).get("v", [])
    elif found := YOUTUBE_PATH.match(parts.path):
        candidates.append(found[1])
    elif parts.path.startswith("/user/"):
        candidates += YOUTUBE_USER_VIDEO.findall(parts.fragment)
    for candidate in candidates:
        if YOUTUBE_ID.fullmatch(candidate) and candidate not in YOUTUBE_PAGES:
            return Video("youtube", "youtube.com", candidate, start_of(parts))
    return None


def vimeo(parts: SplitResult) -> Video | None:
    query = parse_qs(parts.query)
    if found := VIMEO_EVENT.fullmatch(parts.path):
        return Video("vimeo-event", "vimeo.com", found["id"])
    clip = query.get("clip_id", [""])[0]
    if parts.path.endswith(".swf") and clip.isascii() and clip.isdigit():
        return Video("vimeo", "vimeo.com", clip, start_of(parts))
    found = VIMEO_PATH.fullmatch(parts.path)
    if not found:
        return None
    key = found["key"] or query.get("h", [""])[0]
    key = key if re.fullmatch(r"[0-9a-f]{6,40}", key) else ""
    return Video("vimeo", "vimeo.com", found["id"], start_of(parts), key)


def peertube(parts: SplitResult) -> Video | None:
    found = PEERTUBE_PATH.fullmatch(parts.path)
    uuid = uuid_of(found["id"]) if found else None
    return Video("peertube", parts.netloc, str(uuid), start_of(parts)) if uuid else None


def uuid_of(text: str) -> UUID | None:
    """Return the UUID that `text` is, written long or in PeerTube's short way."""
    try:
        if len(text) == 36:
            return UUID(text)
        number = 0
        for digit in text:
            number = number * 58 + SHORT_DIGITS.index(digit)
        return UUID(int=number)
    except ValueError:
        return None


def start_of(parts: SplitResult) -> int:
    """Return where to start, in seconds: from t= or start=, in the query or the fragment, as 95, 95s or 1m35s."""
    for place in (parts.query, parts.fragment):
        values = parse_qs(place)
        for name in ("t", "start", "time_continue"):
            found = SPAN.fullmatch(unquote(values.get(name, [""])[0]))
            if found and any(found.groups()):
                hours, minutes, seconds = (int(group or 0) for group in found.groups())
                return hours * 3600 + minutes * 60 + seconds
    return 0
