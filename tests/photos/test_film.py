"""A picture that moves: its first picture stands in lists and pages, and the film itself is one click away."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from photos.models import Photo
from photos.tasks import prepare_photo
from tests.cast import client_of, make_photo
from tests.photos import pictures

pytestmark = pytest.mark.django_db


def moving_png() -> bytes:
    second = Image.new("RGB", (64, 48), "white")
    return pictures.saved(pictures.corners(), "PNG", save_all=True, append_images=[second])


def moving_webp() -> bytes:
    second = Image.new("RGB", (64, 48), "white")
    return pictures.saved(pictures.corners(), "WEBP", save_all=True, append_images=[second])


def two_in_one_jpeg() -> bytes:
    return pictures.saved(pictures.corners(), "MPO", save_all=True, append_images=[pictures.corners(8, 8)])


def arrived(event, by, data, name, kind, **fields):
    """Return a photo whose file has come and that the worker has prepared."""
    photo = make_photo(event, by, **fields)
    photo.renditions.all().delete()
    original = storages["default"].save(f"originals/{photo.file_key.hex}.{name}", ContentFile(data))
    Photo.objects.filter(pk=photo.pk).update(original=original, ready=False, format=kind)
    prepare_photo.call(photo.pk)
    return Photo.objects.get(pk=photo.pk)


def address(photo, extension="gif"):
    return f"/photos/file/{photo.file_key}/moving.{extension}"


@pytest.mark.parametrize(
    ("data", "extension", "kind", "mime"),
    [
        (pictures.animated_gif(), "gif", "GIF", "image/gif"),
        (moving_png(), "png", "PNG", "image/png"),
        (moving_webp(), "webp", "WebP", "image/webp"),
    ],
    ids=["GIF", "PNG", "WebP"],
)
def test_a_film_shows_its_first_picture_and_moves_on_request(data, extension, kind, mime, event, member):
    photo = arrived(event, member, data, extension, kind)
    assert photo.is_animated
    page = client_of(None).get(photo.get_absolute_url()).content.decode()
    assert page.count(f'href="{address(photo, extension)}"') == 1
    with storages["default"].open(photo.renditions.get().name) as still:
        assert getattr(Image.open(still), "n_frames", 1) == 1
    response = client_of(None).get(address(photo, extension))
    assert (response.status_code, response["Content-Type"]) == (200, mime)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    film = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    assert getattr(film, "n_frames", 1) == 2


@pytest.mark.parametrize(
    ("data", "extension", "kind"),
    [
        (pictures.jpeg(), "jpg", "JPEG"),
        (two_in_one_jpeg(), "jpg", "JPEG"),
        (pictures.saved(pictures.corners(), "GIF"), "gif", "GIF"),
    ],
    ids=["JPEG", "two in one JPEG", "still GIF"],
)
def test_what_does_not_move_has_no_film(data, extension, kind, event, member):
    photo = arrived(event, member, data, extension, kind)
    assert not photo.is_animated
    assert "/moving." not in client_of(None).get(photo.get_absolute_url()).content.decode()
    assert [client_of(None).get(address(photo, ending)).status_code for ending in (extension, "gif")] == [
        404,
        404,
    ]


def test_a_film_tells_no_more_than_its_pictures(event, member):
    data = pictures.saved(
        pictures.corners(),
        "GIF",
        save_all=True,
        append_images=[Image.new("RGB", (64, 48), "white")],
        comment=pictures.PRIVATE["comment"],
    )
    assert pictures.PRIVATE["comment"] in data
    photo = arrived(event, member, data, "gif", "GIF")
    film = b"".join(client_of(None).get(address(photo)).streaming_content)
    assert pictures.PRIVATE["comment"] not in film


def test_a_film_is_for_whoever_may_see_the_photo(event, newcomer, outsider, moderator):
    photo = arrived(event, newcomer, pictures.animated_gif(), "gif", "GIF")
    seen = [client_of(who).get(address(photo)).status_code for who in (None, outsider, newcomer, moderator)]
    assert seen == [404, 404, 200, 200]
    photo.publish(by=moderator)
    assert client_of(None).get(address(photo)).status_code == 200
    photo.hide(by=moderator, reason="other")
    assert client_of(None).get(address(photo)).status_code == 404


def test_another_ending_than_the_films_own_is_not_there(event, member):
    photo = arrived(event, member, pictures.animated_gif(), "gif", "GIF")
    assert [client_of(None).get(address(photo, ending)).status_code for ending in ("webp", "html")] == [
        404,
        404,
    ]
