import datetime
import uuid

import pytest
from django.test import Client

from events.models import Event, EventDecision, Organiser, Series
from tests.cast import client_of, make_event
from tests.events.reading import text, titles, value

URL = "/events/new/"
FORM = {
    "name": "Harbour Conf 2025",
    "starts_on": "2025-05-06",
    "ends_on": "2025-05-07",
    "timezone": "Europe/Oslo",
    "city": "Bergen",
    "country": "Norway",
}


def send(user, **changes):
    return client_of(user).post(URL, {**FORM, "submission_key": str(uuid.uuid4()), **changes})


def test_a_stranger_signs_in_first_and_comes_back(db: None, client: Client):
    answer = client.get(URL, {"name": "Gopher"})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/events/new/%3Fname%3DGopher")


def test_a_guest_signs_in_first_too(guest):
    assert client_of(guest).post(URL, FORM).status_code == 302
    assert Event.objects.count() == 0


def test_a_members_proposal_waits_and_has_its_days(newcomer):
    answer = send(newcomer)
    event = Event.objects.get()
    assert (answer.status_code, answer.url) == (302, "/events/harbour-conf-2025/")
    assert (event.state, event.proposed_by, event.timezone) == ("waiting", newcomer, "Europe/Oslo")
    assert [str(day) for day in event.days.all()] == ["Tue 6 May", "Wed 7 May"]
    assert [(d.verb, d.actor, d.to_state) for d in event.decisions.all()] == [("submit", newcomer, "waiting")]


def test_an_event_of_one_day_is_told_by_its_first(newcomer):
    send(newcomer, ends_on="")
    assert [str(day) for day in Event.objects.get().days.all()] == ["Tue 6 May"]


def test_only_its_proposer_and_moderators_see_it(newcomer, outsider, moderator):
    send(newcomer)
    seen = {who: Event.objects.visible_to(who).count() for who in (newcomer, outsider, moderator)}
    assert seen == {newcomer: 1, outsider: 0, moderator: 1}


def test_all_that_is_told_is_kept(newcomer):
    send(
        newcomer,
        venue="Old Pier",
        website="example.org/?utm_source=mail",
        series="Harbour Confs",
        attendance="300",
        discussion_url="https://forum.example.org/t/1",
        code_of_conduct_url="https://example.org/conduct",
        photo_policy="Ask first.",
        description="By the sea.",
    )
    event = Event.objects.get()
    kept = (
        event.venue,
        event.website,
        event.series.name,
        event.attendance,
        event.photo_policy,
        event.description,
    )
    assert kept == ("Old Pier", "https://example.org/", "Harbour Confs", 300, "Ask first.", "By the sea.")
    assert event.place == "Old Pier, Bergen, Norway"


def test_a_moderators_own_is_public_at_once(moderator):
    send(moderator)
    assert Event.objects.get().state == "public"


def test_a_series_that_exists_is_taken_however_it_is_written(newcomer, series):
    send(newcomer, series=" summit   SERIES ")
    assert (Event.objects.get().series, Series.objects.count()) == (series, 1)


def test_series_of_others_proposals_are_not_suggested(newcomer, outsider, event):
    send(newcomer, series="Secret Series")
    page = client_of(outsider).get(URL).content.decode()
    assert (page.count('value="Summit Series"'), page.count("Secret Series")) == (1, 0)


def test_a_double_submit_makes_one_event_and_goes_to_it(newcomer):
    key = str(uuid.uuid4())
    first, second = (
        send(newcomer, submission_key=key),
        send(newcomer, submission_key=key, name="Harbour Conf, again"),
    )
    assert (first.url, second.url, Event.objects.count()) == (first.url, first.url, 1)
    assert EventDecision.objects.count() == 1


@pytest.mark.parametrize("key", ["", "no key at all"])
def test_a_mangled_key_does_not_lose_what_was_typed(newcomer, key: str):
    assert send(newcomer, submission_key=key).status_code == 302
    assert Event.objects.get().name == "Harbour Conf 2025"


def test_another_members_key_shows_nothing_of_theirs(newcomer, outsider):
    key = str(uuid.uuid4())
    send(newcomer, submission_key=key)
    answer = send(outsider, submission_key=key, name="Something Else", city="Rome", starts_on="2025-05-06")
    assert answer.url == "/events/something-else-2025/"
    assert Event.objects.get(name="Something Else").proposed_by == outsider


def test_two_events_of_one_name_get_two_addresses(newcomer):
    send(newcomer)
    send(newcomer, denied=str(Event.objects.get().pk))
    assert sorted(Event.objects.values_list("slug", flat=True)) == [
        "harbour-conf-2025",
        "harbour-conf-2025-2",
    ]


def test_no_event_can_take_the_address_of_the_form(newcomer):
    event = Event(name="New", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 1))
    event.propose(by=newcomer)
    assert event.slug == "new-2025"


# --- Likely duplicates ------------------------------------------------------------------------------------------------


@pytest.fixture
def harbour(db: None) -> Event:
    return make_event("Harbour Conference", starts_on=datetime.date(2025, 5, 6), city="Bergen")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "HARBOUR days", "city": "Oslo"},
        {"name": "harbour days", "starts_on": "2019-05-06", "ends_on": "2019-05-06"},
    ],
)
def test_what_shares_a_word_and_the_place_or_time_is_shown_before_it_is_sent(newcomer, harbour, changes):
    page = send(newcomer, **changes)
    assert (page.status_code, Event.objects.count()) == (200, 1)
    assert text(page).count("Is it one of these? Harbour Conference Bergen · 6–9 May 2025") == 1
    assert value(page, "name") == changes.get("name", "Harbour Conf 2025")


def test_what_begins_on_that_day_comes_first_and_of_that_the_main_event(newcomer, harbour):
    for name, days in (("Harbour Days", 2), ("Harbour Edge", 0)):
        day = harbour.starts_on + datetime.timedelta(days=days)
        make_event(name, parent=harbour if days == 0 else None, starts_on=day, ends_on=day, city="Bergen")
    shown = text(send(newcomer)).partition("Is it one of these?")[2]
    names = ["Harbour Conference", "Harbour Edge", "Harbour Days"]
    assert sorted(names, key=shown.index) == names


def test_none_of_these_proposes_it(newcomer, harbour):
    key = value(send(newcomer), "submission_key")
    answer = send(newcomer, submission_key=key, denied=str(harbour.pk))
    assert answer.url == "/events/harbour-conf-2025/"


def test_denying_one_does_not_deny_another(newcomer, harbour):
    make_event("Lighthouse Days", starts_on=datetime.date(2025, 5, 5), city="Bergen")
    page = send(newcomer, name="Lighthouse Weekend", denied=str(harbour.pk))
    assert text(page).count("Is it one of these? Lighthouse Days") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Mountain Days"},
        {"city": "Rome", "starts_on": "2021-05-06", "ends_on": "2021-05-06"},
    ],
)
def test_what_is_elsewhere_and_years_apart_or_called_otherwise_is_not_shown(newcomer, harbour, changes):
    assert send(newcomer, **changes).status_code == 302


def test_a_short_name_is_a_duplicate_of_the_same_short_name_only(newcomer):
    make_event("GDC", starts_on=datetime.date(2025, 5, 6), city="Bergen")
    assert send(newcomer, name="gdc").status_code == 200
    assert send(newcomer, name="ABC").status_code == 302


def test_proposals_of_others_do_not_show_as_duplicates_and_ones_own_do(newcomer, outsider):
    send(outsider)
    assert send(newcomer).status_code == 302
    assert text(send(newcomer)).count("Is it one of these?") == 1


# --- Inside a larger event --------------------------------------------------------------------------------------------


def test_the_larger_event_brings_its_place_and_dates_along(newcomer, event):
    page = client_of(newcomer).get(URL, {"parent": event.slug})
    told = [value(page, name) for name in ("parent", "starts_on", "ends_on", "city", "country", "timezone")]
    assert told == ["paris-summit-2024", "2024-03-19", "2024-03-19", "Paris", "France", "Europe/Paris"]


@pytest.mark.parametrize(
    "written",
    [
        "paris-summit-2024",
        "/events/paris-summit-2024/",
        "http://localhost/events/paris-summit-2024/",
        "paris summit 2024",
    ],
)
def test_the_larger_event_is_known_by_address_or_name(newcomer, event, written: str):
    send(newcomer, parent=written)
    assert Event.objects.get(name="Harbour Conf 2025").parent == event


def test_the_larger_event_itself_is_no_duplicate_of_what_is_inside(newcomer, event):
    assert send(newcomer, name="Summit Breakfast", city="Paris", parent=event.slug).status_code == 302


def test_a_part_of_what_one_organises_is_public_at_once(event, newcomer):
    Organiser.objects.create(event=event, user=newcomer)
    send(newcomer, parent=event.slug)
    assert Event.objects.get(name="Harbour Conf 2025").state == "public"


def test_a_part_is_not_public_before_the_whole(newcomer, moderator):
    send(newcomer, name="The Whole")
    whole = Event.objects.get()
    send(moderator, name="A Part", parent=whole.slug)
    assert Event.objects.get(name="A Part").state == "waiting"


def test_the_browsers_time_zone_is_asked_for_unless_one_is_known(newcomer, event):
    fresh, inside = (
        client_of(newcomer).get(URL + query).content.decode() for query in ("", f"?parent={event.slug}")
    )
    assert (fresh.count("data-own-zone"), inside.count("data-own-zone")) == (1, 0)
    assert value(client_of(newcomer).get(URL), "timezone") == "UTC"


def test_a_link_cannot_choose_the_forms_key(newcomer):
    key = str(uuid.uuid4())
    assert value(client_of(newcomer).get(URL, {"submission_key": key}), "submission_key") != key


def test_the_list_then_shows_it_to_everybody_once_it_is_published(newcomer, moderator, client: Client):
    send(newcomer)
    assert titles(client.get("/events/")) == []
    Event.objects.get().publish(by=moderator)
    assert titles(client.get("/events/")) == ["Harbour Conf 2025"]
