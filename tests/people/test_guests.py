import time
import uuid
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from people.guests import COOKIE, COOKIE_SALT, LINK_SALT, GuestVisitor, return_link
from people.models import Guest, User
from tests.cast import client_of, make_recap


def path_of(guest: GuestVisitor) -> str:
    """The link of the e-mail, without the host."""
    return "/" + return_link(guest.guest).split("/", 3)[3]


def knows(client: Client, item: Any) -> bool:
    """Whether this browser may see a thing that waits."""
    return client.get(item.get_absolute_url()).status_code == 200


def test_the_link_asks_before_it_makes_a_browser_the_guest(event: Any, guest: GuestVisitor) -> None:
    waiting = make_recap(event, guest)
    client = Client()
    page = client.get(path_of(guest))
    assert page.status_code == 200
    assert page.content.decode().count("Continue as the guest") == 1
    assert (COOKIE in client.cookies, knows(client, waiting)) == (False, False)
    assert client.post(path_of(guest)).url == reverse("community:mine")
    assert knows(client, waiting)


@pytest.mark.parametrize("salt", [COOKIE_SALT, "something else"])
def test_a_link_signed_for_something_else_is_over(guest: GuestVisitor, salt: str) -> None:
    token = signing.dumps(str(guest.guest_id), salt=salt)
    client = Client()
    for answer in (client.get(f"/guest/{token}/"), client.post(f"/guest/{token}/")):
        assert answer.status_code == 410
        assert answer.content.decode().count("This link is over") == 2
    assert COOKIE not in client.cookies


def test_a_mangled_link_is_over(guest: GuestVisitor) -> None:
    assert Client().get(path_of(guest)[:-3] + "/").status_code == 410


def test_a_link_of_a_guest_who_is_gone_is_over(db: None) -> None:
    assert Client().get(f"/guest/{signing.dumps(str(uuid.uuid4()), salt=LINK_SALT)}/").status_code == 410


def test_a_link_is_good_for_thirty_days(guest: GuestVisitor, monkeypatch: Any) -> None:
    path, now = path_of(guest), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 30 * 24 * 3600 - 60)
    assert Client().get(path).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 30 * 24 * 3600 + 60)
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("forgery", ["plain", "other salt", "other key", "cut", "empty"])
def test_a_forged_cookie_is_nobody(event: Any, guest: GuestVisitor, forgery: str) -> None:
    waiting = make_recap(event, guest)
    good = signing.dumps(str(guest.guest_id), salt=COOKIE_SALT)
    client = Client()
    client.cookies[COOKIE] = good
    assert knows(client, waiting)
    client.cookies[COOKIE] = {
        "plain": str(guest.guest_id),
        "other salt": signing.dumps(str(guest.guest_id), salt=LINK_SALT),
        "other key": signing.dumps(str(guest.guest_id), key="another", salt=COOKIE_SALT),
        "cut": good[:-2],
        "empty": "",
    }[forgery]
    assert not knows(client, waiting)


def test_a_guest_sees_nothing_of_another_guest(event: Any, guest: GuestVisitor) -> None:
    other = GuestVisitor(Guest.objects.create(name="another guest").pk)
    waiting = make_recap(event, other)
    assert (knows(client_of(guest), waiting), knows(client_of(other), waiting)) == (False, True)


def test_a_browser_forgets_its_guest(event: Any, guest: GuestVisitor) -> None:
    waiting = make_recap(event, guest)
    client = client_of(guest)
    assert knows(client, waiting)
    assert client.post(reverse("people:forget_guest")).url == reverse("community:home")
    assert not knows(client, waiting)


def test_a_member_stays_the_member_whatever_guest_the_browser_was(
    newcomer: User, guest: GuestVisitor
) -> None:
    client = client_of(newcomer)
    client.cookies[COOKIE] = signing.dumps(str(guest.guest_id), salt=COOKIE_SALT)
    assert client.get(reverse("people:settings")).context["user"] == newcomer
