"""Whoever sends something after their session was over signs in and is back where the form stood."""

import pytest
from django.test import Client

from tests.cast import make_recap

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


def sent(address, stood, **data):
    headers = {"Referer": stood} if stood else {}
    return Client().post(address, data, headers=headers)["Location"]


@pytest.mark.parametrize(
    ("stood", "back"),
    [
        (
            f"{HERE}/events/paris-summit-2024/catch-up/?choose=1#choose",
            "/events/paris-summit-2024/catch-up/%3Fchoose%3D1",
        ),
        ("", "/"),
        ("https://elsewhere.example/a/", "/"),
        ("javascript:alert(1)", "/"),
        (f"{HERE}//elsewhere.example/", "/"),
    ],
)
def test_the_page_of_the_button_is_what_comes_after_signing_in(event, member, stood, back):
    item = make_recap(event, member)
    address = f"{event.get_absolute_url()}catch-up/picks/"
    assert sent(address, stood, item=item.pk) == f"/accounts/login/?next={back}"


def test_who_asks_for_a_page_still_comes_to_that_page(event):
    answer = Client().get(f"{event.get_absolute_url()}embed/", headers={"Referer": f"{HERE}/"})
    assert answer["Location"] == f"/accounts/login/?next={event.get_absolute_url()}embed/"
