"""PNG, also with several pictures (APNG): the chunks of the PNG specification, third edition."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from photos.splicing import Piece, Span

from .notes import IN_TEXT, in_exif, in_iptc, in_xmp, minimal_exif, turn_in_xmp, way_up
from .parts import Data, refuse
from .profiles import freed_profile

START = 8
# What makes the picture, and what changes how it looks, with the most bytes that each may have: except in the pixels
# there is no room for words.
CRITICAL = {b"IHDR": 13, b"PLTE": 768, b"IDAT": 1 << 31}
ANCILLARY = {
    b"tRNS": 256,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"cICP": 4,
    b"mDCV": 24,
    b"cLLI": 8,
    b"sBIT": 4,
    b"bKGD": 6,
    b"pHYs": 9,
    b"acTL": 8,
    b"fcTL": 26,
    b"fdAT": 1 << 31,
}
TEXT = frozenset([b"tEXt", b"zTXt", b"iTXt"])
XMP = "XML:com.adobe.xmp"
MAX_UNPACKED = 1 << 22


class Chunk(NamedTuple):
    """A chunk: its kind, and where it starts, where its content starts and ends, and where the next one is."""

    kind: bytes
    start: int
    content: int
    content_end: int
    end: int


def chunks(data: Data) -> Iterator[Chunk]:
    """Yield the chunks up to the end of the image, that one last."""
    at = START
    while True:
        data.step()
        length, kind = data.big(at, 4), data.take(at + 4, at + 8)
        chunk = Chunk(kind, at, at + 8, at + 8 + length, at + 12 + length)
        if kind == b"IEND":
            # Some writers leave its checksum away.
            yield chunk._replace(end=min(chunk.end, data.size))
            return
        data.take(chunk.end, chunk.end)
        yield chunk
        at = chunk.end


def chunk_of(kind: bytes, content: bytes) -> bytes:
    """Return a chunk, with length and checksum."""
    return (
        len(content).to_bytes(4, "big")
        + kind
        + content
        + zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")
    )


def freed(data: Data, found: set[str]) -> list[Piece]:
    """Return the pieces of the picture without private notes."""
    row = list(chunks(data))
    turn = _way_up(data, row, found)
    pieces: list[Piece] = [Span(0, START)]
    had_profile = False
    for chunk in row:
        if chunk.kind == b"IEND":
            pieces.append(chunk_of(b"IEND", b""))
        elif chunk.kind in CRITICAL:
            if chunk.content_end - chunk.content > CRITICAL[chunk.kind]:
                refuse(f"chunk {chunk.kind!r} is too long")
            pieces.append(Span(chunk.start, chunk.end))
            if chunk.kind == b"IHDR" and turn != 1:
                pieces.append(chunk_of(b"eXIf", minimal_exif(turn)))
        elif chunk.kind in ANCILLARY and chunk.content_end - chunk.content <= ANCILLARY[chunk.kind]:
            pieces.append(Span(chunk.start, chunk.end))
        elif chunk.kind == b"iCCP" and not had_profile:
            had_profile = True
            pieces.append(_profile(data, chunk, found))
        elif not chunk.kind[0] & 0x20:
            refuse(f"chunk {chunk.kind!r}")
        else:
            found |= _told(data, chunk)
    found |= {"other"} if row[-1].end < data.size else set()
    return pieces


def _profile(data: Data, chunk: Chunk, found: set[str]) -> bytes:
    """Return the chunk of the profile under a name that says nothing, or nothing where it cannot be unpacked."""
    _name, _, packed = data.take(chunk.content, chunk.content_end).partition(b"\0")
    profile = freed_profile(data.unpack(packed[1:], MAX_UNPACKED), found)
    if profile is None:
        return b""
    return chunk_of(b"iCCP", b"ICC\0\0" + zlib.compress(profile, 9))


def _way_up(data: Data, row: list[Chunk], found: set[str]) -> int:
    """Return the orientation, read where decoders read it: the EXIF chunk, EXIF written as text, XMP."""
    blocks, packets = [], []
    for chunk in row:
        if chunk.kind == b"eXIf":
            blocks.append(in_exif(data.take(chunk.content, chunk.content_end)))
        elif chunk.kind in TEXT:
            key = _key(data, chunk)
            if key in ("Raw profile type exif", "Raw profile type APP1"):
                blocks.append(in_exif(_from_hex(_text(data, chunk))))
            elif key == XMP:
                packets.append(_text(data, chunk))
    for block in blocks:
        found |= block.notes
    for packet in packets:
        found |= in_xmp(packet)
    return way_up(*(block.orientation for block in blocks[:1]), *(turn_in_xmp(packet) for packet in packets))


def _key(data: Data, chunk: Chunk) -> str:
    """Return the keyword of a chunk of text."""
    start = data.take(chunk.content, min(chunk.content + 80, chunk.content_end))
    return start.partition(b"\0")[0].decode("latin-1")


def _text(data: Data, chunk: Chunk) -> bytes:
    """Return what a chunk of text says, unpacked."""
    text = data.look(chunk.content, chunk.content_end).partition(b"\0")[2]
    if chunk.kind == b"zTXt":
        return data.unpack(text[1:], MAX_UNPACKED)
    if chunk.kind == b"iTXt":
        packed = text[:1] == b"\1"
        text = text[2:].partition(b"\0")[2].partition(b"\0")[2]
        return data.unpack(text, MAX_UNPACKED) if packed else text
    return text


def _from_hex(text: bytes) -> bytes:
    """Return the block that ImageMagick writes as lines of hexadecimal digits, below its name and length."""
    try:
        return bytes.fromhex(b"".join(text.split(b"\n")[3:]).decode("ascii"))
    except ValueError:
        return b""


def _told(data: Data, chunk: Chunk) -> set[str]:
    """Return what a chunk that is left out told; EXIF and XMP have been read already."""
    if chunk.kind == b"tIME":
        return {"time"}
    if chunk.kind == b"eXIf":
        return set()
    if chunk.kind not in TEXT:
        return {"other"}
    key = _key(data, chunk)
    if key == "Raw profile type iptc":
        return in_iptc(_from_hex(_text(data, chunk)))
    if key == XMP or key.startswith("Raw profile type"):
        return set() if key == XMP else {"other"}
    return {IN_TEXT.get(key.lower(), "other")}
