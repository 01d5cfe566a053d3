"""The list of known talks under the title, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from discussion.models import Favourite
from talks.models import Talk
from tests.cast import make_talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TITLE = "How eBPF actually works"


@pytest.fixture
def talk(event, member):
    for other in ("Testing in layers", "A day at the sea", "How to leave a cluster"):
        make_talk(event, member, title=other)
    return make_talk(event, member, title=TITLE)


def options(page):
    return [row.strip() for row in page.locator("[role=option] b").all_inner_texts()]


def test_a_talk_of_the_schedule_is_picked_by_three_mistyped_words_with_the_keyboard(visitor, event, talk):
    page = visitor()
    page.goto(f"/talks/new/{event.slug}/")
    title = page.get_by_label("Title of the talk")
    title.press_sequentially("ebfp actualy wroks")
    page.get_by_role("option", name=TITLE).wait_for()
    assert options(page)[0] == TITLE
    assert title.get_attribute("aria-expanded") == "true"
    title.press("ArrowDown")
    assert page.locator(f"#{title.get_attribute('aria-activedescendant')} b").inner_text() == TITLE
    title.press("Enter")
    page.wait_for_url(f"**{talk.get_absolute_url()}")
    assert page.locator("h1").inner_text() == TITLE


def test_on_a_phone_a_tap_picks_it_and_the_reason_that_was_typed_goes_along(phone, event, talk):
    phone.goto(f"/talks/new/{event.slug}/")
    phone.get_by_label("Watch it because").fill("it shows where the time goes")
    phone.get_by_label("Your name").fill("A visitor")
    phone.get_by_label("Title of the talk").press_sequentially("ebfp actualy")
    phone.get_by_role("option", name=TITLE).tap()
    phone.wait_for_url(f"**{talk.get_absolute_url()}**")
    assert [(one.contribution_id, one.reason) for one in Favourite.objects.all()] == [
        (talk.pk, "it shows where the time goes")
    ]


def test_escape_closes_the_list_and_what_was_typed_is_added_as_new(visitor, event, talk):
    page = visitor()
    page.goto(f"/talks/new/{event.slug}/")
    title = page.get_by_label("Title of the talk")
    title.press_sequentially("How to leave")
    page.locator(".picks [role=option]").first.wait_for()
    # While an answer is on its way, too.
    held, asked = [], re.compile("q=How%20to%20leave%20a$")
    page.route(asked, lambda route: held.append(route))
    with page.expect_request(asked):
        title.press_sequentially(" a")
    title.press("Escape")
    with page.expect_response(asked):
        held[0].continue_()
    page.wait_for_timeout(50)
    assert page.locator(".picks").is_hidden()
    title.fill("A new way to leave the house")
    page.get_by_label("Your name").fill("A visitor")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/talks/*/")
    assert Talk.objects.filter(title="A new way to leave the house").count() == 1


def test_a_talk_of_another_event_fills_the_form_in(visitor, event, other_event, member, talk):
    elsewhere = make_talk(other_event, member, title="Kernel tracing for everybody", language="en")
    page = visitor()
    page.goto(f"/talks/new/{event.slug}/")
    page.get_by_label("Watch it because").fill("it is short")
    page.get_by_label("Title of the talk").press_sequentially("kernel tracing")
    page.get_by_role("option", name="Kernel tracing for everybody").click()
    page.get_by_text("The same talk as").wait_for()
    assert page.get_by_label("Title of the talk").input_value() == elsewhere.title
    assert page.get_by_label("Watch it because").input_value() == "it is short"
    page.get_by_label("Your name").fill("A visitor")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/talks/*/")
    assert Talk.objects.get(event=event, title=elsewhere.title).first_given_id == elsewhere.pk


def test_without_scripts_the_form_asks_the_same_before_it_adds(visitor, event, talk):
    page = visitor(java_script_enabled=False)
    page.goto(f"/talks/new/{event.slug}/")
    page.get_by_label("Title of the talk").fill("ebpf acutally works")
    page.get_by_label("Your name").fill("A visitor")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    page.get_by_role("button", name="Yes, I recommend this one").click()
    page.wait_for_url(f"**{talk.get_absolute_url()}**")
    assert Talk.objects.filter(event=event).count() == 4


def test_an_address_pasted_as_the_title_goes_to_its_field_and_proposes_the_title(
    visitor, event, talk, outside, run_jobs
):
    outside.page("https://blog.example.org/talk", "<title>Clocks in a train</title>")
    page = visitor()
    page.goto(f"/talks/new/{event.slug}/")
    title = page.get_by_label("Title of the talk")
    # As a paste does, all at once.
    title.focus()
    page.keyboard.insert_text("https://blog.example.org/talk")
    address = page.get_by_label("Link to the video")
    with page.expect_response("**/previews/*/"):
        expect(address).to_have_value("https://blog.example.org/talk")
    expect(title).to_have_value("")
    run_jobs()
    expect(title).to_have_value("Clocks in a train", timeout=15_000)


def test_an_address_of_a_known_talk_pasted_as_the_title_opens_that(visitor, event, talk, member):
    talk.video_url = "https://youtu.be/dQw4w9WgXcQ"
    talk.edit(by=member)
    page = visitor()
    page.goto(f"/talks/new/{event.slug}/")
    page.get_by_label("Title of the talk").focus()
    page.keyboard.insert_text("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    page.get_by_role("option", name=TITLE).click()
    page.wait_for_url(f"**{talk.get_absolute_url()}")
