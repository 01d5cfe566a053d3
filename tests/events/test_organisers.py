import datetime

import pytest
from django.core import mail

from events.invitations import address
from events.models import Event, Organiser
from people.models import Notification
from tests.cast import client_of
from tests.events.reading import text

URL = "/events/paris-summit-2024/organisers/"


@pytest.fixture
def organiser(event, member):
    return Organiser.objects.create(event=event, user=member)


def ask(by, who: str):
    return client_of(by).post(URL, {"who": who}, follow=True)


def names(event: Event) -> list[str]:
    return [row.user.name for row in Organiser.objects.filter(event=event).order_by("pk")]


def test_a_member_is_asked_by_address_and_looks_after_it_once_they_accept(
    event, organiser, member, outsider, run_jobs
):
    ask(member, "The.Outsider@example.org")
    assert names(event) == ["the member"]
    note = Notification.objects.get()
    assert (note.recipient, note.subject) == (outsider, "Will you help look after “Paris Summit 2024”?")
    run_jobs()
    assert [message.to for message in mail.outbox] == [["the.outsider@example.org"]]
    assert mail.outbox[0].body.count(note.url) == 1
    browser = client_of(outsider)
    assert text(browser.get(note.url)).count("Will you help look after this event?") == 1
    assert names(event) == ["the member"]
    browser.post(note.url)
    browser.post(note.url)
    assert names(event) == ["the member", "the outsider"]
    assert browser.get(f"/events/{event.slug}/edit/").status_code == 200


@pytest.mark.parametrize("written", ["@the-outsider", "the-outsider", "@The-Outsider"])
def test_a_member_is_asked_by_handle(organiser, member, outsider, written: str):
    ask(member, written)
    assert Notification.objects.get().recipient == outsider


def test_whether_an_address_has_an_account_is_not_told(event, organiser, member, outsider, run_jobs):
    known, unknown = ask(member, "the.outsider@example.org"), ask(member, "nobody@example.org")
    assert text(known).replace("the.outsider@", "nobody@") == text(unknown)
    assert Notification.objects.count() == 1


def test_an_unknown_handle_is_said_at_the_field(organiser, member):
    page = client_of(member).post(URL, {"who": "@nobody"})
    assert (page.status_code, page.context["form"].errors["who"]) == (
        422,
        ["Nobody here has the handle “nobody”."],
    )


def test_nobody_is_asked_twice_a_day_or_for_what_they_do_already(organiser, member, outsider):
    ask(member, "@the-outsider")
    ask(member, "@the-outsider")
    ask(member, "@the-member")
    assert Notification.objects.count() == 1


def test_an_invitation_is_for_one_member_and_one_event(event, other_event, organiser, outsider, newcomer):
    url = address(event, outsider)
    elsewhere = url.replace(event.slug, other_event.slug)
    assert [client_of(newcomer).post(url).status_code, client_of(outsider).post(elsewhere).status_code] == [
        404,
        404,
    ]
    assert client_of(outsider).post(url + "x").status_code == 404
    assert client_of(outsider).post(url.partition("?")[0]).status_code == 404
    assert (names(event), names(other_event)) == (["the member"], [])


def test_an_organiser_is_removed_and_has_no_rights_any_more(event, organiser, member, outsider):
    other = Organiser.objects.create(event=event, user=outsider)
    answer = client_of(member).post(f"{URL}removal/", {"organiser": other.pk})
    assert (answer.url, names(event)) == (URL, ["the member"])
    assert client_of(outsider).get(URL).status_code == 404


def test_one_who_removes_themself_lands_on_the_events_page(event, organiser, member, outsider):
    Organiser.objects.create(event=event, user=outsider)
    answer = client_of(member).post(f"{URL}removal/", {"organiser": organiser.pk})
    assert (answer.url, names(event)) == ("/events/paris-summit-2024/", ["the outsider"])


def test_the_last_one_is_asked_again_before_they_go(event, organiser, member):
    page = client_of(member).post(f"{URL}removal/", {"organiser": organiser.pk})
    assert (page.status_code, names(event)) == (200, ["the member"])
    assert text(page).count("the member is the only one who looks after this event.") == 1
    client_of(member).post(f"{URL}removal/", {"organiser": organiser.pk, "sure": "on"})
    assert names(event) == []


def test_organisers_of_other_events_are_out_of_reach(event, other_event, organiser, member, outsider):
    foreign = Organiser.objects.create(event=other_event, user=outsider)
    client_of(member).post(f"{URL}removal/", {"organiser": foreign.pk, "sure": "on"})
    assert names(other_event) == ["the outsider"]


def test_outsiders_can_neither_ask_nor_remove(event, organiser, outsider):
    assert client_of(outsider).post(URL, {"who": "@the-outsider"}).status_code == 404
    assert (
        client_of(outsider).post(f"{URL}removal/", {"organiser": organiser.pk, "sure": "on"}).status_code
        == 404
    )
    assert (names(event), Notification.objects.count()) == (["the member"], 0)


def test_removal_is_a_post(organiser, member):
    assert client_of(member).get(f"{URL}removal/").status_code == 405


def test_whoever_proposed_an_event_looks_after_it_once_it_is_public(newcomer, moderator):
    event = Event(name="Proposal", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 1))
    event.propose(by=newcomer)
    event.publish(by=moderator)
    assert names(event) == ["the newcomer"]
