"""The page of one talk: its video only after a click."""

import re

import pytest

from people.models import Person
from tests.cast import client_of, make_talk

pytestmark = pytest.mark.django_db
PLAYERS = [
    ("https://youtu.be/dQw4w9WgXcQ?t=90", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=90"),
    ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
    ("https://media.ccc.de/v/37c3-1-talk", "https://media.ccc.de/v/37c3-1-talk/oembed"),
]


def page(talk, query=""):
    return client_of(None).get(talk.get_absolute_url() + query).content.decode()


def loaded(html):
    """Return every address of another host that the page makes a browser load."""
    # What says where the page itself is, is not loaded.
    html = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", html)
    found = re.findall(r'<(?:iframe|img|script|link|source|video)[^>]*(?:src|href)="(https?://[^"]+)"', html)
    return [address.replace("&amp;", "&") for address in found]


@pytest.mark.parametrize(("url", "player"), PLAYERS)
def test_the_video_comes_only_after_a_click_and_from_the_address_that_tells_least(url, player, event, member):
    talk = make_talk(event, member, video_url=url)
    assert loaded(page(talk)) == []
    assert 'href="?play#video"' in page(talk)
    assert loaded(page(talk, "?play")) == [player]


def test_a_video_of_a_host_that_we_do_not_know_is_a_link(event, member):
    talk = make_talk(event, member, video_url="https://videos.example.org/talk.mp4")
    for query in ("", "?play"):
        assert loaded(page(talk, query)) == []
        assert "Watch it on videos.example.org" in page(talk, query)


def test_without_a_link_play_plays_nothing_and_the_state_is_said(event, member):
    talk = make_talk(event, member, video_state="not-recorded")
    assert "not recorded" in page(talk, "?play")
    assert "<iframe" not in page(talk, "?play")


def test_what_people_typed_is_shown_as_they_typed_it(event, member):
    html = page(make_talk(event, member, title="<b>Quite</b>", why="<i>B</i>", description="<u>C</u>\n\nD"))
    assert [tag in html for tag in ("<b>Quite", "<i>B", "<u>C")] == [False, False, False]
    assert "<p>&lt;u&gt;C&lt;/u&gt;</p>" in html


def test_one_speaker_and_several_are_said_as_the_language_says_them(event, member):
    alone = make_talk(event, member, credit=[Person.objects.create(name="Ada")])
    both = make_talk(
        event, member, credit=[Person.objects.create(name="Bo"), Person.objects.create(name="Cy")]
    )
    french = [
        client_of(None).get(talk.get_absolute_url(), headers={"Accept-Language": "fr"})
        for talk in (alone, both)
    ]
    assert ["</a> a pris la parole<" in page.content.decode() for page in french] == [True, False]
    assert ["</a> ont pris la parole<" in page.content.decode() for page in french] == [False, True]
