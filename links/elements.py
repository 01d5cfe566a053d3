"""The elements of a page of a stranger's, in the order in which they stand, in a time that grows with its length alone.

A parser that follows the standard takes a time that grows with the square of a page's depth, or clones elements without
end (docs/decisions/0013, 0021). Links and microformats need no such tree: of each element its name, its attributes,
which it stands in, and which part of the text is its own.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_ELEMENTS = 50_000
MOST_DEPTH = 400
# A quoted value with "<" in it is not read: to look for its end, page by page, would take quadratic time.
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
ATTRIBUTE = re.compile(
    r"""([^\s=<>"'/]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s<>"']++)))?""",
)
# What stands in these is not text of the page.
SKIPPED = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "template", "noscript", "svg", "iframe")
}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Their end may be left out, where the next one begins.
ENDED_BY_THE_NEXT = {"p", "li", "dt", "dd", "tr", "td", "th", "option"}
INLINE = {
    "a",
    "abbr",
    "b",
    "code",
    "data",
    "em",
    "i",
    "mark",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "time",
    "u",
}


@dataclass(slots=True)
class Element:
    """One element: `text_from` and `text_to` say which pieces of the page's text stand in it, `end` which elements."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None"
    index: int
    text_from: int
    text_to: int
    end: int
    words: frozenset[str]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def around(self) -> "Iterator[Element]":
        """Yield what this stands in, the nearest first."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent


@dataclass(slots=True)
class Page:
    """What was read: the elements in their order, and the pieces of text between them."""

    elements: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def text_of(self, element: Element, most: int = 5000) -> str:
        """Return the text in `element` on one line, the beginning of it where it is long."""
        return self.text(element.text_from, element.text_to, most)

    def text(self, start: int, end: int, most: int) -> str:
        found: list[str] = []
        length = 0
        for piece in self.pieces[start : min(end, start + most)]:
            found.append(piece[:most])
            length += len(found[-1])
            if length > most:
                break
        return " ".join(html.unescape("".join(found)).split())[:most]

    def within(self, element: Element) -> list[Element]:
        return self.elements[element.index + 1 : element.end]


def read(page: str) -> Page:
    """Return the elements of the HTML `page`, MOST_ELEMENTS at most, and its text."""
    found = Page()
    open_ones: list[Element] = []
    counts: dict[str, int] = {}

    def end_one() -> str:
        ended = open_ones.pop()
        counts[ended.name] -= 1
        ended.text_to, ended.end = len(found.pieces), len(found.elements)
        return ended.name

    for piece in pieces(page):
        if isinstance(piece, str):
            found.pieces.append(piece)
            continue
        closing, name, rest = piece
        if name not in INLINE:
            found.pieces.append(" ")
        if closing:
            # What is closed without having been opened is passed over; what was left open in it ends with it.
            while counts.get(name) and end_one() != name:
                pass
            continue
        if name in ENDED_BY_THE_NEXT and open_ones and open_ones[-1].name == name:
            end_one()
        if len(found.elements) >= MOST_ELEMENTS or len(open_ones) >= MOST_DEPTH:
            break
        found.elements.append(element_of(name, rest, open_ones, found))
        if name not in EMPTY:
            open_ones.append(found.elements[-1])
            counts[name] = counts.get(name, 0) + 1
    while open_ones:
        end_one()
    return found


def links_in(markup: str) -> list[str]:
    """Return the complete addresses that the links of some HTML lead to, each once."""
    found = (one.get("href") for one in read(markup).elements if one.name == "a")
    return list(dict.fromkeys(href for href in found if href.startswith(("https://", "http://"))))


def element_of(name: str, rest: str, open_ones: list[Element], page: Page) -> Element:
    """Return the element that a tag begins, where these are open."""
    attributes = attributes_in(rest)
    place = len(page.elements)
    return Element(
        name=name,
        attributes=attributes,
        parent=open_ones[-1] if open_ones else None,
        index=place,
        text_from=len(page.pieces),
        text_to=len(page.pieces),
        end=place + 1,
        words=frozenset(attributes.get("class", "").split()),
    )


def pieces(page: str) -> Iterator[str | tuple[bool, str, str]]:
    """Yield the text of a page and its tags (closing or not, name, what else stands in it)."""
    place = 0
    while (at := page.find("<", place)) >= 0:
        if at > place:
            yield page[place:at]
        if page.startswith("<!--", at):
            end = page.find("-->", at + 4)
            if end < 0:
                return
            place = end + 3
            continue
        tag = TAG.match(page, at)
        if tag is None:
            yield "<"
            place = at + 1
            continue
        place, name = tag.end(), tag[2].lower()
        yield bool(tag[1]), name, tag[3]
        if name in SKIPPED and not tag[1]:
            ended = SKIPPED[name].search(page, place)
            if ended is None:
                return
            place = ended.start()
    yield page[place:]


def attributes_in(rest: str) -> dict[str, str]:
    """Return the attributes that stand in a tag; of two of the same name, the first."""
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found
