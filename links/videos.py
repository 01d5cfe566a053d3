"""Which video an address shows. Reads the address alone: nothing is fetched, and nothing of a pasted text is kept."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

YOUTUBE_HOSTS = {
    *("youtube.com", "youtube-nocookie.com", "youtu.be", "y2u.be", "i.ytimg.com", "ytimg.com"),
    *("gaming.youtube.com", "youtube.googleapis.com"),
    # Sites that show YouTube's videos under YouTube's own ids and addresses.
    *("yewtu.be", "piped.video", "invidio.us"),
}
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
# The file of a PeerTube video, in whichever size: /static/web-videos/<uuid>-720.mp4.
PEERTUBE_FILE = re.compile(
    r"/(?:static|download)/(?:[\w-]+/){1,3}(?P<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:-[\w-]+)?\.(?:mp4|torrent)"
)
# media.ccc.de keeps each recording in several formats: /congress/2023/h264-hd/37c3-1-eng-A_talk_hd.mp4.
CCC_FILE = re.compile(
    r"/(?P<of>.+)/(?:h264|webm|av1|mp3|opus)[\w-]*/(?P<id>[^/]+?)(?:_(?:webm|av1))?(?:[_-](?:hd|sd|fullhd|4k))?\.(?:mp4|webm|mkv)"
)
VIDEO_FILE = re.compile(r"/.+\.(?:mp4|m4v|webm|ogv|mov|mkv)", re.IGNORECASE)
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
    "ccc-file": "https://cdn.media.ccc.de/{id}",
    "infoq": "https://infoq.com/presentations/{id}",
    "dailymotion": "https://dailymotion.com/video/{id}",
    "loom": "https://loom.com/share/{id}",
    "tiktok": "https://tiktok.com/@_/video/{id}",
    "vine": "https://vine.co/v/{id}",
    "videopress": "https://videopress.com/v/{id}",
    "stream": "https://web.microsoftstream.com/video/{id}",
    "file": "https://{host}{id}",
}
# Dailymotion's lists name the video that plays behind the “#”.
WITHIN_A_LIST = re.compile(r"^video=([A-Za-z0-9]+)")
# Sites of which it is enough to know where in an address the id stands. They have no player here, but one video is one
# video, in each form of its address.
BY_PATH: dict[str, tuple[str, re.Pattern[str]]] = {
    # Editions in other languages show the same recording.
    "infoq.com": ("infoq", re.compile(r"/(?:[a-z]{2}/)?presentations/([\w-]+)(?:/.*)?")),
    "dailymotion.com": ("dailymotion", re.compile(r"/(?:embed/)?video/([A-Za-z0-9]+)(?:_.*)?/?")),
    "geo.dailymotion.com": ("dailymotion", re.compile(r"/(?:embed/)?video/([A-Za-z0-9]+)(?:_.*)?/?")),
    "dai.ly": ("dailymotion", re.compile(r"/([A-Za-z0-9]+)/?")),
    "loom.com": ("loom", re.compile(r"/(?:share|embed)/(\w+)/?")),
    "tiktok.com": ("tiktok", re.compile(r"/(?:@[\w.-]+/video|embed(?:/v2)?)/(\d+)/?")),
    "vine.co": ("vine", re.compile(r"/v/(\w+)(?:/.*)?")),
    "videopress.com": ("videopress", re.compile(r"/(?:v|embed)/(\w+)/?")),
    "video.wordpress.com": ("videopress", re.compile(r"/(?:v|embed)/(\w+)/?")),
    "web.microsoftstream.com": ("stream", re.compile(r"/(?:embed/)?video/([0-9a-fA-F-]{36})/?")),
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
    if host in BY_PATH:
        provider, pattern = BY_PATH[host]
        named = pattern.fullmatch(parts.path) or WITHIN_A_LIST.search(parts.fragment)
        return Video(provider, host, named[1], start_of(parts)) if named else None
    return peertube(parts) or video_file(host, parts)


def video_file(host: str, parts: SplitResult) -> Video | None:
    """Return the video of a plain file; what stands behind the “?” is how to get it, not which it is."""
    if not VIDEO_FILE.fullmatch(parts.path):
        return None
    recorded = CCC_FILE.fullmatch(parts.path) if host == "cdn.media.ccc.de" else None
    if recorded:
        return Video("ccc-file", host, f"{recorded['of']}/{recorded['id']}", start_of(parts))
    return Video("file", parts.netloc.removeprefix("www."), parts.path, start_of(parts))


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
    found = PEERTUBE_PATH.fullmatch(parts.path) or PEERTUBE_FILE.fullmatch(parts.path)
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
