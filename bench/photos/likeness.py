"""How like pictures are: structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004) of their brightness.

likeness.py <picture> <folder of renditions>…: prints a line of JSON for each folder, SSIM by edge, against the picture
itself made smaller with a Lanczos filter from all its pixels. Run in the bench's environment.
"""

import json
import sys
from pathlib import Path

import numpy
from PIL import Image

RADIUS, SIGMA = 5, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
COMPARED = (640, 2000)


def brightness(image: Image.Image) -> numpy.ndarray:
    rgb = numpy.asarray(image.convert("RGB"), dtype=numpy.float32)
    return rgb @ numpy.array([0.299, 0.587, 0.114], dtype=numpy.float32)


def window(values: numpy.ndarray) -> numpy.ndarray:
    """Return the weighted mean around each point whose whole neighbourhood is there."""
    steps = numpy.arange(-RADIUS, RADIUS + 1)
    weights = numpy.exp(-(steps**2) / (2 * SIGMA**2))
    weights = (weights / weights.sum()).astype(numpy.float32)
    for _axis in range(2):
        rest = values.shape[0] - 2 * RADIUS
        values = sum(weight * values[at : at + rest] for at, weight in enumerate(weights)).T
    return values


def similarity(one: Image.Image, other: Image.Image) -> float:
    x, y = brightness(one), brightness(other)
    mean_x, mean_y = window(x), window(y)
    var_x, var_y = window(x * x) - mean_x**2, window(y * y) - mean_y**2
    both = window(x * y) - mean_x * mean_y
    near = (2 * mean_x * mean_y + C1) * (2 * both + C2)
    return float((near / ((mean_x**2 + mean_y**2 + C1) * (var_x + var_y + C2))).mean())


def main(picture: Path, folders: list[Path]) -> None:
    whole = Image.open(picture).convert("RGB")
    references: dict[tuple[int, int], Image.Image] = {}
    for folder in folders:
        found = {}
        for edge in COMPARED:
            made = Image.open(folder / f"{edge}.webp")
            if made.size not in references:
                references[made.size] = whole.resize(made.size, Image.Resampling.LANCZOS)
            found[edge] = similarity(references[made.size], made)
        print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
