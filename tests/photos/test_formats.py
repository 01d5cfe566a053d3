"""Which files are pictures: decided by content, in the form, without opening a pixel."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from photos.formats import Format, NotAPicture, identify
from tests.photos import pictures


def refusal(data: bytes) -> NotAPicture:
    with pytest.raises(NotAPicture) as refused:
        identify(io.BytesIO(data))
    return refused.value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pictures.jpeg(), Format("JPEG", "image/jpeg", "jpg", 64, 48)),
        (pictures.jpeg(progressive=True), Format("JPEG", "image/jpeg", "jpg", 64, 48)),
        (pictures.saved(pictures.corners(), "PNG"), Format("PNG", "image/png", "png", 64, 48)),
        (pictures.saved(pictures.corners(), "WEBP"), Format("WebP", "image/webp", "webp", 64, 48)),
        (
            pictures.saved(pictures.corners(), "WEBP", lossless=True),
            Format("WebP", "image/webp", "webp", 64, 48),
        ),
        (pictures.webp_full_of_private_notes(), Format("WebP", "image/webp", "webp", 64, 48)),
        (pictures.animated_gif(), Format("GIF", "image/gif", "gif", 64, 48)),
        (pictures.saved(pictures.corners(), "AVIF"), Format("AVIF", "image/avif", "avif", 64, 48)),
        (pictures.HEIC.read_bytes(), Format("HEIC", "image/heic", "heic", 128, 128)),
        (pictures.heic(), Format("HEIC", "image/heic", "heic", 128, 128)),
    ],
    ids=[
        "JPEG",
        "progressive JPEG",
        "PNG",
        "WebP",
        "lossless WebP",
        "WebP with notes",
        "GIF",
        "AVIF",
        "HEIC",
        "HEIC with notes",
    ],
)
def test_a_picture_is_recognised_by_its_content_with_its_size(data, expected):
    assert identify(io.BytesIO(data)) == expected


def test_two_pictures_in_one_jpeg_are_a_jpeg():
    film = pictures.saved(pictures.corners(), "MPO", save_all=True, append_images=[pictures.corners(32, 24)])

    assert identify(io.BytesIO(film)) == Format("JPEG", "image/jpeg", "jpg", 64, 48)


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.heic, pictures.webp_full_of_private_notes])
def test_what_a_phone_hangs_behind_the_picture_does_not_matter(make):
    plain = identify(io.BytesIO(make()))

    assert identify(io.BytesIO(make() + b"\0\0\x10\x22SEFH" + bytes(100) + b"SEFT")) == plain


@pytest.mark.parametrize("kind", list(pictures.FULL_OF_PRIVATE_NOTES))
def test_a_picture_that_is_cut_anywhere_is_refused(kind):
    whole = pictures.FULL_OF_PRIVATE_NOTES[kind]()
    whole = whole.removesuffix(pictures.PRIVATE["trailer"])

    for part in (0.3, 0.5, 0.7, 0.9, 0.99):
        assert refusal(whole[: int(len(whole) * part)]).code == "truncated"


def test_a_cut_picture_is_refused_with_what_is_wrong_and_what_to_do():
    message = str(refusal(pictures.jpeg()[:-20]))

    assert message == ("This photo is incomplete: the file ends too early. Send it again from the original.")


@pytest.mark.parametrize(
    ("data", "code", "begins"),
    [
        (b"", "empty", "This file is empty."),
        (pictures.zip_archive(), "unknown", "We can’t show this kind of file."),
        (pictures.SVG, "drawing", "This is a drawing (SVG)"),
        (
            pictures.png_that_claims(30_000, 30_000),
            "too_many_pixels",
            "This photo is too big: 30000 × 30000 pixels.",
        ),
        (pictures.png_that_claims(0, 5), "broken", "This photo is damaged."),
        (b"\0\0\0\x18ftypmp42" + bytes(200), "video", "This is a video."),
        (pictures.saved(pictures.corners(), "BMP"), "unknown", "We can’t show this ki"),
        (pictures.saved(pictures.corners(), "TIFF"), "unknown", "We can’t show this ki"),
        (b"\xff\xd8\xff\xd9", "broken", "This photo is damaged."),
    ],
    ids=[
        "empty",
        "zip",
        "SVG",
        "900 megapixels",
        "no width",
        "video",
        "BMP",
        "TIFF",
        "JPEG without a picture",
    ],
)
def test_what_is_no_picture_is_refused_in_words(data, code, begins):
    refused = refusal(data)

    assert refused.code == code
    assert str(refused)[: len(begins)] == begins


def test_the_largest_file_is_a_setting(settings):
    data = pictures.jpeg()
    settings.PHOTO_MAX_BYTES = len(data)
    assert identify(io.BytesIO(data)).name == "JPEG"

    settings.PHOTO_MAX_BYTES = len(data) - 1
    assert refusal(data).code == "too_large"


def test_the_largest_number_of_pixels_is_a_setting(settings):
    settings.PHOTO_MAX_PIXELS = 64 * 48
    assert identify(io.BytesIO(pictures.jpeg())).name == "JPEG"

    settings.PHOTO_MAX_PIXELS = 64 * 48 - 1
    for make in pictures.FULL_OF_PRIVATE_NOTES.values():
        assert refusal(make()).code == "too_many_pixels"


def test_an_upload_is_left_rewound_in_memory_and_on_disk():
    data = pictures.jpeg()
    small = SimpleUploadedFile("a.png", data)
    large = TemporaryUploadedFile("a.png", "image/png", len(data), None)
    large.write(data)

    for upload in (small, large):
        assert identify(upload).name == "JPEG"
        assert upload.read() == data


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xd8" + b"\xff\xe1\0\2" * 2_000_000,
        b"\xff\xd8\xff\xda\0\2" + b"\xff\1" * 4_000_000,
        b"\xff\xd8\xff\xda\0\2" + b"\xff" * 8_000_000,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0abcd" + b"\0\0\0\0abcdabcd" * 700_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"!\xff\1a\0" * 1_600_000,
        b"\0\0\0\x14ftypheic\0\0\0\0mif1" + b"\0\0\0\x08free" * 1_000_000,
    ],
    ids=["JPEG segments", "JPEG markers", "JPEG fill", "PNG chunks", "GIF blocks", "HEIF boxes"],
)
def test_a_file_made_of_millions_of_parts_is_refused_quickly(hostile):
    began = time.process_time()

    assert refusal(hostile).code in ("broken", "truncated")
    assert time.process_time() - began < 3


@pytest.mark.corpus
def test_every_picture_of_the_corpus_is_recognised_or_refused_in_words():
    outcomes = set()
    for path in sorted(Path(os.environ["HALLWAY_CORPUS"]).glob("*/**/*")):
        if path.is_file() and path.parts[-1] and {"photos", "hostile-images"} & set(path.parts):
            try:
                with path.open("rb") as file:
                    outcomes.add(identify(file).name)
            except NotAPicture as refused:
                outcomes.add(refused.code)
    assert {"JPEG", "PNG", "WebP", "GIF", "HEIC", "AVIF", "unknown", "truncated"} <= outcomes
