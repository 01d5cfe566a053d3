"""Drawing the picture of a link: 1200 x 630 pixels, as messengers and social networks show them."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.conf import settings
from PIL import Image, ImageDraw, ImageOps

from community.shared import HEIGHT, WIDTH, Tile
from events.colours import srgb

from .lettering import Lettering, fitting, is_from_the_right, settable
from .motif import Motif

MARK = settings.BASE_DIR / "static/img/icon-512.png"
EDGE = 72
MOST_BYTES = 150_000
# JPEG, as everybody reads it; the first quality at which it is small enough.
QUALITIES = (88, 80, 70, 60, 45)
# The site's own accent, where an event has no colour; and how the style sheet (static/css/tokens.css) draws the colours
# of events: hue and chroma of OKLCH.
OWN = (32, 0.165)
HUES = {
    0: (5, 0.165),
    30: (32, 0.165),
    60: (60, 0.12),
    90: (90, 0.11),
    120: (125, 0.13),
    150: (152, 0.12),
    180: (182, 0.09),
    210: (215, 0.095),
    240: (245, 0.14),
    270: (272, 0.165),
    300: (302, 0.165),
    330: (338, 0.165),
}
GAP = 8

Opener = Callable[[str], IO[bytes]]


@dataclass(frozen=True)
class Colours:
    """The colours of the light theme for one hue and chroma, as in the style sheet."""

    hue: int
    chroma: float

    def _mix(self, light: float, chroma: float, turn: int = 0) -> str:
        return hexadecimal(light, chroma, self.hue + turn)

    @property
    def accent(self) -> str:
        return self._mix(0.495, self.chroma)

    @property
    def marker(self) -> str:
        return self._mix(0.885, 0.095, 50)

    @property
    def wash(self) -> str:
        return self._mix(0.945, 0.032)

    @property
    def pale(self) -> str:
        return self._mix(0.905, 0.05)

    paper = "#fcfaf6"
    ink = "#1b1d29"
    soft = "#4b4f5e"


def hexadecimal(lightness: float, chroma: float, hue: float) -> str:
    """Return a colour of OKLCH as #rrggbb."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in srgb(lightness, chroma, hue))


def draw(motif: Motif, opened: Opener) -> bytes:
    """Return the picture of `motif` as a JPEG of at most MOST_BYTES; `opened` gives the stored file of a tile."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), Colours.paper)
    colours = Colours(*(OWN if motif.hue is None else HUES[motif.hue]))
    tiles = [image for tile in motif.tiles if (image := _opened(tile, opened))]
    if tiles:
        _draw_event(picture, motif, colours, tiles)
    else:
        _draw_words(picture, motif, colours)
    return encoded(picture)


def encoded(picture: Image.Image) -> bytes:
    made = b""
    for quality in QUALITIES:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        made = out.getvalue()
        if len(made) <= MOST_BYTES:
            break
    return made


def _opened(tile: Tile, opened: Opener) -> Image.Image | None:
    """Return the picture of a tile; None where its file is gone or broken: the mosaic does without."""
    try:
        with opened(tile.name) as file, Image.open(file) as image:
            return image.convert("RGB")
    except (OSError, ValueError):
        return None


def _draw_mark(picture: Image.Image, colour: str, size: int, at: tuple[int, int]) -> None:
    """Draw our mark in a colour, its left and top at `at`; it may hang over the edge."""
    with Image.open(MARK) as mark:
        shape = mark.getchannel("A").resize((size, size), Image.Resampling.LANCZOS)
    picture.paste(Image.new("RGB", shape.size, colour), at, shape)


def _draw_foot(picture: Image.Image, on: ImageDraw.ImageDraw, colour: str, ink: str, left: int) -> None:
    _draw_mark(picture, colour, 44, (left, HEIGHT - EDGE - 36))
    name = Lettering(settable(settings.SITE_NAME), 32, 700)
    name.draw(on, [name.text], (left + 58, HEIGHT - EDGE - 34, WIDTH - EDGE), ink)


def _draw_words(picture: Image.Image, motif: Motif, colours: Colours) -> None:
    """A thing: where it was, what it is, who is behind it; and where somebody said why, that above all."""
    on = ImageDraw.Draw(picture)
    _draw_mark(picture, colours.wash, 620, (WIDTH - 470, 130))
    on.rectangle((0, 0, WIDTH, 14), fill=colours.accent)
    title, quote, line = settable(motif.title), settable(motif.quote), settable(motif.line)
    if not title:
        # In no face of ours: then the event stands for it.
        title, line = line, ""
    column = Column(on, EDGE, WIDTH - EDGE, is_from_the_right(title or quote))
    if line:
        column.add(*fitting(line, (30,), column.width, 40, 500), colours.soft, after=18)
    if quote:
        top = column.top
        column.indent = 34
        column.add(*fitting(f"“{quote}”", (66, 58, 50, 42), column.width, 250), colours.ink)
        bar = column.right - 10 if column.at_right else column.left
        on.rectangle((bar, top + 14, bar + 10, column.top), fill=colours.accent)
        if by := settable(motif.quote_by):
            column.add(*fitting(f"– {by}", (28,), column.width, 40, 500), colours.soft, before=8)
        column.indent = 0
        column.add(*fitting(title, (40, 34), column.width, 100, 800), colours.accent, before=20)
    elif title:
        sizes = (88, 76, 66, 58, 50)
        column.add(*fitting(title, sizes, column.width, 320, 800), colours.ink, after=14)
    if (by := settable(motif.by)) and column.top < HEIGHT - EDGE - 90:
        column.add(*fitting(by, (32,), column.width, 40, 500), colours.soft)
    _draw_foot(picture, on, colours.accent, colours.ink, EDGE)


@dataclass
class Column:
    """Lines below each other, at the side that the text begins at."""

    on: ImageDraw.ImageDraw
    left: int
    right: int
    at_right: bool
    top: int = 52
    indent: int = 0

    @property
    def width(self) -> int:
        return self.right - self.left - self.indent

    def add(self, words: Lettering, lines: list[str], colour: str, before: int = 0, after: int = 0) -> None:
        """Draw lines, with so many pixels before and after them."""
        left = self.left + (0 if self.at_right else self.indent)
        right = self.right - (self.indent if self.at_right else 0)
        box = (left, self.top + before, right)
        self.top = words.draw(self.on, lines, box, colour, at_right=self.at_right) + after


def _draw_event(picture: Image.Image, motif: Motif, colours: Colours, tiles: list[Image.Image]) -> None:
    """An event with photos: its name and days on its accent, and beside them what people chose."""
    on = ImageDraw.Draw(picture)
    panel = 500
    on.rectangle((0, 0, panel - GAP - 1, HEIGHT), fill=colours.accent)
    left, right, top = 56, panel - 48, 56
    paper, pale = colours.paper, colours.pale
    if title := settable(motif.title):
        words, lines = fitting(title, (76, 66, 56, 48, 42, 36), right - left, 330, 800)
        top = words.draw(on, lines, (left, top, right), paper) + 16
    if line := settable(motif.line):
        words, lines = fitting(line, (32, 28), right - left, 80, 500)
        words.draw(on, lines, (left, top, right), pale)
    _draw_foot(picture, on, paper, paper, left)
    places = mosaic(len(tiles), panel, 0, WIDTH, HEIGHT)
    for tile, (x, y, wide, high) in zip(tiles, places, strict=False):
        picture.paste(
            ImageOps.fit(tile, (wide, high), Image.Resampling.LANCZOS, centering=(0.5, 0.4)), (x, y)
        )
    if by := settable(motif.by):
        credit = Lettering(by, 19, 500)
        credit.draw(on, credit.lines(right - left, 2), (left, HEIGHT - 54, right), pale)


def mosaic(count: int, left: int, top: int, right: int, bottom: int) -> list[tuple[int, int, int, int]]:
    """Return the places (x, y, width, height) of so many pictures: the first large, up to four beside and below it."""
    wide, high = right - left, bottom - top
    if count == 1:
        return [(left, top, wide, high)]
    upper = (high - GAP) * 3 // 5
    lower, y = high - GAP - upper, top + upper + GAP
    rows = {2: (1, 1), 3: (1, 2), 4: (1, 3)}.get(count, (2, 3))
    return [
        *_row(rows[0], left, top, wide, upper),
        *_row(rows[1], left, y, wide, lower),
    ]


def _row(count: int, left: int, top: int, wide: int, high: int) -> list[tuple[int, int, int, int]]:
    each = (wide - GAP * (count - 1)) // count
    return [
        (
            left + number * (each + GAP),
            top,
            wide - (each + GAP) * (count - 1) if number == count - 1 else each,
            high,
        )
        for number in range(count)
    ]
