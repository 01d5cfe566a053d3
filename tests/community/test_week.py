"""The days of an event as a picture: what began, was taken or was published in which hour."""

import datetime
import re
from typing import Any

import pytest

from community.models import Contribution
from events.models import Day, Event
from tests.cast import client_of, make_event, make_photo, make_recap, make_talk
from tests.community.pages import cost, get, hidden_things


def address(event: Event) -> str:
    return f"{event.get_absolute_url()}week/"


def utc(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2024, 3, day, hour, minute, tzinfo=datetime.UTC)


def day_of(event: Event, number: int) -> Day:
    return Day.objects.get(event=event, date=datetime.date(2024, 3, number))


def bars(page: str) -> list[str]:
    """What the bars of a page say: “09:00: 2”."""
    return re.findall(r"<title>(\d\d:\d\d: \d+)</title>", page)


def untimed(page: str) -> list[tuple[str, str, str]]:
    """What stands beside the bars of days without hours: the kind, how many, how long the bar is."""
    return re.findall(
        r'\?day=[^"]*">(\w+)</a> <span class="num">(\d+)</span>\s*<svg[^>]*><rect[^>]* width="([^"]*)"', page
    )


def table(page: str) -> list[list[str]]:
    """The rows of the table behind the picture: day, hour, photos, talks, recaps."""
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.split("</t[hd]>", row)[:-1]] for row in rows]


def test_each_kind_stands_in_the_hour_that_it_has_in_the_events_own_time_zone(
    event: Event, colocated: Event, member: Any
) -> None:
    wednesday = day_of(event, 20)
    make_talk(event, member, day=wednesday, starts_at=utc(20, 8, 30))
    make_talk(colocated, member, day=wednesday, starts_at=utc(20, 8))
    make_photo(event, member, day=wednesday, taken_at=utc(20, 17))
    recap = make_recap(event, member, day=wednesday)
    Contribution.objects.filter(pk=recap.pk).update(published_at=utc(20, 22, 59))
    page = get(address(event))
    assert bars(page) == ["18:00: 1", "09:00: 2", "23:00: 1"]
    assert table(page) == [
        ["Wed 20", "09:00", "0", "2", "0"],
        ["Wed 20", "18:00", "1", "0", "0"],
        ["Wed 20", "23:00", "0", "0", "1"],
        ["Wed 20", "whole day", "1", "2", "1"],
    ]
    assert "The fullest hour: Wed 20 March, 09:00–10:00." in page
    assert f'href="{event.get_absolute_url()}talks/?day=2024-03-20">Talks <b>2</b></a>' in page


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Kolkata", "14:00"), ("Asia/Kathmandu", "14:00"), ("UTC", "08:00")]
)
def test_zones_that_are_off_by_half_an_hour_or_a_quarter_are_right(member: Any, zone: str, hour: str) -> None:
    event = make_event("Far away", timezone=zone)
    make_talk(event, member, day=day_of(event, 20), starts_at=utc(20, 8, 40))
    assert bars(get(address(event))) == [f"{hour}: 1"]


def test_what_has_a_day_and_no_time_on_it_is_counted_and_not_drawn(event: Event, member: Any) -> None:
    wednesday = day_of(event, 20)
    make_photo(event, member, day=wednesday)
    # Its camera says another day than people do.
    make_photo(event, member, day=wednesday, taken_at=utc(22, 12))
    make_recap(event, member, day=wednesday)
    page = get(address(event))
    assert bars(page) == []
    assert untimed(page) == [("Photos", "2", "100.00%"), ("Recaps", "1", "50.00%")]
    assert "Nobody has said yet at which hour things took place" in page
    make_talk(event, member, day=wednesday, starts_at=utc(20, 8))
    make_talk(event, member, day=day_of(event, 21))
    page = get(address(event))
    assert bars(page) == ["09:00: 1"]
    assert "(time not known: 2)" in page
    assert "(about the whole day: 1)" in page
    # Another day, of which no hour is known, has the same scale.
    assert untimed(page) == [("Talks", "1", "50.00%")]
    assert "Nobody has said yet" not in page


def test_after_midnight_it_is_still_the_evenings(event: Event, member: Any) -> None:
    make_talk(event, member, day=day_of(event, 20), starts_at=utc(20, 23, 30))
    assert table(get(address(event)))[0] == ["Wed 20", "00:00", "0", "1", "0"]


def test_what_has_no_day_stands_on_the_one_of_its_time_or_beside_all(event: Event, member: Any) -> None:
    make_photo(event, member, taken_at=utc(21, 12))
    make_photo(event, member, taken_at=utc(1, 12))
    make_photo(event, member)
    page = get(address(event))
    assert bars(page) == ["13:00: 1"]
    assert "before or after: <b>1</b>" in " ".join(re.sub(r"\s+", " ", page).split())
    assert "day not known: <b>1</b>" in page
    # No list by day has it, so its number leads to none.
    assert f"{event.get_absolute_url()}photos/?day=2024-03-21" not in page


def test_an_event_with_nothing_invites(event: Event) -> None:
    page = get(address(event))
    assert "Nothing here to draw yet. Were you there?" in page
    assert "<table" not in page


def test_an_event_of_one_day_is_one_picture(member: Any) -> None:
    event = make_event("Meetup", ends_on=datetime.date(2024, 3, 19))
    make_talk(event, member, day=day_of(event, 19), starts_at=utc(19, 18))
    assert get(address(event)).count('role="img"') == 1


def test_what_is_not_public_is_in_no_number(event: Event, newcomer: Any, moderator: Any) -> None:
    hidden_things(event, newcomer, moderator, day=day_of(event, 20))
    for user in (None, newcomer, moderator):
        assert "Nothing here to draw yet." in get(address(event), user)


def test_it_costs_the_same_for_a_few_and_for_many(event: Event, member: Any) -> None:
    costs = []
    for more in (1, 12):
        for hour in range(more):
            make_talk(event, member, day=day_of(event, 20), starts_at=utc(20, 6 + hour))
        costs.append(cost(lambda: client_of(None).get(address(event))))
    assert costs == [5, 5]
