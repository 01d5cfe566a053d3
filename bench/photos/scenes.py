"""Files as cameras write them: photos of the demo, enlarged to 12, 24 and 48 megapixels, with grain, as JPEG."""

import random
import sys
from pathlib import Path

import pi_heif
from PIL import Image, ImageChops, ImageFilter

PHOTOS = Path(__file__).parents[2] / "demo" / "photos"
SCENES = (
    "evening-drinks.jpg",
    "hall-with-glass-roof.jpg",
    "stage-and-audience.jpg",
    "a-heic-from-a-phone.heic",
)
HEIC = PHOTOS / "a-heic-from-a-phone.heic"
# Megapixels: the longer edge of a 4:3 picture.
EDGES = {12: 4032, 24: 5664, 48: 8064}
QUALITY = 92
# What is left of a sensor's noise at ISO 400 or so, in levels of 255, after the camera took most of it away.
NOISE = 4.0


def grain(size: tuple[int, int]) -> Image.Image:
    """Return noise around 128, the same at each call. Its grains are larger than a pixel, as after demosaicing."""
    chance = random.Random(20240320)
    tile = Image.new("L", (512, 512))
    tile.putdata([round(128 + chance.gauss(0, NOISE * 2)) for _ in range(512 * 512)])
    tile = tile.filter(ImageFilter.GaussianBlur(0.7))
    cover = Image.new("L", size)
    for left in range(0, size[0], tile.width):
        for top in range(0, size[1], tile.height):
            cover.paste(tile, (left, top))
    return cover


def scene(name: str, edge: int) -> Image.Image:
    """Return the demo's photo with its longer edge at `edge`, cut to 4:3 or 3:4."""
    with Image.open(PHOTOS / name) as opened:
        image = opened.convert("RGB")
    shape = (edge, edge * 3 // 4) if image.width >= image.height else (edge * 3 // 4, edge)
    scale = max(shape[0] / image.width, shape[1] / image.height)
    if scale == 1:
        return image
    size = (round(image.width * scale), round(image.height * scale))
    image = image.resize(size, Image.Resampling.BICUBIC).crop((0, 0, *shape))
    image = image.filter(ImageFilter.UnsharpMask(radius=scale, percent=60, threshold=2))
    noise = Image.merge("RGB", [grain(shape)] * 3)
    return ImageChops.add(image, noise, 1, -128)


def main(folder: Path) -> None:
    """Write every scene in every size into `folder`, unless it is there."""
    pi_heif.register_heif_opener()
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCENES:
        for megapixels, edge in EDGES.items():
            path = folder / f"{Path(name).stem}-{megapixels}.jpg"
            if not path.exists():
                unfinished = path.with_suffix(".part")
                scene(name, edge).save(unfinished, "JPEG", quality=QUALITY, subsampling="4:2:0")
                unfinished.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
