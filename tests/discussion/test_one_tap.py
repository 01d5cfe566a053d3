"""One press of a button says that a talk is worth it; why, one may say afterwards."""

import re

from community.models import Contribution
from discussion.models import Favourite
from tests.cast import client_of, make_talk
from tests.discussion.test_recommendations import address


def buttons(page, talk):
    """The forms of the page that recommend with nothing to fill in."""
    forms = re.findall(rf'<form method="post" action="{address(talk)}">(.*?)</form>', page, re.S)
    return [form for form in forms if not re.search(r'<input (?!type="hidden")', form)]


def test_a_member_taps_once_before_there_is_a_video_and_is_asked_why_afterwards(event, member, outsider):
    talk = make_talk(event, member)
    browser = client_of(member)
    assert len(buttons(browser.get(talk.get_absolute_url()).content.decode(), talk)) == 1
    browser.post(address(talk))
    assert Favourite.objects.get().is_public
    page = browser.get(talk.get_absolute_url()).content.decode()
    assert (buttons(page, talk), "Say why, in one line" in page) == ([], True)


def test_a_stranger_is_led_to_the_form_that_asks_for_a_name(event, member):
    talk = make_talk(event, member)
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert buttons(page, talk) == []
    assert f'<a class="button" href="{address(talk)}">' in page


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
