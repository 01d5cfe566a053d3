"""The queue by keyboard, in a real browser."""

from typing import Any

import pytest
from django.conf import settings

from community.models import Contribution
from tests.cast import client_of, make_recap, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(visitor: Any, moderator: Any, live_server: Any) -> Any:
    """A page of the signed-in moderator, and what went wrong on it in `page.wrong`."""
    page = visitor()
    cookie = client_of(moderator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    return page


def states(*items: Any) -> list[str]:
    return [Contribution.objects.get(pk=item.pk).state for item in items]


def current(page: Any) -> str:
    return page.locator("[data-row][aria-current] h2").inner_text()


def report(page: Any, text: str) -> None:
    page.locator("[data-report]", has_text=text).wait_for()


def test_a_moderator_clears_the_queue_by_keyboard_without_loading_the_page_again(desk, event, guest):
    talks = [make_talk(event, guest, title=f"Number {index}") for index in range(4)]
    desk.goto("/queue/")
    desk.evaluate("window.same = true")
    assert current(desk) == "Number 0"
    desk.keyboard.press("a")
    report(desk, "One approved.")
    assert current(desk) == "Number 1"
    desk.keyboard.press("s")
    assert current(desk) == "Number 2"
    desk.keyboard.press("r")
    desk.keyboard.press("A")  # In the list of reasons, letters choose.
    desk.locator("[data-row][aria-current] select").select_option("off-topic")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Not a talk, a rehearsal")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    report(desk, "One turned down.")
    assert states(*talks) == ["public", "waiting", "rejected", "waiting"]
    assert Contribution.objects.get(pk=talks[2].pk).decisions.first().note == "Not a talk, a rehearsal"
    desk.keyboard.press("u")
    report(desk, "One decision taken back.")
    assert (current(desk), states(talks[2])) == ("Number 2", ["waiting"])
    desk.keyboard.press("r")
    desk.locator("[data-row][aria-current]").get_by_role("button", name="Turn it down").click()
    report(desk, "Pick a reason")
    assert desk.evaluate("window.same") is True
    assert desk.wrong == []


def test_several_are_chosen_by_key_and_a_batch_is_taken_back_together(desk, event, guest):
    talks = [make_talk(event, guest), make_recap(event, guest), make_talk(event, guest)]
    desk.goto("/queue/")
    for key in "xjx":
        desk.keyboard.press(key)
    desk.get_by_role("button", name="Approve the chosen ones").click()
    report(desk, "2 approved.")
    assert states(*talks) == ["public", "public", "waiting"]
    desk.keyboard.press("u")
    report(desk, "2 decisions taken back.")
    assert states(*talks) == ["waiting"] * 3
    assert desk.wrong == []


def test_what_somebody_else_was_quicker_with_is_said(desk, event, guest, moderator):
    talk = make_talk(event, guest)
    desk.goto("/queue/")
    Contribution.objects.get(pk=talk.pk).reject(by=moderator, reason="advert")
    desk.keyboard.press("a")
    report(desk, "Already turned down by the moderator.")
    assert states(talk) == ["rejected"]


def test_the_keys_are_told_and_closed_again(desk, event, guest):
    make_talk(event, guest)
    desk.goto("/queue/")
    desk.keyboard.press("?")
    assert desk.get_by_role("dialog", name="Keys").is_visible()
    desk.keyboard.press("Escape")
    assert not desk.get_by_role("dialog", name="Keys").is_visible()
    desk.keyboard.press("r")
    assert desk.locator("[data-reject][open]").count() == 1
    desk.keyboard.press("Escape")
    assert desk.locator("[data-reject][open]").count() == 0


def test_without_the_script_asking_it_goes_the_plain_way(desk, event, guest):
    talk = make_talk(event, guest)
    desk.goto("/queue/")
    desk.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
    desk.keyboard.press("a")
    desk.get_by_text("One approved.").wait_for()
    assert states(talk) == ["public"]


def test_without_javascript_everything_is_decided_too(visitor, moderator, live_server, event, guest):
    first, second, third = make_talk(event, guest), make_talk(event, guest), make_talk(event, guest)
    page = visitor(java_script_enabled=False)
    cookie = client_of(moderator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto("/queue/")
    page.get_by_role("button", name="Approve", exact=True).first.click()
    assert states(first) == ["public"]
    page.get_by_text("Turn down", exact=True).first.click()
    row = page.locator("[data-row]").first
    row.get_by_label("Reason").select_option("duplicate")
    row.get_by_role("button", name="Turn it down").click()
    assert states(second) == ["rejected"]
    page.get_by_role("button", name="Undo the last decision").click()
    assert states(first, second, third) == ["public", "waiting", "waiting"]
