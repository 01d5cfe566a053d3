"""New files made of ranges of old ones and of bytes of our own, without holding either in memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

CHUNK = 1 << 18


class Span(NamedTuple):
    """The bytes of the source from `start` up to, and without, `end`."""

    start: int
    end: int


class Zeros(NamedTuple):
    """So many zero bytes."""

    size: int


Piece = bytes | Span | Zeros


def length_of(piece: Piece) -> int:
    """Return how many bytes the piece stands for."""
    if isinstance(piece, Span):
        return piece.end - piece.start
    return piece.size if isinstance(piece, Zeros) else len(piece)


def spliced(read: Callable[[int, int], bytes], pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the bytes that the pieces stand for, in chunks of 256 kB at most for what is not our own.

    `read` gives the bytes of the source between two positions.
    """
    for piece in pieces:
        if isinstance(piece, Span):
            for start in range(piece.start, piece.end, CHUNK):
                yield read(start, min(start + CHUNK, piece.end))
        elif isinstance(piece, Zeros):
            for start in range(0, piece.size, CHUNK):
                yield bytes(min(CHUNK, piece.size - start))
        else:
            yield piece


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring spans made one, and without empty ones."""
    made: list[Piece] = []
    for piece in pieces:
        last = made[-1] if made else None
        if not length_of(piece):
            continue
        if isinstance(piece, Span) and isinstance(last, Span) and last.end == piece.start:
            made[-1] = Span(last.start, piece.end)
        else:
            made.append(piece)
    return made
