"""JPEG, and the first picture of an MPO: segments of ITU T.81 annex B."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from photos.splicing import Piece, Span

from .notes import in_exif, in_iptc, in_xmp, minimal_exif, turn_in_xmp, way_up
from .parts import Data, refuse
from .profiles import freed_profile

MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
SOMETHING = re.compile(rb"[^\0]")
SOI, EOI, SOS, COM, APP0 = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC8}  # the tables of Huffman and arithmetic coding among them
KEPT = FRAMES | {SOS, 0xDB, 0xDC, 0xDD}  # DQT, DNL, DRI
PROFILE = b"ICC_PROFILE\0"
MAX_PROFILE_PART = 65_519
XMP, LONG_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"


class Segment(NamedTuple):
    """A marker with its content; of a scan also the compressed data behind it. Bytes `start` to `end` of the file."""

    marker: int
    start: int
    content: int
    end: int


def segments(data: Data) -> Iterator[Segment]:
    """Yield the segments between the start and the first end of an image; that end last."""
    at = 2
    while True:
        data.step()
        found = data.search(MARKER, at)
        if not found:
            refuse("no end of the image")
        start, content = found.start(), found.end()
        marker = found[0][1]
        if marker == EOI:
            yield Segment(marker, start, content, content)
            return
        if marker == 0x01:
            at = content
            continue
        length = data.big(content, 2)
        if marker < 0xC0 or marker == SOI or length < 2:
            refuse(f"marker {marker:x}")
        at = end = content + length
        data.take(end, end)
        if marker == SOS:
            at = end = _end_of_scan(data, end)
        yield Segment(marker, start, content + 2, end)


def _end_of_scan(data: Data, at: int) -> int:
    while True:
        data.step()
        found = data.search(MARKER, at)
        if not found:
            refuse("no end of the image")
        if found[0][1] >= 0xC0:
            return found.start()
        at = found.end()


def freed(data: Data, found: set[str]) -> list[Piece]:
    """Return the pieces of the first picture without private notes."""
    row = list(segments(data))
    turn, profile = _way_up(data, row, found), _profile(data, row, found)
    pieces: list[Piece] = [b"\xff\xd8"]
    said_jfif = False
    for segment in row:
        content = data.take(segment.content, min(segment.content + 14, segment.end))
        if segment.marker == EOI or segment.marker in KEPT:
            pieces += _own(turn, profile)
            turn, profile = 1, b""
            pieces.append(Span(segment.start, segment.end))
        elif segment.marker == APP0 and content.startswith(b"JFIF\0") and len(content) == 14:
            found |= {"thumbnail"} if any(content[12:14]) else set()
            # Only the first counts as a start; its small copy is left away.
            pieces += [] if said_jfif else [b"\xff\xe0\0\x10" + content[:12] + b"\0\0"]
            said_jfif = True
        elif segment.marker == 0xEE and content.startswith(b"Adobe") and len(content) >= 12:
            pieces.append(b"\xff\xee\0\x0e" + content[:12])
        elif APP0 <= segment.marker <= 0xEF or segment.marker == COM:
            found |= _told(data, segment)
        else:
            refuse(f"marker {segment.marker:x}")
    _look_behind(data, row[-1].end, found)
    return pieces


def _own(turn: int, profile: bytes) -> list[Piece]:
    """Return the segments that we write ourselves, before the first one that makes the picture."""
    made: list[Piece] = []
    if turn != 1:
        made.append(segment_of(0xE1, b"Exif\0\0" + minimal_exif(turn)))
    parts = [profile[at : at + MAX_PROFILE_PART] for at in range(0, len(profile), MAX_PROFILE_PART)]
    for number, part in enumerate(parts, 1):
        made.append(segment_of(0xE2, PROFILE + bytes([number, len(parts)]) + part))
    return made


def segment_of(marker: int, content: bytes) -> bytes:
    """Return a segment, with its length."""
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def _contents(data: Data, row: list[Segment], marker: int, mark: bytes) -> list[bytes]:
    """Return what the segments of this marker hold behind `mark`, those that begin with it."""
    return [
        data.take(segment.content + len(mark), segment.end)
        for segment in row
        if segment.marker == marker
        and segment.end - segment.content >= len(mark)
        and data.take(segment.content, segment.content + len(mark)) == mark
    ]


def _way_up(data: Data, row: list[Segment], found: set[str]) -> int:
    blocks = [in_exif(block) for block in _contents(data, row, 0xE1, b"Exif\0\0")]
    packets = _contents(data, row, 0xE1, XMP)
    for block in blocks:
        found |= block.notes
    for packet in packets + _contents(data, row, 0xE1, LONG_XMP):
        found |= in_xmp(packet)
    return way_up(*(block.orientation for block in blocks[:1]), *(turn_in_xmp(packet) for packet in packets))


def _profile(data: Data, row: list[Segment], found: set[str]) -> bytes:
    """Return the profile put together from its parts; a set of parts that is not whole is none."""
    parts = sorted(_contents(data, row, 0xE2, PROFILE), key=lambda part: part[:1])
    if not parts:
        return b""
    if any(part[:2] != bytes([number, len(parts)]) for number, part in enumerate(parts, 1)):
        found.add("other")
        return b""
    return freed_profile(b"".join(part[2:] for part in parts), found) or b""


def _told(data: Data, segment: Segment) -> set[str]:
    """Return what a segment that is left out told; EXIF, XMP and the profile have been read already."""
    content = data.take(segment.content, segment.end)
    if segment.marker == COM:
        return {"comment"}
    if content.startswith((b"Exif\0\0", XMP, LONG_XMP, PROFILE)):
        return set()
    if content.startswith(b"JFXX\0"):
        return {"thumbnail"}
    if content.startswith(b"Photoshop 3.0\0"):
        return in_iptc(content[14:])
    return {"other"}


def _look_behind(data: Data, end: int, found: set[str]) -> None:
    """Note what phones hang behind the picture: a film, or other pictures."""
    if data.search(SOMETHING, end):
        found.add("film" if data.find(b"ftyp", end) >= 0 else "other")
