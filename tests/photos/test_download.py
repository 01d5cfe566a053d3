"""The kept original, to take home: freed of private notes, with whom to credit and the licence written into it."""

import errno
import io
import json
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pi_heif
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from people.licences import Licence
from people.models import Person
from photos.crediting import Attribution, credited
from photos.models import Photo
from photos.storage import picture_store
from photos.stripping import strip
from photos.tasks import free_original, free_originals
from tests.cast import client_of, make_photo
from tests.photos import pictures

pi_heif.register_heif_opener(thumbnails=False)
NAMES = ('Zoë "Z" <Ünal>', "Somebody Else")
ATTRIBUTION = Attribution(
    NAMES, "© " + ", ".join(NAMES), "Use it, credit me", "https://example.org/licence", "Paris & <Summit>"
)
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WebP": "webp", "AVIF": "avif", "GIF": "gif", "HEIC": "heic"}


def came(event, by, data=None, extension="jpg", **fields):
    """Return a photo whose file has come, full of private notes, and that the worker has prepared."""
    photo = make_photo(event, by, **fields)
    photo.renditions.all().delete()
    name = picture_store().save(
        f"originals/{photo.file_key.hex}.{extension}",
        ContentFile(data or pictures.jpeg_full_of_private_notes()),
    )
    Photo.objects.filter(pk=photo.pk).update(original=name, ready=False, format="JPEG", sha256="a" * 64)
    photo = Photo.objects.get(pk=photo.pk)
    photo.prepare()
    return Photo.objects.get(pk=photo.pk)


def url(photo):
    return f"/photos/{photo.pk}/download/"


def body(response):
    return b"".join(response.streaming_content)


def stored(photo):
    with picture_store().open(photo.original) as file:
        return file.read()


# --- What is kept ----------


@pytest.mark.parametrize("kind", list(pictures.FULL_OF_PRIVATE_NOTES))
def test_what_is_kept_of_a_photo_is_the_very_picture_without_private_notes(kind, event, member, tmp_path):
    data = pictures.FULL_OF_PRIVATE_NOTES[kind]()
    photo = came(event, member, data, EXTENSIONS[kind])
    (tmp_path / "source").write_bytes(data)
    expected = strip(tmp_path / "source", tmp_path / "target")
    assert stored(photo) == (tmp_path / "target").read_bytes()
    assert (photo.notes_found, photo.format) == (list(expected.notes), kind)
    assert (photo.bytes, photo.sha256) == (len(stored(photo)), "a" * 64)
    assert photo.had_place is ("place" in expected.notes)


def test_the_file_as_it_came_goes_once_the_freed_one_is_known(event, member, run_jobs):
    photo = came(event, member)
    before = f"originals/{photo.file_key.hex}.jpg"
    assert picture_store().exists(before)
    run_jobs()
    assert (picture_store().exists(before), picture_store().exists(photo.original)) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_before_the_end_leaves_the_photo_with_the_file_as_it_came(
    event, member, monkeypatch, run_jobs
):
    photo = make_photo(event, member)
    name = picture_store().save("originals/aa/aa.jpg", ContentFile(pictures.jpeg_full_of_private_notes()))
    Photo.objects.filter(pk=photo.pk).update(original=name, ready=False)
    photo = Photo.objects.get(pk=photo.pk)

    def die(*_args):
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(Photo, "get_ready", die)
        with pytest.raises(SystemExit):
            photo.prepare()
    now = Photo.objects.get(pk=photo.pk)
    run_jobs()
    assert (now.original, now.kept_sha256, picture_store().exists(name)) == (name, "", True)
    now.prepare()
    again = Photo.objects.get(pk=photo.pk)
    assert (again.ready, again.original != name, bool(again.kept_sha256)) == (True, True, True)
    again.prepare()
    assert Photo.objects.get(pk=photo.pk).original == again.original


def test_a_picture_that_cannot_be_freed_as_it_is_is_kept_in_a_new_encoding(event, member):
    xmp = pictures.XMP.replace(b'dc:creator="', b'tiff:Orientation="6" dc:creator="')
    photo = came(event, member, pictures.saved(pictures.corners(), "AVIF", xmp=xmp), "avif")
    with Image.open(io.BytesIO(stored(photo))) as image:
        assert (photo.notes_found, image.format, image.size) == (["re-encoded"], "JPEG", (48, 64))
    assert (photo.original.rpartition(".")[2], photo.format, b"canary" in stored(photo)) == (
        "jpg",
        "JPEG",
        False,
    )


def test_an_original_from_before_that_was_done_is_freed_by_the_daily_job(event, member, run_jobs):
    photo = came(event, member)
    data = pictures.jpeg_full_of_private_notes()
    old = picture_store().save("originals/bb/bb.jpg", ContentFile(data))
    Photo.objects.filter(pk=photo.pk).update(original=old, kept_sha256="", notes_found=[])
    assert client_of(None).get(url(photo)).status_code == 404
    free_originals.call()
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert (b"canary" in stored(now), "place" in now.notes_found, now.ready) == (False, True, True)
    assert not picture_store().exists(old)
    free_original.call(photo.pk)
    assert Photo.objects.get(pk=photo.pk).original == now.original


# --- Who may take it ----------


def test_everybody_may_take_a_public_photo_that_its_licence_gives_away(event, member, outsider):
    photo = came(event, member)
    for who in (None, outsider, member):
        response = client_of(who).get(url(photo))
        assert body(response)[:2] == b"\xff\xd8"
    headers = (
        "Content-Type",
        "Content-Disposition",
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "Cache-Control",
    )
    assert [response[name] for name in headers] == [
        "image/jpeg",
        f'attachment; filename="{event.slug}-{photo.pk}.jpg"',
        "nosniff",
        "default-src 'none'; sandbox",
        "public, max-age=60",
    ]
    assert int(response["Content-Length"]) == len(body(client_of(None).get(url(photo))))


def test_where_the_photographer_wants_to_be_asked_only_they_and_moderators_get_the_file(
    event, member, outsider, moderator
):
    photo = came(event, member, licence=Licence.ASK)
    assert [client_of(who).get(url(photo)).status_code for who in (None, outsider)] == [404, 404]
    for who in (member, moderator):
        assert client_of(who).get(url(photo))["Cache-Control"] == "private, no-store"


def test_the_page_has_the_button_for_whoever_may_take_it_and_else_says_to_ask(
    event, member, outsider, moderator
):
    free, asks = came(event, member), came(event, member, licence=Licence.ASK)
    button = '<a class="button quiet small" href="{}" download>'

    def offered(photo, who):
        page = client_of(who).get(photo.get_absolute_url()).content.decode()
        return button.format(url(photo)) in page, "Ask the photographer first" in page

    assert [offered(free, who) for who in (None, outsider, member)] == [(True, False)] * 3
    assert [offered(asks, who) for who in (None, outsider)] == [(False, True)] * 2
    assert [offered(asks, who) for who in (member, moderator)] == [(True, False)] * 2


def test_what_is_not_public_can_be_taken_by_its_owner_and_moderators_alone(
    event, newcomer, guest, outsider, moderator
):
    photo, own = came(event, newcomer), came(event, guest)
    assert [client_of(who).get(url(photo)).status_code for who in (None, outsider, guest)] == [404] * 3
    assert [client_of(who).get(url(photo)).status_code for who in (newcomer, moderator)] == [200, 200]
    assert client_of(guest).get(url(own))["Cache-Control"] == "private, no-store"


def test_a_photo_that_is_hidden_can_be_taken_no_more(event, member, moderator):
    photo = came(event, member)
    etag = client_of(None).get(url(photo))["ETag"]
    photo.hide(by=moderator, reason="other")
    assert client_of(None).get(url(photo), headers={"If-None-Match": etag}).status_code == 404


def test_a_file_that_is_gone_is_a_404_and_one_that_cannot_be_read_is_said_in_words(
    event, member, monkeypatch
):
    photo = came(event, member)
    path = Path(picture_store().path(photo.original))
    path.rename(path.with_suffix(".away"))
    assert client_of(None).get(url(photo)).status_code == 404
    path.with_suffix(".away").rename(path)
    opened = open

    def broken_disk(file, *args, **options):
        if file == path:
            raise OSError(errno.EIO, "the disk is broken")
        return opened(file, *args, **options)

    monkeypatch.setattr("builtins.open", broken_disk)
    response = client_of(None).get(url(photo))
    assert (response.status_code, response.content) == (503, b"Photos cannot be read right now.")


def test_it_is_only_read(event, member):
    photo = came(event, member)
    assert client_of(member).post(url(photo)).status_code == 405
    assert client_of(None).head(url(photo)).status_code == 200


# --- What is written into it ----------


def creators(data):
    """Return whom the XMP of a JPEG names."""
    with Image.open(io.BytesIO(data)) as image:
        packet = ElementTree.fromstring(image.info["xmp"].decode().partition("?>")[2])
    return [item.text for item in packet.iterfind(".//{*}creator/{*}Seq/{*}li")]


def test_the_file_says_whom_to_credit_and_changes_its_tag_when_that_changes(event, member):
    photo = came(event, member, credit=[Person.objects.create(name="A Photographer")])
    response = client_of(None).get(url(photo))
    data = body(response)
    assert creators(data) == ["A Photographer"]
    known = {"If-None-Match": response["ETag"]}
    assert client_of(None).get(url(photo), headers=known).status_code == 304
    photo.licence = Licence.CC0
    photo.edit(by=member)
    assert client_of(None).get(url(photo), headers=known).status_code == 200


def test_it_says_the_same_in_whatever_language_the_page_is(event, member):
    photo = came(event, member)
    tags = [
        client_of(None).get(url(photo), headers={"Accept-Language": code})["ETag"] for code in ("en", "fr")
    ]
    assert tags[0] == tags[1]


@pytest.fixture(params=list(pictures.FULL_OF_PRIVATE_NOTES))
def both(request, tmp_path):
    """Return where a picture of each format lies without notes, and with the attribution in it."""
    source, kept, made = (
        tmp_path / f"{name}.{EXTENSIONS[request.param]}" for name in ("source", "kept", "made")
    )
    source.write_bytes(pictures.FULL_OF_PRIVATE_NOTES[request.param]())
    strip(source, kept)
    credited(kept, made, ATTRIBUTION)
    return kept, made


def test_the_picture_is_the_very_same_with_the_attribution_in_it(both):
    before, after = (Image.open(path) for path in both)
    assert (after.tobytes(), after.size, after.getexif().get(0x0112)) == (
        before.tobytes(),
        before.size,
        before.getexif().get(0x0112),
    )


def test_the_attribution_goes_again_without_a_trace(both, tmp_path):
    kept, made = both
    strip(made, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == kept.read_bytes()


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed: its opinion is left out")
def test_another_program_reads_the_attribution(both):
    told = subprocess.run(
        ["exiftool", "-json", "-G0", "-XMP:all", str(both[1])], capture_output=True, check=True
    )
    assert {name: value for name, value in json.loads(told.stdout)[0].items() if name != "SourceFile"} == {
        "XMP:Creator": list(NAMES),
        "XMP:Rights": ATTRIBUTION.rights,
        "XMP:UsageTerms": ATTRIBUTION.terms,
        "XMP:WebStatement": ATTRIBUTION.licence_address,
        "XMP:License": ATTRIBUTION.licence_address,
        "XMP:Event": ATTRIBUTION.event,
    }


def freed_again(kept: bytes, made: bytes) -> bytes:
    """Return what `made`, `kept` with an attribution, is once that is taken off: as it was kept. Only a simple WebP
    keeps the header that it was given, which announces no XMP any more.
    """
    if kept[8:16] not in (b"WEBPVP8 ", b"WEBPVP8L"):
        return kept
    header = bytearray(made[12:30])
    header[8] &= ~0x04
    content = b"WEBP" + bytes(header) + kept[12:]
    return b"RIFF" + len(content).to_bytes(4, "little") + content


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_simple_webp_gets_the_header_that_announces_it(tmp_path, mode, options):
    source, made = tmp_path / "source.webp", tmp_path / "made.webp"
    picture = Image.new(mode, (61, 47), (200, 20, 20, 100)[: len(mode)])
    source.write_bytes(pictures.saved(picture, "WEBP", **options))
    credited(source, made, ATTRIBUTION)
    with Image.open(source) as before, Image.open(made) as after:
        assert (after.mode, after.size, after.tobytes()) == (before.mode, before.size, before.tobytes())
        assert after.info["xmp"] == ATTRIBUTION.xmp()
    strip(made, tmp_path / "again.webp")
    assert (tmp_path / "again.webp").read_bytes() == freed_again(source.read_bytes(), made.read_bytes())


def test_control_characters_and_long_names_do_not_break_it(tmp_path):
    source, made = tmp_path / "source.jpg", tmp_path / "made.jpg"
    source.write_bytes(pictures.jpeg())
    name = 'a\0\n\x1b]"tiff:Orientation="6"' + '"' * 10_000
    credited(source, made, Attribution((name,) * 500, name, name, "", name))
    with Image.open(made) as image:
        assert (image.getexif().get(0x0112), image.tobytes()) == (None, Image.open(source).tobytes())
    assert len(creators(made.read_bytes())) == 10


@pytest.mark.parametrize("name", ["broken.jpg", "broken.png", "broken.webp", "broken.heic", "broken.xyz"])
def test_what_cannot_be_followed_comes_as_it_is(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0 nothing")
    if name != "broken.jpg":
        (tmp_path / name).write_bytes(b"nothing")
    credited(tmp_path / name, tmp_path / "made", ATTRIBUTION)
    assert (tmp_path / "made").read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.corpus
def test_every_picture_of_the_corpus_takes_the_attribution_and_gives_it_back(tmp_path):
    count = 0
    for source in sorted(Path(os.environ["HALLWAY_CORPUS"], "photos").rglob("*")):
        extension = {".jpeg": ".jpg", ".heif": ".heic", ".hif": ".heic"}.get(
            source.suffix.lower(), source.suffix.lower()
        )
        kept, made, again = (tmp_path / f"{name}{extension}" for name in ("kept", "made", "again"))
        try:
            strip(source, kept)
        except (ValueError, OSError):
            continue
        credited(kept, made, ATTRIBUTION)
        assert made.stat().st_size > kept.stat().st_size
        assert Image.open(made).tobytes() == Image.open(kept).tobytes()
        strip(made, again)
        assert again.read_bytes() == freed_again(kept.read_bytes(), made.read_bytes())
        count += 1
    assert count > 150


@pytest.mark.corpus
@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed: its opinion is left out")
def test_no_file_of_a_photo_that_told_its_place_tells_it_still(event, member, tmp_path):
    """Real cameras' files, all the way: kept original, download, and every rendition."""
    told, files = [], []
    for source in sorted(Path(os.environ["HALLWAY_CORPUS"], "photos").rglob("*")):
        with suppress(ValueError, OSError):
            told += [source] if "place" in strip(source, tmp_path / "freed").notes else []
    for source in told[::2]:
        photo = came(event, member, source.read_bytes(), source.suffix[1:].lower())
        assert (photo.had_place, photo.ready, photo.problem) == (True, True, "")
        home = tmp_path / photo.download_name
        home.write_bytes(body(client_of(None).get(url(photo))))
        files += [home, picture_store().path(photo.original)]
        files += [picture_store().path(rendition.name) for rendition in photo.renditions.all()]
    assert all(len(fields) > 1 for fields in private_fields(told))
    assert (private_fields(files), len(told) > 20) == ([{"SourceFile"}] * len(files), True)


def private_fields(paths):
    """Return the names of what exiftool finds about place, people and device, a set for each file."""
    asked = [
        "-GPS*",
        "-Location*",
        "-*Serial*",
        "-Owner*",
        "-Artist",
        "-Make",
        "-Model",
        "-MakerNote*",
        "-City",
    ]
    asked += [
        "-Thumbnail*",
        "-Preview*",
        "-Comment",
        "-UserComment",
        "-*Date*Original",
        "-MPF:all",
        "-Country",
    ]
    asked += ["-EXIF:all", "--Orientation", "--ExifByteOrder"]
    found = subprocess.run(
        ["exiftool", "-json", "-a", *asked, *map(str, paths)], capture_output=True, check=False
    )
    return [set(row) for row in json.loads(found.stdout)]
