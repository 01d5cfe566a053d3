"""The peers that are Python packages, each with the five renditions of one picture: run in the bench's environment.

python_peer.py <vips|imagekit|thumbnails> <quality> <effort> <target folder> [<picture>]
"""

import os
import sys
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"
EDGES = (2000, 1280, 640, 480, 320)


def vips(quality: int, effort: int, target: Path, source: Path | None) -> None:
    import pyvips

    pyvips.cache_set_max(0)
    for edge in EDGES if source else ():
        # Shrinks while it decodes.
        image = pyvips.Image.thumbnail(str(source), edge, height=edge, size="down")
        image.webpsave(str(target / f"{edge}.webp"), Q=quality, effort=effort, keep="icc")


def imagekit(quality: int, effort: int, target: Path, source: Path | None) -> None:
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=["imagekit"])
    django.setup()
    from imagekit import ImageSpec
    from imagekit.processors import ResizeToFit, Transpose

    for edge in EDGES if source else ():

        class Rendition(ImageSpec):
            processors = [Transpose(), ResizeToFit(edge, edge, upscale=False)]
            format = "WEBP"
            options = {"quality": quality, "method": effort}

        with open(source, "rb") as picture:
            (target / f"{edge}.webp").write_bytes(Rendition(source=picture).generate().read())


def thumbnails(quality: int, effort: int, target: Path, source: Path | None) -> None:
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["easy_thumbnails"],
        THUMBNAIL_EXTENSION="webp",
        THUMBNAIL_TRANSPARENCY_EXTENSION="webp",
        THUMBNAIL_IMAGE_SAVE_OPTIONS={"WEBP": {"method": effort, "quality": quality}},
    )
    django.setup()
    from easy_thumbnails.files import Thumbnailer

    for edge in EDGES if source else ():
        with open(source, "rb") as picture:
            thumbnailer = Thumbnailer(picture, name=source.name)
            made = thumbnailer.generate_thumbnail({"size": (edge, edge), "quality": quality})
            (target / f"{edge}.webp").write_bytes(made.read())


if __name__ == "__main__":
    peer, quality, effort, target, *source = sys.argv[1:]
    peers = {"vips": vips, "imagekit": imagekit, "thumbnails": thumbnails}
    peers[peer](int(quality), int(effort), Path(target), Path(source[0]) if source else None)
