"""The contact sheet in a real browser: keys, ranges, the large view, and a batch taken back whole."""

from typing import Any

import pytest

from community.models import Contribution
from photos.models import Photo
from tests.cast import make_photo
from tests.moderation.test_desk_in_browser import desk, report, states

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photos(event: Any, guest: Any, newcomer: Any) -> list[Photo]:
    """Six of a guest and two of a member."""
    made = [make_photo(event, guest, title=f"Number {index}") for index in range(6)]
    return made + [make_photo(event, newcomer, title=f"Other {index}") for index in range(2)]


def title(page: Any) -> str:
    return page.locator("[data-row][aria-current] h3").inner_text()


def chosen(page: Any) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-row]')].filter((row) => row.querySelector('[name=pick]:checked'))
           .map((row) => row.querySelector('h3').textContent.trim())"""
    )


def test_one_after_the_other_in_the_large_view_by_keyboard_alone(desk, photos):
    desk.goto("/queue/?kind=photo")
    assert title(desk) == "Number 0"
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press(" ")
    large = desk.get_by_role("dialog", name="Large view")
    assert large.get_by_role("heading").inner_text() == "Number 1"
    desk.keyboard.press("a")
    large.get_by_text("One approved.").wait_for()
    assert large.get_by_role("heading").inner_text() == "Number 2"
    desk.keyboard.press("s")
    desk.keyboard.press("r")
    desk.get_by_role("dialog", name="Turn down").get_by_label("Reason").select_option("unclear")
    desk.get_by_role("button", name="Turn it down").click()
    large.get_by_text("One turned down.").wait_for()
    assert large.get_by_role("heading").inner_text() == "Number 4"
    desk.keyboard.press("u")
    large.get_by_text("One decision taken back.").wait_for()
    assert large.get_by_role("heading").inner_text() == "Number 3"
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("x")
    assert large.get_by_role("button", name="Choose").get_attribute("aria-pressed") == "true"
    desk.keyboard.press(" ")
    large.wait_for(state="hidden")
    assert (title(desk), chosen(desk)) == ("Number 2", ["Number 2"])
    assert states(*photos[:4]) == ["waiting", "public", "waiting", "waiting"]
    assert desk.evaluate("document.activeElement.matches('[data-row][aria-current]')")
    assert desk.wrong == []


def test_a_range_is_chosen_with_shift_by_mouse_and_by_keys_and_a_group_by_its_button(desk, photos):
    desk.goto("/queue/?kind=photo")
    rows = desk.locator("[data-row]")
    rows.nth(1).locator("[name=pick]").click()
    rows.nth(3).locator("[data-large]").click(modifiers=["Shift"])
    assert chosen(desk) == ["Number 1", "Number 2", "Number 3"]
    assert desk.locator("[data-count]").first.inner_text().strip() == "(3)"
    rows.nth(3).locator("[name=pick]").click(modifiers=["Shift"])
    assert chosen(desk) == ["Number 1", "Number 2"]
    desk.get_by_role("button", name="Choose all").click()
    desk.get_by_role("button", name="Choose all").click()
    assert chosen(desk) == []
    rows.nth(4).focus()
    desk.keyboard.press("Shift+ArrowRight")
    assert chosen(desk) == ["Number 4", "Number 5"]
    desk.get_by_role("button", name="Choose these").nth(1).click()
    assert chosen(desk) == ["Number 4", "Number 5", "Other 0", "Other 1"]
    rows.nth(0).focus()
    desk.keyboard.press("ArrowDown")
    assert title(desk) == "Number 5"
    assert desk.wrong == []


def test_the_first_press_of_the_mouse_counts_on_a_picture_that_shows_only_in_part(desk, photos):
    desk.goto("/queue/?kind=photo")
    box = desk.locator("[data-row]").nth(2).locator("[name=pick]")
    place = box.bounding_box()
    # The row goes on below the window: it would be scrolled to as soon as it has the focus.
    desk.set_viewport_size({"width": 1280, "height": round(place["y"]) + 200})
    desk.mouse.move(place["x"] + 8, place["y"] + 8)
    desk.mouse.down()
    desk.wait_for_timeout(100)
    desk.mouse.up()
    assert chosen(desk) == ["Number 2"]


def test_a_batch_that_goes_in_parts_is_counted_on_and_taken_back_whole(desk, event, guest):
    photos = [make_photo(event, guest) for _ in range(53)]
    desk.goto("/queue/?kind=photo")
    desk.get_by_role("button", name="Choose all").click()
    desk.get_by_role("button", name="Approve the chosen ones").click()
    desk.locator("[data-report]", has_text="53 approved. Nothing is left on this page.").wait_for(
        timeout=120_000
    )
    assert Contribution.objects.filter(state="public").count() == 53
    # What is done keeps its picture in its place.
    assert desk.locator("[data-done] img").count() == 53
    desk.keyboard.press("u")
    desk.locator("[data-report]", has_text="53 decisions taken back.").wait_for(timeout=120_000)
    assert set(states(*photos)) == {"waiting"}
    assert desk.locator("[data-undo]").is_hidden()
    assert desk.wrong == []


def test_a_choice_stays_while_one_is_decided_by_its_own_button(desk, photos):
    desk.goto("/queue/?kind=photo")
    desk.locator("[data-row]").nth(1).locator("[name=pick]").click()
    desk.locator("[data-row]").nth(0).get_by_role("button", name="Approve").click()
    report(desk, "One approved.")
    assert (chosen(desk), states(*photos[:2])) == (["Number 1"], ["public", "waiting"])


def test_without_javascript_photos_are_decided_too(visitor, moderator, live_server, photos):
    from django.conf import settings

    from tests.cast import client_of

    page = visitor(java_script_enabled=False)
    cookie = client_of(moderator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto("/queue/?kind=photo")
    page.get_by_role("button", name="Approve", exact=True).first.click()
    page.get_by_label("Choose “Number 1”").check()
    page.get_by_text("Turn down the chosen ones").click()
    page.locator("[data-bulk-reject]").get_by_label("Reason").select_option("duplicate")
    page.get_by_role("button", name="Turn them down").click()
    assert states(*photos[:3]) == ["public", "rejected", "waiting"]
    page.get_by_role("button", name="Undo the last decision").click()
    assert states(*photos[:3]) == ["public", "waiting", "waiting"]
