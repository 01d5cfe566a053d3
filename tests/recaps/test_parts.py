"""Write-ups in several parts, which lead to each other."""

import re

import pytest

from recaps.models import Recap
from tests.cast import client_of, make_recap
from tests.filling import address, errors, filled

pytestmark = pytest.mark.django_db


def send(who, event, /, **changes):
    return client_of(who).post(address("recaps", event), filled("recaps", event, **changes), follow=True)


def shown(recap, who=None):
    return client_of(who).get(recap.get_absolute_url())


def test_later_parts_follow_the_first_one_and_lead_to_each_other(event, member):
    first = make_recap(event, member, title="Day one")
    send(member, event, title="Day two", part_of="day ONE")
    send(member, event, title="Day three", part_of=f"https://example.org/recaps/{first.pk}/")
    second, third = Recap.objects.exclude(pk=first.pk).order_by("pk")
    assert [(row.first_part, row.part) for row in (second, third)] == [(first, 2), (first, 3)]
    page = shown(second).content.decode()
    assert "Part 2 of 3" in page
    assert re.findall(r'rel="(prev|next)" href="([^"]*)"', page) == [
        ("prev", first.get_absolute_url()),
        ("next", third.get_absolute_url()),
    ]
    assert "Part 1 of 3" in shown(first).content.decode()


def test_a_part_of_a_later_part_is_a_part_of_the_whole(event, member):
    first = make_recap(event, member, title="Day one")
    send(member, event, title="Day two", part_of="Day one")
    send(member, event, title="Day three", part_of="Day two", part=5)
    assert Recap.objects.filter(first_part=first, part=5).count() == 1


def test_what_is_not_public_is_no_part_for_others(event, member, newcomer):
    first = make_recap(event, newcomer, title="Day one")
    first.publish(by=None)
    send(newcomer, event, title="The canary", part_of="Day one")
    assert shown(first).context["parts"] is None
    assert "canary" not in shown(first).content.decode()
    assert shown(first, newcomer).context["parts"].number == 1


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"part_of": "No such title"}, "Part of: This is not one of your recaps at this event."),
        ({"part_of": "Somebody else's"}, "Part of: This is not one of your recaps at this event."),
        ({"part": 2}, "Part of: Name the first part, too."),
        (
            {"part_of": "Day one", "part": 1},
            "Which part this is: The first part is part 1; this one comes later.",
        ),
        ({"part": 0}, "Which part this is: Parts are counted from 1."),
        ({"part_of": "Day one", "part": 0}, "Which part this is: Parts are counted from 1."),
        ({"part_of": "Day one", "part": 2}, "Which part this is: There is already such a part: Day two."),
        (
            {"part_of": "Day one", "part": 51},
            "Which part this is: That is more parts than anybody reads. The limit is 50.",
        ),
    ],
)
def test_what_is_no_part_is_said_at_its_field(typed, wrong, event, member, outsider):
    make_recap(event, outsider, title="Somebody else's")
    make_recap(event, member, title="Day one")
    send(member, event, title="Day two", part_of="Day one")
    assert errors(send(member, event, **typed)) == [wrong]


def test_a_change_keeps_its_place_and_can_give_it_up(event, member):
    make_recap(event, member, title="Day one")
    send(member, event, title="Day two", part_of="Day one")
    second = Recap.objects.get(part=2)
    form = client_of(member).get(second.get_edit_url()).context["form"]
    assert (form["part_of"].value(), form["part"].value()) == (second.first_part.get_absolute_url(), 2)
    changed = filled("recaps", event, version=1, submission_key=None)
    client_of(member).post(second.get_edit_url(), changed)
    second.refresh_from_db()
    assert (second.first_part, second.part) == (None, None)


def test_a_first_part_that_is_deleted_takes_no_other_with_it(event, member):
    first = make_recap(event, member, title="Day one")
    send(member, event, title="Day two", part_of="Day one")
    first.withdraw(by=member)
    first.erase(by=member)
    assert Recap.objects.get().first_part is None
