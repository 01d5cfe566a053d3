"""The form of a talk."""

import pytest

from discussion.models import Favourite
from talks.models import Talk
from tests.cast import client_of, make_talk
from tests.filling import address, filled

pytestmark = pytest.mark.django_db
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def send(who, event, /, **changes):
    return client_of(who).post(address("talks", event), filled("talks", event, **changes), follow=True)


def test_a_title_alone_is_enough_and_the_video_is_wanted(event, member):
    send(member, event)
    talk = Talk.objects.get()
    assert (talk.title, talk.video_state, talk.people.count()) == ("How eBPF actually works", "unknown", 0)


def test_everything_else_is_kept_too(event, colocated, member):
    send(member, event, video_url=VIDEO, speakers="A Speaker, Another", why="Because.", description="About it.",
         language="en", event=colocated.pk)  # fmt: skip
    talk = Talk.objects.get()
    assert (talk.event, talk.video_state, talk.why, talk.description) == (
        colocated,
        "watchable",
        "Because.",
        "About it.",
    )
    assert [person.name for person in talk.people.order_by("credits__position")] == ["A Speaker", "Another"]


def test_a_speaker_who_is_known_is_the_same_person(event, member):
    send(member, event, speakers="A Speaker")
    send(member, event, title="Another talk", speakers="a  SPEAKER")
    first, second = Talk.objects.order_by("pk")
    assert first.people.get() == second.people.get()


def test_a_link_that_is_added_later_makes_it_watchable(event, member):
    talk = make_talk(event, member, video_state="not-yet")
    data = {
        "event": event.pk,
        "title": talk.title,
        "video_url": VIDEO,
        "video_state": "not-yet",
        "version": 1,
    }
    client_of(member).post(f"/talks/{talk.pk}/edit/", data)
    talk.refresh_from_db()
    assert talk.video_state == "watchable"


def test_a_video_that_is_here_already_becomes_a_recommendation_with_the_reason(event, member, outsider):
    first = make_talk(event, member, video_url=VIDEO)
    response = send(
        outsider, event, title="eBPF!", video_url="https://youtu.be/dQw4w9WgXcQ?si=x", why="It is true."
    )
    assert response.redirect_chain[-1][0] == first.get_absolute_url()
    assert [(one.contribution_id, one.reason) for one in Favourite.objects.all()] == [
        (first.pk, "It is true.")
    ]
    assert Talk.objects.count() == 1


def test_two_talks_in_the_stream_of_one_day_are_two_talks(event, member, outsider):
    make_talk(event, member, video_url=VIDEO + "&t=60")
    send(outsider, event, title="The next one", video_url=VIDEO + "&t=4000")
    assert Talk.objects.count() == 2
    assert Favourite.objects.count() == 0
