"""From what somebody typed to what a page may show: Markdown, sanitised, with links, @mentions and :emoji:.

Everything here takes text of strangers. Two rules hold it together: no HTML of theirs is ever parsed as HTML, and the
work grows with the length of the text only. The ready-made link finders for markdown-it are quadratic on text such as
":tada:" repeated, which is why links, mentions and emoji are found by one pass of one regular expression below.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

# Raise it when the same source would give other HTML: what is stored is then rendered again.
RENDERER_VERSION = 1

MAX_LENGTH = 50_000
SUMMARY_LENGTH = 300
# Blocks and spans nested deeper than this are left out; nobody writes so, and unbounded nesting is an attack.
MAX_NESTING = 20
# Brackets that are no link, cells of tables and items of lists in one text: far more than anybody writes.
LABELS_AT_MOST = 5_000
CELLS_AT_MOST = 10_000
ITEMS_AT_MOST = 5_000
WORDS_A_MINUTE = 230
SIGNS_A_MINUTE = 500


class TooLong(ValueError):  # noqa: N818 - it reads as what happened
    """The text has more than MAX_LENGTH characters. `str()` of it is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class Rendered:
    """What one text gives: `html` for the page, `mentions` (handles, lower case), `plain` for a summary."""

    html: SafeString
    mentions: frozenset[str]
    plain: str
    reading_minutes: int


def render(source: str, prefix: str = "text") -> Rendered:
    """Render Markdown. `prefix` begins every id, so that two texts on one page do not share one. Raises TooLong."""
    source = checked(source)
    env: dict[str, Any] = {"docId": prefix, "mentions": set()}
    parser = markdown_parser()
    tokens = parser.parse(source, env)
    html = clean_html(parser.renderer.render(tokens, parser.options, env))
    text = text_of(tokens)
    return Rendered(
        html=html,
        mentions=frozenset(env["mentions"]),
        plain=Truncator(text_of(tokens, summary=True) or text).chars(SUMMARY_LENGTH, truncate="…"),
        reading_minutes=reading_minutes(text),
    )


def render_comment(source: str) -> SafeString:
    """Render a comment: paragraphs, lists, quotes, code and links, but no headings, pictures, tables and footnotes, of
    which none may look like a part of the page that it stands on. Raises TooLong.
    """
    parser = comment_parser()
    return clean_html(parser.render(checked(source), {"mentions": set()}))


def render_line(source: str) -> SafeString:
    """Render one line: emphasis, code, links, mentions and emoji, but no blocks and no pictures. Raises TooLong."""
    return clean_html(line_parser().renderInline(" ".join(checked(source).split()), {"mentions": set()}))


# What somebody put between marks of their own, in the ways that keyboards and languages have.
BETWEEN_MARKS = re.compile(r'["“„«]\s*([^"“”„«»]+?)\s*["”“»]')


def between_marks(source: str) -> str:
    """Return `source` as it is written between quotation marks: marks around all of it go, those within become single.

    Code and links stay as they are.
    """
    source = source.strip()
    if whole := BETWEEN_MARKS.fullmatch(source):
        return whole[1]
    return source if "`" in source or "](" in source else BETWEEN_MARKS.sub(r"‘\1’", source)


def plain_text(source: str) -> str:
    """Return all words of a Markdown text on one line, without its marks: for search and e-mail. Raises TooLong."""
    return text_of(markdown_parser().parse(checked(source), {"mentions": set()}))


def checked(source: str) -> str:
    """Return the text as it can be stored: half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes "?"."""
    if len(source) > MAX_LENGTH:
        raise TooLong(
            gettext("This text has %(length)d characters; the limit is %(limit)d. Split it into parts.")
            % {"length": len(source), "limit": MAX_LENGTH}
        )
    return source.encode("utf-8", "replace").decode("utf-8")


# --- The parsers ------------------------------------------------------------------------------------------------------


@cache
def markdown_parser() -> MarkdownIt:
    """Return the parser of long texts. It keeps no state between texts, so one serves all threads."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.block.ruler.at("table", bounded_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("list", bounded_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.before("list", "enough_items", enough_items, {"alt": ["list"]})
    # Footnotes within the line (^[…]) look for their end again at every "^[": quadratic, and hardly known.
    parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.at("footnote_ref", bounded_footnote_ref)
    for rule in (mark_tasks, shift_headings, align_by_class):
        parser.core.ruler.after("inline", rule.__name__, rule)
    add_own_rules(parser)
    parser.add_render_rule("footnote_block_open", footnote_block_open)
    parser.add_render_rule("footnote_open", footnote_open)
    parser.add_render_rule("footnote_ref", footnote_reference)
    parser.add_render_rule("footnote_anchor", footnote_way_back)
    return parser


@cache
def comment_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable("strikethrough").disable(["heading", "lheading", "image"])
    add_own_rules(parser)
    return parser


@cache
def line_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable("strikethrough").disable(["image", "html_inline"])
    add_own_rules(parser)
    return parser


def add_own_rules(parser: MarkdownIt) -> None:
    parser.inline.ruler.at("link", bounded_label(link))
    parser.inline.ruler.at("image", bounded_label(image))
    # Before text_join: what was escaped (\@name, \:tada:) still stands in a token of its own there, and stays text.
    parser.core.ruler.before("text_join", "link_elsewhere", link_pictures)
    parser.core.ruler.before("text_join", "find_words", find_words)
    parser.validateLink = is_link  # type: ignore[method-assign]


def is_link(url: str) -> bool:
    """Return whether `url` is relative or of a scheme that a text may link to."""
    scheme = re.match(r"[\s\x00-\x20]*([^/?#:]*):", url)
    return scheme is None or scheme[1].lower() in URL_SCHEMES


# "[^name]" with a name short enough that looking for its end costs the same wherever it is tried.
FOOTNOTE_REFERENCE = re.compile(r"\[\^[^\s\]]{1,60}\]")


def bounded_footnote_ref(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or not FOOTNOTE_REFERENCE.match(state.src, state.pos):
        return False
    return footnote_ref(state, silent)


def bounded_label(
    rule: Callable[[StateInline, bool], bool],
) -> Callable[[StateInline, bool], bool]:
    """Return the rule of links or pictures, which gives up once LABELS_AT_MOST brackets have led nowhere: looking for
    the end of each costs twenty steps, and a text of nothing but brackets takes a second.
    """

    def label(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith(("[", "!["), state.pos) or state.env.get("labels", 0) > LABELS_AT_MOST:
            return False
        if rule(state, silent):
            return True
        state.env["labels"] = state.env.get("labels", 0) + 1
        return False

    return label


def bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Tables with no more than CELLS_AT_MOST cells in a text; beyond, they stay as they were typed. Two signs can make
    a row of a hundred cells.
    """
    if state.src.find("|", state.bMarks[start], state.eMarks[start]) < 0:
        return False
    if state.env.get("cells", 0) > CELLS_AT_MOST or not table(state, start, end, True):
        return False
    if silent:
        return True
    columns = state.getLines(start, start + 1, 0, False).count("|") + 1
    last = next((line for line in range(start, end) if state.isEmpty(line)), end)
    # Once there are too many, none is counted any more: that would go through the rest of the text at every line.
    state.env["cells"] = state.env.get("cells", 0) + columns * (last - start)
    return state.env["cells"] <= CELLS_AT_MOST and table(state, start, end, silent)


def bounded_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.env.get("items", 0) <= ITEMS_AT_MOST and list_block(state, start, end, silent)


def enough_items(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """End the list at hand, which asks this after each item, once the text has had ITEMS_AT_MOST."""
    if not silent:
        return False
    state.env["items"] = state.env.get("items", 0) + 1
    return state.env["items"] > ITEMS_AT_MOST


# --- Blocks -----------------------------------------------------------------------------------------------------------


def mark_tasks(state: StateCore) -> None:
    """Turn "- [ ] …" and "- [x] …" into items with a check box that cannot be changed."""
    lists: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "inline" and index >= 2 and state.tokens[index - 2].type == "list_item_open":
            mark = re.match(r"\[([ xX])\]\s", token.content)
            first = token.children[0] if token.children else None
            if mark and first is not None and first.type == "text" and first.content.startswith("["):
                first.content = first.content[3:]
                checked = "" if mark[1] == " " else " checked"
                # The label gives the box a name; its own words are the only ones that fit every language.
                box = Token("html_inline", "", 0, content=f'<label><input type="checkbox" disabled{checked}>')
                end = Token("html_inline", "", 0, content="</label>")
                token.children = [box, *(token.children or []), end]
                state.tokens[index - 2].attrSet("class", "task")
                lists[-1].attrSet("class", "tasks")


def shift_headings(state: StateCore) -> None:
    """Make a text's h1 an h2, since the page has its own h1, and give each heading an id to link to."""
    seen: dict[str, int] = {}
    for index, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        if token.type == "heading_open":
            slug = slugify(words_of(state.tokens[index + 1]), allow_unicode=True)[:60] or "section"
            seen[slug] = seen.get(slug, 0) + 1
            number = f"-{seen[slug]}" if seen[slug] > 1 else ""
            token.attrSet("id", f"{state.env.get('docId', 'text')}-{slug}{number}")


def align_by_class(state: StateCore) -> None:
    """Say a column's alignment by class: the policy of our pages forbids style attributes."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", None)):
            token.attrSet("class", f"align-{str(style).partition(':')[2]}")


def footnote_name(token: Token, env: Any) -> str:
    return f"{env.get('docId', 'text')}-note-{token.meta['id'] + 1}"


def footnote_block_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return '<section class="footnotes" role="doc-endnotes">\n<ol>\n'


def footnote_reference(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta, name = tokens[index].meta, footnote_name(tokens[index], env)
    return f'<sup><a href="#{name}" id="{name}-from-{meta["subId"]}" role="doc-noteref">[{meta["id"] + 1}]</a></sup>'


def footnote_way_back(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta, name = tokens[index].meta, footnote_name(tokens[index], env)
    # The selector after the arrow keeps phones from showing it as a picture.
    return f' <a href="#{name}-from-{meta["subId"]}" role="doc-backlink">\u21a9\ufe0e</a>'


def footnote_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<li id="{footnote_name(tokens[index], env)}">'


# --- Words: links, @mentions, :emoji: ---------------------------------------------------------------------------------

# Every part is bounded or possessive, so the pass never goes back further than a fixed number of characters.
WORDS = re.compile(
    r"""
      (?<![\w@]) (?P<url> (?:https?://|www\.) [^\s<>"`]{1,2000}+ )
    | (?<![\w/@.+-]) @ (?P<handle> [A-Za-z0-9_] [A-Za-z0-9_.-]{0,79}+ ) (?!@)
    | : (?P<emoji> [a-z0-9_+-]{1,40}+ ) (?=:)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
OWN_PICTURE = re.compile(r"/[A-Za-z0-9_]")


FORUM_CODES = {
    "slight_smile": "slightly_smiling_face",
    "slight_frown": "slightly_frowning_face",
    "upside_down": "upside_down_face",
    "thumbs_up": "+1",
    "thumbs_down": "-1",
}


@cache
def emoji() -> dict[str, str]:
    """Return the emoji by short code, without colons: GitHub's codes, and a few that forums write otherwise."""
    known: dict[str, str] = json.loads(Path(__file__).with_name("emoji.json").read_text(encoding="utf-8"))
    return known | {other: known[code] for other, code in FORUM_CODES.items()}


def find_words(state: StateCore) -> None:
    """Replace addresses, mentions and short codes in running text: not in code, and no link within a link."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            found: list[Token] = []
            links = 0
            for token in block.children:
                links += (token.type == "link_open") - (token.type == "link_close")
                if token.type == "text":
                    found.extend(split_text(token, state, linking=links == 0))
                else:
                    found.append(token)
            block.children = found


def split_text(token: Token, state: StateCore, *, linking: bool) -> list[Token]:
    text, done, parts = token.content, 0, []
    for match in WORDS.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        if match["emoji"]:
            sign = emoji().get(match["emoji"].lower())
            end += 1
            made = [text_token(sign, token.level)] if sign else []
        elif not linking:
            continue
        elif match["url"]:
            address = without_punctuation(match["url"])
            end = start + len(address)
            made = address_link(address, token.level, state.md)
        else:
            handle = match["handle"].rstrip(".-")
            end = start + 1 + len(handle)
            state.env.setdefault("mentions", set()).add(handle.lower())
            made = link_tokens(f"/people/{handle.lower()}/", f"@{handle}", token.level, "mention")
        if made:
            if start > done:
                parts.append(text_token(text[done:start], token.level))
            parts += made
            done = end
    if not parts:
        return [token]
    if done < len(text):
        parts.append(text_token(text[done:], token.level))
    return parts


def without_punctuation(address: str) -> str:
    """Cut what ends the sentence rather than the address; a ")" stays where its "(" is part of the address."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in ".,;:!?*_~'\u201d\u2019\u00bb":
            break
        end -= 1
    return address[:end]


def address_link(address: str, level: int, parser: MarkdownIt) -> list[Token]:
    href = parser.normalizeLink(address if "://" in address else f"https://{address}")
    try:
        host = urlsplit(href).hostname or ""
    except ValueError:
        return []
    labels = host.rstrip(".").split(".")
    return link_tokens(href, address, level) if len(labels) > 1 and all(labels) else []


def link_pictures(state: StateCore) -> None:
    """Show pictures of this site; a picture from elsewhere becomes a link, so that no reader is reported there."""
    for block in state.tokens:
        if (
            block.type == "inline"
            and block.children
            and any(child.type == "image" for child in block.children)
        ):
            kept: list[Token] = []
            links = 0
            for token in block.children:
                links += (token.type == "link_open") - (token.type == "link_close")
                kept.extend(picture_tokens(token, linking=links == 0) if token.type == "image" else [token])
            block.children = kept


def picture_tokens(token: Token, *, linking: bool) -> list[Token]:
    source = str(token.attrGet("src") or "")
    own = source.removeprefix(settings.SITE_URL)
    if OWN_PICTURE.match(own):
        token.attrSet("src", own)
        token.attrSet("loading", "lazy")
        return [token]
    words = words_of(token) or source
    if not linking or not source.startswith(("http://", "https://")):
        return [text_token(words, token.level)]
    return link_tokens(source, words, token.level)


def text_token(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def link_tokens(href: str, words: str, level: int, css_class: str = "") -> list[Token]:
    attrs: dict[str, str | int | float] = {"href": href, "class": css_class} if css_class else {"href": href}
    return [
        Token("link_open", "a", 1, attrs=attrs, level=level),
        # Not "text": the words of an address are not searched a second time.
        Token("text_special", "", 0, content=words, level=level + 1),
        Token("link_close", "a", -1, level=level),
    ]


# --- Plain words ------------------------------------------------------------------------------------------------------


def words_of(token: Token) -> str:
    """Return the words of an inline token or a picture, on one line."""
    words = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "image":
            words.append(words_of(child))
        elif child.type in ("text", "text_special", "code_inline"):
            words.append(child.content)
    return "".join(words)


def text_of(tokens: Sequence[Token], *, summary: bool = False) -> str:
    """Return all words; for a summary neither those of headings and code, nor footnotes and tables."""
    words: list[str] = []
    skipped = 0
    for index, token in enumerate(tokens):
        if summary and token.type in ("table_open", "footnote_block_open"):
            skipped += 1
        elif summary and token.type in ("table_close", "footnote_block_close"):
            skipped -= 1
        elif skipped:
            continue
        elif token.type == "inline":
            if not (summary and tokens[index - 1].type == "heading_open"):
                words.append(words_of(token))
        elif token.type in ("fence", "code_block") and not summary:
            words.append(token.content)
    return " ".join(" ".join(words).split())


SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def reading_minutes(text: str) -> int:
    """Return whole minutes, at least one. Chinese and Japanese are counted by sign, since they leave no spaces."""
    signs = len(SIGNS.findall(text))
    words = len(SIGNS.sub(" ", text).split())
    return max(1, ceil(words / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE))


# --- What may leave ---------------------------------------------------------------------------------------------------

URL_SCHEMES = {"http", "https", "mailto"}
TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "a",
        "img",
    ),
    *("ul", "ol", "li", "label", "input", "table", "thead", "tbody", "tr", "th", "td", "sup", "section"),
}
ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title", "loading"},
    "code": {"class"},
    "ol": {"start"},
    "li": {"id"},
    "input": {"disabled", "checked"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
CLASSES = {
    "a": {"mention"},
    "ul": {"tasks"},
    "ol": {"tasks"},
    "li": {"task"},
    "section": {"footnotes"},
    "th": {"align-left", "align-center", "align-right"},
    "td": {"align-left", "align-center", "align-right"},
}
FIXED_VALUES = {
    "a": {"role": {"doc-noteref", "doc-backlink"}},
    "section": {"role": {"doc-endnotes"}},
    "input": {"type": {"checkbox"}},
}
LANGUAGE_CLASS = re.compile(r"language-[\w+#.-]{1,30}")


def keep_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        return value if LANGUAGE_CLASS.fullmatch(value) else None
    if tag == "img" and name == "src":
        return value if OWN_PICTURE.match(value) else None
    return value


def clean_html(html: str) -> SafeString:
    """Return only what the lists above allow. The parser makes nothing else; this is the wall behind it."""
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            allowed_classes=CLASSES,
            tag_attribute_values=FIXED_VALUES,
            set_tag_attribute_values={"input": {"disabled": ""}},
            attribute_filter=keep_attribute,
            url_schemes=URL_SCHEMES,
            link_rel="nofollow ugc noopener",
        )
    )
