"""The strip on an event's page says of a photo what the photo says of itself."""

from typing import Any

from django.utils.safestring import SafeString

from events.models import Event
from photos.models import Photo, Rendition
from photos.strip import Picture, newest_pictures
from tests.cast import make_photo


def add_sizes(photo: Photo) -> None:
    """Beside the 320 pixels that every photo of the cast has."""
    for width, height in ((640, 480), (1280, 960)):
        Rendition.objects.create(
            photo=photo, width=width, height=height, bytes=1, mime="image/webp", name=f"{width}"
        )


def said(drawn: list[Picture]) -> list[Picture]:
    """Return the pictures without their `image`, which says the same once more."""
    assert all(
        one.src in one.image and one.srcset in one.image and f'alt="{one.words}"' in one.image
        for one in drawn
    )
    return [one._replace(image=SafeString()) for one in drawn]


def test_a_picture_of_the_strip_is_the_photo(event: Event, colocated: Event, member: Any) -> None:
    photos = [
        make_photo(event, member),
        make_photo(colocated, member),
        make_photo(event, member, alt="", title=""),
    ]
    add_sizes(photos[1])
    wanted = [
        Picture(
            url=photo.get_absolute_url(),
            src=photo.middle.get_absolute_url(),
            srcset=photo.srcset,
            words=photo.alt or str(photo),
            width=photo.width,
            height=photo.height,
        )
        for photo in reversed(photos)
    ]
    assert said(newest_pictures(event)) == wanted
    assert said(newest_pictures(colocated)) == wanted[1:2]
    assert wanted[1].src.endswith("/640.webp")


def test_the_strip_shows_the_newest_five_and_what_is_public(event: Event, member: Any, newcomer: Any) -> None:
    photos = [make_photo(event, member) for _number in range(6)]
    waiting, broken = make_photo(event, newcomer), make_photo(event, member)
    broken.break_down("It cannot be read.")
    urls = [picture.url for picture in newest_pictures(event)]
    assert urls == [photo.get_absolute_url() for photo in photos[:0:-1]]
    assert waiting.get_absolute_url() not in urls
