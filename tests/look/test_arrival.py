"""What a page does once it has come, for whoever hears it or has no mouse (js/arrival.js)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.test import Client

from tests.cast import make_recap
from tests.look.pages import Page, page_of, shown
from tests.look.show import Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

COUNT = """() => {
    window.times = 0;
    const seen = new MutationObserver(() => { window.times += 1; });
    seen.observe(document.querySelector("[data-said]"), { childList: true });
}"""


@pytest.fixture
def stage(browser: Any) -> Iterator[Stage]:
    stage = Stage(browser)
    yield stage
    stage.close()


def kept(response: Any, address: str) -> Page:
    page = page_of(response, "stranger", address)
    assert page
    return page


def test_what_was_done_is_read_out_once_and_politely_and_what_went_wrong_is_not_repeated(stage, member):
    notices = [Message(SUCCESS, "Your recap is public."), Message(ERROR, "The photo is gone.")]
    stage.show(kept(shown("base.html", {"messages": notices}, member), "/shown/"))
    stage.page.evaluate(COUNT)
    said = stage.page.get_by_role("status").and_(stage.page.locator("[data-said]"))
    said.and_(stage.page.get_by_text("Your recap is public.", exact=True)).wait_for(state="attached")
    stage.page.wait_for_selector("[data-said]:empty", state="attached", timeout=10_000)
    assert stage.page.evaluate("window.times") == 2
    assert stage.page.locator(".notice-error").get_attribute("role") == "alert"


def test_whoever_chose_a_chip_by_keyboard_goes_on_from_there(stage, event, member):
    make_recap(event, member)
    address = f"{event.get_absolute_url()}recaps/"
    stage.show(kept(Client().get(address), address))
    focused = "document.activeElement.matches('.chip[aria-current]')"
    assert not stage.page.evaluate(focused)
    stage.page.locator("main .chip:not([aria-current])").first.press("Enter")
    stage.page.wait_for_selector(".chip[aria-current]:focus")
    stage.page.locator("main .chip:not([aria-current])").first.click()
    stage.page.wait_for_load_state("load")
    assert not stage.page.evaluate(focused)
