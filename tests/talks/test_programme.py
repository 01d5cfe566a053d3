"""The list of an event's talks: by the schedule, narrowed down by day, track and language, and paged by key."""

import datetime
import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from community.cards import store_cards
from community.models import Card, Contribution
from community.stream import PAGE_SIZE
from events.models import Day
from talks.models import Talk
from tests.cast import client_of, make_talk
from tests.community.pages import cost

pytestmark = pytest.mark.django_db
NINE = datetime.datetime(2024, 3, 19, 8, 0, tzinfo=datetime.UTC)


def titles(event, query=""):
    response = client_of(None).get(f"{event.get_absolute_url()}talks/{query}")
    assert response.status_code == 200
    return re.findall(r'card-title"[^>]*><a href="[^"]*">([^<]*)<', response.content.decode())


def page(event, query=""):
    return client_of(None).get(f"{event.get_absolute_url()}talks/{query}").content.decode()


@pytest.fixture
def talks(event, colocated, member):
    day = Day.objects.get(event=event, date=NINE.date())
    make_talk(
        event,
        member,
        title="Second",
        starts_at=NINE + datetime.timedelta(hours=1),
        track="Security",
        language="fr",
    )
    make_talk(event, member, title="Without a time", language="en")
    make_talk(
        colocated,
        member,
        title="First",
        starts_at=NINE,
        track="Art & Beauty",
        language="en",
        day=day,
        room="Hall 1",
    )


def test_talks_come_in_the_order_of_the_schedule_and_last_those_without_a_time(talks, event):
    assert titles(event) == ["First", "Second", "Without a time"]
    assert titles(event, "?order=newest") == ["First", "Without a time", "Second"]


def test_they_are_narrowed_down_by_day_track_and_language(talks, event):
    assert titles(event, "?day=2024-03-19") == ["First"]
    assert titles(event, "?track=Art+%26+Beauty") == ["First"]
    assert titles(event, "?language=en") == ["First", "Without a time"]
    assert titles(event, "?language=fr&track=Art+%26+Beauty") == []
    assert "Nothing here fits that." in page(event, "?track=Nothing")
    # What is mangled is as if it were not there.
    assert titles(event, "?day=yesterday&order=loudest") == titles(event)


def chips(html, label):
    """Address and words of the chips under this label, and which of them are current."""
    part = html.split(f'aria-label="{label}"', 1)[1].split("</ul>", 1)[0]
    found = re.findall(r'<a class="chip" href="([^"]*)"( aria-current="true")?>(.*?)</a>', part, re.S)
    return [
        (unescape(url), strip_tags(words).split("remove")[0].strip(), bool(now)) for url, now, words in found
    ]


def test_days_are_chips_and_what_else_was_chosen_is_a_chip_that_takes_it_away(talks, event):
    at = f"{event.get_absolute_url()}talks/"
    html = page(event, "?day=2024-03-19&language=en")
    days = chips(html, "Days")
    assert days[:2] == [
        (f"{at}?language=en", "all days", False),
        (f"{at}?day=2024-03-19&language=en", "Tue 19", True),
    ]
    assert chips(html, "Chosen") == [(f"{at}?day=2024-03-19", "Language: English", False)]
    # The form for the rest keeps the day, and asks for it no second time.
    assert '<input type="hidden" name="day" value="2024-03-19">' in html
    assert re.findall(r'<select name="(\w+)"', html) == ["track", "language", "order"]


def test_without_a_schedule_the_list_is_as_it_was(event, member):
    make_talk(event, member, title="One")
    make_talk(event, member, title="Two")
    assert titles(event) == ["Two", "One"]
    assert "schedule.xml" not in page(event)


def test_cards_and_pages_say_when_and_where_as_it_is_told_there(talks, event, moderator):
    assert "Tue 19 Mar, 09:00" in page(event)
    talk = Talk.objects.get(title="First")
    detail = client_of(None).get(talk.get_absolute_url()).content.decode()
    # The day stands beside it already.
    assert ">09:00</time>" in detail
    assert "Hall 1" in detail
    # Another zone is another hour, on stored cards too.
    store_cards(Contribution.objects.values_list("pk", flat=True))
    part = talk.event
    part.timezone = "Asia/Tokyo"
    part.edit(by=moderator)
    assert not Card.objects.filter(contribution=talk).exists()
    assert "Tue 19 Mar, 17:00" in page(event)


def test_a_cancelled_talk_says_so(talks, event):
    Talk.objects.filter(title="First").update(cancelled=True)
    assert "<b>cancelled</b>" in page(event)


def test_pages_follow_each_other_both_ways_and_show_each_talk_once(event, member):
    for number in range(2 * PAGE_SIZE + 5):
        # Several at a time, as there are several rooms; the last ones have none.
        starts_at = NINE + datetime.timedelta(minutes=10 * (number // 3)) if number < 2 * PAGE_SIZE else None
        make_talk(event, member, title=f"Talk {number:03}", starts_at=starts_at)
    forward, query = [], ""
    while True:
        forward.append(titles(event, query))
        later = re.search(r'rel="next" href="([^"]*)"', page(event, query))
        if not later:
            break
        query = later[1].replace("&amp;", "&")
    assert [title for part in forward for title in part] == [f"Talk {n:03}" for n in range(2 * PAGE_SIZE + 5)]
    back = [forward[-1]]
    while earlier := re.search(r'rel="prev" href="([^"]*)"', page(event, query)):
        query = earlier[1].replace("&amp;", "&")
        back.append(titles(event, query))
    assert back[::-1] == forward


def test_a_list_by_the_schedule_costs_the_same_however_long(event, member):
    costs = []
    for number in (3, 40):
        for place in range(number):
            make_talk(event, member, starts_at=NINE, track=f"Track {place}", language="en")
        store_cards(Contribution.objects.values_list("pk", flat=True))
        costs.append(cost(lambda: page(event)))
    assert costs[0] == costs[1] <= 8
