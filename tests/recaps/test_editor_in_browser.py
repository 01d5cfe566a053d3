"""The editor in a browser: by mouse, by keyboard alone, and on a phone."""

import re

import pytest

from tests.cast import make_photo, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_text_is_formed_by_keys_and_words_are_completed(event, member, visitor):
    talk = make_talk(event, member, title="How eBPF works")
    photo = make_photo(event, member, alt="The hall")
    page = visitor()
    page.goto(f"/recaps/new/{event.slug}/")
    text = page.get_by_label("Your recap")
    text.fill("bold")
    text.select_text()
    text.press("Control+b")
    assert text.input_value() == "**bold**"
    text.press("End")
    # The innermost that is not finished counts.
    held = []
    page.route(re.compile("[&?]q=ebp$"), lambda route: held.append(route))
    text.press_sequentially(" [[later, [[ebpf")
    page.get_by_role("option", name="How eBPF works", selected=True).wait_for()
    assert page.locator(f"#{text.get_attribute('aria-activedescendant')} b").inner_text() == "How eBPF works"
    # The answer to an earlier letter comes late, and changes nothing.
    with page.expect_response(re.compile("[&?]q=ebp$")):
        held[0].fulfill(json={"rows": []})
    text.press("Enter")
    assert text.input_value() == f"**bold** [[later, [How eBPF works](/talks/{talk.pk}/) "
    page.get_by_role("button", name="Photos of this event").click()
    page.get_by_role("button", name="The hall").click()
    shown = f"[![The hall](/photos/{photo.pk}/picture/)](/photos/{photo.pk}/)"
    assert text.input_value().endswith(f"\n\n{shown}\n\n")
    page.get_by_role("button", name="Full screen").click()
    assert page.locator(".editor.is-large").bounding_box()["height"] == 900
    # The preview stands beside the text there, and follows it; afterwards it is where it always is.
    page.get_by_role("toolbar").get_by_role("button", name="Preview").click()
    beside = page.locator(".editor.is-large > section")
    beside.get_by_text("How eBPF works").wait_for()
    assert beside.bounding_box()["x"] > text.bounding_box()["x"] + text.bounding_box()["width"]
    text.press_sequentially("More")
    beside.get_by_text("More").wait_for()
    text.press("Escape")
    assert page.locator(".editor.is-large").count() == 0
    assert page.locator("section:has(#preview) + form").count() == 1


def test_a_phone_s_thumb_reaches_every_button(event, visitor):
    page = visitor(phone=True)
    page.goto(f"/recaps/new/{event.slug}/")
    page.get_by_label("Your recap").tap()
    page.get_by_role("button", name="Bold").tap()
    assert page.get_by_label("Your recap").input_value() == "****"
    boxes = [button.bounding_box() for button in page.locator("markdown-toolbar > :not(.only-large)").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
