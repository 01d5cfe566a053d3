"""Makes parts of a picture unrecognisable for good: the new original that takes the place of the old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photos.decoding import Limits, decode

CHILD = Path(__file__).with_name("_blurring_child.py")
# As photos.formats names them.
FORMATS = {"JPEG": ("JPEG", "jpg"), "PNG": ("PNG", "png"), "WEBP": ("WebP", "webp")}


@dataclass(frozen=True)
class Blurred:
    """The new picture: where it lies, and its format by name and by extension (photos.formats.Format)."""

    path: Path
    format: str
    extension: str


def burn(
    source: Path, target_dir: Path, regions: Sequence[Sequence[float]], limits: Limits | None = None
) -> Blurred:
    """Write the picture `source` into `target_dir` once more, upright, with `regions` averaged away.

    Each region is (left, top, width, height) in fractions, 0 to 1, of the upright picture. All else keeps its look;
    private metadata does not come along, an animation becomes its first picture. Raises what photos.decoding.decode
    raises.
    """
    answer = decode(source, target_dir, limits, program=CHILD, regions=[list(region) for region in regions])
    return Blurred(target_dir / "blurred", *FORMATS[answer["format"]])
