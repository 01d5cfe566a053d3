"""What a photo is shown as: smaller copies that are upright, keep their colours, and tell nothing about anybody."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from photos.decoding import Limits, decode

# Longer edge in pixels, quality (0 to 100) and effort (0 to 6) of WebP. What stands in galleries gets more of both, as
# everybody loads it and it is quick to make: docs/decisions/0008-renditions.md has the figures.
SIZES = ((320, 85, 4), (480, 85, 4), (640, 85, 4), (1280, 80, 4), (2000, 81, 2))
MIME = "image/webp"


@dataclass(frozen=True)
class RenditionFile:
    """One rendition in the directory that was given: size in pixels, size in bytes, where it lies."""

    width: int
    height: int
    bytes: int
    path: Path
    mime: str = MIME


@dataclass(frozen=True)
class Pictured:
    """A picture that could be read.

    `width` and `height` are those of the upright original. `taken_at` is aware where the camera knew its offset, else
    naive, else None. `had_place` says that the file told where it was taken (and nothing more). `placeholder` is a
    data: URI under 1 kB, `colour` the commonest colour as #rrggbb, `dhash` 64 bits as a signed number.
    `renditions` are from the smallest to the largest.
    """

    width: int
    height: int
    taken_at: datetime | None
    had_place: bool
    is_animated: bool
    placeholder: str
    colour: str
    dhash: int
    renditions: list[RenditionFile]


def make_renditions(source: Path, target_dir: Path, limits: Limits | None = None) -> Pictured:
    """Decode the picture `source` in a child process and write its renditions into `target_dir` (empty, existing).

    Long edges are 320, 480, 640, 1280 and 2000 pixels; a smaller picture gets those that it exceeds, and one at its own
    size. The files are a work's result, not yet durable: store them with DurableStorage. Raises Unreadable (see
    photos.decoding.decode for the rest).
    """
    answer = decode(source, target_dir, limits, sizes=SIZES)
    taken_at = answer["taken_at"]
    return Pictured(
        width=answer["width"],
        height=answer["height"],
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        had_place=answer["had_place"],
        is_animated=answer["is_animated"],
        placeholder=answer["placeholder"],
        colour=answer["colour"],
        dhash=answer["dhash"],
        renditions=[
            _file(target_dir, made) for made in sorted(answer["renditions"], key=lambda made: made["edge"])
        ],
    )


def differing_bits(first: int, second: int) -> int:
    """Return how far two `dhash` values are apart: 0 the same picture, up to about 6 a near duplicate, at most 64."""
    return ((first ^ second) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def _file(directory: Path, made: dict[str, int]) -> RenditionFile:
    path = directory / f"{made['edge']}.webp"
    return RenditionFile(made["width"], made["height"], path.stat().st_size, path)
