"""The file of a photo: for whoever may see the photo at this moment, and never the original."""

import pytest

from photos.models import Photo
from tests.cast import TINY_WEBP, client_of, make_photo

pytestmark = pytest.mark.django_db


def url(photo, width=320):
    return f"/photos/file/{photo.file_key}/{width}.webp"


def body(response):
    return b"".join(response.streaming_content)


def test_a_public_photo_is_a_picture_for_everybody_that_no_page_can_make_act(event, member):
    photo = make_photo(event, member)
    response = client_of(None).get(url(photo))
    assert body(response) == TINY_WEBP
    headers = (
        "Content-Type",
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "Cache-Control",
        "Content-Length",
    )
    assert [response[name] for name in headers] == [
        "image/webp",
        "nosniff",
        "default-src 'none'; sandbox",
        "public, max-age=60",
        str(len(TINY_WEBP)),
    ]


def test_what_is_known_already_is_not_sent_again(event, member):
    photo = make_photo(event, member)
    etag = client_of(None).get(url(photo))["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        response = client_of(None).get(url(photo), headers={"If-None-Match": known})
        assert (response.status_code, response["ETag"], response["Cache-Control"]) == (
            304,
            etag,
            "public, max-age=60",
        )
    assert client_of(None).get(url(photo), headers={"If-None-Match": '"other"'}).status_code == 200


def test_its_head_has_the_same_lines_and_no_bytes(event, member):
    photo = make_photo(event, member)
    response = client_of(None).head(url(photo))
    assert (response.status_code, response["Content-Length"]) == (200, str(len(TINY_WEBP)))
    assert client_of(None).post(url(photo)).status_code == 405


def test_a_photo_that_waits_is_for_its_owner_and_moderators_and_for_no_cache(
    event, newcomer, outsider, moderator
):
    photo = make_photo(event, newcomer)
    for who in (None, outsider):
        assert client_of(who).get(url(photo)).status_code == 404
    for who in (newcomer, moderator):
        response = client_of(who).get(url(photo))
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def test_a_guest_sees_the_files_of_their_own_photos_only(event, guest, newcomer):
    own, other = make_photo(event, guest), make_photo(event, newcomer)
    assert [client_of(guest).get(url(photo)).status_code for photo in (own, other)] == [200, 404]


@pytest.mark.parametrize("verb", ["hide", "withdraw"])
def test_the_old_address_of_a_photo_that_is_public_no_more_is_a_404_also_for_who_has_seen_it(
    verb, event, member, moderator
):
    photo = make_photo(event, member)
    etag = client_of(None).get(url(photo))["ETag"]
    if verb == "hide":
        photo.hide(by=moderator, reason="other")
    else:
        photo.withdraw(by=member)
    for headers in ({}, {"If-None-Match": etag}):
        assert client_of(None).get(url(photo), headers=headers).status_code == 404


def test_the_original_has_no_address(event, member):
    photo = make_photo(event, member)
    Photo.objects.filter(pk=photo.pk).update(original="originals/aa/aa.jpg")
    for path in ("/media/originals/aa/aa.jpg", f"/photos/file/{photo.file_key}/original.jpg", url(photo, 0)):
        assert client_of(member).get(path).status_code == 404
    assert "originals/" not in client_of(member).get(photo.get_absolute_url()).content.decode()


@pytest.mark.parametrize("width", ["321", "9" * 30, "0"])
def test_a_size_that_there_is_not_is_a_404(width, event, member):
    assert client_of(None).get(url(make_photo(event, member), width)).status_code == 404


def test_a_file_that_is_gone_is_a_404_and_no_fault(event, member):
    from django.core.files.storage import storages

    photo = make_photo(event, member)
    storages["default"].delete(photo.renditions.get().name)
    assert client_of(None).get(url(photo)).status_code == 404
