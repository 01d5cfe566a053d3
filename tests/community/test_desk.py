"""The page from which people look after an event."""

import re

import pytest

from events.models import Event, Organiser
from tests.cast import client_of, make_user
from tests.filling import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


def desk(event, who):
    """Return what stands on the page: its parts, and its ways."""
    page = client_of(who).get(f"{event.get_absolute_url()}desk/").content.decode()
    found = page.partition('class="ways"')[2].partition("</main>")[0]
    return [
        [text_of(each) for each in re.findall(f"<{name}.*?</{name}>", found, re.DOTALL)]
        for name in ("h2", "a")
    ]


def test_an_organiser_finds_all_there_is_to_do_on_one_page_by_what_it_is_for(event, organiser):
    parts, ways = desk(event, organiser)
    assert parts == ["What people add", "Show it around", "Bring things in", "Its page"]
    assert ways == [
        "Photos to review",
        "What is missing",
        "Links and posters for photos",
        "Live wall",
        "For your own site",
        "Import the schedule",
        "Import videos",
        "Import a forum topic",
        "Facts",
        "Days",
        "Tags",
        "Add a co-located event",
        "Organisers",
    ]


def test_every_way_leads_to_a_page_that_leads_back(event, organiser):
    client = client_of(organiser)
    for way in client.get(f"{event.get_absolute_url()}desk/").context["parts"][3][1]:
        assert client.get(way.address).status_code == 200
    days = client.get(f"{event.get_absolute_url()}days/").content.decode()
    assert f'<a href="{event.get_absolute_url()}desk/">Look after this event</a>' in days


def test_what_waits_for_review_has_a_page_to_look_after_and_nothing_else_yet(event, moderator):
    Event.objects.filter(pk=event.pk).update(state=Event.State.WAITING)
    parts, ways = desk(event, moderator)
    assert parts == ["Its page"]
    assert ways == ["Facts", "Days", "Tags", "Add a co-located event"]


def test_an_event_inside_another_has_none_inside_itself(colocated, moderator):
    assert desk(colocated, moderator)[1][-4:] == ["Facts", "Days", "Tags", "Organisers"]


def test_the_event_s_page_leads_there_whoever_looks_after_it_and_nobody_else(event, organiser, outsider):
    here = f'href="{event.get_absolute_url()}desk/"'
    shown = [client_of(who).get(event.get_absolute_url()).content.decode() for who in (organiser, outsider)]
    assert [here in page for page in shown] == [True, False]
