"""The player of a video, built from an id that we recognised: never the HTML or the address that somebody pasted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext

from links.canonical import BadAddress, clean
from links.videos import Video, video_at


@dataclass(frozen=True)
class Embed:
    """A video to show in a frame: `embed_url` sets no cookies where its provider allows that; `start` in seconds."""

    provider: str
    video_id: str
    embed_url: str
    start: int
    title: str


def embed_for(url: str, *, start: int | None = None) -> Embed | None:
    """Return the player for the video at `url`, or None: no video, no address, or a host that may not be framed.

    It begins `start` seconds from the video's beginning; with None, where the address says.
    """
    try:
        video = video_at(clean(url))
    except BadAddress:
        return None
    if video is None or video.provider not in PLAYERS:
        return None
    if video.provider == "peertube" and video.host not in settings.PEERTUBE_HOSTS:
        return None
    if start is not None:
        video = replace(video, start=start)
    name, build = PLAYERS[video.provider]
    name = name or video.host
    title = gettext("Video player of %(provider)s") % {"provider": name}
    return Embed(
        provider=name, video_id=video.video_id, embed_url=build(video), start=video.start, title=title
    )


def with_query(address: str, **query: str | int) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def youtube_player(video: Video) -> str:
    return with_query(f"https://www.youtube-nocookie.com/embed/{video.video_id}", start=video.start)


def vimeo_player(video: Video) -> str:
    start = f"#t={video.start}s" if video.start else ""
    return with_query(f"https://player.vimeo.com/video/{video.video_id}", h=video.key, dnt=1) + start


def ccc_player(video: Video) -> str:
    start = f"#t={video.start}" if video.start else ""
    return f"https://media.ccc.de/v/{video.video_id}/oembed{start}"


def peertube_player(video: Video) -> str:
    return with_query(f"https://{video.host}/videos/embed/{video.video_id}", p2p="0", start=video.start)


# A Vimeo event is recognised, so that two links to it are one; its player wants cookies, so it is only linked.
PLAYERS: dict[str, tuple[str, Callable[[Video], str]]] = {
    "youtube": ("YouTube", youtube_player),
    "vimeo": ("Vimeo", vimeo_player),
    "ccc": ("media.ccc.de", ccc_player),
    "peertube": ("", peertube_player),
}
