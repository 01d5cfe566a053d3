"""Setting words in a picture: in the display face, in another where that one lacks the letters, never in boxes."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageDraw, ImageFont

FACES = [
    settings.BASE_DIR / "static/fonts/bricolage-grotesque-latin.woff2",
    settings.BASE_DIR / "static/fonts/bricolage-grotesque-latin-ext.woff2",
]
# A character that is in no face: it is drawn as what the face draws for all that it lacks.
MISSING = "\uffff"
# Signs that no face of ours has (emoji, and what joins them): words are complete without them.
SIGNS = {"So", "Sk", "Cf", "Cn", "Co", "Cs", "Cc", "Mn", "Me"}
ELLIPSIS = "…"


@lru_cache(maxsize=200)
def face(path: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    if path in FACES:
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=20_000)
def has(path: Path, letter: str) -> bool:
    """Return whether the face has this letter, and does not draw its sign for all that it lacks."""
    if letter.isspace():
        return True
    font = face(path, 40, 800)
    drawn, missing = font.getmask(letter), font.getmask(MISSING)
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


def others() -> list[Path]:
    """The further faces of this machine that are there (SHARE_FONTS)."""
    return [path for path in map(Path, settings.SHARE_FONTS) if path.is_file()]


def faces_for(text: str) -> list[Path] | None:
    """Return the faces in which `text` can be set: ours together, or one other that has every letter; None where no
    face has all of its letters. Half a word would be worse than none.
    """
    letters = {letter for letter in text if not letter.isspace()}
    if all(any(has(path, letter) for path in FACES) for letter in letters):
        return FACES
    return next(([path] for path in others() if all(has(path, letter) for letter in letters)), None)


def settable(text: str) -> str:
    """Return `text` as it can be set, on one line: without signs that no face has; empty where a letter is missing."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if faces_for(text):
        return text
    every = [*FACES, *others()]
    kept = "".join(
        letter
        for letter in text
        if unicodedata.category(letter) not in SIGNS or any(has(path, letter) for path in every)
    )
    kept = " ".join(kept.split())
    return kept if kept and faces_for(kept) else ""


def is_from_the_right(text: str) -> bool:
    """Return whether the first letter that says so is written from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL", "L"):
            return direction != "L"
    return False


class Lettering:
    """One text, settable (see there), at one size in pixels and one weight (500 to 800)."""

    def __init__(self, text: str, size: int, weight: int = 700) -> None:
        self.text, self.size, self.weight = text, size, weight
        self.faces = faces_for(text) or FACES
        self.is_from_the_right = is_from_the_right(text)

    def runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """Return `text` in parts that one face each has."""
        found: list[tuple[ImageFont.FreeTypeFont, str]] = []
        for letter in text:
            path = next((path for path in self.faces if has(path, letter)), self.faces[0])
            font = face(path, self.size, self.weight)
            if found and (found[-1][0] is font or letter.isspace()):
                found[-1] = (found[-1][0], found[-1][1] + letter)
            else:
                found.append((font, letter))
        return found

    def width(self, text: str) -> float:
        return sum(font.getlength(part) for font, part in self.runs(text))

    def lines(self, width: int, most: int) -> list[str]:
        """Return the text in at most so many lines of that width; what is left out is an ellipsis."""
        lines: list[str] = []
        line = ""
        for word in self._pieces(width):
            longer = f"{line} {word}" if line else word
            if self.width(longer) <= width:
                line = longer
                continue
            lines.append(line)
            line = word
        lines.append(line)
        if len(lines) <= most:
            return lines
        return [*lines[: most - 1], self._cut(" ".join(lines[most - 1 :]), width)]

    def _pieces(self, width: int) -> list[str]:
        """Return the words, those that are wider than a line in pieces."""
        pieces: list[str] = []
        for word in self.text.split():
            while self.width(word) > width:
                most = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or self.width(word[:n]) <= width)
                pieces.append(word[:most])
                word = word[most:]
            if word:
                pieces.append(word)
        return pieces

    def _cut(self, text: str, width: int) -> str:
        # Few hundred characters at most: what people type is short, and only a line of it is looked at.
        text = text[:200]
        while text and self.width(text + ELLIPSIS) > width:
            text = text[:-1]
        return text.rstrip(" .,;:–-") + ELLIPSIS

    def draw(
        self,
        on: ImageDraw.ImageDraw,
        lines: Sequence[str],
        box: tuple[int, int, int],
        colour: str,
        *,
        at_right: bool = False,
    ) -> int:
        """Draw the lines in a box (left, top, right), at its right side or its left one; return where they end."""
        left, top, right = box
        direction = "rtl" if self.is_from_the_right else "ltr"
        for line in lines:
            x = right - self.width(line) if at_right else left
            runs = self.runs(line)
            for font, part in runs[::-1] if self.is_from_the_right else runs:
                on.text((x, top + self.size), part, font=font, fill=colour, anchor="ls", direction=direction)
                x += font.getlength(part)
            top += round(self.size * 1.16)
        return top


def fitting(
    text: str, sizes: Sequence[int], width: int, height: int, weight: int = 700
) -> tuple[Lettering, list[str]]:
    """Return `text` at the largest of the sizes at which it fits the width and height, no word broken; else cut at the
    smallest.
    """
    for size in sizes:
        lettering = Lettering(text, size, weight)
        most = max(1, int(height // (size * 1.16)))
        lines = lettering.lines(width, most + 1)
        if len(lines) <= most and all(lettering.width(word) <= width for word in text.split()):
            return lettering, lines
    return lettering, lettering.lines(width, most)
