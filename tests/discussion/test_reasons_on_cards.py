"""People trust people: a card says why, in the words of somebody who was there."""

from typing import Any

import pytest

from community.stream import load
from discussion.models import Favourite
from tests.cast import client_of, make_recap, make_talk

REASON = "It shows where the time goes"


def event_page(event: Any) -> str:
    return client_of(None).get(event.get_absolute_url()).content.decode()


@pytest.mark.parametrize("make", [make_talk, make_recap])
def test_a_card_shows_the_reason_and_who_gave_it(make: Any, event: Any, member: Any, moderator: Any) -> None:
    item = make(event, member)
    Favourite.give(item, by=moderator, reason=REASON)
    page = event_page(event)
    assert (page.count(REASON), page.count("why the moderator says")) == (1, 1)


@pytest.mark.parametrize("make", [make_talk, make_recap])
def test_several_voices_are_counted(make: Any, event: Any, member: Any, moderator: Any) -> None:
    item = make(event, member)
    Favourite.give(item, by=member)
    Favourite.give(item, by=moderator, reason=REASON)
    assert event_page(event).count("why 2 people say") == 1


def test_the_words_of_whoever_added_a_talk_come_first(event: Any, member: Any, moderator: Any) -> None:
    talk = make_talk(event, member, why="Own words")
    Favourite.give(talk, by=moderator, reason=REASON)
    [item] = load([talk.pk])
    assert (item.reason, item.voices) == ("Own words", 2)


def test_a_reason_that_waits_is_on_no_card_until_it_is_let_through_and_leaves_with_it(
    event: Any, member: Any, newcomer: Any, moderator: Any, run_jobs: Any
) -> None:
    talk = make_talk(event, member)
    given = Favourite.give(talk, by=newcomer, reason=REASON)
    run_jobs()
    counts = [event_page(event).count(REASON)]
    given.publish(by=moderator)
    counts.append(event_page(event).count(REASON))
    run_jobs()
    given.reject(by=moderator, reason="off-topic")
    counts.append(event_page(event).count(REASON))
    assert counts == [0, 1, 0]


def test_a_new_name_reaches_the_cards_of_what_one_recommends(
    event: Any, member: Any, moderator: Any, run_jobs: Any
) -> None:
    Favourite.give(make_talk(event, member), by=moderator, reason=REASON)
    run_jobs()
    moderator.person.rename("somebody else")
    page = event_page(event)
    assert (page.count("why somebody else says"), page.count("why the moderator says")) == (1, 0)
