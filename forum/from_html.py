"""The HTML of a forum's post as the Markdown that write-ups here are kept in, and what stood in it.

The HTML is a stranger's. Only what is named below becomes Markdown, everything else is its words or nothing, and all
words are escaped: what comes out says what went in, and passes `community.text.render` like any other text. The work
grows with the length: each node is visited once, and what is nested deeper than people write is taken as words.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from links.canonical import BadAddress, clean

MOST_SIGNS = 400_000
MOST_LINKS = 50
MOST_PICTURES = 50
DEEPEST = 30
MOST_OPEN = 300
# Not more words beside a link than these, and the link is what the line is there for: “Here is mine: …”.
FEW_WORDS = 60
# What stands around a mention until it is known whom it means: signs that no text has (Unicode's private use).
MENTION, END = "\ue000", "\ue001"
MENTIONED = re.compile(f"{MENTION}([^{END}]*){END}")

BLOCKS = {
    *(
        "p",
        "div",
        "section",
        "article",
        "aside",
        "header",
        "footer",
        "main",
        "figure",
        "figcaption",
        "center",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "details"),
    *("summary", "dl", "dt", "dd", "iframe"),
}
NOTHING = {
    *(
        "script",
        "style",
        "svg",
        "math",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "template",
        "noscript",
    ),
    *("object", "embed", "head", "title", "meta", "link", "canvas", "video", "audio", "-comment"),
}
AROUND = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\ufeff]")
SIGNS = re.compile(r"([\\`*\[\]<]|~(?=~)|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")
CALL = re.compile(r"(?<![\w/@.+-])@(?=[A-Za-z0-9_])")
CODE = re.compile(r":(?=[a-z0-9_+-]{1,40}:)", re.IGNORECASE)
BEGINNING = re.compile(r"^([#>+=|~-]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
EMOJI = re.compile(r":([a-z0-9_+-]{1,40})(?::t[2-6])?:", re.IGNORECASE)
# Tags of what has to be closed.
TAG = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|br|hr|img|input|meta|link|source|wbr|col|dd|dt)\b)([a-z][a-z0-9]{0,20})",
    re.IGNORECASE,
)
LANGUAGE = re.compile(r"lang(?:uage)?-([\w+#.-]{1,30})")


@dataclass(frozen=True)
class Link:
    """An address that a post leads to. `words` are empty where it shows nothing but itself; `alone` says that its
    line is there for it.
    """

    url: str
    words: str
    alone: bool


@dataclass(frozen=True)
class Picture:
    """A picture that was uploaded with the post."""

    url: str
    words: str


@dataclass
class Converted:
    """What a post says. `words` counts the signs of its own text, without links and without what it quotes."""

    markdown: str = ""
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    words: int = 0


def convert(html: str, base: str = "") -> Converted:
    """Return what the HTML of a post says; `base` is the address that its short addresses begin at, if it is known."""
    return Converter(base).run(html)


def name_people(markdown: str, handles: dict[str, str]) -> str:
    """Return the text with the people whom it mentions: by `handles` (what to write, by name in the forum, small
    letters); all others as plain words.
    """
    return MENTIONED.sub(lambda found: handles.get(found[1].lower()) or "\\@" + escaped(found[1]), markdown)


def escaped(text: str) -> str:
    """Return running text so that Markdown, mentions and short codes in it stay text."""
    text = SIGNS.sub(r"\\\1", text)
    return CODE.sub(r"\\:", CALL.sub(r"\\@", text))


def clean_words(text: str) -> str:
    return UNSEEN.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def one_line(text: str) -> str:
    return " ".join(clean_words(text).split())


def fence(text: str, least: int) -> str:
    """Return so many backticks that none of those in `text` ends what stands between them."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(least, longest + 1)


class Converter:
    def __init__(self, base: str) -> None:
        self.base = base
        self.found = Converted()
        # Of the line that is being read: the links in it, and how many signs stand beside them.
        self.line_links: list[tuple[str, str]] = []
        self.line_words = 0
        self.quoted = 0

    def run(self, html: str) -> Converted:
        html = html[:MOST_SIGNS]
        if is_too_deep(html):
            # The parser looks through all that is open at each tag: nobody's post, and minutes of work.
            html = escape(re.sub(r"<[^<>]{0,2000}>", " ", html))
        body = LexborHTMLParser(clean_words(html)).body
        blocks = self.blocks(body, 0) if body else []
        self.found.markdown = "\n\n".join(blocks)
        return self.found

    # --- Blocks -------------------------------------------------------------------------------------------------------

    def blocks(self, node: Any, depth: int) -> list[str]:
        done: list[str] = []
        line: list[str] = []
        for child in node.iter(include_text=True):
            if child.tag in BLOCKS and depth < DEEPEST:
                self.end_line(line, done)
                done += self.block(child, depth + 1)
            else:
                line.append(self.inline(child, depth + 1))
        self.end_line(line, done)
        return done

    def end_line(self, line: list[str], done: list[str]) -> None:
        text = re.sub(
            r"[ \t\n]*\\?\n[ \t]*", lambda found: "\\\n" if "\\" in found[0] else " ", "".join(line)
        )
        text = re.sub(r"^(?:\\\n|\s)+|(?:\\\n|\s)+$", "", re.sub(r"[ \t]{2,}", " ", text))
        line.clear()
        alone = self.line_words <= FEW_WORDS
        for url, words in self.line_links:
            if not self.quoted and len(self.found.links) < MOST_LINKS:
                self.found.links.append(Link(url, words, alone))
        self.line_links, self.line_words = [], 0
        if text:
            done.append(BEGINNING.sub(self.not_a_beginning, text))

    @staticmethod
    def not_a_beginning(found: re.Match[str]) -> str:
        return f"{found[0]}\\" if found[0].isdecimal() else f"\\{found[0]}"

    def block(self, node: Any, depth: int) -> list[str]:
        tag, kinds = node.tag, set((node.attributes.get("class") or "").split())
        if kinds & {"onebox", "youtube-onebox", "lazy-video-container"} or tag == "iframe":
            return self.card(node)
        if tag == "aside" and "quote" in kinds:
            return self.quote(node.css_first("blockquote"), depth)
        if tag == "blockquote":
            return self.quote(node, depth)
        if kinds & {"meta", "title", "quote-controls", "poll"} and tag == "div":
            return []
        if tag[0] == "h" and tag[1:].isdecimal():
            return self.heading(node, int(tag[1]), depth)
        if tag in ("ul", "ol"):
            return self.list_of(node, depth)
        if tag == "pre":
            return self.code(node)
        if tag == "hr":
            return ["---"]
        if tag == "table":
            return self.table(node, depth)
        return self.blocks(node, depth)

    def heading(self, node: Any, level: int, depth: int) -> list[str]:
        words = " ".join(" ".join(self.blocks(node, depth)).replace("\\\n", " ").split())
        if words and not self.quoted:
            self.found.headings.append(one_line(node.text(deep=True)))
        return [f"{'#' * level} {words}"] if words else []

    def quote(self, node: Any, depth: int) -> list[str]:
        if node is None:
            return []
        self.quoted += 1
        blocks = self.blocks(node, depth)
        self.quoted -= 1
        text = "\n\n".join(blocks)
        return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []

    def list_of(self, node: Any, depth: int) -> list[str]:
        items, number = [], 0
        for child in node.iter():
            if child.tag in NOTHING:
                continue
            number += 1
            mark = f"{number}. " if node.tag == "ol" else "- "
            inner = self.blocks(child, depth) if child.tag in BLOCKS else [self.inline(child, depth)]
            apart = "\n\n" if any(part.tag == "p" for part in child.iter()) else "\n"
            lines = apart.join(inner).split("\n")
            items.append(mark + f"\n{' ' * len(mark)}".join(lines).replace(f"\n{' ' * len(mark)}\n", "\n\n"))
        tight = all("\n\n" not in item for item in items)
        return [("\n" if tight else "\n\n").join(items)] if items else []

    def code(self, node: Any) -> list[str]:
        text = clean_words(node.text(deep=True)).strip("\n")
        inner = node.css_first("code")
        language = LANGUAGE.search((inner.attributes.get("class") or "") if inner else "")
        self.count(text)
        marks = fence(text, 3)
        return [f"{marks}{language[1] if language else ''}\n{text}\n{marks}"] if text else []

    def table(self, node: Any, depth: int) -> list[str]:
        rows = []
        for row in node.css("tr")[:200]:
            cells = [
                " ".join(" ".join(self.blocks(cell, depth)).replace("\\\n", " ").split()).replace("|", "\\|")
                for cell in row.iter()
                if cell.tag in ("td", "th")
            ]
            rows.append(cells[:20])
        width = max((len(row) for row in rows), default=0)
        if not width:
            return []
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        return ["\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])]

    def card(self, node: Any) -> list[str]:
        """The box that a forum makes of an address: its title, leading there."""
        head = node.css_first("h3 a") or node.css_first("h4 a") or node.css_first("a[href]")
        attributes = node.attributes
        url = self.address(
            attributes.get("data-onebox-src")
            or (head.attributes.get("href") if head else attributes.get("src"))
        )
        if not url:
            return []
        named = (
            attributes.get("data-video-title")
            or attributes.get("data-youtube-title")
            or attributes.get("title")
        )
        words = one_line(named or (head.text(deep=True) if head else ""))[:200]
        if not self.quoted and len(self.found.links) < MOST_LINKS:
            self.found.links.append(Link(url, "" if is_address(words) else words, alone=True))
        return [linked(escaped(words), url)]

    # --- Within a line ------------------------------------------------------------------------------------------------

    def inline(self, node: Any, depth: int) -> str:
        tag = node.tag
        if tag == "-text":
            text = re.sub(r"\s+", " ", node.text_content or "")
            self.count(text)
            return escaped(text)
        if tag in NOTHING:
            return ""
        if depth > DEEPEST + 10:
            text = one_line(node.text(deep=True))
            self.count(text)
            return escaped(text)
        if tag == "br":
            return "\\\n"
        if tag == "img":
            return self.picture(node)
        if tag in ("code", "kbd", "tt", "samp"):
            return self.code_within(node)
        if tag == "a":
            return self.link(node, depth)
        inner = "".join(self.inline(child, depth + 1) for child in node.iter(include_text=True))
        mark = AROUND.get(tag, "")
        words = inner.strip()
        if not mark or not words or "\n" in words:
            return inner
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        return f"{before}{mark}{words}{mark}{after}"

    def code_within(self, node: Any) -> str:
        text = one_line(node.text(deep=True))
        self.count(text)
        marks = fence(text, 1)
        room = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{marks}{room}{text}{room}{marks}" if text else ""

    def link(self, node: Any, depth: int) -> str:
        kinds = set((node.attributes.get("class") or "").split())
        text = one_line(node.text(deep=True))
        if "mention" in kinds and text.startswith("@"):
            self.count(text)
            return f"{MENTION}{text[1:]}{END}"
        pictures = node.css("img")
        if pictures and "lightbox" in kinds:
            return self.picture(pictures[0], whole=node.attributes.get("href"))
        before, beside = self.line_words, self.found.words
        inner = "".join(self.inline(child, depth + 1) for child in node.iter(include_text=True)).strip()
        url = self.address(node.attributes.get("href"))
        if not url or kinds & {"anchor", "hashtag", "hashtag-cooked"} or not inner or "](" in inner:
            return inner
        # The words of a link are not words beside it.
        self.line_words, self.found.words = before, beside
        self.line_links.append((url, "" if is_address(text) else text[:200]))
        return linked(inner, url) if not is_address(text) else f"<{url}>"

    def picture(self, node: Any, whole: str | None = None) -> str:
        attributes = node.attributes
        kinds = set((attributes.get("class") or "").split())
        words = one_line(attributes.get("alt") or attributes.get("title") or "")
        if "emoji" in kinds:
            code = EMOJI.fullmatch(words) or EMOJI.fullmatch(attributes.get("title") or "")
            return f":{code[1].lower()}:" if code else escaped(words)
        if kinds & {"avatar", "site-icon", "d-lazyload", "thumbnail"}:
            return ""
        url = self.address(whole or attributes.get("src"))
        if not url:
            return ""
        if whole or attributes.get("data-base62-sha1") or "/uploads/" in urlsplit(url).path:
            if not self.quoted and len(self.found.pictures) < MOST_PICTURES:
                self.found.pictures.append(Picture(url, "" if is_file_name(words) else words[:500]))
            return ""
        return linked(escaped(words), url)

    def address(self, given: str | None) -> str:
        """Return a complete address that others can open, or nothing."""
        try:
            url = urljoin(self.base, (given or "").strip())
            return clean(url) if url.lower().startswith(("http://", "https://")) else ""
        except (BadAddress, ValueError):
            return ""

    def count(self, text: str) -> None:
        if not self.quoted:
            signs = len(" ".join(text.split()))
            self.line_words += signs
            self.found.words += signs


def is_too_deep(html: str) -> bool:
    """Whether more elements may stand in each other than any parser goes through quickly."""
    opened: Counter[str] = Counter()
    depth = 0
    for found in TAG.finditer(html):
        name = found[2].lower()
        # What closes nothing that is open, the parser passes over, too.
        step = (-1 if opened[name] else 0) if found[1] else 1
        opened[name] += step
        depth += step
        if depth > MOST_OPEN:
            return True
    return False


def linked(words: str, url: str) -> str:
    return f"[{words}](<{url}>)" if words.strip() else f"<{url}>"


def is_address(words: str) -> bool:
    """Whether a link shows nothing but an address: its own, or the shortened one that forums write."""
    return (
        bool(re.fullmatch(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?…?", words, re.IGNORECASE))
        or not words
    )


def is_file_name(words: str) -> bool:
    """Whether a picture is described by the name of its file alone, which tells nobody anything."""
    return " " not in words
