"""People and the worker change one photo at the same time: neither writes over what the other has said or made."""

import uuid

import pytest
from django.core.files.base import ContentFile

from events.models import Day
from photos.models import Blur, Photo
from photos.storage import picture_store
from tests.cast import client_of
from tests.photos import pictures

pytestmark = pytest.mark.django_db

# The camera's clock says Wednesday, 20 March 2024.
TIMED = pictures.jpeg(400, 300, exif=b"Exif\0\0" + pictures.exif(private=False))


def arrived(event, by, data=TIMED):
    """A photo that the worker has still to prepare."""
    kept = picture_store().save_hashed(f"originals/{uuid.uuid4().hex}.jpg", ContentFile(data))
    photo = Photo(
        event=event, original=kept.name, sha256=kept.sha256, bytes=kept.size, format="JPEG", ready=False
    )
    photo.submit(by=by)
    return photo


def as_loaded_before(photo):
    return Photo.objects.get(pk=photo.pk)


def files(photo):
    """All by which the row names its files, and what it says of them."""
    names = ["original", "kept_sha256", "bytes", "format", "notes_found", "file_key", "had_place"]
    return {name: getattr(photo, name) for name in names}


def shown_on(event, date):
    html = client_of(None).get(f"/events/{event.slug}/photos/?day={date}").content.decode()
    return html.count('<img src="/photos/')


@pytest.mark.parametrize("data", [TIMED, pictures.jpeg(400, 300)])
def test_the_day_that_somebody_says_while_the_worker_decodes_stays(event, member, data):
    photo = arrived(event, member, data)
    worker = as_loaded_before(photo)
    photo.day = Day.objects.get(event=event, date="2024-03-21")
    photo.edit(by=member)
    worker.prepare()
    assert str(as_loaded_before(photo).day.date) == "2024-03-21"
    assert [shown_on(event, f"2024-03-{day}") for day in (20, 21)] == [0, 1]


def test_the_event_that_somebody_says_while_the_worker_decodes_stays(event, colocated, member):
    photo = arrived(event, member)
    worker = as_loaded_before(photo)
    photo.event = colocated
    photo.edit(by=member)
    worker.prepare()
    now = as_loaded_before(photo)
    assert (now.event, now.gallery_event, now.gallery_main_event) == (colocated, colocated, event)


def test_freeing_an_old_original_leaves_it_where_somebody_has_hung_it_meanwhile(event, member):
    photo = arrived(event, member)
    photo.prepare()
    # As of the days before preparing freed it.
    Photo.objects.filter(pk=photo.pk).update(kept_sha256="")
    worker = as_loaded_before(photo)
    person = as_loaded_before(photo)
    person.day = Day.objects.get(event=event, date="2024-03-21")
    person.edit(by=member)
    worker.free_original()
    assert as_loaded_before(photo).kept_sha256 != ""
    assert [shown_on(event, f"2024-03-{day}") for day in (20, 21)] == [0, 1]


def test_words_that_are_saved_while_the_worker_frees_the_original_do_not_bring_the_old_file_back(
    event, member, run_jobs
):
    photo = arrived(event, member, pictures.jpeg_full_of_private_notes())
    person, as_it_came = as_loaded_before(photo), photo.original
    photo.prepare()
    made = as_loaded_before(photo)
    person.title = "On the stairs"
    person.edit(by=member)
    run_jobs()
    now = as_loaded_before(photo)
    assert now.title == "On the stairs"
    assert files(now) == files(made)
    assert (made.had_place, made.notes_found != []) == (True, True)
    assert [picture_store().exists(name) for name in (now.original, as_it_came)] == [True, False]


def test_words_that_are_saved_while_a_blur_is_burnt_do_not_bring_the_unblurred_file_back(
    event, member, run_jobs
):
    photo = arrived(event, member)
    photo.prepare()
    person = as_loaded_before(photo)
    before = files(person)
    Blur.ask(as_loaded_before(photo), [[0.25, 0.25, 0.5, 0.5]], by=member)
    run_jobs()
    made = as_loaded_before(photo)
    person.title = "On the stairs"
    person.edit(by=member)
    run_jobs()
    now = as_loaded_before(photo)
    assert (now.title, now.ready) == ("On the stairs", True)
    assert files(now) == files(made)
    assert {
        name for name in ("original", "file_key", "kept_sha256") if files(now)[name] == before[name]
    } == set()
