"""A gallery as one ZIP file: what is in it, whom it names, and that a broken download goes on where it broke."""

import csv
import hashlib
import io
import re
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from events.models import Day
from people.decisions import Reason
from people.models import Person
from photos import archive, gallery
from photos.models import Checksum, Photo
from tests.cast import client_of, make_photo, make_tag
from tests.photos import pictures
from tests.photos.many import many_like

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2024, 3, 20, 13, 12, tzinfo=UTC)


def kept(event, by, data, **fields):
    """A photo whose original is freed of private notes and kept, with these bytes."""
    photo = make_photo(event, by, **fields)
    stored = storages["default"].save(f"originals/{photo.file_key.hex}.jpg", ContentFile(data))
    Photo.objects.filter(pk=photo.pk).update(
        original=stored, kept_sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)
    )
    photo.refresh_from_db()
    return photo


def address(event, query=""):
    return f"/events/{event.slug}/photos.zip{query}"


def fetch(event, query="", **headers):
    return client_of(None).get(address(event, query), headers=headers)


def body(response):
    return b"".join(response.streaming_content)


def opened(response):
    return zipfile.ZipFile(io.BytesIO(body(response)))


def credits_in(file):
    return list(csv.DictReader(io.StringIO(file.read("CREDITS.csv").decode("utf-8-sig"))))


@pytest.fixture
def three(event, member):
    """Three photos of one afternoon, the last one added being the first one taken."""
    day = Day.objects.get(event=event, date="2024-03-20")
    ada = Person.objects.named("Ada Löwe")
    return [
        kept(
            event,
            member,
            pictures.jpeg(64 + number, 48),
            taken_at=WEDNESDAY.replace(minute=12 - number),
            day=day,
            credit=[ada],
            licence=licence,
        )
        for number, licence in enumerate(("cc-by-4.0", "cc0-1.0", "cc-by-sa-4.0"))
    ]


def downloaded(photo):
    """The file that the photo's own page gives."""
    return body(client_of(None).get(f"/photos/{photo.pk}/download/"))


def test_the_photos_are_what_their_pages_give_byte_for_byte_by_the_time_they_were_taken(event, three):
    response = fetch(event)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="paris-summit-2024-photos.zip"'
    data = body(response)
    assert response["Content-Length"] == str(len(data))
    file = zipfile.ZipFile(io.BytesIO(data))
    assert file.testzip() is None
    assert file.namelist() == [
        "001-2024-03-20-1410-ada-lowe.jpg",
        "002-2024-03-20-1411-ada-lowe.jpg",
        "003-2024-03-20-1412-ada-lowe.jpg",
        "LICENCES.txt",
        "CREDITS.csv",
    ]
    assert [file.read(name) for name in file.namelist()[:3]] == [downloaded(photo) for photo in three[::-1]]
    assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
    assert file.infolist()[0].date_time == (2024, 3, 20, 14, 10, 0)


def test_each_photo_says_whom_to_credit_and_keeps_its_pixels(event, three):
    file = opened(fetch(event))
    for name, width in zip(file.namelist()[:3], (66, 65, 64), strict=True):
        data = file.read(name)
        assert "Ada Löwe".encode() in data
        assert b"creativecommons.org" in data
        with Image.open(io.BytesIO(data)) as taken, Image.open(io.BytesIO(pictures.jpeg(width, 48))) as given:
            assert (taken.size, taken.tobytes()) == (given.size, given.tobytes())


def test_credits_name_file_photographer_licence_and_page(event, three):
    (first, *_others) = credits_in(opened(fetch(event)))
    assert first == {
        "file": "001-2024-03-20-1410-ada-lowe.jpg",
        "photographer": "Ada Löwe",
        "licence": "Use it, credit me, share alike (CC BY-SA 4.0)",
        "licence address": "https://creativecommons.org/licenses/by-sa/4.0/",
        "page": f"http://testserver/photos/{three[2].pk}/",
        "what it shows": "A corridor",
        "note": "",
    }


def test_whoever_wants_to_be_asked_first_is_left_out_and_named(event, member, three):
    asked = kept(event, member, pictures.jpeg(90, 60), licence="ask")
    file = opened(fetch(event))
    assert len(file.namelist()) == 5
    assert [(row["page"], row["note"]) for row in credits_in(file) if not row["file"]] == [
        (
            f"http://testserver/photos/{asked.pk}/",
            "Left out: the photographer wants to be asked first.",
        )
    ]
    assert b"want to be asked first" in file.read("LICENCES.txt")


def test_a_photo_that_is_not_yet_freed_of_private_notes_comes_as_it_is_shown(event, member):
    photo = make_photo(event, member)
    file = opened(fetch(event))
    (name,) = [name for name in file.namelist() if name.startswith("001")]
    assert name == "001-the-member.webp"
    with storages["default"].open(photo.small.name) as shown:
        assert Image.open(io.BytesIO(file.read(name))).tobytes() == Image.open(shown).tobytes()


def test_only_what_is_public_and_was_asked_for_is_in_it(event, colocated, member, newcomer, moderator, three):
    kept(event, newcomer, pictures.jpeg(70, 70), title="Waits")
    hidden = kept(event, member, pictures.jpeg(71, 71), title="Hidden")
    hidden.hide(by=moderator, reason=Reason.PRIVACY)
    make_tag("cloud")
    tagged = kept(colocated, member, pictures.jpeg(72, 72), tags=["cloud"])
    assert len(opened(fetch(event)).namelist()) == 4 + 2
    assert opened(fetch(event, "?tag=cloud")).read("001-the-member.jpg") == downloaded(tagged)
    pages = [
        [row["page"] for row in credits_in(opened(fetch(*asked)))]
        for asked in [(event, "?tag=cloud"), (colocated,)]
    ]
    assert pages == [[f"http://testserver/photos/{tagged.pk}/"]] * 2
    assert credits_in(opened(client_of(moderator).get(address(event, "?tag=cloud")))) == credits_in(
        opened(fetch(event, "?tag=cloud"))
    )


@pytest.mark.parametrize(
    "query",
    [
        *("?tag=nothing-such", "?part=0", "?part=2", "?part=x"),
        *("?day=soon", "?day=2024-03-22", "?day=0001-01-01", "?day=9999-12-31"),
    ],
)
def test_nothing_to_take_home_is_not_found(event, three, query):
    assert fetch(event, query).status_code == 404


def test_a_download_that_broke_goes_on_where_it_broke(event, three):
    whole = fetch(event)
    data = body(whole)
    assert whole["Accept-Ranges"] == "bytes"
    for start in (1, 30, 500, len(data) // 2, len(data) - 10):
        rest = fetch(event, range=f"bytes={start}-", if_range=whole["ETag"])
        assert (rest.status_code, rest["Content-Length"]) == (206, str(len(data) - start))
        assert rest["Content-Range"] == f"bytes {start}-{len(data) - 1}/{len(data)}"
        assert body(rest) == data[start:]
    middle = fetch(event, range="bytes=100-199")
    assert body(middle) == data[100:200]
    last = fetch(event, range="bytes=-22")
    assert body(last) == data[-22:]


def test_whoever_has_a_part_of_another_archive_gets_the_whole_new_one(event, member, three):
    before = fetch(event)
    body(before)
    kept(event, member, pictures.jpeg(80, 60))
    after = fetch(event, range="bytes=1000-", if_range=before["ETag"])
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert len(opened(after).namelist()) == 6


def test_ranges_that_are_not_there_or_cannot_be_read(event, three):
    size = len(body(fetch(event)))
    beyond = fetch(event, range=f"bytes={size}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    for odd in ("bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=" + "9" * 40 + "-"):
        assert len(body(fetch(event, range=odd))) == size


def test_its_size_is_told_without_its_bytes_and_nothing_is_sent_twice(event, three):
    whole = fetch(event)
    size = len(body(whole))
    told = client_of(None).head(address(event))
    assert (told["Content-Length"], told.content) == (str(size), b"")
    assert fetch(event, if_none_match=whole["ETag"]).status_code == 304


def test_a_photo_that_goes_half_way_leaves_a_sound_archive_that_says_so(event, moderator, three):
    response = fetch(event)
    chunks = response.streaming_content
    start = next(chunks)
    Photo.objects.get(pk=three[1].pk).hide(by=moderator, reason=Reason.PRIVACY)
    storages["default"].delete(Photo.objects.get(pk=three[0].pk).original)
    data = start + b"".join(chunks)
    assert len(data) == int(response["Content-Length"])
    file = zipfile.ZipFile(io.BytesIO(data))
    assert file.testzip() is None
    names = file.namelist()
    assert names[0] == "001-2024-03-20-1410-ada-lowe.jpg"
    assert [re.fullmatch(r"00[23]-removed_+\.txt", name) is not None for name in names[1:3]] == [True, True]
    assert file.read(names[1]).strip() == (
        b"This photo was removed while you were downloading. The others are here."
    )
    rows = credits_in(file)
    assert [(row["file"], row["photographer"], row["note"].strip()) for row in rows] == [
        (names[0], "Ada Löwe", ""),
        (names[1], "", "removed"),
        (names[2], "", "removed"),
    ]


def test_unzip_finds_nothing_wrong(event, three, tmp_path):
    path = tmp_path / "photos.zip"
    path.write_bytes(body(fetch(event)))
    try:
        tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("unzip is not installed")
    assert (tested.returncode, "No errors detected" in tested.stdout) == (0, True)


def test_what_a_spreadsheet_would_take_for_a_formula_is_only_words(event, member):
    kept(event, member, pictures.jpeg(), credit=[Person.objects.named("=1+1")], alt="+49, a number")
    (row,) = credits_in(opened(fetch(event)))
    assert (row["photographer"], row["what it shows"]) == ("'=1+1", "'+49, a number")


def test_many_photos_come_in_parts(event, member, three, monkeypatch):
    monkeypatch.setattr(archive, "PHOTOS_IN_ARCHIVE", 2)
    monkeypatch.setattr(gallery, "PHOTOS_IN_ARCHIVE", 2)
    first, second = opened(fetch(event, "?part=1")), opened(fetch(event, "?part=2"))
    assert first.namelist()[:2] == ["001-2024-03-20-1410-ada-lowe.jpg", "002-2024-03-20-1411-ada-lowe.jpg"]
    assert second.namelist()[:1] == ["003-2024-03-20-1412-ada-lowe.jpg"]
    assert b"photos.zip?part=2" in first.read("LICENCES.txt")
    assert b"photos.zip?part" not in second.read("LICENCES.txt")
    page = client_of(None).get(f"/events/{event.slug}/photos/").content.decode()
    assert re.findall(r'href="[^"]*photos.zip([^"]*)"', page) == ["?part=1", "?part=2"]


def test_no_more_at_once_than_the_site_can_send(event, three, settings):
    settings.ARCHIVES_AT_ONCE = 2
    held = [archive.places.send(iter([b"one", b"two"])) for _ in range(2)]
    fetch(event)  # and gone before its first byte: that takes no place
    assert [next(content) for content in held] == [b"one"] * 2
    refused = fetch(event)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "Others are downloading right now." in refused.content.decode()
    held[0].close()  # half-way, as the web server does when a visitor goes
    assert len(body(fetch(event))) > 0
    assert list(held[1]) == [b"two"]
    assert archive.places.taken == 0


def test_an_archive_beyond_four_gigabytes_is_laid_out_as_readers_expect(tmp_path):
    """Not made whole here: the layout is that of a file whose members are mostly holes."""

    class Hole(archive.Member):
        def settle(self, *, sending):
            self.crc32 = 0

        def content(self):
            raise AssertionError("nobody reads a hole")

    size = 1_500_000_000
    members = [Hole(f"{n}.jpg", size, datetime(2024, 3, 20, 9, 30, tzinfo=UTC)) for n in range(1, 5)]
    made = archive.Archive(members, archive.Checksums([]))
    path = tmp_path / "large.zip"
    with open(path, "wb") as file:
        for member, offset in zip(members, made.offsets, strict=True):
            file.seek(offset)
            file.write(member.header())
        file.seek(made.directory_at)
        file.write(b"".join(made.directory()))
        assert file.tell() == made.size
    with zipfile.ZipFile(path) as read:
        assert [(info.filename, info.file_size, info.header_offset) for info in read.infolist()] == [
            (f"{n}.jpg", size, (n - 1) * (size + 35)) for n in range(1, 5)
        ]


def test_memory_and_queries_do_not_grow_with_two_thousand_photos(
    event, member, django_assert_max_num_queries
):
    photo = kept(event, member, pictures.jpeg())
    many_like(photo, 1999)
    with django_assert_max_num_queries(8):
        response = fetch(event)
    # Twice: what else this process does meanwhile, such as a server's thread that ends, counts in one of them at most.
    grown = []
    for answer in (response, fetch(event)):
        tracemalloc.start()
        early = size = 0
        for number, chunk in enumerate(answer.streaming_content):
            size += len(chunk)
            if number == 200:
                early = tracemalloc.get_traced_memory()[0]
                tracemalloc.reset_peak()
        grown.append(tracemalloc.get_traced_memory()[1] - early)
        tracemalloc.stop()
        assert size == int(answer["Content-Length"])
        assert size > 2000 * len(pictures.jpeg())
    # One content, one attribution.
    assert Checksum.objects.count() == 1
    # CREDITS.csv and the directory at the end are put together in memory: a few hundred bytes a photo.
    assert min(grown) < 1_600_000
