"""The watch list by hand, and then in a feed reader's eyes."""

import pytest

from tests.cast import make_talk
from tests.discussion.test_favourites_in_browser import signed_in
from tests.talks.test_watch_list import check_atom, check_calendar

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_a_talk_is_put_on_the_list_watched_taken_off_and_put_back(visitor, live_server, event, member):
    talk = make_talk(event, member, title="Where the time goes")
    page = signed_in(visitor, live_server, member, phone=True)
    page.goto(talk.get_absolute_url())
    page.get_by_role("button", name="Watch list").click()
    page.get_by_role("button", name="On your watch list").wait_for()
    page.goto("/watch-list/")
    page.get_by_role("button", name="Watched").click()
    page.get_by_role("button", name="Not yet").wait_for()
    page.get_by_role("button", name="Take it off").click()
    page.get_by_text("is no longer on your list.").wait_for()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Watched").wait_for()


@pytest.mark.django_db(transaction=True)
def test_a_feed_reader_that_knows_only_the_address_reads_valid_atom_and_a_valid_calendar(
    visitor, live_server, settings, event, member
):
    settings.SITE_URL = live_server.url
    talk = make_talk(event, member, title="Where the time goes")
    page = signed_in(visitor, live_server, member)
    page.goto(talk.get_absolute_url())
    page.get_by_role("button", name="Watch list").click()
    page.get_by_role("button", name="On your watch list").wait_for()
    page.goto("/watch-list/")
    page.get_by_text("In your feed reader, in your calendar").click()
    page.get_by_role("button", name="Make an address").click()
    addresses = [
        page.locator(f"#addresses a[href$='{end}']").get_attribute("href") for end in (".atom", ".ics")
    ]
    # Somebody else altogether: no cookie, no page before.
    reader = visitor().request
    feed, calendar = (reader.get(address) for address in addresses)
    assert check_atom(feed.body()) == ["Where the time goes"]
    assert [str(part["SUMMARY"]) for part in check_calendar(calendar.body())] == ["Where the time goes"]
    page.get_by_role("button", name="Make a new address").click()
    page.locator("dialog .button.danger").click()
    page.get_by_text("Older ones no longer work.").wait_for()
    assert [reader.get(address).status for address in addresses] == [404, 404]
