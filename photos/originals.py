"""The original that is kept of a photo: the very picture that came, freed of what it told about anybody."""

import logging
from dataclasses import dataclass
from pathlib import Path

from photos.blurring import burn
from photos.formats import Format, identify
from photos.stripping import CannotStrip, strip

logger = logging.getLogger("photos")


@dataclass(frozen=True)
class Freed:
    """A picture that tells nothing about anybody: where it lies, what it is, and which of NOTES had been found."""

    path: Path
    format: Format
    notes: tuple[str, ...]


def free_of_notes(source: Path, folder: Path) -> Freed:
    """Write the picture `source` into `folder` without private notes; its pixels stay the very same.

    Where its structure cannot be followed it is decoded and encoded anew, at the best quality: the unclean file is
    never what is kept. Raises Unreadable where that cannot be done either (see photos.decoding.decode for the rest).
    """
    target = folder / "freed"
    try:
        stripped = strip(source, target)
    except CannotStrip as reason:
        logger.info("%s is encoded anew: %s", source.name, reason)
        target = burn(source, folder, []).path
        with open(target, "rb") as file:
            return Freed(target, identify(file), ("re-encoded",))
    return Freed(target, stripped.format, stripped.notes)
