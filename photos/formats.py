"""What a file is, decided by its own bytes: reads headers and structure in plain Python, never a pixel.

This runs in the web process, while somebody waits with the form open, so it does bounded work: the file is walked
once, big parts are skipped, and the number of steps is capped. It accepts what phones really write (trailers after
the end of a JPEG, films inside a picture) and refuses what is cut short. Whether the pixels can be decoded is a
question for the child process (decoding.py).

Structures after: JPEG ITU T.81 annex B, PNG third edition, GIF89a, RFC 9649 (WebP), ISO/IEC 14496-12 and 23008-12
(the boxes of HEIF and AVIF).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from events.numbers import file_size

MAX_STEPS = 400_000
# So many bytes from the start of a file tell what it is.
HEAD = 512
CHUNK = 65_536
# In compressed JPEG data FF is followed by 00 (a plain FF), by D0-D7 (restart) or by FF (fill); all else is a marker.
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
HEIF_BRANDS = frozenset(
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1"]
)
AVIF_BRANDS = frozenset([b"avif", b"avis"])


class NotAPicture(ValueError):  # noqa: N818 (it says what the file is not)
    """The file is refused. `str()` is a sentence for the person who sent it; `code` is one word for programs.

    Codes: empty, too_large, unknown, video, drawing, truncated, broken, too_many_pixels.
    """

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Format:
    """A recognised picture: its format, and width and height in pixels as stored (before any turning upright)."""

    name: str
    mime: str
    extension: str
    width: int | None = None
    height: int | None = None


# What a picture that moves can be, by name: what _recognise answers, without a size.
FILMS = {
    film.name: film
    for film in [
        Format("GIF", "image/gif", "gif"),
        Format("PNG", "image/png", "png"),
        Format("WebP", "image/webp", "webp"),
        Format("AVIF", "image/avif", "avif"),
    ]
}


class _Cut(Exception):  # noqa: N818 (never leaves this module)
    """The file ends before its own structure does."""


class _Broken(Exception):  # noqa: N818 (the same)
    """The structure contradicts itself."""


class _Reader:
    """Walks a seekable file forward, knows where it ends, and counts its steps."""

    def __init__(self, file: IO[bytes], size: int):
        self.file, self.size, self.position, self.steps = file, size, 0, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _Broken

    def take(self, count: int) -> bytes:
        data = self.file.read(count)
        self.position += len(data)
        if len(data) < count:
            raise _Cut
        return data

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def skip(self, count: int) -> None:
        self.go(self.position + count)

    def go(self, position: int) -> None:
        if position > self.size:
            raise _Cut
        self.position = self.file.seek(position)


def identify(file: Any) -> Format:
    """Return what the picture in `file` (open, seekable, binary; a Django upload will do) is.

    The file is left rewound. Raises NotAPicture when it is empty, too large (settings PHOTO_MAX_BYTES,
    PHOTO_MAX_PIXELS), of no known format, or cut short.
    """
    size = file.seek(0, 2) if not hasattr(file, "size") else file.size
    file.seek(0)
    try:
        return _identify(getattr(file, "file", file), size)
    finally:
        file.seek(0)


def look_at_beginning(head: bytes) -> None:
    """Raise NotAPicture where a file that begins with `head` (HEAD bytes) is of no known format, whatever follows."""
    _recognise(head)


def _identify(file: IO[bytes], size: int) -> Format:
    limit = getattr(settings, "PHOTO_MAX_BYTES", 40_000_000)
    if not size:
        raise NotAPicture(_("This file is empty. Choose the photo again."), "empty")
    if size > limit:
        message = _("This file has %(size)s; the limit is %(limit)s. Send a smaller version.")
        raise NotAPicture(message % {"size": file_size(size), "limit": file_size(limit)}, "too_large")
    head = file.read(HEAD)
    file.seek(0)
    look, name, mime, extension = _recognise(head)
    try:
        width, height = look(_Reader(file, size))
    except _Cut:
        raise NotAPicture(
            _("This photo is incomplete: the file ends too early. Send it again from the original."),
            "truncated",
        ) from None
    except _Broken:
        raise NotAPicture(_broken(), "broken") from None
    _refuse_too_many_pixels(width, height)
    return Format(name, mime, extension, width, height)


Look = Callable[[_Reader], tuple[int, int]]


def _recognise(head: bytes) -> tuple[Look, str, str, str]:
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg, "JPEG", "image/jpeg", "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png, "PNG", "image/png", "png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _gif, "GIF", "image/gif", "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp, "WebP", "image/webp", "webp"
    if head[4:8] == b"ftyp":
        return _recognise_boxes(head)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        message = _("This is a drawing (SVG) or another text file, not a photo. Send it as a PNG or JPEG.")
        raise NotAPicture(message, "drawing")
    raise NotAPicture(_unknown(), "unknown")


def _recognise_boxes(head: bytes) -> tuple[Look, str, str, str]:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if not AVIF_BRANDS.isdisjoint(brands):
        return _boxes, "AVIF", "image/avif", "avif"
    if not HEIF_BRANDS.isdisjoint(brands):
        return _boxes, "HEIC", "image/heic", "heic"
    if brands[0] in (b"isom", b"mp41", b"mp42", b"qt  ", b"M4V ", b"3gp4", b"3gp5", b"avc1", b"iso2"):
        message = _("This is a video. Add photos here; a video goes in as the link of a talk.")
        raise NotAPicture(message, "video")
    raise NotAPicture(_unknown(), "unknown")


def _unknown() -> str:
    return _("We can’t show this kind of file. Send a JPEG, PNG, WebP, GIF, HEIC or AVIF file.")


def _broken() -> str:
    return _("This photo is damaged. Send it again from the original, or save it as a JPEG first.")


def _refuse_too_many_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise NotAPicture(_broken(), "broken")
    limit = getattr(settings, "PHOTO_MAX_PIXELS", 60_000_000)
    if width * height > limit:
        message = _(
            "This photo is too big: %(width)d × %(height)d pixels. The limit is %(limit)d million "
            "pixels; send a smaller version."
        )
        values = {"width": width, "height": height, "limit": limit // 1_000_000}
        raise NotAPicture(message % values, "too_many_pixels")


def _jpeg(reader: _Reader) -> tuple[int, int]:
    """Walk the segments to the first end-of-image; what phones hang behind it is of no interest."""
    reader.skip(2)
    size: tuple[int, int] | None = None
    in_scan = False
    while True:
        reader.step()
        marker = _next_marker(reader)
        if marker == 0xD9:
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD8 or (in_scan and marker < 0xC0):
            continue
        length = reader.number(2)
        if length < 2:
            raise _Broken
        if marker in JPEG_FRAMES and length >= 7:
            _precision, height, width = reader.take(1), reader.number(2), reader.number(2)
            size = size or (width, height)
            length -= 5
        reader.skip(length - 2)
        in_scan = in_scan or marker == 0xDA
    if size is None or not in_scan:
        raise _Broken
    return size


def _next_marker(reader: _Reader) -> int:
    """Read on to the next marker and stand behind it; compressed data and stray bytes are passed over."""
    kept, count = b"", 2
    while True:
        reader.step()
        # Small steps first: what is read behind the marker is read again, so it must stay in proportion.
        chunk = reader.file.read(count)
        count = min(count * 2, CHUNK)
        if not chunk:
            raise _Cut
        start, data = reader.position - len(kept), kept + chunk
        found = JPEG_MARKER.search(data)
        if found:
            reader.go(start + found.end())
            return data[found.end() - 1]
        reader.position += len(chunk)
        kept = b"\xff" if data.endswith(b"\xff") else b""


def _png(reader: _Reader) -> tuple[int, int]:
    reader.skip(8)
    if reader.take(8)[4:] != b"IHDR":
        raise _Broken
    width, height = reader.number(4), reader.number(4)
    # Said before the walk, so that a header without a body is named for what it claims.
    _refuse_too_many_pixels(width, height)
    reader.skip(9)
    while True:
        reader.step()
        length, kind = reader.number(4), reader.take(4)
        if kind == b"IEND":
            return width, height
        reader.skip(length + 4)


def _gif(reader: _Reader) -> tuple[int, int]:
    head = reader.take(13)
    width, height = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if head[10] & 0x80:
        reader.skip(3 << ((head[10] & 7) + 1))
    pictures = 0
    while True:
        reader.step()
        kind = reader.take(1)
        if kind == b";":
            break
        if kind == b"!":
            reader.skip(1)
        elif kind == b",":
            pictures += 1
            flags = reader.take(9)[8]
            reader.skip((3 << ((flags & 7) + 1) if flags & 0x80 else 0) + 1)
        elif kind == b"\0":
            continue
        else:
            raise _Broken
        while length := reader.number(1):
            reader.step()
            reader.skip(length)
    if not pictures:
        raise _Broken
    return width, height


def _webp(reader: _Reader) -> tuple[int, int]:
    head = reader.take(30)
    # Some writers leave the last padding byte away.
    if int.from_bytes(head[4:8], "little") + 8 > reader.size + 1:
        raise _Cut
    kind, body = head[12:16], head[20:30]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise _Broken


def _boxes(reader: _Reader) -> tuple[int, int]:
    """Walk HEIF or AVIF boxes; the largest size that is declared anywhere in the header is the picture's."""
    size = (0, 0)
    seen: set[bytes] = set()
    while reader.position + 8 <= reader.size:
        reader.step()
        kind, end = _box(reader)
        if end > reader.size and {b"meta", b"mdat"} <= seen:
            break  # no box of this picture: something that the phone hung behind it
        if kind == b"meta":
            reader.skip(4)
            size = max(size, _declared_size(reader, end), key=_area)
        seen.add(kind)
        reader.go(end)
    if not {b"meta", b"mdat"} <= seen:
        raise _Cut
    if not _area(size):
        raise _Broken
    return size


def _box(reader: _Reader) -> tuple[bytes, int]:
    """Return the kind of the box that starts here and where it ends; stand at its content."""
    start = reader.position
    length, kind = reader.number(4), reader.take(4)
    if length == 1:
        length = reader.number(8)
    end = start + length if length else reader.size
    if end < reader.position:
        raise _Broken
    return kind, end


def _declared_size(reader: _Reader, end: int) -> tuple[int, int]:
    size = (0, 0)
    while reader.position + 8 <= end:
        reader.step()
        kind, inner_end = _box(reader)
        if kind in (b"iprp", b"ipco"):
            continue  # step inside
        if kind == b"ispe":
            reader.skip(4)
            size = max(size, (reader.number(4), reader.number(4)), key=_area)
        reader.go(inner_end)
    return size


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
