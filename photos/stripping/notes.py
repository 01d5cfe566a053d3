"""Which private notes a block of metadata holds, in the words of NOTES, and which way up it says the picture is.

Only the kinds of the notes are read, for moderators to see; whether they are understood or not, the block is left out.
"""

import re
import struct
from typing import NamedTuple

ORIENTATION, GPS, THUMBNAIL = 0x0112, 0x8825, "thumbnail"
POINTERS = (0x8769, 0xA005, 0x014A)
MAX_ENTRIES, MAX_DIRECTORIES = 512, 32
IN_EXIF = {
    0x000B: "software",
    0x010D: "caption",
    0x010E: "caption",
    0x010F: "camera",
    0x0110: "camera",
    0x0131: "software",
    0x0132: "time",
    0x013B: "owner",
    0x013C: "software",
    0x02BC: "other",
    0x8298: "owner",
    0x83BB: "other",
    0x9003: "time",
    0x9004: "time",
    0x927C: "maker note",
    0x9286: "comment",
    0x9C9B: "caption",
    0x9C9C: "comment",
    0x9C9D: "owner",
    0x9C9E: "caption",
    0x9C9F: "caption",
    0xA420: "other",
    0xA430: "owner",
    0xA431: "serial number",
    0xA433: "camera",
    0xA434: "camera",
    0xA435: "serial number",
    0xC614: "camera",
    0xC62F: "serial number",
    0xC634: "maker note",
}
# Position, altitude alone, destination, name of the area: the version and the clock alone tell no place.
PLACES_IN_GPS = frozenset([2, 4, 6, 20, 22, 27, 28])
IN_IPTC = {
    5: "caption",
    25: "caption",
    26: "place",
    27: "place",
    55: "time",
    60: "time",
    62: "time",
    63: "time",
    65: "software",
    80: "owner",
    85: "owner",
    90: "place",
    92: "place",
    95: "place",
    100: "place",
    101: "place",
    105: "caption",
    110: "owner",
    116: "owner",
    118: "owner",
    120: "caption",
    122: "owner",
}
IN_XMP = {
    b"GPSLatitude": "place",
    b"GPSLongitude": "place",
    b"photoshop:City": "place",
    b"photoshop:Country": "place",
    b"LocationCreated": "place",
    b"LocationShown": "place",
    b"CoreLocation": "place",
    b"Iptc4xmpCore:Location": "place",
    b"SerialNumber": "serial number",
    b"dc:creator": "owner",
    b"dc:rights": "owner",
    b"OwnerName": "owner",
    b"photoshop:Credit": "owner",
    b"tiff:Artist": "owner",
    b"PersonInImage": "owner",
    b"CreateDate": "time",
    b"DateTimeOriginal": "time",
    b"DateCreated": "time",
    b"tiff:Make": "camera",
    b"tiff:Model": "camera",
    b"exifEX:LensModel": "camera",
    b"aux:Lens": "camera",
    b"dc:description": "caption",
    b"dc:title": "caption",
    b"dc:subject": "caption",
    b"UserComment": "comment",
    b"CreatorTool": "software",
    b"xmpGImg": "thumbnail",
    b"MotionPhoto": "film",
    b"MicroVideo": "film",
}
WORDS_IN_XMP = re.compile(b"|".join(map(re.escape, sorted(IN_XMP, key=len, reverse=True))))
TURN_IN_XMP = re.compile(rb"tiff:Orientation(?:=\"|>)([1-8])")
IN_TEXT = {
    "author": "owner",
    "artist": "owner",
    "copyright": "owner",
    "comment": "comment",
    "description": "caption",
    "title": "caption",
    "creation time": "time",
    "date:create": "time",
    "date:modify": "time",
    "software": "software",
    "source": "camera",
}


class Exif(NamedTuple):
    """What an EXIF block tells: which NOTES, and its orientation (1 to 8), or None where it names none."""

    notes: frozenset[str]
    orientation: int | None


def in_exif(block: bytes) -> Exif:
    """Return what the block tells, with or without its “Exif” in front; broken ones what can be read, and other."""
    while block.startswith(b"Exif\0\0"):
        block = block[6:]
    notes: set[str] = set()
    orientation = None
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return Exif(frozenset(["other"]), None)
    # Offset, and what stands there: the main directory, the place, another one, or the small copy.
    ahead: list[tuple[int, int | str]] = [(8, 0)]
    seen: set[int] = set()
    try:
        ahead = [(struct.unpack_from(order + "I", block, 4)[0], 0)]
        while ahead and len(seen) < MAX_DIRECTORIES:
            start, sort = ahead.pop()
            if start in seen:
                continue
            seen.add(start)
            count = min(struct.unpack_from(order + "H", block, start)[0], MAX_ENTRIES)
            if sort == THUMBNAIL and count:
                notes.add("thumbnail")
            for number in range(count):
                at = start + 2 + 12 * number
                tag, kind, size, value = struct.unpack_from(order + "HHII", block, at)
                if sort == GPS:
                    notes |= {"place"} if tag in PLACES_IN_GPS else set()
                elif tag == GPS:
                    ahead.append((value, GPS))
                elif tag in POINTERS and size == 1:
                    ahead.append((value, tag))
                elif tag == ORIENTATION and sort == 0 and size == 1 and kind in (3, 4):
                    orientation = struct.unpack_from(order + ("H" if kind == 3 else "I"), block, at + 8)[0]
                elif tag in IN_EXIF and sort != THUMBNAIL and size:
                    notes.add(IN_EXIF[tag])
            if sort == 0:
                following = struct.unpack_from(order + "I", block, start + 2 + 12 * count)[0]
                ahead += [(following, THUMBNAIL)] if following else []
    except struct.error:
        notes.add("other")
    return Exif(frozenset(notes), orientation)


def in_xmp(packet: bytes) -> set[str]:
    """Return what the XMP packet tells, by the names that stand in it."""
    return {IN_XMP[word] for word in set(WORDS_IN_XMP.findall(packet))} or {"other"}


def turn_in_xmp(packet: bytes) -> int | None:
    """Return the orientation that the packet names, for pictures whose EXIF names none; decoders read it there too."""
    found = TURN_IN_XMP.search(packet)
    return int(found[1]) if found else None


def in_iptc(block: bytes) -> set[str]:
    """Return what the resources of a Photoshop block tell: IPTC datasets, a small copy, other things."""
    notes, at = set(), 0
    while block[at : at + 4] == b"8BIM":
        name = at + 6
        start = name + (block[name] | 1) + 1 + 4 if name < len(block) else len(block)
        resource = block[at + 4 : at + 6]
        size = int.from_bytes(block[start - 4 : start], "big")
        if resource == b"\x04\x04":
            notes |= _in_datasets(block[start : start + size])
        elif resource in (b"\x04\x09", b"\x04\x0c"):
            notes.add("thumbnail")
        at = start + size + size % 2
    return notes or {"other"}


def _in_datasets(data: bytes) -> set[str]:
    notes, at = set(), 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        if data[at + 1] == 2 and data[at + 2]:
            notes.add(IN_IPTC.get(data[at + 2], "other"))
        at += 5 + int.from_bytes(data[at + 3 : at + 5], "big")
    return notes


def minimal_exif(orientation: int) -> bytes:
    """Return an EXIF block (TIFF) that says which way up the picture is, and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def way_up(*said: int | None) -> int:
    """Return the first orientation that was said at all, or 1 (upright) where none was or it makes no sense."""
    first = next((orientation for orientation in said if orientation is not None), 1)
    return first if 1 <= first <= 8 else 1
