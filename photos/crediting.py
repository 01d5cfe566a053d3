"""Who made a picture and what others may do with it, written into the copy that people take home.

The pixels are not touched: XMP is put in as a part of its own (a segment, a chunk, a block, a box), and IPTC too where
programs look for it, in JPEG. Names after the XMP specification, Creative Commons and IPTC Photo Metadata.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import translation

from people.licences import Licence
from photos.splicing import Piece, Span, joined, length_of, spliced
from photos.stripping import CannotStrip, boxes, gif, jpeg, png, webp
from photos.stripping.parts import Data, FileData

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# By this a reader of GIF that does not know XMP finds its way out of it, wherever among the words it is.
GIF_WAY_OUT = b"\1" + bytes(range(255, -1, -1)) + b"\0"
# So that everything together stays below the 64 kB of a JPEG segment, however it is written.
MOST_CREATORS, MOST_WORDS = 10, 500
PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
%s</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Attribution:
    """What a copy says: who made it, whose it is, what others may do in words and where that is written, which event.

    `licence_address` is empty where all rights are reserved.
    """

    creators: tuple[str, ...]
    rights: str
    terms: str
    licence_address: str
    event: str

    @property
    def digest(self) -> str:
        """Changes when anything in it does."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]

    def xmp(self) -> bytes:
        """Return it as an XMP packet."""
        names = "".join(f"<rdf:li>{words(name)}</rdf:li>" for name in self.creators[:MOST_CREATORS])
        address = words(self.licence_address)
        lines = [f"<dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator>"] if names else []
        lines += [in_any_language("dc:rights", self.rights)] if self.rights else []
        lines.append(in_any_language("xmpRights:UsageTerms", self.terms))
        if address:
            lines.append(f"<xmpRights:WebStatement>{address}</xmpRights:WebStatement>")
            lines.append(f'<cc:license rdf:resource="{address}"/>')
        lines.append(in_any_language("Iptc4xmpExt:Event", self.event))
        return (PACKET % "".join(f"{line}\n" for line in lines)).encode()

    def iptc(self) -> bytes:
        """Return it as IPTC within a block of Photoshop's, as JPEG has it; the standard allows few bytes."""
        rows = [b"\x1c\x01\x5a\0\3\x1b%G", b"\x1c\x02\0\0\2\0\4"]
        rows += [dataset(80, name, 32) for name in self.creators[:MOST_CREATORS]]
        rows += [dataset(116, self.rights, 128)] if self.rights else []
        data = b"".join(rows)
        return (
            b"Photoshop 3.0\x008BIM\4\4\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
        )


def attribution_of(creators: tuple[str, ...], licence: str, event: str) -> Attribution:
    """Return what copies of a photo say, in the words of the site's own language: one file for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        terms = str(Licence(licence).label)
    rights = terms if licence == Licence.CC0 else f"© {', '.join(creators)}" if creators else ""
    return Attribution(creators, rights, terms, Licence(licence).address, event)


def words(text: str) -> str:
    """Return the text fit to stand in XML: without control characters, short enough for every place."""
    shown = "".join(letter for letter in text if letter.isprintable())[:MOST_WORDS]
    return escape(shown, {'"': "&quot;"})


def in_any_language(name: str, text: str) -> str:
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{words(text)}</rdf:li></rdf:Alt></{name}>'


def dataset(number: int, text: str, most: int) -> bytes:
    data = text.encode()[:most].decode(errors="ignore").encode()
    return bytes([0x1C, 2, number]) + len(data).to_bytes(2, "big") + data


def credited(source: Path, target: Path, attribution: Attribution) -> None:
    """Write the picture `source`, one that stripping made, to `target` with the attribution in it."""
    with CreditedFile(source, attribution) as file, open(target, "wb") as made:
        made.writelines(file)


class CreditedFile:
    """The picture `source` with the attribution in it, made while it is read: `size` bytes, in chunks, once or more.

    Its file stays open until `close`. Raises FileNotFoundError and other OSErrors. A picture whose structure cannot be
    followed comes as it is, and then the page alone says whom to credit.
    """

    def __init__(self, source: Path, attribution: Attribution) -> None:
        self._file = open(source, "rb")  # noqa: SIM115 (closed by `close`, once it was sent)
        self._data = FileData(self._file)
        try:
            self._pieces = joined(WAYS[source.suffix](self._data, attribution))
        except (CannotStrip, KeyError):
            self._pieces = [Span(0, self._data.size)]
        self.size = sum(map(length_of, self._pieces))

    def __iter__(self) -> Iterator[bytes]:
        return spliced(self._data.take, self._pieces)

    def __enter__(self) -> "CreditedFile":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()


def in_jpeg(data: Data, attribution: Attribution) -> list[Piece]:
    """Behind what must come first: JFIF, and the EXIF that says which way up."""
    at = 2
    while data.take(at, at + 2) in (b"\xff\xe0", b"\xff\xe1"):
        data.step()
        at += 2 + data.big(at + 2, 2)
    made = jpeg.segment_of(0xE1, jpeg.XMP + attribution.xmp())
    made += jpeg.segment_of(0xED, attribution.iptc())
    return [Span(0, at), made, Span(at, data.size)]


def in_png(data: Data, attribution: Attribution) -> list[Piece]:
    """Behind the header, so that it is read before the pixels are."""
    end = next(png.chunks(data)).end
    text = png.XMP.encode() + b"\0\0\0\0\0" + attribution.xmp()
    return [Span(0, end), png.chunk_of(b"iTXt", text), Span(end, data.size)]


def in_webp(data: Data, attribution: Attribution) -> list[Piece]:
    """Behind all others; the header, which a simple file lacks, announces it."""
    row = list(webp.chunks(data, 12, webp.end_of(data)))
    if row[0].kind == b"VP8X":
        head = data.take(row[0].content, row[0].end)
        row = row[1:]
    else:
        head = webp.extended_header(data, row[0])
    head = bytes([head[0] | webp.HAS_XMP]) + head[1:]
    pieces = webp.chunk_of(b"VP8X", [head])
    for chunk in row:
        pieces += webp.chunk_of(chunk.kind, [Span(chunk.content, chunk.end)])
    return webp.file_of(pieces + webp.chunk_of(b"XMP ", [attribution.xmp()]))


def in_gif(data: Data, attribution: Attribution) -> list[Piece]:
    """Before the end; what follows the header is left to the block that makes a film run again."""
    end = data.size - 1
    block = b"!\xff\x0b" + gif.XMP + attribution.xmp() + GIF_WAY_OUT
    return [b"GIF89a", Span(6, end), block, Span(end, data.size)]


def in_boxes(data: Data, attribution: Attribution) -> list[Piece]:
    """Behind all others, where it moves nothing. The box is the one that films have for XMP."""
    if data.take(4, 8) != b"ftyp" or any(box.is_open for box in boxes.boxes(data, 0, data.size)):
        raise CannotStrip("there is no room behind the last box")
    return [Span(0, data.size), boxes.box_of(b"uuid", XMP_BOX + attribution.xmp())]


# By the extension of the stored name.
WAYS = {
    ".jpg": in_jpeg,
    ".png": in_png,
    ".webp": in_webp,
    ".gif": in_gif,
    ".heic": in_boxes,
    ".avif": in_boxes,
}
