import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Event, Series
from tests.cast import client_of, make_event, make_recap
from tests.events.reading import link, text, titles


def edition(series: Series, year: int, **fields) -> Event:
    return make_event(f"Summit {year}", series=series, starts_on=datetime.date(year, 3, 1), **fields)


def test_editions_come_newest_first_with_their_counts(series, member, client: Client):
    edition(series, 2022)
    make_recap(edition(series, 2024), member)
    edition(series, 2023)
    page = client.get("/series/summit-series/")
    assert titles(page) == ["Summit 2024", "Summit 2023", "Summit 2022"]
    assert text(page).startswith(
        "Events Summit Series 3 editions 2024 Summit 2024 1–4 March 2024 1 recap 1 Mar"
    )


def test_two_editions_of_a_year_come_by_date_write_ups_or_not(series, member, client: Client):
    make_recap(make_event("Spring", series=series, starts_on=datetime.date(2024, 3, 1)), member)
    make_event("Autumn", series=series, starts_on=datetime.date(2024, 10, 1))
    assert titles(client.get("/series/summit-series/")) == ["Autumn", "Spring"]


def test_its_website_is_linked(series, event, client: Client):
    Series.objects.update(website="https://example.org/summit")
    assert (
        client.get("/series/summit-series/").content.decode().count('href="https://example.org/summit"') == 1
    )


def test_a_series_without_a_visible_event_is_not_there(series, newcomer, outsider, moderator, client: Client):
    day = datetime.date(2024, 1, 1)
    Event(name="Summit", series=series, starts_on=day, ends_on=day).propose(by=newcomer)
    people = (None, newcomer, outsider, moderator)
    status = {who: client_of(who).get("/series/summit-series/").status_code for who in people}
    assert status == {None: 404, newcomer: 200, outsider: 404, moderator: 200}


@pytest.mark.parametrize("verb", ["wait", "reject"])
def test_what_is_not_public_is_neither_listed_nor_counted(series, event, newcomer, moderator, client, verb):
    hidden = Event(name="Hidden", series=series, starts_on=event.starts_on, ends_on=event.ends_on)
    hidden.propose(by=newcomer)
    if verb == "reject":
        hidden.reject(by=moderator, reason="duplicate")
    page = client.get("/series/summit-series/")
    assert titles(page) == ["Paris Summit 2024"]
    assert text(page).count("1 edition ") == 1


def test_two_series_whose_addresses_would_be_the_same_get_two(db: None):
    assert [Series.objects.create(name=name).slug for name in ("Kube Con", "Kube-Con")] == [
        "kube-con",
        "kube-con-2",
    ]


@pytest.mark.parametrize("rows", [1, 30, 300])
def test_a_series_costs_the_same_number_of_queries_at_any_length(series, client: Client, rows: int):
    day = datetime.date(1950, 1, 1)
    Event.objects.bulk_create(
        Event(name=f"No. {n}", slug=f"no-{n}", series=series, state="public", starts_on=start, ends_on=start)
        for n in range(rows)
        for start in [day + datetime.timedelta(days=90 * n)]
    )
    client.get("/series/summit-series/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/series/summit-series/")
    assert len(queries) == 6
    assert titles(page)[0] == f"No. {rows - 1}"
    assert bool(link(page, "next")) == (rows > 30)
