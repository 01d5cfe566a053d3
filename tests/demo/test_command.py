"""How `manage.py demo` behaves on a site that has things of its own."""

import io

import pytest
from django.core.management import CommandError, call_command

from community.models import Contribution, Tag
from demo.story import Refused, Story
from events.models import Event
from people.decisions import Reason
from talks.models import Talk
from tests.cast import make_event

FACTS = {
    "event": {
        "slug": "summit",
        "name": "Summit",
        "starts_on": "2024-03-19",
        "ends_on": "2024-03-20",
        "timezone": "UTC",
    },
    "days": {"2024-03-19": "Beginnings"},
    "talks": [{"title": "A talk", "tags": ["corridor"], "date": "2024-03-19"}],
}


@pytest.fixture
def told(db: None) -> Talk:
    """A story of one talk, told once."""
    Story(FACTS).tell()
    return Talk.objects.get()


def test_a_new_site_only_gets_the_demo_where_it_has_no_event(event):
    out = io.StringIO()
    call_command("demo", "--if-new", stdout=out)
    assert (out.getvalue(), Event.objects.count(), Contribution.objects.count()) == ("", 1, 0)


def test_the_demo_does_not_touch_an_event_that_has_its_address(db):
    make_event("Our own meeting", slug="europython-2019")
    with pytest.raises(CommandError, match="another event at /events/europython-2019/"):
        call_command("demo")
    assert (Event.objects.count(), Contribution.objects.count(), Tag.objects.count()) == (1, 0, 0)


def test_a_story_that_a_form_refuses_says_why_and_goes_on_once_it_is_mended(db):
    good, bad = {"title": "First"}, {"title": "Second", "video": "not an address at all"}
    with pytest.raises(Refused, match="Summit, Second: \\* video_url"):
        Story({**FACTS, "talks": [good, bad]}).tell()
    assert Contribution.objects.count() == 0
    assert Story({**FACTS, "talks": [good, {**bad, "video": ""}]}).tell() == {"talk": 2}


def test_a_talk_stands_at_its_day(told):
    assert (told.day.theme, told.state) == ("Beginnings", Talk.State.PUBLIC)


def test_what_a_moderator_hid_stays_hidden_when_the_story_is_told_again(told, moderator):
    told.hide(by=moderator, reason=Reason.OTHER)
    assert Story(FACTS).tell() == {}
    assert [talk.state for talk in Talk.objects.all()] == [Talk.State.HIDDEN]


def test_a_word_that_a_moderator_refused_stays_refused(told, moderator):
    Tag.objects.get(name="corridor").refuse(by=moderator)
    assert Story(FACTS).tell() == {}
    assert Tag.objects.get(name="corridor").state == Tag.State.REFUSED


def test_what_went_missing_is_told_again(told):
    told.delete()
    assert Story(FACTS).tell() == {"talk": 1}
