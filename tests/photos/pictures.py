"""Pictures for tests, made on the fly: upright or not, full of private notes, cut short, or not pictures at all.

Every private note is a word of its own (PRIVATE), so that a test can look for its very bytes in what comes out.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageCms, PngImagePlugin

RED, GREEN, BLUE, YELLOW = (200, 20, 20), (20, 160, 20), (20, 20, 200), (230, 210, 20)
CORNERS = [RED, GREEN, BLUE, YELLOW]  # upper left, upper right, lower left, lower right
TAKEN = b"2024:03:20 09:30:15\0"
OFFSET = b"+01:00\0"

PLACE = struct.pack("<6I", 48, 1, 49, 1, 5531, 100)
PRIVATE = {
    "place": PLACE,
    "place in words": b"canary-area",
    "serial number": b"canary-serial-4711",
    "lens serial number": b"canary-lens-0815",
    "owner": b"canary-owner",
    "artist": b"canary-artist",
    "maker note": b"canary-maker-note",
    "user comment": b"canary-user-comment",
    "XMP": b"canary-xmp",
    "IPTC": b"canary-iptc",
    "comment": b"canary-comment",
    "thumbnail": b"canary-inside-the-thumbnail",
    "text": b"canary-text",
    "trailer": b"canary-trailer",
}
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="canary-xmp"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HEIC = Path(__file__).with_name("data") / "gradient.heic"
HEIC_CORNERS = [(0, 0, 255), (0, 255, 255), (255, 0, 0), (255, 255, 0)]
# How the upright picture must be stored, so that the EXIF orientation turns it upright again.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def corners(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return a picture of four plain quarters, in the colours of CORNERS."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate(CORNERS):
        image.paste(colour, ((index % 2) * width // 2, (index // 2) * height // 2, width, height))
        if index == 2:  # the lower left one must not cover the lower right
            image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image.convert(mode)


def corner_colours(image: Image.Image) -> list[tuple[int, int, int]]:
    """Return for each quarter of the picture the colour of CORNERS that it is nearest to."""
    image = image.convert("RGB")
    right, low = image.width * 3 // 4, image.height * 3 // 4
    left, top = image.width // 4, image.height // 4
    return [nearest(pixel(image, spot)) for spot in ((left, top), (right, top), (left, low), (right, low))]


def pixel(image: Image.Image, spot: tuple[int, int]) -> tuple[int, ...]:
    """Return the colour at the spot of a picture that has several channels."""
    colour = image.getpixel(spot)
    assert isinstance(colour, tuple)
    return colour


def nearest(colour: tuple, among: list = CORNERS) -> tuple[int, int, int]:
    return min(among, key=lambda known: sum((a - b) ** 2 for a, b in zip(known, colour, strict=True)))


def exif(orientation: int = 1, private: bool = True, offset: bool = True) -> bytes:
    """Return an EXIF block (TIFF, little endian) with an orientation, a time, and every private note there is."""
    main = {0x0112: (3, struct.pack("<H", orientation))}
    details = {0x9003: (2, TAKEN)}
    place = {}
    thumbnail = b""
    if offset:
        details[0x9011] = (2, OFFSET)
    if private:
        main[0x013B] = (2, PRIVATE["artist"] + b"\0")
        details |= {
            0xA430: (2, PRIVATE["owner"] + b"\0"),
            0xA431: (2, PRIVATE["serial number"] + b"\0"),
            0xA435: (2, PRIVATE["lens serial number"] + b"\0"),
            0x927C: (7, PRIVATE["maker note"]),
            0x9286: (7, b"ASCII\0\0\0" + PRIVATE["user comment"]),
        }
        place = {0: (1, b"\2\3\0\0"), 1: (2, b"N\0"), 2: (5, PLACE), 3: (2, b"E\0"), 4: (5, PLACE)}
        place[28] = (7, b"ASCII\0\0\0" + PRIVATE["place in words"])
        thumbnail = saved(corners(32, 24), "JPEG", comment=PRIVATE["thumbnail"])
    return _tiff(main, details, place, thumbnail)


def _tiff(main: dict, details: dict, place: dict, thumbnail: bytes) -> bytes:
    """Lay the directories one behind the other; each is followed by the values that do not fit into it."""
    pointers = {tag: (4, bytes(4)) for tag, there in ((0x8769, details), (0x8825, place)) if there}
    first = 8 + len(_directory({**main, **pointers}, 8, 0))
    second = first + len(_directory(details, first, 0))
    third = second + (len(_directory(place, second, 0)) if place else 0)
    if 0x8769 in pointers:
        pointers[0x8769] = (4, struct.pack("<I", first))
    if 0x8825 in pointers:
        pointers[0x8825] = (4, struct.pack("<I", second))
    parts = [_directory({**main, **pointers}, 8, third if thumbnail else 0), _directory(details, first, 0)]
    parts += [_directory(place, second, 0)] if place else []
    if thumbnail:
        small = {0x0103: (3, b"\6\0"), 0x0201: (4, bytes(4)), 0x0202: (4, struct.pack("<I", len(thumbnail)))}
        small[0x0201] = (4, struct.pack("<I", third + len(_directory(small, third, 0))))
        parts += [_directory(small, third, 0), thumbnail]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(parts)


def _directory(tags: dict, start: int, following: int) -> bytes:
    entries, values = [], b""
    behind = start + 2 + 12 * len(tags) + 4
    for tag, (kind, data) in sorted(tags.items()):
        count = len(data) // {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}[kind]
        if len(data) <= 4:
            entries.append(struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0"))
        else:
            entries.append(struct.pack("<HHII", tag, kind, count, behind + len(values)))
            values += data + b"\0" * (len(data) % 2)
    return struct.pack("<H", len(tags)) + b"".join(entries) + struct.pack("<I", following) + values


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(width: int = 64, height: int = 48, mode: str = "RGB", **options) -> bytes:
    return saved(corners(width, height, mode), "JPEG", quality=95, **options)


def jpeg_on_its_side(orientation: int, width: int = 64, height: int = 48) -> bytes:
    """Return a JPEG that is `width` x `height` when turned upright as its EXIF orientation says."""
    turn = STORED[orientation]
    image = corners(width, height)
    image = image if turn is None else image.transpose(turn)
    return saved(image, "JPEG", quality=95, exif=b"Exif\0\0" + exif(orientation, private=False))


def jpeg_full_of_private_notes() -> bytes:
    data = jpeg(exif=b"Exif\0\0" + exif(), xmp=XMP, comment=PRIVATE["comment"], icc_profile=ICC)
    city = b"\x1c\x02\x5a" + struct.pack(">H", len(PRIVATE["IPTC"])) + PRIVATE["IPTC"]
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(city)) + city + b"\0" * (len(city) % 2)
    segment = b"Photoshop 3.0\0" + block
    app13 = b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment
    return data[:2] + app13 + data[2:] + PRIVATE["trailer"]


def png_full_of_private_notes() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", PRIVATE["text"].decode())
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(corners(), "PNG", pnginfo=notes, exif=exif(), icc_profile=ICC) + PRIVATE["trailer"]


def webp_full_of_private_notes() -> bytes:
    return saved(corners(), "WEBP", exif=exif(), xmp=XMP, icc_profile=ICC)


def avif_full_of_private_notes() -> bytes:
    return saved(corners(), "AVIF", exif=exif(), xmp=XMP, icc_profile=ICC)


def gif_full_of_private_notes() -> bytes:
    return saved(corners(), "GIF", comment=PRIVATE["comment"])


def animated_gif() -> bytes:
    """Return a film of two pictures: first CORNERS, then plain white."""
    return saved(
        corners(), "GIF", save_all=True, append_images=[Image.new("RGB", (64, 48), "white")], duration=100
    )


def heic(turns: int = 0, private: bool = True) -> bytes:
    """Return the HEIC of tests/photos/data in a new shell: turned by 90 degrees anticlockwise, `turns` times, and
    with private notes in it. (The installed library decodes HEIC and does not write it.)"""
    source = HEIC.read_bytes()
    coded = source[357:]
    settings = source[172:291]  # the hvcC box, which the decoder needs
    items = [(b"hvc1", b"", coded)]
    if private:
        items += [(b"Exif", b"", bytes(4) + exif()), (b"mime", b"application/rdf+xml\0", XMP)]
    infos = b"".join(
        _full_box(b"infe", 2, 0, struct.pack(">HH", number, 0) + kind + b"\0" + more)
        for number, (kind, more, _data) in enumerate(items, 1)
    )
    describing = b"".join(
        _box(b"cdsc", struct.pack(">HHH", number, 1, 1)) for number in range(2, len(items) + 1)
    )
    properties = (
        settings + _full_box(b"ispe", 0, 0, struct.pack(">II", 128, 128)) + _box(b"irot", bytes([turns % 4]))
    )
    used = struct.pack(">IHB", 1, 1, 3) + bytes([0x81, 0x02, 0x83])

    def shell(start: int) -> bytes:
        places = struct.pack(">BBH", 0x44, 0, len(items))
        for number, (_kind, _more, data) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, start, len(data))
            start += len(data)
        return _full_box(
            b"meta",
            0,
            0,
            _full_box(b"hdlr", 0, 0, bytes(4) + b"pict" + bytes(13))
            + _full_box(b"pitm", 0, 0, struct.pack(">H", 1))
            + _full_box(b"iloc", 0, 0, places)
            + _full_box(b"iinf", 0, 0, struct.pack(">H", len(items)) + infos)
            + (_full_box(b"iref", 0, 0, describing) if describing else b"")
            + _box(b"iprp", _box(b"ipco", properties) + _full_box(b"ipma", 0, 0, used)),
        )

    kind = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    start = len(kind) + len(shell(0)) + 8
    return kind + shell(start) + _box(b"mdat", b"".join(data for _kind, _more, data in items))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _full_box(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + content)


def png_that_claims(width: int, height: int) -> bytes:
    """Return a small, well-formed PNG whose header claims any size."""
    rows = zlib.compress(bytes(10_000))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def zip_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("holiday.jpg", jpeg())
    return buffer.getvalue()


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FULL_OF_PRIVATE_NOTES = {
    "JPEG": jpeg_full_of_private_notes,
    "PNG": png_full_of_private_notes,
    "WebP": webp_full_of_private_notes,
    "AVIF": avif_full_of_private_notes,
    "GIF": gif_full_of_private_notes,
    "HEIC": heic,
}
