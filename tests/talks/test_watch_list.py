"""The watch list: what a member wants to watch, as a page, a feed and a calendar."""

import datetime
import re
import xml.etree.ElementTree as ET

import icalendar
import pytest
from django.utils import timezone

from community.cards import store_cards
from community.models import Contribution
from talks.models import Watched, WatchList
from tests.cast import client_of, make_talk
from tests.community.pages import cost, titles, walk

ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "/watch-list/"


def add(talk, who, **fields):
    return client_of(who).post(f"/talks/{talk.pk}/watch-list/", fields)


def shown(who, query=""):
    return titles(client_of(who).get(PAGE + query).content.decode())


# --- The page ---------------------------------------------------------------------------------------------------------


def test_an_empty_list_invites_and_a_stranger_signs_in_first(outsider):
    assert "Nothing to watch yet." in client_of(outsider).get(PAGE).content.decode()
    assert client_of(None).get(PAGE).url == f"/accounts/login/?next={PAGE}"


def test_one_press_puts_a_talk_on_the_list_and_one_takes_it_off(event, member, outsider):
    talk = make_talk(event, member, title="Where the time goes")
    answers = [add(talk, outsider) for _ in range(2)]
    assert [answer.url for answer in answers] == [talk.get_absolute_url()] * 2
    assert (shown(outsider), shown(member)) == (["Where the time goes"], [])
    assert "On your watch list" in client_of(outsider).get(talk.get_absolute_url()).content.decode()
    client_of(outsider).post(f"/talks/{talk.pk}/watch-list/removal/")
    assert shown(outsider) == []


def test_what_was_taken_off_is_put_back_by_one_press(event, member):
    talk = make_talk(event, member, title="Where the time goes")
    add(talk, member)
    browser = client_of(member)
    address = browser.post(f"/talks/{talk.pk}/watch-list/removal/", {"from-list": ""}).url
    page = browser.get(address).content.decode()
    assert "“Where the time goes” is no longer on your list." in page
    assert f'action="/talks/{talk.pk}/watch-list/"' in page


def test_watched_ones_are_marked_left_out_where_wished_and_unmarked(event, member):
    seen, left = make_talk(event, member, title="Seen"), make_talk(event, member, title="Left")
    for talk in (seen, left):
        add(talk, member)
    browser = client_of(member)
    mark = f"/talks/{seen.pk}/watch-list/watched/"
    browser.post(mark, {"from-list": ""})
    assert (shown(member), shown(member, "?show=unwatched")) == (["Left", "Seen"], ["Left"])
    assert browser.get(PAGE).content.decode().count("watched on") == 1
    browser.post(mark, {"from-list": "", "undo": ""})
    assert shown(member, "?show=unwatched") == ["Left", "Seen"]


def test_a_hidden_talk_is_on_no_list_but_comes_back_with_the_talk(event, member, outsider, moderator):
    talk = make_talk(event, member, title="Hidden")
    add(talk, outsider)
    list_of_outsider = WatchList.make_address(outsider)
    talk.hide(by=moderator, reason="other")
    feed = client_of(None).get(list_of_outsider.feed_url).content.decode()
    assert (shown(outsider), "Hidden" in feed) == ([], False)
    talk.publish(by=moderator)
    assert shown(outsider) == ["Hidden"]


def test_nobody_puts_on_their_list_what_they_cannot_see(event, newcomer, outsider):
    waiting = make_talk(event, newcomer)
    assert (add(waiting, outsider).status_code, Watched.objects.count()) == (404, 0)


def test_the_list_is_paged_by_key_at_the_same_cost(event, member, outsider):
    def fill(number):
        for _ in range(number):
            Watched.put(make_talk(event, member), by=outsider)
        store_cards(Contribution.objects.values_list("pk", flat=True))

    browser, costs = client_of(outsider), []
    for number in (1, 2, 62):
        fill(number)
        costs.append(cost(lambda: browser.get(PAGE)))
    found = [title for page in walk(PAGE, outsider) for title in titles(page)]
    assert (len(found), len(set(found))) == (65, 65)
    assert max(costs) <= costs[0] <= 9


def test_the_page_is_nobody_elses_business(member):
    answer = client_of(member).get(PAGE)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, max-age=0", "noindex")


# --- Its addresses for programs ---------------------------------------------------------------------------------------


@pytest.fixture
def listed(event, member):
    """A list with a talk that has a time, one that has none, and one that is watched."""
    starts_at = datetime.datetime(2024, 3, 20, 14, 0, tzinfo=datetime.UTC)
    timed = make_talk(
        event,
        member,
        title="Žluťoučký kůň, or: a title that is long enough to be folded; twice, with “signs” & <tags>",
        why="Because; it, folds\\n",
        starts_at=starts_at,
        minutes=45,
        room="Hall 1, left",
    )
    untimed, watched = make_talk(event, member, title="Some day"), make_talk(event, member, title="Seen")
    for talk in (timed, untimed, watched):
        Watched.put(talk, by=member)
    Watched.mark(watched, by=member, watched=True)
    return WatchList.make_address(member)


def test_a_new_address_ends_the_old_one(member, listed):
    browser = client_of(member)
    answers = [client_of(None).get(listed.feed_url).status_code]
    browser.post("/watch-list/address/")
    answers += [
        client_of(None).get(address).status_code for address in (listed.feed_url, listed.calendar_url)
    ]
    new = WatchList.objects.get(user=member)
    answers += [client_of(None).get(address).status_code for address in (new.feed_url, new.calendar_url)]
    assert answers == [200, 404, 404, 200, 200]
    assert new.feed_url in browser.get(PAGE).content.decode()


@pytest.mark.parametrize("address", ["feed_url", "calendar_url"])
def test_addresses_for_programs_are_cached_by_nobody_else_and_end_with_the_account(address, member, listed):
    answer = client_of(None).get(getattr(listed, address))
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, max-age=0", "noindex")
    member.is_active = False
    member.save()
    assert client_of(None).get(getattr(listed, address)).status_code == 404


def when(text):
    """A date construct of RFC 4287: as RFC 3339 has it, with a time zone."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    return datetime.datetime.fromisoformat(text)


def only(element, name):
    found = element.findall(ATOM + name)
    assert len(found) == 1, name
    return found[0]


def check_atom(content):
    """Check what RFC 4287 asks of a feed (section 4.1.1) and of its entries (4.1.2); return the entries' titles."""
    feed = ET.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    assert re.match(r"https?://", only(feed, "id").text)
    assert only(feed, "title").text
    updated = when(only(feed, "updated").text)
    links = {(link.get("rel"), link.get("href")) for link in feed.findall(ATOM + "link")}
    assert {rel for rel, _href in links} == {"self", "alternate"}
    entries = feed.findall(ATOM + "entry")
    ids = [only(entry, "id").text for entry in entries]
    assert len(ids) == len(set(ids))
    for entry in entries:
        assert re.match(r"https?://", only(entry, "id").text)
        assert when(only(entry, "updated").text) <= updated
        when(only(entry, "published").text)
        [link] = entry.findall(ATOM + "link")
        assert (link.get("rel"), link.get("href").startswith("http")) == ("alternate", True)
        # An author in the entry, or in the feed.
        assert entry.findall(ATOM + "author") + feed.findall(ATOM + "author") != []
        assert only(entry, "summary").get("type") in ("html", "text", None)
    return [only(entry, "title").text for entry in entries]


def test_the_feed_is_valid_atom_and_has_what_is_left_to_watch(listed):
    answer = client_of(None).get(listed.feed_url)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = check_atom(answer.content)
    assert [title[:8] for title in found] == ["Some day", "Žluťoučk"]


def test_an_empty_feed_is_valid_too(outsider):
    assert check_atom(client_of(None).get(WatchList.make_address(outsider).feed_url).content) == []


def check_lines(content):
    """Check what RFC 5545 asks of content lines (section 3.1)."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 75 or not line] == []
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert all(re.match(r"[A-Z-]+[;:]", line) for line in unfolded.split("\r\n")[:-1])


def check_calendar(content):
    """Check what RFC 5545 asks of a calendar (3.4, 3.6) and its components; return these."""
    check_lines(content)
    [found] = icalendar.Calendar.from_ical(content, multiple=True)
    assert (found["VERSION"], bool(found["PRODID"])) == ("2.0", True)
    assert found.subcomponents != []
    uids = [part["UID"] for part in found.subcomponents if part.name != "VTIMEZONE"]
    assert len(uids) == len(set(uids))
    for part in found.walk():
        if part.name in ("VEVENT", "VTODO"):
            assert part["DTSTAMP"].dt.tzinfo is not None
            assert str(part["URL"]).startswith("http")
    return found.subcomponents


def test_the_calendar_is_valid_and_has_each_talk_at_its_time_or_as_a_thing_to_do(listed):
    answer = client_of(None).get(listed.calendar_url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    parts = {part.name: part for part in check_calendar(answer.content) if "Seen" not in part["SUMMARY"]}
    timed, todo = parts["VEVENT"], parts["VTODO"]
    assert (timed["DTSTART"].dt.isoformat(), timed["DTEND"].dt.isoformat()) == (
        "2024-03-20T14:00:00+00:00",
        "2024-03-20T14:45:00+00:00",
    )
    assert str(timed["SUMMARY"]).startswith("Žluťoučký kůň, or: a title")
    assert (str(timed["LOCATION"]), str(timed["STATUS"])) == ("Hall 1, left, Paris", "CONFIRMED")
    assert str(timed["DESCRIPTION"]).startswith("Because; it, folds")
    assert str(todo["SUMMARY"]) == "Some day"


def test_a_calendar_without_a_talk_is_valid_too(outsider):
    parts = check_calendar(client_of(None).get(WatchList.make_address(outsider).calendar_url).content)
    assert [part.name for part in parts] == ["VTIMEZONE"]


def test_a_cancelled_talk_says_so_and_keeps_its_id(event, member):
    talk = make_talk(event, member, starts_at=timezone.now())
    Watched.put(talk, by=member)
    address = WatchList.make_address(member).calendar_url
    [before] = check_calendar(client_of(None).get(address).content)
    talk.cancelled = True
    talk.edit(by=member)
    [after] = check_calendar(client_of(None).get(address).content)
    assert (before["UID"] == after["UID"], before["STATUS"], after["STATUS"]) == (
        True,
        "CONFIRMED",
        "CANCELLED",
    )
