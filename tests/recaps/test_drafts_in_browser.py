"""Nothing that somebody writes is lost: a tab that dies, a server that is away, two tabs, a session that ends."""

import pytest

from community.models import Draft
from recaps.models import Recap
from tests.cast import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(visitor, live_server, user, **options):
    page = visitor(**options)
    value = client_of(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    return page


def write(page, text):
    page.get_by_label("Your recap").press_sequentially(text)


def text_in(page):
    return page.get_by_label("Your recap").input_value()


def test_words_outlive_a_server_that_is_slow_or_away_and_a_tab_that_dies(event, member, visitor, live_server):
    page = signed_in(visitor, live_server, member)
    page.clock.install()
    page.goto(f"/recaps/new/{event.slug}/")
    page.locator("#id_title").fill("Day one")
    held = []
    page.route("**/drafts/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/drafts/"):
        write(page, "Be")
        page.clock.run_for(2_000)
    # The first answer takes long, and somebody writes on meanwhile.
    write(page, "fore")
    page.clock.run_for(2_000)
    write(page, ". ")
    held[0].continue_()
    page.unroute("**/drafts/")
    page.get_by_text("Saved.", exact=True).wait_for()
    assert page.get_by_text("There is another text of yours").is_hidden()
    assert Draft.objects.get().fields["body"] == "Before. "
    page.context.set_offline(True)
    write(page, "While it was away.")
    page.get_by_text("the site cannot be reached").wait_for()
    page.close(run_before_unload=False)
    assert Draft.objects.get().fields["body"] == "Before. "
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/recaps/new/{event.slug}/")
    again.get_by_text("We kept what you wrote").first.wait_for()
    assert text_in(again) == "Before. While it was away."
    again.get_by_text("Saved.", exact=True).wait_for()
    assert Draft.objects.get().fields["body"] == "Before. While it was away."
    again.get_by_role("button", name="Add", exact=True).click()
    again.get_by_text("Thank you! It is public now.").wait_for()
    assert (Recap.objects.get().body, Draft.objects.count()) == ("Before. While it was away.", 0)
    again.goto(f"/recaps/new/{event.slug}/")
    again.wait_for_timeout(300)
    assert text_in(again) == ""


def test_two_tabs_follow_each_other_and_never_write_over_words_of_the_other(
    event, member, visitor, live_server
):
    one = signed_in(visitor, live_server, member)
    two = one.context.new_page()
    for page in (one, two):
        page.goto(f"/recaps/new/{event.slug}/")
    write(one, "From the first tab.")
    two.get_by_text("Taken over from your other tab.").wait_for()
    assert text_in(two) == "From the first tab."
    one.get_by_text("Saved.", exact=True).wait_for()
    # Somebody writes in both within the same moment: another device, as far as the second can tell.
    kept = Draft.objects.get()
    Draft.objects.filter(pk=kept.pk).update(fields={**kept.fields, "body": "From the phone."}, revision=9)
    write(two, " And the second.")
    two.get_by_text("There is another text of yours").wait_for()
    assert text_in(two) == "From the first tab. And the second."
    two.get_by_role("button", name="Show the other one").click()
    assert text_in(two) == "From the phone."
    two.get_by_role("button", name="Show the other one").click()
    two.get_by_role("button", name="Keep this one").click()
    two.get_by_text("Saved.", exact=True).wait_for()
    assert Draft.objects.get().fields["body"] == "From the first tab. And the second."


def test_a_stranger_s_words_outlive_a_reload_and_start_afresh_when_asked(event, visitor):
    page = visitor()
    page.goto(f"/recaps/new/{event.slug}/")
    write(page, "A stranger's words")
    page.get_by_text("Saved on this device only.").wait_for()
    page.reload()
    page.get_by_text("We kept what you wrote").first.wait_for()
    assert text_in(page) == "A stranger's words"
    page.get_by_role("button", name="Start over").click()
    page.get_by_text("We kept what you wrote").first.wait_for(state="hidden")
    assert text_in(page) == ""


def test_a_session_that_ends_while_somebody_writes_takes_nothing_along(event, member, visitor, live_server):
    page = signed_in(visitor, live_server, member)
    page.goto(f"/recaps/new/{event.slug}/")
    write(page, "Signed in. ")
    page.get_by_text("Saved.", exact=True).wait_for()
    page.context.clear_cookies(name="sessionid")
    write(page, "Signed out.")
    page.get_by_text("Saved on this device only.").wait_for()
    page.reload()
    page.get_by_text("Sign in, and it is back.").wait_for()
    assert text_in(page) == ""
    value = client_of(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.reload()
    page.get_by_text("We kept what you wrote").first.wait_for()
    assert text_in(page) == "Signed in. Signed out."


def test_what_was_sent_is_no_draft_for_whoever_goes_back(event, visitor):
    page = visitor()
    page.goto(f"/recaps/new/{event.slug}/")
    write(page, "As it was.")
    page.locator("#id_title").fill("Day one")
    page.get_by_label("Your name").fill("A visitor")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recaps/*/")
    with page.expect_response("**/drafts/outcome/**"):
        page.go_back()
    page.wait_for_function("() => document.querySelector('textarea').value === '' && !localStorage.length")
    assert page.locator("[data-draft-notice]").filter(visible=True).count() == 0
