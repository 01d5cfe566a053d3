"""WebP, also with several pictures: the chunks of RFC 9649."""

from collections.abc import Iterator
from typing import NamedTuple

from photos.splicing import Piece, Span, length_of

from .notes import in_exif, in_xmp, minimal_exif, turn_in_xmp, way_up
from .parts import Data, refuse
from .profiles import freed_profile

HAS_PROFILE, HAS_ALPHA, HAS_EXIF, HAS_XMP, IS_ANIMATED = 0x20, 0x10, 0x08, 0x04, 0x02
PICTURE = (b"ALPH", b"VP8 ", b"VP8L")
# A chunk of animation: what stands before the chunks of its picture.
FRAME_HEAD = 16


class Chunk(NamedTuple):
    """A chunk: its kind, where its content starts and ends. It starts 8 bytes earlier."""

    kind: bytes
    content: int
    end: int


def chunks(data: Data, at: int, end: int) -> Iterator[Chunk]:
    """Yield the chunks between two positions; the last may lack its padding."""
    while at + 8 <= end:
        data.step()
        chunk = Chunk(data.take(at, at + 4), at + 8, at + 8 + data.little(at + 4, 4))
        if chunk.end > end:
            refuse("a chunk goes beyond the end")
        yield chunk
        at = chunk.end + (chunk.end - chunk.content) % 2


def chunk_of(kind: bytes, pieces: list[Piece]) -> list[Piece]:
    """Return a chunk around the pieces, with length and padding."""
    length = sum(map(length_of, pieces))
    return [kind + length.to_bytes(4, "little"), *pieces, bytes(length % 2)]


def file_of(pieces: list[Piece]) -> list[Piece]:
    """Return the file around its chunks."""
    return [b"RIFF" + (sum(map(length_of, pieces)) + 4).to_bytes(4, "little") + b"WEBP", *pieces]


def extended_header(data: Data, picture: Chunk) -> bytes:
    """Return the content of the header that a simple file with this one picture lacks."""
    start = data.take(picture.content, min(picture.content + 10, picture.end))
    if picture.kind == b"VP8L":
        bits = int.from_bytes(start[1:5], "little")
        width, height, flags = bits & 0x3FFF, bits >> 14 & 0x3FFF, HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        width, height = (int.from_bytes(start[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        width, height, flags = width - 1, height - 1, 0
    return bytes([flags, 0, 0, 0]) + width.to_bytes(3, "little") + height.to_bytes(3, "little")


def end_of(data: Data) -> int:
    """Return where the file ends by its own word; some writers count a padding that they do not write."""
    return min(data.little(4, 4) + 8, data.size)


def freed(data: Data, found: set[str]) -> list[Piece]:
    """Return the pieces of the picture without private notes."""
    row = list(chunks(data, 12, end_of(data)))
    found |= {"other"} if end_of(data) + 1 < data.size else set()
    if not row or row[0].kind != b"VP8X":
        return file_of(_simple(row, found))
    flags = data.take(row[0].content, row[0].content + 1)[0]
    turn = _way_up(data, row, flags, found)
    profile: bytes | None = None
    pieces: list[Piece] = []
    for chunk in row[1:]:
        if chunk.kind == b"ICCP" and flags & HAS_PROFILE and profile is None:
            profile = freed_profile(data.take(chunk.content, chunk.end), found)
        elif chunk.kind == b"ANMF":
            pieces += chunk_of(b"ANMF", _frame(data, chunk, found))
        elif chunk.kind == b"ANIM":
            pieces += chunk_of(b"ANIM", [data.take(chunk.content, min(chunk.content + 6, chunk.end))])
        elif chunk.kind in PICTURE:
            pieces += _copied(chunk)
        elif chunk.kind not in (b"EXIF", b"XMP "):
            found.add("other")
    flags &= HAS_ALPHA | IS_ANIMATED
    if profile:
        flags |= HAS_PROFILE
        pieces = [*chunk_of(b"ICCP", [profile]), *pieces]
    if turn != 1:
        flags |= HAS_EXIF
        pieces += chunk_of(b"EXIF", [minimal_exif(turn)])
    size = data.take(row[0].content + 4, row[0].content + 10)
    return file_of([*chunk_of(b"VP8X", [bytes([flags, 0, 0, 0]) + size]), *pieces])


def _simple(row: list[Chunk], found: set[str]) -> list[Piece]:
    """Return the one chunk of the simple file: in it decoders look for nothing else."""
    picture = next((chunk for chunk in row if chunk.kind in PICTURE), None)
    if picture is None or picture.kind == b"ALPH":
        refuse("no picture")
    found |= {"other"} if len(row) > 1 else set()
    return _copied(picture)


def _copied(chunk: Chunk) -> list[Piece]:
    return chunk_of(chunk.kind, [Span(chunk.content, chunk.end)])


def _frame(data: Data, frame: Chunk, found: set[str]) -> list[Piece]:
    start = frame.content + FRAME_HEAD
    pieces: list[Piece] = [Span(frame.content, min(start, frame.end))]
    for chunk in chunks(data, start, frame.end):
        if chunk.kind in PICTURE:
            pieces += _copied(chunk)
        else:
            found.add("other")
    return pieces


def _way_up(data: Data, row: list[Chunk], flags: int, found: set[str]) -> int:
    """Return the orientation. Decoders look for EXIF and XMP only where the file announces them."""
    said = []
    for kind, announced in ((b"EXIF", HAS_EXIF), (b"XMP ", HAS_XMP)):
        for chunk in [chunk for chunk in row if chunk.kind == kind]:
            block = data.take(chunk.content, chunk.end)
            told = in_exif(block) if kind == b"EXIF" else None
            found |= told.notes if told else in_xmp(block)
            if flags & announced:
                said.append(told.orientation if told else turn_in_xmp(block))
    return way_up(*said)
