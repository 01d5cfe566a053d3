"""A favourite with a reason, from the press of a button to the pages of the event and of the one above it."""

import pytest

from tests.cast import client_of, make_talk

pytestmark = pytest.mark.browser


def signed_in(visitor, live_server, who, **options):
    page = visitor(**options)
    value = client_of(who).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    return page


@pytest.mark.django_db(transaction=True)
def test_a_favourite_with_a_reason_shows_on_the_event_page_and_at_the_parent(
    visitor, live_server, colocated, member, moderator, run_jobs
):
    talk = make_talk(
        colocated, moderator, title="How eBPF actually works", video_url="https://youtu.be/dQw4w9WgXcQ"
    )
    page = signed_in(visitor, live_server, member, phone=True)
    page.goto(talk.get_absolute_url())
    page.get_by_role("button", name="Recommend it").first.click()
    page.get_by_text("You recommend this.").first.wait_for()
    # One press was enough; now the form asks why, and stands open.
    page.get_by_label("Because …").fill("it finally shows where the time goes")
    page.get_by_text("Where it begins, or only for you").click()
    page.get_by_label("Start at").fill("12:30")
    page.locator("#recommendations form.form button").click()
    page.get_by_text("it finally shows where the time goes").first.wait_for()
    assert page.get_by_role("link", name="from 12:30").get_attribute("href").endswith("?play&start=750#video")
    run_jobs()
    stranger = visitor()
    for event in (colocated, colocated.parent):
        stranger.goto(event.get_absolute_url())
        why, title = stranger.locator(".card-why").first, stranger.locator(".card-title").first
        assert why.inner_text().strip() == "it finally shows where the time goes"
        size = "node => parseFloat(getComputedStyle(node).fontSize)"
        assert why.evaluate(size) > title.evaluate(size)


@pytest.mark.django_db(transaction=True)
def test_a_stranger_says_a_name_and_waits(visitor, event, member):
    talk = make_talk(event, member)
    page = visitor(phone=True)
    page.goto(talk.get_absolute_url())
    page.locator("summary", has_text="Recommend it").click()
    form = page.locator("form.recommend")
    form.get_by_label("Because …").fill("it is short")
    form.get_by_label("Your name").fill("A visitor")
    form.get_by_role("button", name="Recommend it").click()
    page.get_by_text("waiting for review").wait_for()
    assert page.get_by_text("it is short").count() == 1
