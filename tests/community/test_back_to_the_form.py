"""Whoever sends something after their session was over signs in, and is back at what they typed or where it stood."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from community import resending
from people.models import Rate
from people.tasks import forget_sessions
from tests.cast import make_recap
from tests.people.test_signing_in import newest_code
from tests.test_csrf import fields_of

pytestmark = pytest.mark.django_db
HERE = "http://testserver"
NEW = "/events/new/"
TYPED = {
    "name": "Summit <2030>",
    "city": "Oslo",
    "description": "Two\nlines",
    "starts_on": "2030-03-01",
    "code_of_conduct_url": "https://example.org/conduct",
}
TO_THE_FORM = "/accounts/login/?next=/send-again/"


def sent(address, stood, **data):
    headers = {"Referer": stood} if stood else {}
    return Client().post(address, data, headers=headers)["Location"]


@pytest.mark.parametrize(
    ("stood", "back"),
    [
        (
            f"{HERE}/events/paris-summit-2024/catch-up/?choose=1#choose",
            "/events/paris-summit-2024/catch-up/%3Fchoose%3D1",
        ),
        ("", "/"),
        ("https://elsewhere.example/a/", "/"),
        ("javascript:alert(1)", "/"),
        (f"{HERE}//elsewhere.example/", "/"),
    ],
)
def test_the_page_of_the_button_is_what_comes_after_signing_in(event, member, stood, back):
    item = make_recap(event, member)
    address = f"{event.get_absolute_url()}catch-up/picks/"
    assert sent(address, stood, item=item.pk) == f"/accounts/login/?next={back}"


def test_who_asks_for_a_page_still_comes_to_that_page(event):
    answer = Client().get(f"{event.get_absolute_url()}embed/", headers={"Referer": f"{HERE}/"})
    assert answer["Location"] == f"/accounts/login/?next={event.get_absolute_url()}embed/"


def send(browser, address=NEW, stood=NEW, **data):
    return browser.post(address, data, headers={"Referer": HERE + stood})


def kept_by(browser):
    """Return what the page to send it again holds; where it leads to, where nothing is kept."""
    answer = browser.get("/send-again/")
    return answer["Location"] if answer.status_code == 302 else fields_of(answer)


@pytest.fixture
def browser():
    """Of somebody who has sent the form of a new event after their session was over."""
    browser = Client()
    assert send(browser, **TYPED)["Location"] == TO_THE_FORM
    return browser


def test_what_was_typed_is_there_after_signing_in_until_it_is_sent_again(browser, member, run_jobs):
    member.vouch_for_email()
    door = browser.post("/accounts/login/", {"login": member.email, "next": "/send-again/"})
    answer = browser.post(door["Location"], {"code": newest_code(run_jobs), "next": "/send-again/"})
    assert answer["Location"] == "/send-again/"
    # A look at it, and another one after the page was loaded anew.
    assert [kept_by(browser) | {"csrfmiddlewaretoken": ""} for _ in range(2)] == [
        TYPED | {"csrfmiddlewaretoken": ""}
    ] * 2
    assert browser.session.get_expiry_age() > 14 * 24 * 3600 - 60
    answer = send(browser, **TYPED)
    assert (answer.status_code, answer.context["form"]["name"].value()) == (422, "Summit <2030>")
    assert kept_by(browser) == "/"


def test_only_the_same_browser_has_it_and_only_who_is_signed_in_sees_it(browser, client, member):
    client.force_login(member)
    assert kept_by(client) == "/"
    assert kept_by(browser) == TO_THE_FORM


def test_it_is_kept_for_an_hour(browser, member, monkeypatch):
    browser.force_login(member)
    later = resending.time.time() + resending.KEPT_SECONDS + 1
    monkeypatch.setattr(resending.time, "time", lambda: later)
    assert kept_by(browser) == "/"
    assert resending.KEPT not in browser.session


def test_what_nobody_came_back_for_is_deleted(browser, member, client, run_jobs):
    client.force_login(member)
    assert Session.objects.filter(expire_date__lt=timezone.now() + datetime.timedelta(hours=1)).count() == 1
    Session.objects.filter(session_key=browser.session.session_key).update(expire_date=timezone.now())
    forget_sessions.enqueue()
    run_jobs()
    assert [row.session_key for row in Session.objects.all()] == [client.session.session_key]


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/accounts/password/change/", {"oldpassword": "the secret of today", "password1": "another secret"}),
        ("/events/paris-summit-2024/photo-links/", {"name": "Hall 7", "new_pin": "2024"}),
        (NEW, {"name": "long", "description": "x" * 200_001}),
        (NEW, {f"field{number}": "some words" for number in range(61)}),
        (NEW, {}),
    ],
)
def test_secrets_and_what_is_too_much_are_not_kept(address, data):
    browser = Client()
    assert send(browser, address, address, **data)["Location"] == f"/accounts/login/?next={address}"
    assert not Session.objects.exists()


def test_strangers_cannot_have_as_much_kept_as_they_like():
    for _ in range(resending.KEPT_PER_HOUR):
        assert send(Client(), **TYPED)["Location"] == TO_THE_FORM
    assert send(Client(), **TYPED)["Location"] == f"/accounts/login/?next={NEW}"
    assert Session.objects.count() == resending.KEPT_PER_HOUR
    assert Rate.objects.count() == 1
