"""Pages whose address is a secret tell it to no other site, and a real browser can still send their forms: under
`no-referrer` it would name no origin with them, and they would be refused as another site's."""

from typing import Any

import pytest

from people.guests import GuestVisitor, return_link
from people.models import User
from people.setup import setup_link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_the_first_administrator_comes_in(phone: Any) -> None:
    phone.goto(path(setup_link()))
    phone.get_by_label("E-mail address").fill("root@example.org")
    phone.get_by_label("Your name").fill("Root")
    phone.get_by_role("button", name="I am the administrator").click()
    phone.wait_for_url("**/welcome/")
    assert User.objects.get().is_superuser


def test_a_guest_goes_on_in_another_browser(event: Any, guest: GuestVisitor, phone: Any) -> None:
    phone.goto(path(return_link(guest.guest)))
    phone.get_by_role("button", name="Continue as").click()
    phone.wait_for_url("**/mine/")


def test_the_address_of_such_a_page_goes_to_no_other_site(phone: Any) -> None:
    phone.goto(path(setup_link()))
    assert phone.locator("meta[name=referrer]").get_attribute("content") == "same-origin"
