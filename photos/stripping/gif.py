"""GIF, also with several pictures: the blocks of GIF89a."""

from photos.splicing import Piece, Span

from .notes import in_xmp
from .parts import Data, refuse

CONTROL, COMMENT, TEXT, APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
XMP = b"XMP DataXMP"
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def freed(data: Data, found: set[str]) -> list[Piece]:
    """Return the pieces of the pictures, with how long each stands and how often they run, without private notes."""
    at = 13 + _colours(data.big(10, 1))
    pieces: list[Piece] = [Span(0, at)]
    while True:
        data.step()
        kind = data.take(at, at + 1)
        if kind == b";":
            break
        if kind == b"!":
            label, start = data.big(at + 1, 1), at + 2
            blocks, at = sub_blocks(data, start)
            pieces += _extension(data, label, blocks, Span(start, at), found)
        elif kind == b",":
            start, at = at, at + 10 + _colours(data.big(at + 9, 1)) + 1
            at = sub_blocks(data, at)[1]
            pieces.append(Span(start, at))
        elif kind == b"\0":
            at += 1
        else:
            refuse(f"block {kind!r}")
    found |= {"other"} if at + 1 < data.size else set()
    return [*pieces, b";"]


def _colours(flags: int) -> int:
    """Return how many bytes the table of colours has that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def sub_blocks(data: Data, at: int) -> tuple[list[Span], int]:
    """Return where the contents of the blocks from `at` on are, and where the row of them ends."""
    blocks = []
    while length := data.big(at, 1):
        data.step()
        blocks.append(Span(at + 1, at + 1 + length))
        at += 1 + length
    return blocks, at + 1


def _extension(data: Data, label: int, blocks: list[Span], whole: Span, found: set[str]) -> list[Piece]:
    """Return what is kept of an extension, and note what it told."""
    first = data.take(*blocks[0]) if blocks else b""
    if label == CONTROL:
        if len(first) < 4:
            refuse("a control block without content")
        return [b"!\xf9\x04" + first[:4] + b"\0"]
    if label == APPLICATION and first in LOOPS:
        for block in blocks[1:]:
            content = data.take(*block)
            if content[:1] == b"\1" and len(content) >= 3:
                return [b"!\xff\x0b" + first + b"\3" + content[:3] + b"\0"]
    elif label == APPLICATION and first.startswith(XMP):
        found |= in_xmp(data.take(*whole))
    else:
        found.add({COMMENT: "comment", TEXT: "caption"}.get(label, "other"))
    return []
