"""What a page says, as far as it may name things: its running text, the phrases that stand out in it, its addresses.

One pass over the tags, and no tree: to build one takes a time that grows with the square of its depth. All of it is a
stranger's word, and nothing of it is kept.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# What is not read any more: no recap is longer.
MOST_CHARACTERS = 100_000
MOST_PHRASES = 1_000
MOST_ADDRESSES = 1_000
# A block this short may be a title and nothing else; so may what stands between quotes.
LONGEST_PHRASE = 200


@dataclass(slots=True)
class Prose:
    """The blocks of a text (paragraphs, headings, items of lists), the phrases that stand out in them (in quotes,
    linked, stressed, or alone in a heading, an item or a cell), and the addresses it leads to; each in its order, each
    once.
    """

    blocks: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    @classmethod
    def of_html(cls, page: str) -> "Prose":
        """Return what the HTML of a page or of one of our own texts says."""
        reader = Reader()
        for text, tag in pieces(UNREAD.sub(" ", page)):
            reader.take(text, tag)
        return reader.prose()


# What no reader sees, or what is around the text on every page of its site. Each runs to its end, or to the end of all.
UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|noscript|template|svg|math|textarea|select|button|nav|footer|form|iframe|pre|title)\b"
    r".*?(?:</\1\b[^<>]*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]*)>|<")
HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""", re.IGNORECASE)
# What does not end a line of text; of these, what makes a phrase of what it holds.
STANDS_OUT = frozenset({"a", "b", "cite", "em", "i", "q", "strong"})
INLINE = STANDS_OUT | frozenset(
    "abbr bdi code del img ins kbd label mark s small span sub sup time u var wbr".split()  # noqa: SIM905 - it is read
)
# Alone in one of these, a short text is a phrase by itself.
ALONE = frozenset(
    ["caption", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "summary", "td", "th"]
)
# Where a page has one of these, its text is in there.
ESSENCE = frozenset({"article", "main"})
# Less than this in them, and the page uses them for something else.
LEAST_ESSENCE = 300

QUOTED = re.compile(
    r"“([^“”\n]{2,200})”|„([^„“”\n]{2,200})[“”]|«([^«»\n]{2,200})»|»([^«»\n]{2,200})«|‹([^‹›\n]{2,200})›"
    r"|「([^「」\n]{2,200})」|『([^『』\n]{2,200})』|《([^《》\n]{2,200})》"
    r"|‘((?:[^‘’\n]|’(?=\w)){2,200})’(?!\w)|‚([^‚‘’\n]{2,200})[‘’]"
    r"""|(?<![\w"])"(?=\S)([^"\n]{2,200})(?<=\S)"(?!\w)|(?<!\w)'(?=\w)((?:[^'\n]|(?<=\w)'(?=\w)){2,200})'(?!\w)"""
)


def pieces(page: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield the page in pieces: the text before a tag, and the tag (None at the end)."""
    done = 0
    for tag in TAG.finditer(page):
        if tag[2]:
            yield page[done : tag.start()], tag
            done = tag.end()
    yield page[done:], None


class Reader:
    """Goes over the pieces of a page, and remembers what they say."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, str, bool]] = []
        self.marked: list[tuple[str, bool]] = []
        self.addresses: list[tuple[str, bool]] = []
        self.line: list[str] = []
        # Where in the line the open tags that stand out began: (tag, number of pieces before it).
        self.open: list[tuple[str, int]] = []
        self.around = ""
        self.inside = 0
        self.read = 0

    def take(self, text: str, tag: re.Match[str] | None) -> None:
        if text and self.read < MOST_CHARACTERS:
            self.line.append(html.unescape(text))
            self.read += len(text)
        if tag is None:
            self.end_line()
            return
        name, closes = tag[2].lower(), bool(tag[1])
        if name in INLINE:
            self.inline(name, closes, tag[3])
            return
        self.end_line()
        self.around = "" if closes else name
        if name in ESSENCE:
            self.inside = max(0, self.inside + (-1 if closes else 1))

    def inline(self, name: str, closes: bool, attributes: str) -> None:
        if name == "a" and not closes and len(self.addresses) < MOST_ADDRESSES:
            if href := HREF.search(attributes):
                address = href[1] or href[2] or href[3]
                self.addresses.append((html.unescape(address).strip(), bool(self.inside)))
        if name not in STANDS_OUT:
            return
        if not closes:
            # Deeper than that, nobody stresses anything.
            if len(self.open) < 20:
                self.open.append((name, len(self.line)))
        elif any(open_name == name for open_name, _at in self.open):
            while self.open:
                open_name, at = self.open.pop()
                if open_name == name:
                    break
            self.mark("".join(self.line[at:]))

    def end_line(self) -> None:
        text = " ".join("".join(self.line).split())
        if text:
            if self.around in ALONE:
                self.mark(text)
            self.blocks.append((text, self.around, bool(self.inside)))
        self.line, self.open = [], []

    def mark(self, text: str) -> None:
        phrase = " ".join(text.split())
        if 2 <= len(phrase) <= LONGEST_PHRASE and len(self.marked) < MOST_PHRASES:
            self.marked.append((phrase, bool(self.inside)))

    def prose(self) -> Prose:
        essence = sum(len(text) for text, _around, inside in self.blocks if inside) >= LEAST_ESSENCE
        blocks = [text for text, _around, inside in self.blocks if inside or not essence]
        phrases = [phrase for phrase, inside in self.marked if inside or not essence]
        for block in blocks:
            phrases += [next(filter(None, quoted.groups())) for quoted in QUOTED.finditer(block)]
        addresses = [address for address, inside in self.addresses if inside or not essence]
        return Prose(blocks, list(dict.fromkeys(phrases))[:MOST_PHRASES], list(dict.fromkeys(addresses)))
