"""The movie box of a picture file that is a sequence of pictures (animated AVIF, HEIF sequences).

It is rewritten in place, byte for byte as long as it was: the tracks of pictures and of their transparency stay with
what plays them; other tracks, names, times and unknown boxes become zeros.
"""

from collections.abc import Iterator
from typing import NamedTuple

from photos.splicing import Piece, Span

from .parts import Data, refuse

PICTURES = frozenset([b"pict", b"auxv"])
INSIDE = {
    b"moov": frozenset([b"mvhd", b"trak"]),
    b"trak": frozenset([b"tkhd", b"tref", b"edts", b"mdia"]),
    b"edts": frozenset([b"elst"]),
    b"mdia": frozenset([b"mdhd", b"hdlr", b"minf"]),
    b"minf": frozenset([b"vmhd", b"nmhd", b"dinf", b"stbl"]),
    b"dinf": frozenset([b"dref"]),
    b"stbl": frozenset(
        [b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"ctts", b"cslg", b"sgpd", b"sbgp"]
    ),
}
TIMED = frozenset([b"mvhd", b"tkhd", b"mdhd"])


class Node(NamedTuple):
    """A box within the movie: its kind, where it starts, where its content starts, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def freed_movie(movie: bytes, found: set[str]) -> tuple[list[Piece], list[Span]]:
    """Return the movie box (given whole) freed of private notes, and which ranges of the file its pictures use.

    No pieces where it shows no sequence of pictures: then it is a film, and goes.
    """
    data, clean = Data(movie), bytearray(movie)
    top = next(_nodes(data, 0, len(movie)))
    tracks = [node for node in _nodes(data, top.content, top.end) if node.kind == b"trak"]
    shown = [track for track in tracks if _handler(data, track) in PICTURES]
    if not shown:
        return [], []
    found |= {"film"} if len(shown) < len(tracks) else set()
    ranges: list[Span] = []
    for track in shown:
        ranges += _ranges(data, _inside(data, track, b"mdia", b"minf", b"stbl"))
    _clean(data, clean, top, {track.start for track in tracks} - {track.start for track in shown}, found)
    return [bytes(clean)], ranges


def _nodes(data: Data, at: int, end: int) -> Iterator[Node]:
    while at + 8 <= end:
        data.step()
        length, content = data.big(at, 4), at + 8
        if length == 1:
            length, content = data.big(at + 8, 8), at + 16
        node = Node(data.take(at + 4, at + 8), at, content, at + length if length else end)
        if not content <= node.end <= end:
            refuse("a box goes beyond the end")
        yield node
        at = node.end


def _inside(data: Data, node: Node, *path: bytes) -> Node:
    for kind in path:
        row = [inner for inner in _nodes(data, node.content, node.end) if inner.kind == kind]
        if len(row) != 1:
            refuse(f"{len(row)} boxes {kind!r}")
        node = row[0]
    return node


def _handler(data: Data, track: Node) -> bytes:
    box = _inside(data, track, b"mdia", b"hdlr")
    return data.take(box.content + 8, box.content + 12)


def _clean(data: Data, clean: bytearray, node: Node, dropped: set[int], found: set[str]) -> None:
    """Overwrite what is not needed within this box. The tree is as deep as INSIDE, whatever the file says."""
    for inner in _nodes(data, node.content, node.end):
        if inner.kind not in INSIDE[node.kind] or inner.start in dropped:
            found |= {"other"} if inner.kind not in (b"free", b"skip", b"trak") else set()
            clean[inner.start : inner.content] = _free_head(inner)
            clean[inner.content : inner.end] = bytes(inner.end - inner.content)
        elif inner.kind in INSIDE:
            _clean(data, clean, inner, dropped, found)
        elif inner.kind in TIMED:
            start = inner.content + 4
            end = min(start + (16 if data.big(inner.content, 1) else 8), inner.end)
            clean[start:end] = bytes(max(0, end - start))
        elif inner.kind == b"hdlr":
            clean[inner.content + 24 : inner.end] = bytes(max(0, inner.end - inner.content - 24))
        elif inner.kind == b"dref" and inner.end - inner.start > 40:
            refuse("pictures that lie elsewhere")


def _free_head(node: Node) -> bytes:
    size = node.end - node.start
    if node.content - node.start == 16:
        return b"\0\0\0\1free" + size.to_bytes(8, "big")
    return size.to_bytes(4, "big") + b"free"


def _ranges(data: Data, table: Node) -> list[Span]:
    """Return where the samples of a track lie: each chunk of the file with as many samples as the tables say."""
    boxes = {node.kind: node for node in _nodes(data, table.content, table.end)}
    if b"stsc" not in boxes or b"stsz" not in boxes or not {b"stco", b"co64"} & boxes.keys():
        refuse("a track without places")
    wide, places = (8, boxes[b"co64"]) if b"co64" in boxes else (4, boxes[b"stco"])
    starts = _numbers(data, places.content + 4, places.end, wide)
    runs = _numbers(data, boxes[b"stsc"].content + 4, boxes[b"stsc"].end, 4, times=3)
    sizes = boxes[b"stsz"]
    same, count = data.big(sizes.content + 4, 4), data.big(sizes.content + 8, 4)
    each = None if same else _numbers(data, sizes.content + 8, sizes.end, 4)
    firsts = dict(zip(runs[::3], runs[1::3], strict=True))
    ranges, sample, in_chunk = [], 0, 0
    for number, start in enumerate(starts, 1):
        data.step()
        in_chunk = firsts.get(number, in_chunk)
        until = min(sample + in_chunk, count)
        size = sum(each[sample:until]) if each is not None else same * (until - sample)
        ranges.append(Span(start, start + size))
        sample = until
    return [span for span in ranges if span.end > span.start]


def _numbers(data: Data, at: int, end: int, wide: int, times: int = 1) -> list[int]:
    """Return the numbers of a table that begins with how many rows it has, `times` numbers a row."""
    count = data.big(at, 4) * times
    if at + 4 + count * wide > end:
        refuse("a table goes beyond its end")
    block = data.take(at + 4, at + 4 + count * wide)
    return [int.from_bytes(block[spot : spot + wide], "big") for spot in range(0, len(block), wide)]
