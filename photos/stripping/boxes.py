"""HEIC, HEIF and AVIF: boxes of ISO/IEC 14496-12, items of 23008-12.

The header names where each item lies in the file, so nothing that is kept may move. What is left out is therefore
overwritten with zeros where it lies (as a free box where it was a box), and the file ends behind what is kept last.
Kept are the primary item, the items that it is made of, and its transparency. Thumbnails, depth maps, second pictures,
EXIF and XMP are items too, and go; films go unless the file is a sequence of pictures itself.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from photos.splicing import Piece, Span, Zeros

from .notes import in_exif, in_xmp, turn_in_xmp
from .parts import Data, refuse
from .profiles import freed_profile
from .tracks import freed_movie

SEQUENCES = frozenset([b"avis", b"msf1", b"hevc", b"hevx"])
CODED = frozenset(
    [b"hvc1", b"hev1", b"lhv1", b"vvc1", b"av01", b"avc1", b"unci", b"grid", b"iovl", b"iden"],
)
MADE_OF = frozenset([b"dimg", b"pred", b"tbas", b"exbl"])
ABOUT = frozenset([b"auxl", b"prem"])
ALPHA = frozenset(
    [
        b"urn:mpeg:hevc:2015:auxid:1",
        b"urn:mpeg:avc:2015:auxid:1",
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    ]
)
# Properties that make the picture look as it does. Others may hold words, and go unless the picture cannot do without.
PROPERTIES = frozenset(
    [
        *[
            b"ispe",
            b"hvcC",
            b"av1C",
            b"avcC",
            b"lhvC",
            b"vvcC",
            b"uncC",
            b"cmpd",
            b"colr",
            b"pixi",
            b"irot",
            b"imir",
        ],
        *[
            b"clap",
            b"pasp",
            b"auxC",
            b"lsel",
            b"a1op",
            b"a1lx",
            b"oinf",
            b"tols",
            b"rloc",
            b"clli",
            b"mdcv",
            b"cclv",
        ],
        *[b"amve", b"ndwt"],
    ]
)
FILM = frozenset([b"moov", b"mpvd", b"moof"])
HEAD = 8


class Box(NamedTuple):
    """A box: its kind, where it starts, where its content starts, where it ends; whether it says “up to the end”."""

    kind: bytes
    start: int
    content: int
    end: int
    is_open: bool = False


def boxes(data: Data, at: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two positions."""
    while at + HEAD <= end:
        data.step()
        box = box_at(data, at, end)
        if box.end > end:
            refuse("a box goes beyond the end")
        yield box
        at = box.end


def box_at(data: Data, at: int, end: int) -> Box:
    length, kind, content = data.big(at, 4), data.take(at + 4, at + 8), at + HEAD
    if length == 1:
        length, content = data.big(at + 8, 8), at + 16
    box = Box(kind, at, content, at + length if length else end, not length)
    if box.end < content:
        refuse("a box ends before it starts")
    return box


def box_of(kind: bytes, content: bytes) -> bytes:
    return (len(content) + HEAD).to_bytes(4, "big") + kind + content


def free(size: int) -> list[Piece]:
    """Return a box of that size in all (0, or 8 and more) that says nothing."""
    if not size:
        return []
    if not HEAD <= size < 1 << 32:
        refuse("no room for a free box")
    return [size.to_bytes(4, "big") + b"free", Zeros(size - HEAD)]


def freed(data: Data, found: set[str]) -> list[Piece]:
    """Return the pieces of the picture without private notes."""
    row = list(_top(data, found))
    header = Header.read(data, _only(row, b"meta"), found)
    kept = header.kept_ranges()
    movie: list[Piece] = []
    for box in row:
        if box.kind == b"moov" and _is_sequence(data, row[0]):
            movie, more = freed_movie(data.take(box.start, box.end), found)
            kept += more
    kept = _merged(kept)
    pieces: list[Piece] = []
    for box in row:
        if box.kind == b"ftyp":
            pieces.append(Span(box.start, box.end))
        elif box.kind == b"meta":
            pieces += header.written()
        elif box.kind == b"moov" and movie:
            pieces += movie
        elif box.kind == b"mdat":
            pieces += _media(data, box, kept, is_last=box is row[-1])
        else:
            found |= (
                {"film"} if box.kind in FILM else {"other"} if box.kind not in (b"free", b"skip") else set()
            )
            pieces += free(box.end - box.start)
    _all_kept(row, header, kept)
    return pieces


def _top(data: Data, found: set[str]) -> list[Box]:
    """Return the boxes of the file up to the last that the picture needs. Phones hang behind it what they like."""
    row: list[Box] = []
    at = 0
    while at + HEAD <= data.size:
        data.step()
        box = box_at(data, at, data.size)
        if box.end > data.size:
            if {b"meta", b"mdat"} <= {box.kind for box in row}:
                found.add("other")
                break
            refuse("a box goes beyond the end")
        row.append(box)
        at = box.end
    needed = {b"meta", b"mdat"} | ({b"moov"} if _is_sequence(data, row[0]) else set())
    last = max(number for number, box in enumerate(row) if box.kind in needed)
    for box in row[last + 1 :]:
        found |= {"film"} if box.kind in FILM else set() if box.kind in (b"free", b"skip") else {"other"}
    return row[: last + 1]


def _is_sequence(data: Data, kind: Box) -> bool:
    brands = data.take(kind.content, min(kind.end, kind.content + 512))
    return not SEQUENCES.isdisjoint(brands[at : at + 4] for at in range(0, len(brands), 4))


def _only(row: Iterable[Box], kind: bytes) -> Box:
    found = [box for box in row if box.kind == kind]
    if len(found) != 1:
        refuse(f"{len(found)} boxes {kind!r}")
    return found[0]


def _merged(ranges: list[Span]) -> list[Span]:
    made: list[Span] = []
    for span in sorted(ranges):
        if made and span.start <= made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return made


def _zeroed_between(start: int, end: int, kept: list[Span]) -> list[Piece]:
    """Return the range with zeros for all that is not within the kept spans, which are in order and apart."""
    pieces: list[Piece] = []
    for span in kept[bisect_left(kept, start, key=lambda span: span.end) :]:
        if span.start >= end:
            break
        inside = Span(max(span.start, start), min(span.end, end))
        pieces += [Zeros(inside.start - start), inside]
        start = inside.end
    return [*pieces, Zeros(end - start)]


def _media(data: Data, box: Box, kept: list[Span], *, is_last: bool) -> list[Piece]:
    end = box.end
    if is_last:
        # The file ends behind the last byte that is kept.
        end = max([box.content, *(min(span.end, box.end) for span in kept)])
    # Also where it was “up to the end of the file”: so that something may follow.
    size = end - box.start
    long = box.content - box.start == 16
    head = b"\0\0\0\1mdat" + size.to_bytes(8, "big") if long else size.to_bytes(4, "big") + b"mdat"
    return [head, *_zeroed_between(box.content, end, kept)]


def _all_kept(row: list[Box], header: "Header", kept: list[Span]) -> None:
    """Refuse a file whose picture lies elsewhere than in its media boxes: it would have been overwritten."""
    homes = [Span(box.content, box.end) for box in row if box.kind == b"mdat"]
    homes = _merged(homes + ([header.own_media] if header.own_media else []))
    for span in kept:
        home = bisect_left(homes, span.end, key=lambda home: home.end)
        if home == len(homes) or span.start < homes[home].start:
            refuse("a part of the picture lies outside of the media")


class Place(NamedTuple):
    """Where an item lies: its entry in the header as it stands there, and its ranges of the file."""

    entry: bytes
    ranges: list[Span]


class Reference(NamedTuple):
    kind: bytes
    item: int
    to: list[int]


@dataclass
class Header:
    """The meta box: which items there are, where they lie, how they hang together, what they look like."""

    data: Data
    box: Box
    children: list[Box]
    kinds: dict[int, bytes] = field(default_factory=dict)
    infos: dict[int, Box] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    looks: dict[int, list[int]] = field(
        default_factory=dict
    )  # item to its properties, as the numbers stand there
    properties: list[Box] = field(default_factory=list)
    own_media: Span | None = None
    kept: set[int] = field(default_factory=set)
    profiles: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Data, box: Box, found: set[str]) -> "Header":
        """Read the box, decide which items are kept, and note in `found` what the others tell."""
        if box.is_open:
            refuse("a header up to the end of the file")
        header = cls(data, box, list(boxes(data, box.content + 4, box.end)))
        for kind in (b"pitm", b"iloc", b"iinf", b"iprp"):
            _only(header.children, kind)
        if any(child.kind == b"ipro" for child in header.children):
            refuse("protected items")
        if any(child.kind == b"idat" for child in header.children):
            own = header.child(b"idat")
            header.own_media = Span(own.content, own.end)
        header._read_infos()
        header._read_places()
        header._read_references()
        header._read_looks()
        header._choose()
        header._clean_profiles(found)
        header._note(found)
        return header

    def child(self, kind: bytes) -> Box:
        return _only(self.children, kind)

    def _version(self, box: Box) -> int:
        return self.data.big(box.content, 1)

    def _read_infos(self) -> None:
        data, box = self.data, self.child(b"iinf")
        start = box.content + (6 if self._version(box) == 0 else 8)
        for info in boxes(data, start, box.end):
            version = self._version(info)
            if info.kind != b"infe" or version not in (2, 3):
                refuse("an item of an unknown sort")
            width = 2 if version == 2 else 4
            item, at = data.big(info.content + 4, width), info.content + 4 + width
            if data.big(at, 2):
                refuse("a protected item")
            if item in self.infos:
                refuse("an item twice")
            self.kinds[item], self.infos[item] = data.take(at + 2, at + 6), info

    def _read_places(self) -> None:
        data, box = self.data, self.child(b"iloc")
        version = self._version(box)
        if version > 2:
            refuse("places of an unknown sort")
        sizes = data.big(box.content + 4, 2)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        index_size = sizes & 15 if version else 0
        wide = 4 if version == 2 else 2
        count, at = data.big(box.content + 6, wide), box.content + 6 + wide
        for _ in range(count):
            data.step()
            start = at
            item, at = data.big(at, wide), at + wide
            method = 0
            if version:
                method, at = data.big(at, 2) & 15, at + 2
            elsewhere, base = data.big(at, 2), data.big(at + 2, base_size)
            extents, at = data.big(at + 2 + base_size, 2), at + 4 + base_size
            row = []
            for _ in range(extents):
                data.step()
                offset = base + data.big(at + index_size, offset_size)
                length = data.big(at + index_size + offset_size, length_size)
                at += index_size + offset_size + length_size
                row.append(self._range(method, elsewhere, offset, length))
            if at > box.end or item in self.places:
                refuse("places that contradict each other")
            self.places[item] = Place(data.take(start, at), row)

    def _range(self, method: int, elsewhere: int, offset: int, length: int) -> Span:
        """Return the bytes of the file that are meant; an empty span where they cannot be told, which no kept item
        may have.
        """
        home = self.own_media if method == 1 else Span(0, self.data.size) if method == 0 else None
        if elsewhere or home is None or not length or home.start + offset + length > home.end:
            return Span(0, 0)
        return Span(home.start + offset, home.start + offset + length)

    def _read_references(self) -> None:
        if not any(child.kind == b"iref" for child in self.children):
            return
        data, box = self.data, self.child(b"iref")
        wide = 4 if self._version(box) else 2
        for entry in boxes(data, box.content + 4, box.end):
            item, count = data.big(entry.content, wide), data.big(entry.content + wide, 2)
            start = entry.content + wide + 2
            if start + count * wide > entry.end:
                refuse("a reference goes beyond its end")
            to = [data.big(start + wide * number, wide) for number in range(count)]
            data.steps += count
            self.references.append(Reference(entry.kind, item, to))

    def _read_looks(self) -> None:
        data = self.data
        children = list(boxes(data, self.child(b"iprp").content, self.child(b"iprp").end))
        container = _only(children, b"ipco")
        self.properties = list(boxes(data, container.content, container.end))
        self._read_associations(_only(children, b"ipma"))

    def _read_associations(self, box: Box) -> None:
        data, wide = self.data, 4 if self._version(box) else 2
        size = 2 if data.big(box.content + 3, 1) & 1 else 1
        count, at = data.big(box.content + 4, 4), box.content + 8
        for _ in range(count):
            data.step()
            item, used, at = data.big(at, wide), data.big(at + wide, 1), at + wide + 1
            # As 15 bits and the mark of what is essential, whatever stands in the file.
            row = [data.big(at + size * number, size) for number in range(used)]
            row = row if size == 2 else [(value & 0x80) << 8 | value & 0x7F for value in row]
            at += size * used
            if at > box.end or item in self.looks:
                refuse("looks that contradict each other")
            self.looks[item] = row

    def _kind_of_property(self, number: int) -> bytes:
        number &= 0x7FFF
        if number > len(self.properties):
            refuse("a property that there is not")
        return self.properties[number - 1].kind if number else b""

    def _choose(self) -> None:
        """Follow the references from the primary item to all that it is made of."""
        primary = self.child(b"pitm")
        ahead = [self.data.big(primary.content + 4, 4 if self._version(primary) else 2)]
        parts: defaultdict[int, list[int]] = defaultdict(list)
        masks: defaultdict[int, list[int]] = defaultdict(list)
        for reference in self.references:
            if reference.kind in MADE_OF:
                parts[reference.item] += reference.to
            elif reference.kind == b"auxl" and self._is_alpha(reference.item):
                for item in reference.to:
                    masks[item].append(reference.item)
        if any(reference.kind == b"thmb" and reference.item == ahead[0] for reference in self.references):
            refuse("a primary item that is a thumbnail")  # decoders show another one
        while ahead:
            item = ahead.pop()
            if item not in self.kept:
                self.kept.add(item)
                ahead += parts[item] + masks[item]
        for item in self.kept:
            if self.kinds.get(item) not in CODED:
                refuse(f"an item of the kind {self.kinds.get(item)!r}")
            if item in self.places and any(not span.end for span in self.places[item].ranges):
                refuse("an item that lies elsewhere")
            self.looks[item] = [number for number in self.looks.get(item, []) if self._is_needed(number)]

    def _is_needed(self, number: int) -> bool:
        kind = self._kind_of_property(number)
        if kind in PROPERTIES:
            return True
        if number & 0x8000 and kind:
            refuse(f"an essential property {kind!r}")
        return False

    def _is_alpha(self, item: int) -> bool:
        for number in self.looks.get(item, []):
            if self._kind_of_property(number) == b"auxC":
                box = self.properties[(number & 0x7FFF) - 1]
                return self.data.take(box.content + 4, box.end).partition(b"\0")[0] in ALPHA
        return False

    def _clean_profiles(self, found: set[str]) -> None:
        for number in self._used_properties():
            box = self.properties[number - 1]
            sort = self.data.take(box.content, min(box.content + 4, box.end))
            if box.kind == b"colr" and sort in (b"prof", b"rICC"):
                profile = self.data.take(box.content + 4, box.end)
                # Its length stays, so that nothing behind it moves.
                clean = freed_profile(profile, found) or b""
                self.profiles[number] = clean.ljust(len(profile), b"\0")

    def _used_properties(self) -> set[int]:
        return {number & 0x7FFF for item in self.kept for number in self.looks[item]}

    def _note(self, found: set[str]) -> None:
        """Note what the items tell that are not kept."""
        small = {reference.item for reference in self.references if reference.kind == b"thmb"}
        for item, kind in self.kinds.items():
            if item in self.kept:
                continue
            place = self.places.get(item)
            block = b""
            if place and kind in (b"Exif", b"mime"):
                block = b"".join(self.data.look(*span) for span in place.ranges[:4])
            if kind == b"Exif":
                found |= in_exif(block[4 + int.from_bytes(block[:4], "big") :]).notes
            elif kind == b"mime" and b"rdf+xml" in self.data.take(
                self.infos[item].content, self.infos[item].end
            ):
                found |= in_xmp(block)
                if turn_in_xmp(block) not in (None, 1) and b"Exif" not in self.kinds.values():
                    refuse("turned by XMP")  # where some decoders look, though the format says elsewhere
            else:
                found.add("thumbnail" if item in small else "other")

    def kept_ranges(self) -> list[Span]:
        """Return where the kept items lie."""
        return [span for item in self.kept if item in self.places for span in self.places[item].ranges]

    def written(self) -> list[Piece]:
        """Return the pieces of the box with the kept items alone, as long as it was."""
        ways = {
            b"pitm": self._as_it_is,
            b"hdlr": self._handler,
            b"dinf": self._as_it_is,
            b"idat": self._own_media,
            b"iinf": self._infos,
            b"iloc": self._places,
            b"iref": self._references,
            b"iprp": self._looks,
        }
        row = [ways[child.kind](child) for child in self.children if child.kind in ways]
        # The own media stay where they are: their items are found from there. What is free moves behind all others.
        content = self.data.take(self.box.content, self.box.content + 4) + b"".join(row)
        size = self.box.end - self.box.start
        head = size.to_bytes(4, "big") + b"meta"
        if self.box.content - self.box.start == 16:
            head = b"\0\0\0\1meta" + size.to_bytes(8, "big")
        return [head + content, *free(size - len(head) - len(content))]

    def _as_it_is(self, box: Box) -> bytes:
        if box.end - box.start > 40:
            refuse(f"a box {box.kind!r} with room for words")
        return self.data.take(box.start, box.end)

    def _handler(self, box: Box) -> bytes:
        """Return the box without the name of the program."""
        return box_of(
            b"hdlr", self.data.take(box.content, box.content + 24).ljust(box.end - box.content, b"\0")
        )

    def _own_media(self, box: Box) -> bytes:
        kept = _merged(self.kept_ranges())
        content = b"".join(
            self.data.take(*piece) if isinstance(piece, Span) else bytes(piece.size)
            for piece in _zeroed_between(box.content, box.end, kept)
            if not isinstance(piece, bytes)
        )
        return box_of(b"idat", content)

    def _infos(self, box: Box) -> bytes:
        row = [self._info(info) for item, info in self.infos.items() if item in self.kept]
        head = self.data.take(box.content, box.content + 4)
        return box_of(b"iinf", head + len(row).to_bytes(4 if head[0] else 2, "big") + b"".join(row))

    def _info(self, info: Box) -> bytes:
        """Return the item without its name."""
        head = self.data.take(info.content, info.content + (12 if self._version(info) == 2 else 14))
        return box_of(b"infe", head.ljust(info.end - info.content, b"\0"))

    def _places(self, box: Box) -> bytes:
        row = [place.entry for item, place in self.places.items() if item in self.kept]
        wide = 4 if self._version(box) == 2 else 2
        head = self.data.take(box.content, box.content + 6)
        return box_of(b"iloc", head + len(row).to_bytes(wide, "big") + b"".join(row))

    def _references(self, box: Box) -> bytes:
        wide = 4 if self._version(box) else 2
        row = []
        for reference in self.references:
            to = [item for item in reference.to if item in self.kept]
            if reference.item in self.kept and reference.kind in MADE_OF | ABOUT and to:
                numbers = [reference.item.to_bytes(wide, "big"), len(to).to_bytes(2, "big")]
                numbers += [item.to_bytes(wide, "big") for item in to]
                row.append(box_of(reference.kind, b"".join(numbers)))
        return box_of(b"iref", self.data.take(box.content, box.content + 4) + b"".join(row)) if row else b""

    def _looks(self, box: Box) -> bytes:
        """Return the properties, those that nobody needs as free boxes: items know them by their numbers."""
        used = self._used_properties()
        row = []
        for number, inner in enumerate(self.properties, 1):
            if number in self.profiles:
                sort = self.data.take(inner.content, inner.content + 4)
                row.append(box_of(b"colr", sort + self.profiles[number]))
            elif number in used:
                row.append(box_of(inner.kind, self.data.take(inner.content, inner.end)))
            else:
                row.append(box_of(b"free", bytes(inner.end - inner.content)))
        return box_of(b"iprp", box_of(b"ipco", b"".join(row)) + self._associations(box))

    def _associations(self, box: Box) -> bytes:
        old = _only(boxes(self.data, box.content, box.end), b"ipma")
        wide = 4 if self._version(old) else 2
        size = 2 if self.data.big(old.content + 3, 1) & 1 else 1
        row = []
        for item, numbers in self.looks.items():
            if item in self.kept:
                packed = [number if size == 2 else number >> 8 & 0x80 | number & 0x7F for number in numbers]
                row.append(item.to_bytes(wide, "big") + bytes([len(packed)]))
                row += [number.to_bytes(size, "big") for number in packed]
        count = sum(1 for item in self.looks if item in self.kept)
        head = self.data.take(old.content, old.content + 4)
        return box_of(b"ipma", head + count.to_bytes(4, "big") + b"".join(row))
