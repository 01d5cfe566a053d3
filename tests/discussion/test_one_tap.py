"""One press of a button says that a talk is worth it; why, one may say afterwards."""

import re

from community.models import Contribution
from discussion.models import Favourite
from tests.cast import client_of, make_talk
from tests.discussion.test_recommendations import address


def calls(page, talk):
    """What of the fields of each form that recommends must be filled in."""
    forms = re.findall(rf'<form [^>]*action="{address(talk)}">(.*?)</form>', page, re.S)
    return [re.findall(r'name="(\w+)"[^>]* required', form) for form in forms]


def test_a_member_taps_once_before_there_is_a_video_and_is_asked_why_afterwards(event, member, moderator):
    talk = make_talk(event, moderator)
    browser = client_of(member)
    page = browser.get(talk.get_absolute_url()).content.decode()
    assert (calls(page, talk), page.count("Recommend it")) == ([[]], 1)
    browser.post(address(talk))
    assert Favourite.objects.get().is_public
    page = browser.get(talk.get_absolute_url()).content.decode()
    assert ("Recommend it" in page, "Say why, in one line" in page) == (False, True)


def test_a_stranger_finds_one_call_too_which_asks_for_a_name(event, member):
    talk = make_talk(event, member)
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert calls(page, talk) == [["guest_name"]]


def test_whoever_added_it_is_not_told_that_nobody_said_why(event, member, moderator):
    talk = make_talk(event, member)
    sentence = "Nobody has said yet why this is worth it."
    pages = [client_of(who).get(talk.get_absolute_url()).content.decode() for who in (member, moderator)]
    assert [sentence in page for page in pages] == [False, True]


def test_a_second_tap_keeps_the_words_of_the_first(event, member):
    talk = make_talk(event, member)
    Favourite.give(talk, by=member, reason="so", start=5)
    Favourite.give(talk, by=member)
    assert Favourite.objects.values_list("reason", "start").get() == ("so", 5)


def test_somebodys_word_makes_news_of_what_an_import_brought(event, member, newcomer, moderator):
    talk = make_talk(event, member)
    Contribution.objects.filter(pk=talk.pk).update(quiet=True)
    home = lambda: talk.title in client_of(None).get("/").content.decode()  # noqa: E731
    given = Favourite.give(talk, by=newcomer)
    seen = [home()]
    given.publish(by=moderator)
    seen.append(home())
    assert seen == [False, True]
