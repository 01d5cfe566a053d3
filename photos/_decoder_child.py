"""The program that opens a stranger's picture: run alone in a process of its own by decoding.py, never imported.

The picture is standard input, the job is one JSON argument, the answer is one line of JSON on standard output.
It knows neither Django nor the database, and may do nothing but read that picture and write renditions into the
current directory. Whatever a decoder throws, the answer names one reason: broken, too_many_pixels, no_memory.
"""

import base64
import io
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"]  # MPO is opened as a JPEG that goes on
# Several pictures in a file of another format are no film: a phone's depth, a burst.
FILMS = ["GIF", "PNG", "WEBP", "AVIF"]
ORIENTATION, EXIF_IFD, GPS_IFD = 0x0112, 0x8769, 0x8825
TAKEN = [(0x9003, 0x9011), (0x9004, 0x9012)]  # DateTimeOriginal and DateTimeDigitized, each with its offset
PLACES_IN_XMP = [
    b"GPSLatitude",
    b"photoshop:City",
    b":LocationCreated",
    b"CoreLocation",
    b"Iptc4xmpCore:Location",
]
PLACES_IN_IPTC = [b"\x1c\x02\x5a", b"\x1c\x02\x5c", b"\x1c\x02\x65"]  # city, sublocation, country
MAX_PROFILE = 32_768
SIDEWAYS = [2, 4, 5, 6]  # Pillow's transpositions that swap width and height
STORAGE_FAULT, SET_UP_FAULT = 3, 4


def main() -> None:
    job = json.loads(sys.argv[1])
    set_limits(job)
    try:
        from PIL import Image, WebPImagePlugin  # noqa: F401 (importing it makes it known)

        get_to_know(os.pread(0, 12, 0))
    except ImportError as error:
        fail(SET_UP_FAULT, str(error))
    Image.MAX_IMAGE_PIXELS = job["max_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        answer, files = work(job)
    except MemoryError:
        answer, files = {"unreadable": "no_memory"}, {}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer, files = {"unreadable": "too_many_pixels"}, {}
    except Exception as error:  # of 4,548 public test images 26 make a decoder throw something odd
        reason = "no_memory" if "memory" in str(error).lower() else "broken"
        answer, files = {"unreadable": reason, "detail": f"{type(error).__name__}: {error}"[:300]}, {}
    for name, data in files.items():
        try:
            with open(name, "xb") as file:
                file.write(data)
        except OSError as error:
            fail(STORAGE_FAULT, str(error.errno))
    sys.stdout.write(json.dumps(answer))


def set_limits(job: dict[str, Any]) -> None:
    seconds, memory = job["seconds"], job["memory"]
    for limit, value in [
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_NOFILE, 64),
    ]:
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            sys.stderr.write(f"limit {limit} not set\n")
    # Should the parent die, nobody keeps the clock: this one ends the process by itself.
    signal.alarm(int(job["wall_seconds"]) + 5)
    os.nice(5)
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # if the machine runs out of memory, this process goes before the web server
    except OSError:
        pass


def get_to_know(head: bytes) -> None:
    """Load the decoders of HEIC and AVIF for a file that begins like one: for a JPEG they are a tenth of all time."""
    if head[4:8] == b"ftyp":
        import pi_heif
        from PIL import AvifImagePlugin  # noqa: F401 (as above)

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


def fail(code: int, text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
    os._exit(code)


def work(job: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    from PIL import Image

    source = Image.open(sys.stdin.buffer, formats=FORMATS)
    width, height = source.size
    if width * height > job["max_pixels"]:
        raise Image.DecompressionBombError
    sizes = sorted(job["sizes"], reverse=True)
    largest = min(sizes[0][0], max(width, height))
    # A picture that is smaller than a size is made as it is, with what that size is made with.
    _edge, *how = [size for size in sizes if size[0] >= largest][-1]
    # A JPEG can be decoded at a half, a quarter or an eighth: take the smallest that still holds the largest rendition.
    source.draft(None, fitted(width, height, largest))
    source.load()
    facts = read_facts(source)
    is_animated = source.format in FILMS and getattr(source, "is_animated", False)
    image, profile = plain(source, fitted(width, height, largest))
    source.close()
    if facts["turn"] is not None:
        image = image.transpose(facts["turn"])
        if facts["turn"] in SIDEWAYS:
            width, height = height, width

    answer: dict[str, Any] = {"width": width, "height": height, "renditions": []}
    answer |= {"taken_at": facts["taken_at"], "had_place": facts["had_place"], "is_animated": is_animated}
    files: dict[str, bytes] = {}
    for edge, quality, method in [(largest, *how), *(size for size in sizes if size[0] < largest)]:
        image = resized(image, fitted(width, height, edge))
        files[f"{edge}.webp"] = webp(image, quality, method, profile)
        answer["renditions"].append({"edge": edge, "width": image.width, "height": image.height})
    small = opaque(resized(image, fitted(width, height, min(largest, 32))))
    placeholder = webp(
        resized(small, fitted(small.width, small.height, min(max(small.size), 20))), 30, 6, None
    )
    answer["placeholder"] = "data:image/webp;base64," + base64.b64encode(placeholder).decode("ascii")
    answer["colour"] = dominant_colour(small)
    answer["dhash"] = difference_hash(opaque(image))
    return answer, files


def fitted(width: int, height: int, edge: int) -> tuple[int, int]:
    """Return the size with its longer edge at `edge`, the shorter in proportion and at least 1."""
    longer = max(width, height)
    return max(1, round(width * edge / longer)), max(1, round(height * edge / longer))


def resized(image: Any, size: tuple[int, int]) -> Any:
    from PIL import Image

    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def plain(source: Any, size: tuple[int, int]) -> tuple[Any, bytes | None]:
    """Return the picture as RGB or RGBA at `size`, and the colour profile that its numbers belong to, if any."""
    profile = sound_profile(source.info.get("icc_profile"))
    space = profile[16:20] if profile else None
    image = source
    if image.mode.startswith("I"):
        image = eight_bits(image)
    if image.mode == "1" or image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        has_alpha = image.mode in ("PA", "LA", "La", "RGBa") or "transparency" in image.info
        image = image.convert("RGBA" if has_alpha else "RGB")
        # A grey profile no longer fits numbers that were spread over three channels.
    image = resized(image, size)
    if profile and ((space == b"CMYK" and image.mode == "CMYK") or (space == b"GRAY" and image.mode == "L")):
        image, profile = to_srgb(image, profile), None
    if image.mode not in ("RGB", "RGBA"):
        image = image.convert("RGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if profile and space != b"RGB ":
        profile = None
    if profile and len(profile) > MAX_PROFILE:
        image, profile = to_srgb(image, profile), None
    # An image of its own: nothing that hangs on the source (comment, EXIF, XMP, thumbnail) can come along.
    if image is source:
        image = image.copy()
    image.info = {}
    return image, profile


def eight_bits(image: Any) -> Any:
    """Return a 16-bit grey picture as 8 bits; Pillow's own conversion cuts at 255 instead of scaling."""
    wide = image.convert("I")
    if wide.getextrema()[1] <= 255:
        return wide.convert("L")
    return wide.point(lambda value: value * (1 / 257) + 0).convert("L")


def sound_profile(profile: Any) -> bytes | None:
    """Return the colour profile cut to its own declared length, or nothing where it is none."""
    if not profile or len(profile) < 132 or profile[36:40] != b"acsp":
        return None
    length = int.from_bytes(profile[:4], "big")
    return bytes(profile[:length]) if 132 <= length <= len(profile) else None


def to_srgb(image: Any, profile: bytes) -> Any:
    from PIL import ImageCms

    try:
        target = ImageCms.createProfile("sRGB")
        mode = image.mode if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, io.BytesIO(profile), target, outputMode=mode)
    except (ImageCms.PyCMSError, ValueError, TypeError, OSError):
        return image


def opaque(image: Any) -> Any:
    """Return the picture on white where it is see-through."""
    from PIL import Image

    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def webp(image: Any, quality: int, method: int, profile: bytes | None) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=method, icc_profile=profile or b"", exif=b"", xmp=b"")
    return buffer.getvalue()


def dominant_colour(image: Any) -> str:
    counted = image.quantize(6).convert("RGB").getcolors()
    _count, (red, green, blue) = max(counted)
    return f"#{red:02x}{green:02x}{blue:02x}"


def difference_hash(image: Any) -> int:
    """Return 64 bits, as a signed number so that a database column holds them: is each spot darker than the next?"""
    from PIL import Image

    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] < grey[row * 9 + column + 1])
    return bits - (1 << 64) if bits >> 63 else bits


def read_facts(source: Any) -> dict[str, Any]:
    """Return how to turn the picture upright, when it was taken, and whether it told a place. Nothing else is read."""
    return {
        "turn": unless_broken(lambda: turn(source.getexif())),
        "taken_at": unless_broken(lambda: taken_at(source.getexif().get_ifd(EXIF_IFD))),
        "had_place": bool(unless_broken(lambda: has_place(source))),
    }


def unless_broken(read: Callable[[], Any]) -> Any:
    """Return what `read` returns, or None: broken notes are no reason to refuse the picture."""
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # as above: the parsers throw anything
        return None


def turn(exif: Any) -> int | None:
    """Return Pillow's transposition for the EXIF orientations 1 to 8; 1 needs none."""
    return [None, None, 0, 3, 1, 5, 4, 6, 2][exif.get(ORIENTATION, 1)]


def taken_at(tags: Any) -> str | None:
    for time_tag, offset_tag in TAKEN:
        try:
            # Naive on purpose: a camera's clock often knows no zone.
            taken = datetime.strptime(str(tags[time_tag]).strip(" \0")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        except (KeyError, ValueError):
            continue
        if not 1900 <= taken.year <= 2100:
            continue
        try:
            return datetime.fromisoformat(taken.isoformat() + str(tags[offset_tag]).strip(" \0")).isoformat()
        except (KeyError, ValueError):
            return taken.isoformat()
    return None


def has_place(source: Any) -> bool:
    gps = source.getexif().get_ifd(GPS_IFD)
    # Some cameras always write the version of the GPS block, the clock, and nothing else.
    if any(tag in gps for tag in (2, 4, 20, 22, 27, 28)):
        return True
    xmp = source.info.get("xmp") or source.info.get("XML:com.adobe.xmp") or b""
    xmp = xmp.encode("utf-8", "replace") if hasattr(xmp, "encode") else bytes(xmp)
    iptc = source.info.get("photoshop") or {}
    iptc = iptc.get(0x0404, b"") if hasattr(iptc, "get") else b""
    return any(mark in xmp for mark in PLACES_IN_XMP) or any(mark in iptc for mark in PLACES_IN_IPTC)


if __name__ == "__main__":
    main()
