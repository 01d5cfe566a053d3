"""“No recordings”: whoever speaks may want that no video of them is shown, and that nobody is asked for one."""

from typing import Any

import pytest

from community.cards import store_cards
from events.models import Event
from people.models import Person, User
from talks.models import Talk
from tests.cast import client_of, make_talk

VIDEO = "https://media.ccc.de/v/37c3-11859-operation_triangulation"


@pytest.fixture
def unwilling(db: None) -> Person:
    return Person.objects.create(name="Not On Film")


def test_no_video_of_theirs_shows_on_any_page_nor_on_cards_drawn_before(
    event: Event, member: User, unwilling: Person, run_jobs: Any
) -> None:
    other = Person.objects.create(name="On Film")
    theirs = make_talk(event, member, title="Theirs", video_url=VIDEO, credit=[other, unwilling])
    make_talk(event, member, title="Other", video_url=f"{VIDEO}-2", credit=[other])
    store_cards([theirs.pk])
    addresses = [theirs.get_absolute_url(), f"{theirs.get_absolute_url()}?play", event.get_absolute_url()]
    stranger = client_of(None)
    assert [b"media.ccc.de" in stranger.get(address).content for address in addresses] == [True] * 3
    unwilling.ask_for_no_recording(True)
    pages = [stranger.get(address).content.decode() for address in addresses]
    assert [page.count("11859-operation_triangulation") for page in pages] == [0, 0, 0]
    assert ["no recording" in page for page in pages] == [True] * 3
    assert pages[2].count("media.ccc.de") == 1  # the other's
    run_jobs()
    assert "media.ccc.de" not in theirs.cards.get(language="en").html
    unwilling.ask_for_no_recording(False)
    assert b"media.ccc.de" in stranger.get(addresses[0]).content


def test_nobody_is_asked_for_their_videos(event: Event, member: User, unwilling: Person) -> None:
    theirs = make_talk(event, member, credit=[unwilling])
    asked = make_talk(event, member)
    make_talk(event, member, video_state="not-recorded")
    make_talk(event, member, video_url=VIDEO)
    make_talk(event, member, cancelled=True)
    assert set(Talk.objects.wanting_video()) == {theirs, asked}
    unwilling.ask_for_no_recording(True)
    assert list(Talk.objects.wanting_video()) == [asked]
    page = client_of(member).get(theirs.get_absolute_url()).content.decode()
    assert "Did the video come out?" not in page
