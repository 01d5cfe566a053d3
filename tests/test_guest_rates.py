"""Without account one adds a lot in an hour, and not without end; nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from community.models import Contribution
from discussion.models import Favourite
from events.models import Event
from photos.links import path_of
from photos.models import UploadLink
from tests.cast import client_of, make_talk
from tests.filling import KINDS, address
from tests.filling import filled as filled_in

pytestmark = pytest.mark.django_db


def filled(kind: str, event: Event, **changes: Any) -> dict[str, Any]:
    return filled_in(kind, event, **{"guest_name": "somebody", **changes})


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_who_sends_too_much_is_told_and_keeps_what_they_typed(
    kind: str, event: Event, settings: Any
) -> None:
    settings.GUEST_FORMS_PER_HOUR = 2
    answers = [
        Client().post(address(kind, event), filled(kind, event, title=f"Number {number}"))
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "A lot has come from your network this hour" in answers[2].content.decode()
    assert "Number 2" in answers[2].content.decode()
    assert Contribution.objects.count() == 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.1")
    assert elsewhere.post(address(kind, event), filled(kind, event)).status_code == 302


def test_whoever_is_known_as_a_guest_counts_alone(event: Event, guest: Any, settings: Any) -> None:
    settings.GUEST_FORMS_PER_HOUR = 1
    new = [Client().post(address("talks", event), filled("talks", event)) for _ in range(2)]
    known = [client_of(guest).post(address("talks", event), filled("talks", event)) for _ in range(2)]
    assert [answer.status_code for answer in [*new, *known]] == [302, 429, 302, 429]


def test_members_and_forms_that_are_not_in_order_are_not_counted(
    event: Event, newcomer: Any, settings: Any
) -> None:
    settings.GUEST_FORMS_PER_HOUR = 1
    member = client_of(newcomer)
    assert [member.post(address("talks", event), filled("talks", event)).status_code for _ in range(2)] == [
        302
    ] * 2
    stranger = Client()
    assert stranger.post(address("talks", event), {}).status_code == 422
    assert stranger.post(address("talks", event), filled("talks", event)).status_code == 302


def test_a_second_press_of_the_same_form_is_not_too_much(event: Event, settings: Any) -> None:
    settings.GUEST_FORMS_PER_HOUR = 1
    data = filled("talks", event)
    assert [Client().post(address("talks", event), data).status_code for _ in range(3)] == [302] * 3
    assert Contribution.objects.count() == 1


def test_recommendations_of_guests_count_too(event: Event, member: Any, settings: Any) -> None:
    settings.GUEST_FORMS_PER_HOUR = 1
    data = {"guest_name": "somebody", "reason": "It is short."}
    items = [make_talk(event, member) for _ in range(2)]
    answers = [Client().post(f"/contributions/{item.pk}/recommendation/", data) for item in items]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert "It is short." in answers[1].content.decode()
    assert Favourite.objects.count() == 1


def test_those_who_come_by_a_link_for_photos_are_not_counted(event: Event, settings: Any) -> None:
    settings.GUEST_FORMS_PER_HOUR = 0
    link = UploadLink.objects.create(event=event)
    came = Client()
    came.get(path_of(link))
    assert came.post(address("photos", event), filled("photos", event)).status_code == 302
    assert Client().post(address("photos", event), filled("photos", event)).status_code == 429
