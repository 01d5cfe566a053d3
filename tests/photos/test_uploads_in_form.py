"""The form takes photos that have arrived before it; says what is already here; keeps out what must not come back."""

import hashlib
import io
import json
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connections
from django.utils import timezone
from PIL import Image

from people.decisions import Reason
from people.models import Guest
from photos.models import BlockedPicture, Photo, Upload
from tests.cast import client_of, make_event, make_photo
from tests.filling import address, errors, filled, notices, upload
from tests.photos import pictures
from tests.photos.sending import arrived, begin, go_on

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


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def send(who, event, /, *uploads, browser=None, **changes):
    """Send the form with these ids of uploads, and no file unless `pictures` has some."""
    changes.setdefault("pictures", None)
    data = filled("photos", event, uploads=list(uploads), **changes)
    return (browser or client_of(who)).post(address("photos", event), data, follow=True)


def send_as_script(who, event, /, *uploads, **changes):
    changes.setdefault("pictures", None)
    data = filled("photos", event, uploads=list(uploads), **changes)
    return client_of(who).post(address("photos", event), data, headers={"Accept": "application/json"})


ONE, TWO, THREE = (pictures.jpeg(width, 60) for width in (90, 100, 110))


# --- What has arrived before -----------------------------------------------------------------------------------------


def test_what_has_arrived_becomes_photos_without_a_copy(event, member, run_jobs):
    ids = [arrived(event, ONE), arrived(event, pictures.HEIC.read_bytes())]
    names = sorted(Upload.objects.values_list("name", flat=True))
    response = send(member, event, *ids, tags="corridor", licence="cc0-1.0")
    assert response.redirect_chain[-1][0] == f"/photos/batch/{Photo.objects.first().batch}/"
    photos = Photo.objects.order_by("pk")
    assert sorted(photo.original for photo in photos) == names
    assert [(photo.format, photo.bytes, photo.licence) for photo in photos] == [
        ("JPEG", len(ONE), "cc0-1.0"),
        ("HEIC", pictures.HEIC.stat().st_size, "cc0-1.0"),
    ]
    assert photos[0].sha256 == hashlib.sha256(ONE).hexdigest()
    assert Upload.objects.count() == 0
    run_jobs()
    assert Photo.objects.public().count() == 2


def test_photos_stand_in_the_order_in_which_they_were_picked_whenever_each_arrived(event, member):
    last, first, middle = arrived(event, THREE), arrived(event, ONE), arrived(event, TWO)
    send(member, event, first, middle, last)
    assert [photo.bytes for photo in Photo.objects.order_by("pk")] == [len(ONE), len(TWO), len(THREE)]


def test_files_that_came_before_and_with_the_form_make_one_batch(event, member):
    send(member, event, arrived(event, ONE), pictures=[upload(TWO)])
    assert (Photo.objects.count(), len({photo.batch for photo in Photo.objects.all()})) == (2, 1)


def test_what_arrived_for_a_colocated_event_can_be_added_at_the_larger_one(event, colocated, member):
    send(member, event, arrived(colocated, ONE))
    assert Photo.objects.get().event == event


def test_what_waited_too_long_is_said_and_the_others_go_on(event, member):
    late, good = arrived(event, ONE), arrived(event, TWO)
    Upload.objects.filter(pk=late).update(expires_at=timezone.now() - timedelta(seconds=1))
    response = send(member, event, late, good, str(uuid.uuid4()), "no-id-at-all")
    words = "3 photos had not arrived whole, or waited too long. Choose them again."
    assert words in notices(response)
    assert [photo.sha256 for photo in Photo.objects.all()] == [hashlib.sha256(TWO).hexdigest()]


def test_where_nothing_is_left_the_form_says_so(event, member):
    half = begin(event, len(ONE))["Location"]
    go_on(half, ONE[:100], 0)
    elsewhere = arrived(make_event("Another Summit 2024"), ONE)
    response = send(member, event, half.rstrip("/").rpartition("/")[2], elsewhere, title="Kept")
    assert response.status_code == 422
    assert errors(response) == [
        "Photos: 2 photos had not arrived whole, or waited too long. Choose them again."
    ]
    assert 'value="Kept"' in response.content.decode()
    assert (Photo.objects.count(), Upload.objects.count()) == (0, 2)


def test_a_form_without_any_photo_asks_for_one(event, member):
    assert errors(send(member, event)) == ["Photos: Choose at least one photo."]


def test_an_error_keeps_what_has_arrived_and_the_corrected_form_takes_it(event):
    kept = arrived(event, ONE, "hall.jpg")
    response = send(None, event, kept, guest_name=" ")
    assert (response.status_code, Photo.objects.count()) == (422, 0)
    form = response.context["form"]
    assert [(one.file_name, one.length) for one in form.arrived] == [("hall.jpg", len(ONE))]
    assert f'<input type="hidden" name="uploads" value="{kept}"' in response.content.decode()
    send(None, event, kept, guest_name="A visitor")
    assert (Photo.objects.count(), Upload.objects.count()) == (1, 0)


def test_more_than_are_taken_at_once_are_counted_together(event, member, settings):
    settings.PHOTOS_PER_UPLOAD = 2
    ids = [arrived(event, data) for data in (ONE, TWO)]
    words = "Photos: That is 3 files; the limit is 2 at once. Send the others afterwards."
    assert errors(send(member, event, *ids, pictures=[upload(THREE)])) == [words]
    assert (Photo.objects.count(), Upload.objects.count()) == (0, 2)


def test_a_double_click_makes_one_batch(event, folder):
    ids, key = [arrived(event, data) for data in (ONE, TWO)], str(uuid.uuid4())
    browser = client_of(None)
    first = send(None, event, *ids, guest_name="A visitor", submission_key=key, browser=browser)
    again = send(None, event, *ids, guest_name="A visitor", submission_key=key)
    assert "You have already sent this. Here it is." in notices(again)
    assert again.redirect_chain[-1][0] == first.redirect_chain[-1][0]
    assert (Photo.objects.count(), Guest.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_four_presses_at_the_same_moment_make_one_batch_of_one_guest(event, live_server, folder):
    ids, key = [arrived(event, data) for data in (ONE, TWO)], str(uuid.uuid4())
    answers = []

    def press():
        try:
            response = send_as_script(None, event, *ids, guest_name="A visitor", submission_key=key)
            answers.append((response.status_code, json.loads(response.content)))
        finally:
            connections.close_all()

    presses = [threading.Thread(target=press) for _press in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert answers == [(200, {"address": f"/photos/batch/{Photo.objects.first().batch}/"})] * 4
    assert (Photo.objects.count(), Guest.objects.count(), len(files_in(folder))) == (2, 1, 2)


def test_somebody_who_goes_back_and_adds_others_loses_none(event, member):
    one, key = arrived(event, ONE), str(uuid.uuid4())
    send(member, event, one, submission_key=key)
    response = send(member, event, one, arrived(event, TWO), submission_key=key)
    assert (Photo.objects.count(), len({photo.batch for photo in Photo.objects.all()})) == (2, 1)
    assert [line for line in notices(response) if "waited too long" in line] == []


def test_the_same_file_twice_in_one_form_is_one_photo(
    event, member, folder, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = send(member, event, arrived(event, ONE), pictures=[upload(ONE)])
    assert (Photo.objects.count(), len(files_in(folder))) == (1, 1)
    assert [line for line in notices(response) if line.startswith("Already here")] == []


# --- For scripts ----------------------------------------------------------------------------------------------------


def test_a_script_is_told_where_to_go(event, member):
    response = send_as_script(member, event, arrived(event, ONE))
    assert json.loads(response.content) == {"address": f"/photos/batch/{Photo.objects.get().batch}/"}


def test_a_script_is_told_what_is_wrong_in_sentences(event):
    response = send_as_script(None, event, guest_name=" ", licence="mine", credit="x" * 200)
    assert (response.status_code, response["Content-Type"]) == (422, "application/json")
    assert sorted(json.loads(response.content)["errors"]) == [
        "Choose at least one photo.",
        "Others may: Choose one of these.",
        f"Photographer: “{'x' * 20}…” is too long for a name. Use at most 100 characters.",
        "Your name: Type a name. Any will do.",
    ]


# --- Here already ---------------------------------------------------------------------------------------------------


def make_same(event, by, data=ONE, **fields):
    photo = make_photo(event, by, title="The hall", **fields)
    Photo.objects.filter(pk=photo.pk).update(sha256=hashlib.sha256(data).hexdigest())
    return photo


@pytest.mark.parametrize("way", ["before", "with the form"])
def test_a_public_photo_of_somebody_else_is_linked_and_not_copied(
    event, member, outsider, folder, way, django_capture_on_commit_callbacks
):
    there = make_same(event, member)
    before = files_in(folder)
    with django_capture_on_commit_callbacks(execute=True):
        files = [arrived(event, ONE)] if way == "before" else []
    with django_capture_on_commit_callbacks(execute=True):
        response = send(outsider, event, *files, pictures=None if files else [upload(ONE)])
    assert response.redirect_chain[-1][0] == there.get_absolute_url()
    assert notices(response) == ["It is already here, so it was not added again."]
    assert (Photo.objects.count(), files_in(folder), Upload.objects.count()) == (1, before, 0)


def test_beside_new_ones_it_is_said_which_are_here_already(event, member, outsider):
    there = make_same(event, member)
    response = send(outsider, event, arrived(event, ONE), arrived(event, TWO))
    assert "Already here, so not added again: The hall" in notices(response)
    assert f'<a href="{there.get_absolute_url()}"' in response.content.decode()
    assert Photo.objects.owned_by(outsider).count() == 1


@pytest.mark.parametrize("state", ["waiting", "rejected", "hidden"])
def test_what_of_others_is_not_public_is_not_revealed(event, newcomer, outsider, moderator, state):
    there = make_same(event, newcomer)
    if state == "rejected":
        there.reject(by=moderator, reason=Reason.OTHER)
    if state == "hidden":
        there.publish(by=moderator)
        there.hide(by=moderator, reason=Reason.PRIVACY)
    response = send(outsider, event, arrived(event, ONE))
    assert response.redirect_chain[-1][0] == f"/photos/batch/{Photo.objects.owned_by(outsider).get().batch}/"
    assert [line for line in notices(response) if "already" in line.lower()] == []


def test_ones_own_that_waits_is_found(event, newcomer):
    there = make_same(event, newcomer)
    response = send(newcomer, event, arrived(event, ONE))
    assert "You have already added this. Here it is." in notices(response)
    assert Photo.objects.get() == there


def test_the_same_file_at_another_event_is_another_photo(event, other_event, member):
    make_same(other_event, member)
    send(member, event, arrived(event, ONE))
    assert Photo.objects.count() == 2


# --- What must not come back ----------------------------------------------------------------------------------------

BLOCKED = "Somebody asked us to remove this photo from this site, so it cannot be added again."


def test_a_blocked_file_is_refused_in_words_and_the_others_go_on(event, member):
    BlockedPicture.objects.create(sha256=hashlib.sha256(ONE).hexdigest())
    response = send(member, event, pictures=[upload(ONE, "one.jpg"), upload(TWO)])
    assert f"one.jpg: {BLOCKED}" in notices(response)
    assert [photo.sha256 for photo in Photo.objects.all()] == [hashlib.sha256(TWO).hexdigest()]


def test_what_was_blocked_since_it_arrived_is_refused(event, member):
    late = arrived(event, ONE, "one.jpg")
    BlockedPicture.objects.create(sha256=hashlib.sha256(ONE).hexdigest())
    assert errors(send(member, event, late)) == [f"Photos: one.jpg: {BLOCKED}"]
    assert Photo.objects.count() == 0


HALL = Path(site.BASE_DIR) / "demo" / "photos" / "hall-with-glass-roof.jpg"


def smaller(path):
    image = Image.open(path)
    image.thumbnail((900, 900))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def test_a_smaller_copy_of_a_blocked_picture_is_known_by_its_likeness(event, member, outsider, run_jobs):
    send(member, event, pictures=[upload(HALL.read_bytes())])
    run_jobs()
    blocked = Photo.objects.get()
    BlockedPicture.objects.create(sha256=blocked.sha256, dhash=blocked.dhash, photo=blocked)
    send(outsider, event, pictures=[upload(smaller(HALL)), upload(smaller(HALL.with_name("dinner.jpg")))])
    run_jobs()
    first, second = Photo.objects.owned_by(outsider).order_by("pk")
    assert (first.ready, first.problem) == (False, BLOCKED)
    assert (second.ready, second.problem) == (True, "")


def test_the_blocked_photo_itself_can_still_be_prepared(event, member, run_jobs):
    send(member, event, pictures=[upload(HALL.read_bytes())])
    run_jobs()
    blocked = Photo.objects.get()
    BlockedPicture.objects.create(sha256=blocked.sha256, dhash=blocked.dhash, photo=blocked)
    blocked.prepare()
    assert Photo.objects.get().ready


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_the_limits_are_said_before_the_choice(event, newcomer, settings):
    settings.PHOTO_MAX_BYTES, settings.PHOTOS_PER_UPLOAD = 5_000_000, 7
    page = client_of(newcomer).get(address("photos", event)).content.decode()
    assert "Up to 7 at a time, at most 5\xa0MB each." in page


def test_one_person_adds_only_so_many_to_an_event(event, other_event, newcomer, settings):
    settings.PHOTOS_PER_PERSON = 2
    make_photo(event, newcomer)
    gone = make_photo(event, newcomer)
    gone.withdraw(by=newcomer)
    words = "The limit is 2 photos from one person at one event."
    assert errors(send(newcomer, event, pictures=[upload(ONE), upload(TWO)])) == [
        f"Photos: {words} You can add one more."
    ]
    send(newcomer, event, pictures=[upload(ONE)])
    assert errors(send(newcomer, event, pictures=[upload(TWO)])) == [
        "Photos: You have reached the limit of 2 photos from one person at one event."
    ]
    send(newcomer, other_event, pictures=[upload(TWO)])
    assert Photo.objects.owned_by(newcomer).count() == 4


def test_a_double_click_with_the_last_photos_that_there_is_room_for_is_no_error(event, newcomer, settings):
    settings.PHOTOS_PER_PERSON = settings.PHOTOS_PER_EVENT = 1
    key = str(uuid.uuid4())
    for _press in range(2):
        response = send(newcomer, event, pictures=[upload(ONE)], submission_key=key)
        assert response.status_code == 200
    assert "You have already sent this. Here it is." in notices(response)


def test_who_looks_after_the_event_has_no_such_limit(event, moderator, settings):
    settings.PHOTOS_PER_PERSON = 0
    send(moderator, event, pictures=[upload(ONE)])
    assert Photo.objects.count() == 1
    page = client_of(moderator).get(address("photos", event)).content.decode()
    assert "At most" not in page


def test_an_event_takes_only_so_many(event, colocated, moderator, settings):
    settings.PHOTOS_PER_EVENT = 1
    make_photo(colocated, moderator)
    assert errors(send(moderator, event, pictures=[upload(ONE)])) == [
        "Photos: This event has as many photos as this site takes. If yours is missing, tell the organisers."
    ]


# --- The licence that the form begins with --------------------------------------------------------------------------


def chosen(who, event):
    return client_of(who).get(address("photos", event)).context["form"]["licence"].value()


def test_the_licence_is_the_persons_else_the_events_else_the_larger_events(event, colocated, member):
    assert chosen(None, event) == "cc-by-4.0"
    event.photo_licence = "cc-by-sa-4.0"
    event.save()
    assert [chosen(who, at) for who in (None, member) for at in (event, colocated)] == ["cc-by-sa-4.0"] * 4
    colocated.photo_licence = "ask"
    colocated.save()
    assert (chosen(None, colocated), chosen(None, event)) == ("ask", "cc-by-sa-4.0")
    member.default_licence = "cc0-1.0"
    member.save()
    assert chosen(member, colocated) == "cc0-1.0"


def test_organisers_choose_the_licence_on_the_events_form(event, moderator):
    browser = client_of(moderator)
    form = browser.get(f"/events/{event.slug}/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"photo_licence": "cc0-1.0"}
    assert browser.post(f"/events/{event.slug}/edit/", data).status_code == 302
    event.refresh_from_db()
    assert event.photo_licence == "cc0-1.0"
    data["photo_licence"] = "mine"
    assert browser.post(f"/events/{event.slug}/edit/", data).status_code == 422
