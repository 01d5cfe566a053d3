"""A gallery as one ZIP file, made while it is being sent, and of a size that is known before.

The pictures are stored, not deflated (they are compressed already), so every byte of the file has its place before any
is read: the answer tells its length, and a broken download goes on where it broke (RFC 9110, ranges; APPNOTE.TXT 6.3.3
for the format). Nothing is held but a line for each photo.
"""

import csv
import datetime
import hashlib
import io
import logging
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.models import Credit
from community.prepared import Prepared
from people.licences import Licence

from .crediting import Attribution, CreditedFile, attribution_of
from .gallery import PHOTOS_IN_ARCHIVE, Gallery
from .models import Checksum, Photo, Rendition
from .storage import picture_store

logger = logging.getLogger("photos")

CHUNK = 262_144
# How many checksums are written at once.
BATCH = 100
HEADER, RECORD, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
END64, LOCATOR, EXTRA64 = struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI"), struct.Struct("<2HQ")
# From here on a number does not fit into its place, and stands in a longer one.
MOST_32, MOST_16 = 0xFFFF_FFFF, 0xFFFF
UNIX, PLAIN_FILE = 3 << 8, 0o100644 << 16


# Asked before each photo's first byte, so it is built once.
shown_now = Prepared(
    lambda photo: (
        Photo.objects.public()
        .exclude(licence=Licence.ASK)
        .filter(pk=photo)
        .values_list("original", "kept_sha256")
    ),
    photo=int,
)


class Stored(NamedTuple):
    """A stored file: its name in the storage, its SHA-256, its size in bytes."""

    name: str
    sha256: str
    size: int


class Source(NamedTuple):
    """What a photo's file in the archive is made of: a stored file, and the attribution that is written into it."""

    stored: Stored
    attribution: Attribution

    @property
    def key(self) -> str:
        """Changes when any byte of the file in the archive does."""
        return hashlib.sha256(f"{self.stored.sha256} {self.attribution.digest}".encode()).hexdigest()

    def open(self) -> CreditedFile:
        return CreditedFile(Path(picture_store().path(self.stored.name)), self.attribution)


class Member:
    """A file of the archive. `name` and `size` are known at once, what is in it once it has been settled."""

    def __init__(self, name: str, size: int, time: datetime.datetime) -> None:
        self.name, self.size, self.time = name, size, time
        self.crc32 = 0

    def settle(self, *, sending: bool) -> None:
        """Find out what stands in the archive under this name. `sending`: its bytes go out now."""
        raise NotImplementedError

    def content(self) -> Iterator[bytes]:
        raise NotImplementedError

    @property
    def stamp(self) -> tuple[int, int]:
        """Time and date as DOS wrote them."""
        at = self.time if self.time.year >= 1980 else self.time.replace(year=1980)
        return at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day

    def header(self) -> bytes:
        name, (time, date) = self.name.encode(), self.stamp
        return (
            HEADER.pack(b"PK\3\4", 20, 0, 0, time, date, self.crc32, self.size, self.size, len(name), 0)
            + name
        )

    @property
    def header_size(self) -> int:
        return HEADER.size + len(self.name)

    def record(self, offset: int) -> bytes:
        """Return this file's line in the directory at the archive's end."""
        name, (time, date) = self.name.encode(), self.stamp
        far = offset >= MOST_32
        extra = EXTRA64.pack(1, 8, offset) if far else b""
        sizes = (self.crc32, self.size, self.size, len(name), len(extra), 0, 0, 0, PLAIN_FILE)
        version = 45 if far else 20
        return (
            RECORD.pack(
                *(b"PK\1\2", UNIX | version, version, 0, 0, time, date),
                *sizes,
                min(offset, MOST_32),
            )
            + name
            + extra
        )

    def record_size(self, offset: int) -> int:
        return RECORD.size + len(self.name) + (EXTRA64.size if offset >= MOST_32 else 0)


class TextMember(Member):
    """A file of words. `write` gives its bytes, always as many as `size` says."""

    def __init__(self, name: str, size: int, time: datetime.datetime, write: Callable[[], bytes]) -> None:
        super().__init__(name, size, time)
        self.write = write

    def settle(self, *, sending: bool) -> None:
        self.text = self.write()
        self.crc32 = zlib.crc32(self.text)

    def content(self) -> Iterator[bytes]:
        yield self.text


class PhotoMember(Member):
    """A photo's file, or what is said in its place where it was taken away in the meantime."""

    def __init__(
        self, pk: int, name: str, source: Source, time: datetime.datetime, checksums: "Checksums"
    ) -> None:
        super().__init__(name, checksums.size_of(source), time)
        self.pk, self.source, self.checksums = pk, source, checksums
        self.is_settled = self.is_gone = False
        self.file: CreditedFile | None = None

    def settle(self, *, sending: bool) -> None:
        if self.is_settled:
            return
        self.is_settled = True
        # A download takes its time: what was hidden or changed since it began is not in what is sent from now on.
        still = not sending or self.still_shows()
        opened = self.open() if still else None
        if opened is None:
            self.is_gone = True
            self.name = gone_name(self.name)
            self.crc32 = crc_of(self.content())
            return
        self.file = opened
        self.crc32 = self.checksums.of(self.source, opened)
        if not sending:
            self.close()

    def still_shows(self) -> bool:
        rows = shown_now(photo=self.pk)
        stored = self.source.stored
        if stored.name.startswith("renditions/"):
            return bool(rows) and Rendition.objects.filter(photo=self.pk, name=stored.name).exists()
        return rows == [(stored.name, stored.sha256)]

    def open(self) -> CreditedFile | None:
        try:
            file = self.source.open()
        except FileNotFoundError:
            logger.error("photo %s: its file is not there: %s", self.pk, self.source.stored.name)
            return None
        if file.size != self.size:
            logger.error(
                "photo %s: its file has another size than it had: %s", self.pk, self.source.stored.name
            )
            file.close()
            return None
        return file

    def content(self) -> Iterator[bytes]:
        if self.file is None:
            yield from padded(
                _("This photo was removed while you were downloading. The others are here."), self.size
            )
            return
        yield from self.file
        self.close()

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


class Checksums:
    """What is known of the files' size and CRC-32, which stand before a file's first byte; what is not known is
    reckoned, and kept for the next one."""

    def __init__(self, keys: Iterable[str]) -> None:
        rows = Checksum.objects.filter(sha256__in=set(keys)).values_list("sha256", "crc32", "bytes")
        self.known = {key: (crc32, size) for key, crc32, size in rows}
        self.new: list[Checksum] = []

    def size_of(self, source: Source) -> int:
        """Return the size of the file in the archive; of one that is not there, what it has room for."""
        if source.key in self.known:
            return self.known[source.key][1]
        try:
            with source.open() as file:
                return file.size
        except FileNotFoundError:
            return source.stored.size

    def of(self, source: Source, file: CreditedFile) -> int:
        key = source.key
        if key not in self.known:
            self.known[key] = (crc_of(file), file.size)
            self.new.append(Checksum(sha256=key, crc32=self.known[key][0], bytes=file.size))
            if len(self.new) >= BATCH:
                self.keep()
        return self.known[key][0]

    def keep(self) -> None:
        new, self.new = self.new, []
        # Only a help for the next one: a database that is read-only or busy stops nobody's download.
        with suppress(DatabaseError):
            Checksum.objects.bulk_create(new, ignore_conflicts=True)


class Archive:
    """The ZIP file of `members`, in their order."""

    def __init__(self, members: list[Member], checksums: Checksums) -> None:
        self.members, self.checksums = members, checksums
        self.offsets: list[int] = []
        place = 0
        for member in members:
            self.offsets.append(place)
            place += member.header_size + member.size
        self.directory_at = place
        self.directory_size = sum(
            member.record_size(offset) for member, offset in zip(members, self.offsets, strict=True)
        )
        self.is_large = place + self.directory_size >= MOST_32 or len(members) >= MOST_16
        self.size = place + self.directory_size + END.size
        self.size += END64.size + LOCATOR.size if self.is_large else 0

    def pieces(self) -> Iterator[tuple[int, Callable[[], Iterator[bytes]]]]:
        """Yield what the file is made of: the size of each piece, and what gives its bytes."""
        for member in self.members:
            yield member.header_size + member.size, lambda member=member: self.send(member)  # type: ignore[misc]
        yield self.size - self.directory_at, self.directory

    def send(self, member: Member) -> Iterator[bytes]:
        member.settle(sending=True)
        yield member.header()
        yield from member.content()

    def directory(self) -> Iterator[bytes]:
        for member, offset in zip(self.members, self.offsets, strict=True):
            member.settle(sending=False)
            yield member.record(offset)
        count, size, at = len(self.members), self.directory_size, self.directory_at
        if self.is_large:
            yield END64.pack(b"PK\6\6", END64.size - 12, UNIX | 45, 45, 0, 0, count, count, size, at)
            yield LOCATOR.pack(b"PK\6\7", 0, at + size, 1)
        count = min(count, MOST_16)
        yield END.pack(b"PK\5\6", 0, 0, count, count, min(size, MOST_32), min(at, MOST_32), 0)

    def bytes_between(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `end` (not included). Pieces before `start` are not read."""
        try:
            place = 0
            for size, content in self.pieces():
                if place < end and place + size > start:
                    yield from cut(content(), start - place, end - place)
                place += size
        finally:
            self.close()

    def close(self) -> None:
        for member in self.members:
            if isinstance(member, PhotoMember):
                member.close()
        self.checksums.keep()


def cut(chunks: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes from `start` (may be below 0) up to `end` of what the chunks are together."""
    place = 0
    for chunk in chunks:
        wanted = chunk[max(0, start - place) : max(0, end - place)]
        place += len(chunk)
        if wanted:
            yield wanted
        if place >= end:
            return


def crc_of(chunks: Iterable[bytes]) -> int:
    crc32 = 0
    for chunk in chunks:
        crc32 = zlib.crc32(chunk, crc32)
    return crc32


def padded(sentence: str, size: int) -> Iterator[bytes]:
    """Yield a sentence and as many spaces as make it `size` bytes."""
    text = sentence.encode()[:size]
    yield text
    left = size - len(text)
    while left:
        yield b" " * min(left, CHUNK)
        left -= min(left, CHUNK)


def gone_name(name: str) -> str:
    """Return the name, of the same length, of what stands in the archive in place of a photo that is gone."""
    number = name.partition("-")[0]
    return f"{number}-removed".ljust(len(name), "_")[: len(name) - 4] + ".txt"


class Places:
    """The archives on their way in this process: each holds a thread of the web server for as long as somebody's
    network takes. Few, but not to the one: who asks in the same moment is let in together."""

    def __init__(self) -> None:
        self.lock, self.taken = Lock(), 0

    @property
    def are_taken(self) -> bool:
        return self.taken >= settings.ARCHIVES_AT_ONCE

    def send(self, content: Iterator[bytes]) -> Iterator[bytes]:
        """Yield what is sent, and hold a place from its first byte to its last, or until the visitor has gone."""
        with self.lock:
            self.taken += 1
        try:
            yield from content
        finally:
            with self.lock:
                self.taken -= 1


places = Places()


# --- What is in it --------------------------------------------------------------------------------------------------
class Row(NamedTuple):
    """What the archive has to know of a photo."""

    pk: int
    title: str
    alt: str
    licence: str
    taken_at: datetime.datetime | None
    date: datetime.date | None
    original: str
    kept_sha256: str
    bytes: int
    event: str
    member: str | None
    guest: str | None


COLUMNS = (
    *("pk", "title", "alt", "licence", "taken_at", "day__date", "original", "kept_sha256", "bytes"),
    *("event__name", "contributor__person__name", "guest__name"),
)


class Plan(NamedTuple):
    """An archive that is ready to be sent, and its validator (as the header ETag has it)."""

    archive: Archive
    etag: str


def plan(gallery: Gallery, part: int, page_of: Callable[[str], str]) -> Plan | None:
    """Return the archive of this part of a gallery, from the first photo taken to the last; None where it is empty.

    `page_of` makes a full address of a path. Queries: a fixed number.
    """
    first = (part - 1) * PHOTOS_IN_ARCHIVE
    ordered = gallery.rows.order_by("gallery_time", "pk").values_list(*COLUMNS)
    rows = [Row(*row) for row in ordered[first : first + PHOTOS_IN_ARCHIVE + 1]]
    if not rows:
        return None
    next_part = page_of(gallery.archive_url(part + 1)) if len(rows) > PHOTOS_IN_ARCHIVE else ""
    rows = rows[:PHOTOS_IN_ARCHIVE]
    credited = credited_in(rows)
    names = {row.pk: ", ".join(credited[row.pk]) or row.member or row.guest or "" for row in rows}
    sources = sources_of(rows, credited)
    checksums = Checksums(source.key for source in sources.values())
    listed = Credits(page_of)
    members: list[Member] = []
    digits = max(3, len(str(first + len(rows))))
    at_midnight = datetime.datetime.combine(gallery.event.starts_on, datetime.time())
    for number, row in enumerate(rows, first + 1):
        if row.pk not in sources:
            listed.add("", row, names[row.pk])
            continue
        taken = row.taken_at and row.taken_at.astimezone(gallery.event.zone)
        name = file_name(f"{number:0{digits}}", row, taken, names[row.pk], sources[row.pk].stored.name)
        time = taken or (datetime.datetime.combine(row.date, datetime.time()) if row.date else at_midnight)
        members.append(PhotoMember(row.pk, name, sources[row.pk], time, checksums))
        listed.add(name, row, names[row.pk])
    words = licences_in_words({row.licence for row in rows}, gallery, page_of, next_part).encode()
    members.append(TextMember("LICENCES.txt", len(words), at_midnight, lambda: words))
    photos = [member for member in members if isinstance(member, PhotoMember)]
    members.append(TextMember("CREDITS.csv", listed.size, at_midnight, lambda: listed.written(photos)))
    return Plan(Archive(members, checksums), etag_of(members, words, listed))


def sources_of(rows: list[Row], credited: dict[int, tuple[str, ...]]) -> dict[int, Source]:
    """Return by photo the file that others may have: the kept original, or, of a photo whose original still is as it
    came, the largest picture that is shown. None where the photographer wants to be asked first."""
    free = {row.pk: row for row in rows if row.licence != Licence.ASK}
    stored = {
        pk: Stored(row.original, row.kept_sha256, row.bytes) for pk, row in free.items() if row.kept_sha256
    }
    shown = Rendition.objects.filter(photo__in=free.keys() - stored.keys()).order_by("width")
    for pk, name, sha256, size in shown.values_list("photo", "name", "sha256", "bytes"):
        stored[pk] = Stored(name, sha256, size)
    return {
        pk: Source(file, attribution_of(credited[pk], free[pk].licence, free[pk].event))
        for pk, file in stored.items()
    }


def credited_in(rows: list[Row]) -> dict[int, tuple[str, ...]]:
    """Return by photo the names of those who are credited for it."""
    found: dict[int, list[str]] = {row.pk: [] for row in rows}
    rows_of = Credit.objects.filter(contribution__in=found).order_by("position", "pk")
    for pk, name in rows_of.values_list("contribution", "person__name"):
        found[pk].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


def file_name(number: str, row: Row, taken: datetime.datetime | None, name: str, stored: str) -> str:
    """Return a name that sorts: “001-2024-03-20-1412-name-of-photographer.jpg”."""
    when = taken.strftime("%Y-%m-%d-%H%M") if taken else row.date.isoformat() if row.date else ""
    parts = (number, when, slugify(name)[:60].strip("-") or "photo")
    return "-".join(filter(None, parts)) + "." + stored.rpartition(".")[2]


class Credits:
    """CREDITS.csv: whom to credit for what, a line a photo. Each line keeps its length, whatever it comes to say."""

    def __init__(self, page_of: Callable[[str], str]) -> None:
        self.page_of = page_of
        titles = (_("file"), _("photographer"), _("licence"), _("licence address"), _("page"))
        # Excel reads UTF-8 only behind this mark.
        self.lines = [b"\xef\xbb\xbf" + line(*titles, _("what it shows"), _("note"))]
        self.line_of: dict[str, int] = {}

    def add(self, file: str, row: Row, name: str) -> None:
        licence = Licence(row.licence)
        note = "" if file else left_out(licence)
        page = self.page_of(reverse(Photo.detail_route, args=[row.pk]))
        if file:
            self.line_of[file] = len(self.lines)
        words = row.alt or row.title
        self.lines.append(line(file, name, str(licence.label), licence.address, page, words, note))

    @property
    def size(self) -> int:
        return sum(map(len, self.lines))

    def written(self, photos: list[PhotoMember]) -> bytes:
        """Return the file's bytes. Of a photo that is gone it says no more than that."""
        lines = list(self.lines)
        for place, photo in zip(sorted(self.line_of.values()), photos, strict=True):
            photo.settle(sending=False)
            if photo.is_gone:
                said = line(photo.name, "", "", "", "", "", _("removed")).rstrip(b"\r\n")
                room = len(lines[place]) - 2
                lines[place] = said[:room].ljust(room) + b"\r\n"
        return b"".join(lines)


def left_out(licence: Licence) -> str:
    if licence == Licence.ASK:
        return _("Left out: the photographer wants to be asked first.")
    return _("Left out: its file cannot be found.")


def line(*cells: str) -> bytes:
    """Return a line of CSV. What a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow(
        "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells
    )
    return out.getvalue().encode()


def licences_in_words(
    licences: set[str], gallery: Gallery, page_of: Callable[[str], str], next_part: str
) -> str:
    """Return LICENCES.txt: what one may do with the photos."""
    lines = [str(gallery.event), page_of(gallery.url), ""]
    lines += [_("Each photo has a licence: CREDITS.csv says which, and whom to credit."), ""]
    for licence in Licence:
        if licence in licences:
            lines += [str(licence.label), *filter(None, [licence.address]), ""]
    if Licence.ASK in licences:
        lines.append(
            _("Photos whose photographers want to be asked first are not here; their pages say whom to ask.")
        )
    if next_part:
        lines += ["", _("There are more photos in the next part: %(address)s") % {"address": next_part}]
    return "\r\n".join(lines) + "\r\n"


def etag_of(members: list[Member], words: bytes, listed: Credits) -> str:
    """Return a validator that is another one as soon as any byte may be."""
    digest = hashlib.sha256(words)
    for text in listed.lines:
        digest.update(text)
    for member in members:
        if isinstance(member, PhotoMember):
            digest.update(f"{member.name} {member.size} {member.stamp} {member.source.key}\n".encode())
    return f'"{digest.hexdigest()[:32]}"'


RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """Return start and end (not included) of the one range that the header asks for; None where it asks for none, or
    for several, or cannot be read: then the whole is sent. Raises ValueError where there is no such range."""
    found = RANGE.fullmatch(header.strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size or (not first and not int(last)):
        raise ValueError("beyond the end")
    return start, end
