"""The form of photos: several at once, from a phone, and what is refused beside them."""

import hashlib
import json
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import override_settings

from people.models import Guest, Person
from photos.models import Photo
from photos.storage import StorageFull
from tests.cast import client_of, make_photo
from tests.filling import address, errors, filled, notices, upload
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


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def send(who, event, /, *uploads, **changes):
    data = filled("photos", event, pictures=list(uploads), **changes)
    return client_of(who).post(address("photos", event), data, follow=True)


GOOD = {
    "JPEG": pictures.jpeg(),
    "PNG": pictures.saved(pictures.corners(), "PNG"),
    "WebP": pictures.saved(pictures.corners(), "WEBP"),
    "GIF": pictures.animated_gif(),
    "HEIC": pictures.HEIC.read_bytes(),
    "AVIF": pictures.saved(pictures.corners(), "AVIF"),
}
BAD = {
    "cut.jpg": (pictures.jpeg()[:400], "This photo is incomplete: the file ends too early."),
    "holiday.jpg": (pictures.zip_archive(), "We can’t show this kind of file."),
    "drawing.jpg": (pictures.SVG, "This is a drawing (SVG) or another text file, not a photo."),
    "empty.jpg": (b"", "This file is empty."),
    "huge.png": (pictures.png_that_claims(30_000, 30_000), "This photo is too big: 30000 × 30000 pixels."),
    "words.heic": (b"not a picture at all", "We can’t show this kind of file."),
}


def test_six_formats_arrive_together_and_each_is_prepared(event, member, run_jobs):
    response = send(
        member, event, *(upload(data, f"{name}.bin") for name, data in GOOD.items()), tags="corridor"
    )
    assert response.redirect_chain[-1][0] == f"/photos/batch/{Photo.objects.first().batch}/"
    assert [photo.format for photo in Photo.objects.order_by("pk")] == list(GOOD)
    assert Photo.objects.public().count() == 0
    run_jobs()
    assert Photo.objects.public().count() == 6
    assert all(photo.renditions.count() >= 1 and photo.width for photo in Photo.objects.all())
    assert {tag.name for photo in Photo.objects.all() for tag in photo.tags.all()} == {"corridor"}


def test_credit_and_licence_hold_for_all_of_them(event, member):
    send(member, event, upload(), upload(pictures.jpeg(90, 60)), credit="A Photographer", licence="cc0-1.0")
    assert [(photo.licence, photo.people.get().name) for photo in Photo.objects.all()] == [
        ("cc0-1.0", "A Photographer")
    ] * 2


def test_without_another_name_the_sender_is_the_photographer(event, member):
    send(member, event, upload())
    send(None, event, upload(pictures.jpeg(90, 60)), guest_name="A visitor")
    assert [photo.people.get().name for photo in Photo.objects.order_by("pk")] == ["the member", "A visitor"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_and_the_good_ones_beside_it_are_kept(name, event, member, folder):
    data, sentence = BAD[name]
    response = send(member, event, upload(), upload(data, name), upload(pictures.jpeg(90, 60)))
    refused = [notice for notice in notices(response) if notice.startswith(f"{name}: ")]
    assert len(refused) == 1
    assert refused[0].startswith(f"{name}: {sentence}")
    assert (Photo.objects.count(), len(files_in(folder))) == (2, 2)


def test_where_no_file_is_good_the_form_comes_back_with_every_reason(event, folder):
    bad = [upload(data, name) for name, (data, _sentence) in BAD.items()]
    response = send(None, event, *bad, guest_name="A visitor", title="Kept & safe")
    assert response.status_code == 422
    assert [line.removeprefix("Photos: ").partition(":")[0] for line in errors(response)] == list(BAD)
    assert 'value="Kept &amp; safe"' in response.content.decode()
    assert (Photo.objects.count(), Guest.objects.count(), files_in(folder)) == (0, 0, [])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('<img src=x onerror="alert(1)">.jpg', "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;.jpg: "),
        ("../../../etc/passwd", "passwd: "),
        ("nice\u202egpj.exe", "nicegpj.exe: "),
        ("x" * 300 + ".jpg", "x" * 80 + ": "),
    ],
)
def test_a_hostile_file_name_is_only_ever_shown_and_never_used(name, shown, event, member, folder):
    response = send(member, event, upload(name=name), upload(b"no picture", name))
    assert shown in response.content.decode()
    assert 'onerror="' not in response.content.decode()
    kept = [path.relative_to(folder).as_posix() for path in files_in(folder)]
    assert [(path.split("/")[0], len(path.split("/")[2])) for path in kept] == [("originals", 36)]


def test_more_files_than_are_taken_at_once_are_refused_together(event, member, settings):
    settings.PHOTOS_PER_UPLOAD = 2
    response = send(member, event, *(upload(pictures.jpeg(60 + n, 60)) for n in range(3)))
    assert errors(response) == [
        "Photos: That is 3 files; the limit is 2 at once. Send the others afterwards."
    ]
    assert Photo.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(event, member, settings):
    settings.PHOTO_MAX_BYTES = 300
    response = send(member, event, upload())
    assert response.status_code == 422
    assert Photo.objects.count() == 0


# --- Twice ----------------------------------------------------------------------------------------------------------


def test_a_double_click_makes_one_row_and_one_file_of_each(event, folder):
    key = str(uuid.uuid4())
    for _press in range(2):
        send(None, event, upload(), upload(pictures.jpeg(90, 60)), guest_name="A visitor", submission_key=key)
    assert (Photo.objects.count(), len(files_in(folder)), Guest.objects.count()) == (2, 2, 1)


def test_the_same_file_again_is_the_photo_that_is_there(
    event, member, folder, django_capture_on_commit_callbacks
):
    send(member, event, upload())
    with django_capture_on_commit_callbacks(execute=True):
        response = send(member, event, upload())
    assert "You have already added this. Here it is." in notices(response)
    assert (Photo.objects.count(), len(files_in(folder))) == (1, 1)


def test_the_same_file_after_it_was_withdrawn_is_a_new_photo(event, member):
    send(member, event, upload())
    Photo.objects.get().withdraw(by=member)
    send(member, event, upload())
    assert sorted(Photo.objects.values_list("state", flat=True)) == ["public", "withdrawn"]


def test_somebody_who_goes_back_and_chooses_other_photos_loses_none(event, member):
    key = str(uuid.uuid4())
    send(member, event, upload(), submission_key=key)
    response = send(member, event, upload(pictures.jpeg(90, 60)), submission_key=key)
    assert Photo.objects.count() == 2
    assert len({photo.batch for photo in Photo.objects.all()}) == 1
    assert response.redirect_chain[-1][0] == f"/photos/batch/{Photo.objects.first().batch}/"


def test_the_address_of_a_batch_makes_nobody_the_guest_who_sent_it(event, outsider):
    send(None, event, upload(), guest_name="A visitor")
    photo = Photo.objects.get()
    for who in (None, outsider):
        assert client_of(who).get(f"/photos/batch/{photo.batch}/").status_code == 404
    thief = client_of(None)
    data = filled("photos", event, submission_key=str(photo.batch), guest_name="A thief")
    thief.post(address("photos", event), data)
    assert thief.get(photo.get_absolute_url()).status_code == 404


# --- Where files cannot be kept -------------------------------------------------------------------------------------


class FullAfterOne(storages["default"].__class__):
    """A disk with room for one file."""

    def save_hashed(self, name, content):
        if any(path.is_file() for path in Path(self.location).rglob("*")):
            raise StorageFull(28, "No space left on device")
        return super().save_hashed(name, content)


def test_a_full_disk_is_said_and_leaves_neither_row_nor_file(event, folder, settings):
    options = {"location": str(folder)}
    storage = {"BACKEND": f"{__name__}.FullAfterOne", "OPTIONS": options}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        files = [upload(), upload(pictures.jpeg(90, 60))]
        response = send(None, event, *files, guest_name="A visitor", title="Kept & safe")
    assert response.status_code == 507
    assert errors(response)[0].startswith(
        "There is no room left for photos on this site, so nothing was saved."
    )
    assert 'value="Kept &amp; safe"' in response.content.decode()
    assert (Photo.objects.count(), Guest.objects.count(), Person.objects.count()) == (0, 0, 0)
    assert files_in(folder) == []


def test_a_storage_that_is_away_is_said_and_nothing_is_half_done(event, member, settings):
    storage = {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": {"location": "/dev/null/photos"}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        response = send(member, event, upload())
    assert response.status_code == 503
    assert errors(response)[0].startswith("The place for photos does not answer, so nothing was saved.")
    assert Photo.objects.count() == 0


def test_a_row_that_cannot_be_made_leaves_no_file(event, member, folder):
    make_photo(event, member)
    taken = Photo.objects.get()
    key = uuid.uuid4()
    sha256 = hashlib.sha256(pictures.jpeg()).hexdigest()
    Photo.objects.filter(pk=taken.pk).update(submission_key=uuid.uuid5(key, sha256))
    before = files_in(folder)
    client = client_of(member)
    client.raise_request_exception = False
    client.post(address("photos", event), filled("photos", event, submission_key=str(key)))
    assert files_in(folder) == before
    assert Photo.objects.count() == 1


# --- With the bar ---------------------------------------------------------------------------------------------------


def test_the_script_is_told_where_to_go_instead_of_being_sent_there(event):
    headers = {"Accept": "application/json"}
    client = client_of(None)
    response = client.post(
        address("photos", event), filled("photos", event, guest_name="A visitor"), headers=headers
    )
    assert json.loads(response.content) == {"address": f"/photos/batch/{Photo.objects.get().batch}/"}
    page = client.get(json.loads(response.content)["address"])
    assert page.status_code == 200
    assert notices(page)[0].startswith("Thank you!")


def test_the_photo_policy_of_the_event_stands_above_the_form(event, member):
    event.photo_policy = "No faces <please>."
    event.save()
    assert "No faces &lt;please&gt;." in client_of(member).get(address("photos", event)).content.decode()
