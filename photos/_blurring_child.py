"""The program that burns a blur into a picture: run alone in a process of its own by blurring.py, never imported.

The picture is standard input, the job is one JSON argument with `regions`, the new picture is written as `blurred`
into the current directory, and the answer is one line of JSON. Limits, and how a picture is opened, are those of
_decoder_child.py beside it, which knows neither Django nor the database either.
"""

import io
import json
import math
import os
import sys
import warnings
from typing import Any

# Isolated Python does not look into the program's own folder; put last, it hides nothing.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import _decoder_child as decoder  # type: ignore[import-not-found]

# So many spots of one colour along a region's longer edge are all that is left of it.
SPOTS = 6


def main() -> None:
    job = json.loads(sys.argv[1])
    decoder.set_limits(job)
    try:
        import pi_heif
        from PIL import AvifImagePlugin, Image, WebPImagePlugin  # noqa: F401 (importing them makes them known)

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
    except ImportError as error:
        decoder.fail(decoder.SET_UP_FAULT, str(error))
    Image.MAX_IMAGE_PIXELS = job["max_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    answer: dict[str, Any] = {}
    data = b""
    try:
        answer, data = blurred(job)
    except MemoryError:
        answer = {"unreadable": "no_memory"}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer = {"unreadable": "too_many_pixels"}
    except Exception as error:  # what decoders throw, as in _decoder_child.py
        answer = {"unreadable": "broken", "detail": f"{type(error).__name__}: {error}"[:300]}
    if data:
        try:
            with open("blurred", "xb") as file:
                file.write(data)
        except OSError as error:
            decoder.fail(decoder.STORAGE_FAULT, str(error.errno))
    sys.stdout.write(json.dumps(answer))


def blurred(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    from PIL import Image, JpegImagePlugin

    source = Image.open(sys.stdin.buffer, formats=decoder.FORMATS)
    if source.width * source.height > job["max_pixels"]:
        raise Image.DecompressionBombError
    source.load()
    kind = source.format or ""
    # A JPEG that is saved with its own tables again loses next to nothing where nothing was changed.
    tables: dict[str, Any] = {"quality": 95, "subsampling": 0}
    if kind in ("JPEG", "MPO"):
        tables = {"qtables": source.quantization, "subsampling": JpegImagePlugin.get_sampling(source)}  # type: ignore[attr-defined]
    turn = decoder.unless_broken(lambda: decoder.turn(source.getexif()))
    image, profile = decoder.plain(source, source.size)
    source.close()
    if turn is not None:
        image = image.transpose(turn)
    for region in job["regions"]:
        blur(image, *region)
    kind, options = written_as(kind, image.mode == "RGBA")
    buffer = io.BytesIO()
    image.save(buffer, kind, **(tables if kind == "JPEG" else options), icc_profile=profile or b"")
    return {"renditions": [], "format": kind}, buffer.getvalue()


def blur(image: Any, left: float, top: float, width: float, height: float) -> None:
    """Replace a part of the picture, given in fractions of its size, by a few averages that run into each other.

    Averaging throws the pixels away; the Gaussian that follows only takes the hard edges from the mosaic.
    """
    from PIL import Image, ImageFilter

    box = (
        max(0, math.floor(left * image.width)),
        max(0, math.floor(top * image.height)),
        min(image.width, math.ceil((left + width) * image.width)),
        min(image.height, math.ceil((top + height) * image.height)),
    )
    part = image.crop(box)
    spot = max(part.size) / SPOTS
    spots = tuple(max(1, round(length / spot)) for length in part.size)
    mosaic = part.resize(spots, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    image.paste(mosaic.filter(ImageFilter.GaussianBlur(spot / 2)), box)


def written_as(kind: str, has_alpha: bool) -> tuple[str, dict[str, Any]]:
    """Return the format that the picture is kept in, and the options of Pillow for its best quality.

    HEIC cannot be written here, and AVIF not quickly; a film (GIF) is kept as the still picture that was blurred.
    """
    if kind == "WEBP":
        return "WEBP", {"quality": 95, "method": 4, "exif": b"", "xmp": b""}
    if kind in ("PNG", "GIF") or has_alpha:
        return "PNG", {"compress_level": 4}
    return "JPEG", {}


if __name__ == "__main__":
    main()
