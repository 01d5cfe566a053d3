"""What somebody meets who comes by a link: the door, the PIN, the form, and how many photos it takes."""

import datetime
import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Event
from people.guests import GuestVisitor
from photos import links
from photos.models import Photo, UploadLink
from tests.cast import client_of
from tests.filling import address, errors, filled, text_of, upload
from tests.markup import Markup
from tests.photos import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A place for files of each test's own."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": options},
    }
    return tmp_path / "media"


def link_at(event, pin="", **fields):
    link = UploadLink(event=event, label="Foyer", **fields)
    link.set_pin(pin)
    link.save()
    return link


def come_by(link, browser=None):
    """Return a browser that has opened the link."""
    browser = browser or client_of(None)
    browser.get(links.path_of(link))
    return browser


def send(browser, event, count=1, **changes):
    files = [upload(pictures.jpeg(60 + number, 40)) for number in range(count)]
    data = filled("photos", event, pictures=files, guest_name="A visitor", **changes)
    return browser.post(address("photos", event), data)


def kept_count(link):
    return UploadLink.objects.get(pk=link.pk).photo_count


# --- The door -------------------------------------------------------------------------------------------------------


def test_a_link_leads_to_the_form_and_what_comes_by_it_is_counted_and_waits(event):
    link = link_at(event)
    browser = client_of(None)
    door = browser.get(links.path_of(link))
    assert (door.status_code, door["Location"]) == (302, address("photos", event))
    cookie = door.cookies[links.cookie_of(event)]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    form = text_of(browser.get(address("photos", event)).content.decode())
    assert "Welcome! You are adding to Paris Summit 2024." in form
    assert send(browser, event, 3).status_code == 302
    assert list(Photo.objects.values_list("upload_link", "state").distinct()) == [(link.pk, "waiting")]
    assert (Photo.objects.count(), kept_count(link)) == (3, 3)


def test_who_did_not_come_by_a_link_is_not_counted(event):
    link = link_at(event)
    browser = client_of(None)
    assert "Welcome!" not in text_of(browser.get(address("photos", event)).content.decode())
    send(browser, event)
    assert (Photo.objects.get().upload_link, kept_count(link)) == (None, 0)


def test_a_code_is_understood_however_it_is_typed(event):
    link = link_at(event, id=uuid.UUID(int=0))
    code = links.code_of(link)
    assert code.startswith("00000000.")
    for typed in (code, code.upper(), code.replace("0", "O"), code.replace("0", "o"), f" {code} "):
        assert links.link_with(typed) == link
    assert len(links.path_of(link)) == 24


def test_a_code_that_we_did_not_sign_leads_nowhere(event):
    link = link_at(event)
    start, _dot, signed = links.code_of(link).partition(".")
    other = "0" if signed[0] != "0" else "1"
    wrong = [
        f"{start}.{other}{signed[1:]}",
        f"{start}.",
        f"{start}",
        f".{signed}",
        f"{start}.{signed}.",
        "x" * 300,
    ]
    wrong += [f"{signed}.{start}", "é.é", f"{start[:-1]}.{signed}", str(link.pk), "%00", "........"]
    for code in wrong:
        assert links.link_with(code) is None
        assert client_of(None).get(f"/with/{code}/").status_code == 404


def test_links_outlive_a_new_secret_key_while_the_old_one_is_known(event, settings):
    link = link_at(event)
    code, settings.SECRET_KEY_FALLBACKS = links.code_of(link), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as keys have to be, or longer"
    assert links.code_of(link) != code
    assert links.link_with(code) == link
    settings.SECRET_KEY_FALLBACKS = []
    assert links.link_with(code) is None


OVER = {
    "revoked": ({"revoked_at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)}, "have revoked it"),
    "expired": (
        {"expires_at": datetime.datetime(2023, 12, 31, 23, tzinfo=datetime.UTC)},
        "It worked until 31 December 2023",
    ),
    "full": ({"photos_at_most": 5, "photo_count": 5}, "It has taken all the photos it was made for."),
}


@pytest.mark.parametrize("name", OVER)
def test_a_link_that_is_over_says_why_and_sets_no_cookie(event, name):
    fields, sentence = OVER[name]
    door = client_of(None).get(links.path_of(link_at(event, **fields)))
    assert door.status_code == 410
    assert sentence in text_of(door.content.decode())
    assert links.cookie_of(event) not in door.cookies
    assert event.get_absolute_url() in Markup(door.content.decode()).links


def test_a_link_of_an_event_that_is_not_public_is_not_there(event):
    link = link_at(event)
    Event.objects.filter(pk=event.pk).update(state=Event.State.REJECTED)
    assert client_of(None).get(links.path_of(link)).status_code == 404


def test_a_link_that_is_revoked_meanwhile_neither_greets_nor_counts(event, moderator):
    link = link_at(event)
    browser = come_by(link)
    link.revoke(by=moderator)
    assert "Welcome!" not in text_of(browser.get(address("photos", event)).content.decode())
    send(browser, event)
    assert (Photo.objects.get().upload_link, kept_count(link)) == (None, 0)


def test_a_cookie_that_we_did_not_sign_or_of_another_event_is_as_good_as_none(event, other_event):
    elsewhere = come_by(link_at(other_event))
    for value in ("nonsense", elsewhere.cookies[links.cookie_of(other_event)].value):
        browser = client_of(None)
        browser.cookies[links.cookie_of(event)] = value
        assert "Welcome!" not in text_of(browser.get(address("photos", event)).content.decode())


# --- The PIN --------------------------------------------------------------------------------------------------------


def test_a_link_with_a_pin_asks_for_it(event):
    link = link_at(event, pin="2024")
    browser = client_of(None)
    asked = browser.get(links.path_of(link))
    assert (asked.status_code, links.cookie_of(event) in asked.cookies) == (200, False)
    wrong = browser.post(links.path_of(link), {"pin": "1999"})
    assert wrong.status_code == 422
    assert "That is not the PIN of this link." in text_of(wrong.content.decode())
    assert links.cookie_of(event) not in browser.cookies
    right = browser.post(links.path_of(link), {"pin": " 20 24 "})
    assert (right.status_code, right["Location"]) == (302, address("photos", event))
    send(browser, event)
    assert kept_count(link) == 1


def test_whoever_came_in_once_is_not_asked_for_the_pin_again(event):
    link, other = link_at(event, pin="2024"), link_at(event, pin="1999")
    browser = client_of(None)
    browser.post(links.path_of(link), {"pin": "2024"})
    assert browser.get(links.path_of(link)).status_code == 302
    assert browser.get(links.path_of(other)).status_code == 200
    assert client_of(None).get(links.path_of(link)).status_code == 200


def test_pins_cannot_be_tried_out(event, settings):
    link, other = link_at(event, pin="2024"), link_at(event, pin="2024")
    browser = client_of(None)
    tries = [browser.post(links.path_of(link), {"pin": f"{number:04}"}).status_code for number in range(10)]
    assert tries == [422] * 10
    refused = browser.post(links.path_of(link), {"pin": "2024"})
    assert (refused.status_code, links.cookie_of(event) in browser.cookies) == (429, False)
    assert "Try again in an hour" in text_of(refused.content.decode())
    # To look at the question again is no try; another link, or somebody elsewhere, is not concerned.
    assert browser.get(links.path_of(link)).status_code == 200
    assert browser.post(links.path_of(other), {"pin": "2024"}).status_code == 302
    elsewhere = client_of(None).post(links.path_of(link), {"pin": "2024"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_right_pins_are_no_tries_so_that_a_whole_venue_behind_one_address_gets_in(event):
    link = link_at(event, pin="2024")
    assert {client_of(None).post(links.path_of(link), {"pin": "2024"}).status_code for _ in range(12)} == {
        302
    }


# --- How many -------------------------------------------------------------------------------------------------------


def test_a_form_with_more_photos_than_the_link_takes_is_told_how_many(event):
    link = link_at(event, photos_at_most=2)
    browser = come_by(link)
    assert "This link takes 2 more photos." in text_of(browser.get(address("photos", event)).content.decode())
    response = send(browser, event, 3)
    assert response.status_code == 422
    assert "The link you came by takes 2 more photos. Leave the others out." in " ".join(errors(response))
    assert (Photo.objects.count(), kept_count(link)) == (0, 0)
    assert send(browser, event, 2).status_code == 302
    full = send(browser, event, 1)
    assert (full.status_code, Photo.objects.count(), kept_count(link)) == (422, 2, 2)
    assert "The link you came by is full" in " ".join(errors(full))


def test_the_last_place_is_given_once_even_when_two_forms_come_together(event, folder, monkeypatch):
    link = link_at(event, photos_at_most=1)
    browser = come_by(link)
    # The other form takes the place after this one was found to be in order.
    checked = links.check_room

    def check_and_lose_the_race(link, count):
        checked(link, count)
        UploadLink.objects.filter(pk=link.pk).update(photo_count=1)

    monkeypatch.setattr(links, "check_room", check_and_lose_the_race)
    response = send(browser, event)
    assert (response.status_code, Photo.objects.count(), kept_count(link)) == (422, 0, 1)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_same_photo_again_and_the_same_form_again_are_not_counted_twice(event):
    link = link_at(event)
    browser = come_by(link)
    key = str(uuid.uuid4())
    for _ in range(2):
        send(browser, event, 2, submission_key=key)
    send(browser, event, 1)
    assert (Photo.objects.count(), kept_count(link)) == (2, 2)


def test_what_is_deleted_for_good_makes_room_again(event):
    link = link_at(event, photos_at_most=2)
    browser = come_by(link)
    send(browser, event, 2)
    photo = Photo.objects.first()
    photo.withdraw(by=GuestVisitor(photo.guest_id))
    assert kept_count(link) == 2
    photo.erase(by=GuestVisitor(photo.guest_id))
    assert (kept_count(link), links.link_with(links.code_of(link)).room) == (1, 1)
    call_command("check_counters", stdout=io.StringIO())


def test_check_counters_proves_and_mends_how_many_came(event, member):
    link = link_at(event)
    send(come_by(link), event, 2)
    call_command("check_counters", stdout=io.StringIO())
    UploadLink.objects.update(photo_count=7)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_counters", stdout=out)
    assert out.getvalue() == f"photos through the link {link.pk}: kept 7, true 2\n"
    call_command("check_counters", "--mend", stdout=io.StringIO())
    assert kept_count(link) == 2


# --- Upload only ----------------------------------------------------------------------------------------------------


def test_whoever_comes_by_an_upload_only_link_sees_no_way_to_what_others_added(event):
    seen = Markup(come_by(link_at(event)).get(address("photos", event)).content.decode()).links
    assert event.get_absolute_url() in seen
    only = come_by(link_at(event, upload_only=True))
    for page in (only.get(address("photos", event)), send(only, event, 0, title="x" * 300)):
        assert [link for link in Markup(page.content.decode()).links if not link.startswith("#")] == []


def test_the_cookie_ends_with_the_link(event):
    soon = link_at(event, expires_at=timezone.now() + datetime.timedelta(hours=1))
    browser = client_of(None)
    door = browser.get(links.path_of(soon))
    assert 3500 < door.cookies[links.cookie_of(event)]["max-age"] <= 3600
    UploadLink.objects.update(expires_at=timezone.now())
    assert "Welcome!" not in text_of(browser.get(address("photos", event)).content.decode())
