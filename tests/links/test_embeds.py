import contextlib
import os
import re
from pathlib import Path

import pytest
from django.conf import settings

from links.canonical import BadAddress, clean
from links.embeds import embed_for
from links.videos import video_at

CORPUS = Path(os.environ.get("HALLWAY_CORPUS", "/nonexistent")) / "urls/video-urls/__tests__"
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"


@pytest.fixture(autouse=True)
def known_peertube(settings) -> None:
    settings.PEERTUBE_HOSTS = ["tube.example.org"]


@pytest.mark.parametrize(
    ("pasted", "player", "start"),
    [
        (
            "https://www.youtube.com/watch?v=MYDcdp-VNmQ",
            "https://www.youtube-nocookie.com/embed/MYDcdp-VNmQ",
            0,
        ),
        (
            "youtu.be/MYDcdp-VNmQ?t=1m35s&si=abc",
            "https://www.youtube-nocookie.com/embed/MYDcdp-VNmQ?start=95",
            95,
        ),
        (
            "https://www.youtube.com/live/MYDcdp-VNmQ?start=7",
            "https://www.youtube-nocookie.com/embed/MYDcdp-VNmQ?start=7",
            7,
        ),
        # Of the code that a player offers for copying, the id, and nothing else.
        (
            '<div><iframe width="5" src="//youtube.com/embed/MYDcdp-VNmQ?start=7&amp;x=1" onload="x()"></iframe>',
            "https://www.youtube-nocookie.com/embed/MYDcdp-VNmQ?start=7",
            7,
        ),
        ("https://vimeo.com/123450987", "https://player.vimeo.com/video/123450987?dnt=1", 0),
        (
            "https://vimeo.com/123450987/abcdef1234#t=1h2s",
            "https://player.vimeo.com/video/123450987?h=abcdef1234&dnt=1#t=3602s",
            3602,
        ),
        ("https://media.ccc.de/v/37c3-1-talk#t=95", "https://media.ccc.de/v/37c3-1-talk/oembed#t=95", 95),
        (
            f"https://tube.example.org/videos/watch/{UUID}?start=1m5s",
            f"https://tube.example.org/videos/embed/{UUID}?p2p=0&start=65",
            65,
        ),
        (f"https://tube.example.org/w/{UUID}", f"https://tube.example.org/videos/embed/{UUID}?p2p=0", 0),
    ],
)
def test_a_video_is_shown_by_its_providers_privacy_friendly_player(
    pasted: str, player: str, start: int
) -> None:
    embed = embed_for(pasted)
    assert embed is not None
    assert (embed.embed_url, embed.start) == (player, start)


@pytest.mark.parametrize(
    "pasted",
    [
        "https://example.org/watch?v=MYDcdp-VNmQ",
        "https://youtube.com.example.org/watch?v=MYDcdp-VNmQ",
        "https://notyoutube.com/watch?v=MYDcdp-VNmQ",
        "https://example.org/https://www.youtube.com/watch?v=MYDcdp-VNmQ",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/playlist?list=PL1",
        "https://www.youtube.com/embed/videoseries?list=PL1",
        'https://www.youtube.com/watch?v="><script>alert(1)</script>',
        "https://www.youtube.com/watch?v=../../evil",
        "https://vimeo.com/somebody",
        "https://vimeo.com/event/12345",
        "https://media.ccc.de/c/37c3",
        f"https://unknown.example.org/w/{UUID}",
        "https://tube.example.org/w/index.php",
        '<iframe src="https://evil.example.org/embed/MYDcdp-VNmQ"></iframe>',
        "<iframe src=javascript:alert(1)></iframe>",
        '<script src="https://www.youtube.com/embed/MYDcdp-VNmQ"></script>',
        "javascript:alert(1)//youtube.com/watch?v=MYDcdp-VNmQ",
        "",
    ],
)
def test_what_is_no_video_of_a_known_site_gets_no_player(pasted: str) -> None:
    assert embed_for(pasted) is None


def test_the_pages_policy_lets_every_player_into_a_frame() -> None:
    pasted = [
        "https://youtu.be/MYDcdp-VNmQ",
        "https://vimeo.com/123456789",
        "https://media.ccc.de/v/37c3-12345-clocks",
    ]
    players = [embed_for(url).embed_url for url in pasted]
    allowed = settings.SECURE_CSP["frame-src"]
    assert [one for one in players if not one.startswith(tuple(allowed))] == []


def expected(name: str) -> list[tuple[str, str]]:
    """Return the addresses, and the code to embed them, that another project's tests name, each with its id."""
    found = re.findall(r"fn\('([^']+)'\)\.id\)\.toBe\('([^']+)'\)", (CORPUS / name).read_text())
    return [(url, video_id) for url, video_id in found if re.match(r"<|https?://|[\w.-]+/", url)]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "provider", "least"), [("youtube.test.js", "youtube", 40), ("vimeo.test.js", "vimeo", 15)]
)
def test_videos_are_recognised_in_every_form_of_address_that_another_project_knows(
    name: str, provider: str, least: int
) -> None:
    cases = [(url, video_id) for url, video_id in expected(name) if "google." not in url]
    assert len(cases) >= least
    wrong = []
    for url, video_id in cases:
        try:
            video = video_at(clean(url))
        except BadAddress:
            video = None
        if video is None or video.video_id != video_id or not video.provider.startswith(provider):
            wrong.append((url, video_id, video))
    assert wrong == []


@pytest.mark.corpus
def test_of_100_addresses_of_videos_at_any_site_98_and_more_are_recognised() -> None:
    cases = [case for path in sorted(CORPUS.glob("*.test.js")) for case in expected(path.name)]
    right = 0
    for url, video_id in cases:
        with contextlib.suppress(BadAddress):
            video = video_at(clean(url))
            right += bool(video and video.video_id == video_id)
    assert len(cases) >= 110
    assert right / len(cases) >= 0.98
