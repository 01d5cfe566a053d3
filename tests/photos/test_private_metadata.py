"""No byte that is shown tells where, by whom or with which device a photo was taken.

Each kind of private note really stands in the picture that goes in; its very bytes are looked for in what comes out.
"""

import base64
import json
import shutil
import subprocess

import pytest
from PIL import Image

from photos.renditions import make_renditions
from tests.photos import pictures

IN_EXIF = {
    "place",
    "place in words",
    "serial number",
    "lens serial number",
    "owner",
    "artist",
    "maker note",
    "user comment",
}
STANDS_IN_SOURCE = {
    "JPEG": IN_EXIF | {"XMP", "IPTC", "comment", "thumbnail", "trailer"},
    "PNG": IN_EXIF | {"XMP", "thumbnail", "text", "trailer"},
    "WebP": IN_EXIF | {"XMP", "thumbnail"},
    "AVIF": IN_EXIF | {"XMP"},
    "GIF": {"comment"},
    "HEIC": IN_EXIF | {"XMP", "thumbnail"},
}


@pytest.fixture(params=list(pictures.FULL_OF_PRIVATE_NOTES))
def kind(request):
    return request.param


@pytest.fixture
def pictured(kind, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(pictures.FULL_OF_PRIVATE_NOTES[kind]())
    target = tmp_path / "target"
    target.mkdir()
    return make_renditions(source, target)


def test_no_private_word_is_left_in_any_byte_that_comes_out(kind, pictured):
    source = pictures.FULL_OF_PRIVATE_NOTES[kind]()
    assert {note for note, text in pictures.PRIVATE.items() if text in source} == STANDS_IN_SOURCE[kind]

    shown = [rendition.path.read_bytes() for rendition in pictured.renditions]
    shown += [base64.b64decode(pictured.placeholder.partition(",")[2]), repr(pictured).encode()]
    for data in shown:
        assert {note for note, text in pictures.PRIVATE.items() if text in data} == set()
        assert b"canary" not in data
        assert b"Exif" not in data.replace(pictures.ICC, b"")


def test_a_rendition_holds_nothing_but_the_picture_and_its_colour_profile(kind, pictured):
    assert len(pictured.renditions) == 1
    for rendition in pictured.renditions:
        with Image.open(rendition.path) as image:
            assert set(image.info) - {"loop", "background", "timestamp", "duration"} <= {"icc_profile"}
            assert dict(image.getexif()) == {}
        assert chunks(rendition.path.read_bytes()) <= {b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"}


def test_all_that_is_told_of_the_place_is_that_there_was_one(kind, pictured):
    assert pictured.had_place == ("place" in STANDS_IN_SOURCE[kind])


@pytest.mark.skipif(
    not shutil.which("exiftool"), reason="exiftool is not installed: its second opinion is left out"
)
def test_another_program_finds_no_private_field_either(kind, pictured):
    assert len(pictured.renditions) == 1
    for rendition in pictured.renditions:
        told = subprocess.run(
            ["exiftool", "-json", "-G0", str(rendition.path)], capture_output=True, check=True
        )
        groups = {name.partition(":")[0] for name in json.loads(told.stdout)[0]}
        assert groups - {"SourceFile", "ExifTool", "File", "RIFF", "ICC_Profile", "Composite"} == set()


def chunks(data: bytes) -> set[bytes]:
    """Return the kinds of the chunks in a WebP file."""
    found, position = set(), 12
    while position < len(data):
        found.add(data[position : position + 4])
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + length + length % 2
    return found
