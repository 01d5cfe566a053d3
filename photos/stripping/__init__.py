"""Frees a picture of private notes without touching its pixels: nothing is decoded, nothing is encoded anew.

A file is a row of parts (segments, chunks, blocks, boxes). What is known to make the picture is copied, byte for byte;
everything else is left out: what a list of good parts does not name cannot slip through, as it would through a list of
bad ones. The way up and the colour profile stay. The work is bounded: each part is looked at once, and big ones are
copied without being read.

What a decoder reads and does not show, within the compressed pixels themselves, is out of reach here.
"""

import mmap
import os
from collections.abc import Callable
from pathlib import Path

from photos.formats import Format, NotAPicture, identify
from photos.splicing import Piece, joined, spliced

from . import boxes, gif, jpeg, png, webp
from .outcome import NOTES, CannotStrip, Stripped
from .parts import Data

__all__ = ["NOTES", "CannotStrip", "Stripped", "strip"]

Way = Callable[[Data, set[str]], list[Piece]]
WAYS: dict[str, Way] = {
    "JPEG": jpeg.freed,
    "PNG": png.freed,
    "WebP": webp.freed,
    "GIF": gif.freed,
    "HEIC": boxes.freed,
    "AVIF": boxes.freed,
}


def strip(source: Path, target: Path) -> Stripped:
    """Write the picture `source` to `target` without private notes, its pixels byte for byte the same.

    What comes out goes in and out again unchanged. Raises CannotStrip, and leaves no `target`, where the structure of
    the file cannot be followed; OSError where it cannot be read or written.
    """
    found: set[str] = set()
    picture = _recognised(source)
    with open(source, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
        data = Data(mapping)
        pieces = joined(WAYS[picture.name](data, found))
        with open(target, "wb") as made:
            made.writelines(spliced(data.take, pieces))
    try:
        after = _recognised(target)
        # What HEIF is said to measure is the largest of its pictures, which may have been another than the one shown.
        if after != picture and (WAYS[picture.name] != boxes.freed or after.name != picture.name):
            raise CannotStrip(f"{picture} became {after}")
    except CannotStrip:
        os.unlink(target)
        raise
    return Stripped(picture, tuple(note for note in NOTES if note in found))


def _recognised(path: Path) -> Format:
    with open(path, "rb") as file:
        try:
            return identify(file)
        except NotAPicture as error:
            raise CannotStrip(str(error)) from error
