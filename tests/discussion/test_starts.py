"""“Start at 12:30”: where in a recording the best part begins."""

import pytest

from discussion.models import Favourite
from discussion.starts import read_start, write_start
from tests.cast import client_of, make_recap, make_talk
from tests.discussion.test_recommendations import address

VIDEO = "https://youtu.be/dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12:30", 750),
        (" 0:05 ", 5),
        ("90:00", 5400),
        ("1:02:03", 3723),
        ("90s", 90),
        ("1h2m", 3720),
        ("1H 2M 3S", 3723),
        ("12 min", 720),
    ],
)
def test_a_start_is_read_as_people_type_it(text: str, seconds: int) -> None:
    assert read_start(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "soon",
        "12:61",
        "1:75:00",
        "-1:00",
        "12:3",
        "25h",
        "99:59:59",
        "١٢:٣٠",
        "1:02:03:04",
        "9" * 12,
    ],
)
def test_what_could_be_anything_is_asked_for_again(text: str) -> None:
    with pytest.raises(ValueError, match=r"recording|day"):
        read_start(text)


def test_a_start_is_written_as_a_clock_shows_it() -> None:
    assert [write_start(seconds) for seconds in (5, 750, 3723)] == ["0:05", "12:30", "1:02:03"]


def test_a_start_is_a_link_that_plays_from_there(event, member):
    talk = make_talk(event, member, video_url=VIDEO)
    client_of(member).post(address(talk), {"reason": "the demo", "start": "12:30"})
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert f'href="{talk.get_absolute_url()}?play&amp;start=750#video"' in page
    played = client_of(None).get(f"{talk.get_absolute_url()}?play&start=750").content.decode()
    assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=750"' in played


def test_a_plain_file_starts_there_too_and_nothing_plays_where_there_is_no_video(event, member):
    film = make_talk(event, member, video_url="https://videos.example.org/talk.mp4")
    title_only = make_talk(event, member)
    assert film.start_address(750) == "https://videos.example.org/talk.mp4#t=750"
    assert title_only.start_address(750) == ""
    Favourite.give(title_only, by=member, start=750)
    page = client_of(None).get(title_only.get_absolute_url()).content.decode()
    assert ("from 12:30" in page, "?play" in page) == (True, False)


@pytest.mark.parametrize("start", ["soon", "-1", "99999999999", "1e9", "%00"])
def test_a_mangled_start_in_an_address_is_the_beginning(start, event, member):
    talk = make_talk(event, member, video_url=VIDEO)
    page = client_of(None).get(f"{talk.get_absolute_url()}?play&start={start}").content.decode()
    assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"' in page


def test_a_start_that_is_none_is_an_error_at_its_field_and_changes_nothing(event, member):
    talk = make_talk(event, member)
    answer = client_of(member).post(address(talk), {"reason": "the demo", "start": "soon"})
    assert (answer.status_code, Favourite.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert ("Type it as 12:30" in page, 'value="soon"' in page, 'value="the demo"' in page) == (
        True,
        True,
        True,
    )


def test_only_what_is_played_has_a_start(event, member):
    recap = make_recap(event, member)
    client_of(member).post(address(recap), {"reason": "so", "start": "12:30"})
    assert Favourite.objects.get().start is None
    assert 'name="start"' not in client_of(member).get(recap.get_absolute_url()).content.decode()


def test_moments_that_several_name_stand_on_the_page_with_how_many_and_why(
    event, member, outsider, moderator, newcomer
):
    talk = make_talk(event, member, video_url=VIDEO)
    for who, start, reason in (
        (member, 750, "the demo"),
        (outsider, 770, ""),
        (moderator, 779, "it breaks"),
        (newcomer, 2000, "alone"),
    ):
        given = Favourite.give(talk, by=who, reason=reason, start=start)
        if not given.is_public:
            given.publish(by=moderator)
    page = client_of(None).get(talk.get_absolute_url())
    [moment] = page.context["moments"]
    assert (moment.label, moment.count, moment.reason) == ("12:30", 3, "it breaks")
    assert "3 people" in page.content.decode()


def test_a_moment_that_only_moderators_see_is_none(event, member, newcomer, outsider):
    talk = make_talk(event, member, video_url=VIDEO)
    for who in (newcomer, outsider):
        Favourite.give(talk, by=who, reason="waits", start=750)
    assert client_of(member).get(talk.get_absolute_url()).context["moments"] == []
