import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Series
from tests.cast import client_of, make_event, make_photo, make_recap, make_talk
from tests.events.reading import link, text, titles, value

URL = "/events/"


def on(year: int, month: int, day: int) -> datetime.date:
    return datetime.date(year, month, day)


def many(number: int) -> None:
    """So many public events over twelve years, every third with a write-up."""
    Event.objects.bulk_create(
        Event(
            name=f"Event {n}",
            folded_name=f"event {n}",
            search_text=f"event {n} lyon",
            slug=f"event-{n}",
            city="Lyon",
            starts_on=on(2010 + n % 12, 1 + n % 7, 1 + n % 20),
            ends_on=on(2010 + n % 12, 1 + n % 7, 2 + n % 20),
            state="public",
            write_up_count=n % 3 == 0,
            contribution_count=n % 3 == 0,
        )
        for n in range(number)
    )


def test_the_newest_year_comes_first(db: None, client: Client):
    make_event("Old", starts_on=on(2022, 12, 1))
    make_event("New", starts_on=on(2024, 1, 1))
    make_event("Middle", starts_on=on(2023, 6, 1))
    assert titles(client.get(URL)) == ["New", "Middle", "Old"]


def test_within_a_year_events_with_write_ups_lead(db: None, client: Client, member):
    told = make_event("Told", starts_on=on(2024, 1, 10))
    make_event("Silent", starts_on=on(2024, 9, 10))
    make_event("Next year", starts_on=on(2025, 1, 10))
    make_recap(told, member)
    assert titles(client.get(URL)) == ["Next year", "Told", "Silent"]


def test_a_row_says_where_when_and_how_much(event, colocated, member, client: Client):
    make_recap(colocated, member)
    event.refresh_from_db()
    assert text(client.get(URL)).endswith(
        "2024 Paris Summit 2024 Paris, France 19–22 March 2024 1 co-located event 1 recap 19 March"
    )


def test_each_number_leads_to_its_list(event, colocated, member, client: Client):
    make_recap(event, member)
    make_talk(colocated, member)
    page = client.get(URL).content.decode()
    assert re.findall(r'<a href="(/events/[^"]*/[a-z]+/)">([^<]*)</a>', page) == [
        ("/events/paris-summit-2024/recaps/", "1 recap"),
        ("/events/paris-summit-2024/talks/", "1 talk"),
    ]


def test_its_newest_public_photo_stands_for_an_event(event, member, newcomer, client: Client):
    photo = make_photo(event, member)
    make_photo(event, newcomer)
    assert re.findall(r'<img src="([^"]*)"', client.get(URL).content.decode()) == [
        photo.middle.get_absolute_url()
    ]


def test_what_is_on_soon_or_just_over_stands_at_the_top(db: None, client: Client):
    today = timezone.now().date()
    for name, days in (("Soon", 12), ("On", 0), ("Over", -5), ("Far", 300), ("Long ago", -60)):
        starts_on = today + datetime.timedelta(days=days)
        make_event(name, starts_on=starts_on, ends_on=starts_on, timezone="UTC")
    near = client.get(URL).content.decode().partition('id="near"')[2].partition("</nav>")[0]
    found = re.findall(r'">(\w+) <span class="num">([^<]*)<', near)
    assert found == [("Over", "just over"), ("On", "on now"), ("Soon", "in 12 days")]
    assert client.get(URL, {"q": "soon"}).content.decode().count('id="near"') == 0


def test_dates_can_be_read_by_machines(event, client: Client):
    assert client.get(URL).content.decode().count('<time datetime="2024-03-19">19–22 March 2024</time>') == 1


def test_dates_are_told_in_the_readers_language(event, client: Client):
    page = client.get(URL, headers={"accept-language": "fr"}).content.decode()
    assert page.count('<time datetime="2024-03-19">19–22 mars 2024</time>') == 1


def test_colocated_events_stand_on_the_page_of_the_larger_one_only(event, colocated, client: Client):
    assert titles(client.get(URL)) == ["Paris Summit 2024"]


@pytest.mark.parametrize("verb", ["wait", "reject"])
def test_what_is_not_public_is_not_listed_nor_found_nor_counted(
    event, newcomer, moderator, client: Client, verb: str
):
    hidden = Event(name="Paris Secret 2031", starts_on=on(2031, 1, 1), ends_on=on(2031, 1, 1), city="Paris")
    hidden.propose(by=newcomer)
    inside = Event(name="Inside", parent=event, starts_on=event.starts_on, ends_on=event.starts_on)
    inside.propose(by=newcomer)
    if verb == "reject":
        hidden.reject(by=moderator, reason="off-topic")
        inside.reject(by=moderator, reason="off-topic")
    page = client.get(URL)
    assert titles(page) == ["Paris Summit 2024"]
    assert [year for year, _url in page.context["years"]] == [2024]
    assert text(page).count("co-located") == 0
    assert titles(client.get(URL, {"q": "paris"})) == ["Paris Summit 2024"]
    assert titles(client.get(URL, {"year": "2031"})) == []


def test_members_see_their_own_proposals_with_their_state(event, newcomer, outsider):
    mine = Event(name="Mine", starts_on=on(2024, 1, 1), ends_on=on(2024, 1, 1))
    mine.propose(by=newcomer)
    assert titles(client_of(newcomer).get(URL)) == ["Mine", "Paris Summit 2024"]
    assert text(client_of(newcomer).get(URL)).count("Proposed by you Mine waiting for review") == 1
    assert titles(client_of(outsider).get(URL)) == ["Paris Summit 2024"]


# --- Search and years -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["malmö", "MALMO", "sweden", "gathering", "the gathering 2022", "nordic", "hall  malmö", "ｍａｌｍö"],
)
def test_search_finds_by_name_place_year_and_series(event, client: Client, words: str):
    series = Series.objects.create(name="Nördic Meetings")
    make_event(
        "The Gathering",
        series=series,
        starts_on=on(2022, 5, 5),
        city="Malmö",
        country="Sweden",
        venue="The Hall",
    )
    assert titles(client.get(URL, {"q": words})) == ["The Gathering"]


def test_every_word_must_be_found(event, other_event, client: Client):
    assert titles(client.get(URL, {"q": "summit paris"})) == ["Paris Summit 2024"]
    assert titles(client.get(URL, {"q": "summit lisbon"})) == []


def test_signs_of_the_database_are_plain_letters(event, client: Client):
    assert titles(client.get(URL, {"q": "%"})) == []
    assert titles(client.get(URL, {"q": "p_ris"})) == []


def test_a_year_shows_that_year_only_and_can_be_searched(event, other_event, client: Client):
    make_event("Lyon 2023", starts_on=on(2023, 7, 1), city="Lyon")
    assert titles(client.get(URL, {"year": "2023"})) == ["Lyon 2023", "Lisbon Meeting 2023"]
    found = client.get(URL, {"year": "2023", "q": "lisbon"})
    assert titles(found) == ["Lisbon Meeting 2023"]
    assert found.context["years"] == [
        (2024, "/events/?q=lisbon&year=2024"),
        (2023, "/events/?q=lisbon&year=2023"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "year=abc",
        "year=0",
        "year=99999999999999999999",
        "before=x",
        "before=20240230-1-1",
        "after=--",
        "q=%00",
    ],
)
def test_a_mangled_address_is_as_good_as_none(event, client: Client, query: str):
    assert titles(client.get(f"{URL}?{query}")) == ["Paris Summit 2024"]


def test_what_was_searched_for_is_shown_as_text(event, client: Client):
    page = client.get(URL, {"q": '"><script>alert(1)</script>'})
    assert value(page, "q") == '"><script>alert(1)</script>'
    assert page.content.decode().count("<script>") == 0


# --- Nothing there ----------------------------------------------------------------------------------------------------


def test_an_empty_site_invites_to_propose_the_first(db: None, client: Client):
    assert text(client.get(URL)).endswith("No event yet. Where were you last? Propose the first")


def test_a_search_without_result_offers_to_propose_it(event, client: Client, newcomer):
    page = client.get(URL, {"q": "Gophers & Co"})
    assert text(page).endswith(
        "No event found for “Gophers & Co”. Were you at one that is missing here? Propose it"
    )
    assert page.content.decode().count('href="/events/new/?name=Gophers%20%26%20Co"') == 1
    assert value(client_of(newcomer).get("/events/new/?name=Gophers%20%26%20Co"), "name") == "Gophers & Co"


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_paging_shows_every_event_once_in_the_same_order_both_ways(db: None, client: Client):
    many(100)
    order = sorted(
        Event.objects.all(),
        key=lambda e: (e.starts_on.year, e.write_up_count > 0, e.starts_on, e.pk),
        reverse=True,
    )
    wanted = [event.name for event in order]
    pages, url = [], URL
    while url:
        page = client.get(URL + url.removeprefix(URL))
        pages.append(titles(page))
        url = link(page, "next")
    assert [name for names in pages for name in names] == wanted
    assert [len(names) for names in pages] == [30, 30, 30, 10]
    back, url = [titles(page)], link(page, "prev")
    while url:
        page = client.get(URL + url)
        back.insert(0, titles(page))
        url = link(page, "prev")
    assert back == pages


def test_paging_keeps_the_search_and_the_year(db: None, client: Client):
    many(500)
    page = client.get(URL, {"q": "lyon", "year": "2012"})
    assert link(page, "next").startswith("?q=lyon&year=2012&before=2012")
    older = client.get(URL + link(page, "next"))
    assert {int(y) for y, _rows in older.context["page"].years} == {2012}
    assert len(titles(page) + titles(older)) == Event.objects.filter(starts_on__year=2012).count()


@pytest.mark.parametrize("rows", [1, 30, 300])
def test_the_list_costs_the_same_number_of_queries_at_any_length(db: None, client: Client, rows: int):
    many(rows)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(URL)
    assert len(titles(page)) == min(rows, 30)
    assert len(queries) == 6


@pytest.mark.parametrize("rows", [1, 30, 300])
def test_a_members_list_costs_the_same_number_of_queries_at_any_length(newcomer, rows: int):
    many(rows)
    browser = client_of(newcomer)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(URL)
    assert len(titles(page)) == min(rows, 30)
    assert len(queries) == 10
