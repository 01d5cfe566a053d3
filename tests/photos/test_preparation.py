"""A photo that could not be prepared says why, and can be tried once more."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from photos.models import Photo
from tests.cast import client_of, make_photo
from tests.photos import pictures

pytestmark = pytest.mark.django_db


def make_broken(event, by, data=b""):
    photo = make_photo(event, by)
    photo.renditions.all().delete()
    original = storages["default"].save(
        f"originals/{photo.file_key.hex}.jpg", ContentFile(data or pictures.jpeg())
    )
    Photo.objects.filter(pk=photo.pk).update(original=original, format="JPEG")
    photo.break_down("The disk was full.")
    return photo


def url(photo):
    return f"/photos/{photo.pk}/preparation/"


def test_who_added_it_and_moderators_read_why_and_can_try_again(event, newcomer, moderator, run_jobs):
    for who in (newcomer, moderator):
        photo = make_broken(event, newcomer)
        page = client_of(who).get(photo.get_absolute_url()).content.decode()
        assert "The disk was full." in page
        assert page.count(f'action="{url(photo)}"') == 1
        response = client_of(who).post(url(photo))
        assert (response.status_code, response["Location"]) == (302, photo.get_absolute_url())
        photo.refresh_from_db()
        assert photo.is_being_prepared
        run_jobs()
        photo.refresh_from_db()
        assert (photo.ready, photo.problem, photo.renditions.count()) == (True, "", 1)


def test_a_guest_tries_their_own_again(event, guest, run_jobs):
    photo = make_broken(event, guest)
    assert client_of(guest).post(url(photo)).status_code == 302
    run_jobs()
    photo.refresh_from_db()
    assert photo.ready


def test_what_cannot_be_read_says_so_again(event, member, run_jobs):
    photo = make_broken(event, member, b"\xff\xd8\xff\xe0 no picture")
    client_of(member).post(url(photo))
    run_jobs()
    photo.refresh_from_db()
    assert (photo.ready, photo.problem) == (
        False,
        "We can’t read this photo. Send it again from the original, or save it as a JPEG first.",
    )


def test_pressed_twice_it_is_prepared_once(event, member, run_jobs):
    photo = make_broken(event, member)
    browser = client_of(member)
    assert [browser.post(url(photo)).status_code for _ in range(2)] == [302, 302]
    photo.refresh_from_db()
    assert photo.is_being_prepared
    run_jobs()
    photo.refresh_from_db()
    assert (photo.ready, photo.renditions.count()) == (True, 1)


def test_nobody_else_finds_it_and_looking_changes_nothing(event, newcomer, outsider):
    photo = make_broken(event, newcomer)
    assert [client_of(who).post(url(photo)).status_code for who in (None, outsider)] == [404, 404]
    assert client_of(newcomer).get(url(photo)).status_code == 405
    photo.refresh_from_db()
    assert photo.problem == "The disk was full."


def test_a_photo_without_fault_has_no_such_button_and_is_left_alone(event, member):
    photo = make_photo(event, member)
    assert url(photo) not in client_of(member).get(photo.get_absolute_url()).content.decode()
    response = client_of(member).post(url(photo), follow=True)
    assert "There is no longer anything wrong with this photo." in response.content.decode()
    photo.refresh_from_db()
    assert photo.ready
