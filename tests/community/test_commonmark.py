"""CommonMark's own examples, through our parser of long texts as it is configured for pages, before sanitising.

What differs by choice is not hidden: raw HTML is switched on for these tests (our texts have none, so none of the
examples about it could be equal), and what we add afterwards is switched off for the first test and listed for the
second.
"""

import os
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import validateLink

from community.text import markdown_parser

pytestmark = pytest.mark.corpus
CORPUS = Path(os.environ.get("HALLWAY_CORPUS") or "/nonexistent")
# Rules of ours that run once the text is parsed.
OURS = ["mark_tasks", "shift_headings", "align_by_class", "link_elsewhere", "find_words"]
# By the number of the example: what a page of ours shows otherwise, beside headings one level down.
BY_CHOICE = {
    "pictures from elsewhere, or of no whole address, are links or words": {
        *(519, 522, 533, 575, 578, 579, 580, 582),
    },
    "addresses of other schemes than http, https and mailto are no links": {502, 598, 600, 601, 603},
    "an address in running text is a link": {604, 610, 613},
    "@somebody in running text is a mention": {608},
    "a heading below the sixth level stays on it": {62},
}


def examples() -> list[tuple[str, str]]:
    spec = (CORPUS / "markdown/commonmark/spec.txt").read_text(encoding="utf-8")
    found = re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", spec, re.DOTALL | re.MULTILINE)
    return [(source.replace("→", "\t"), shown.replace("→", "\t")) for source, shown in found]


def production_parser() -> MarkdownIt:
    """Return a parser of our own made as the one of pages is, that may be changed."""
    parser = markdown_parser.__wrapped__()
    parser.options["html"] = True
    return parser


def shown_by(parser: MarkdownIt, source: str) -> str:
    env = {"mentions": set()}
    # An empty quote is written on one line here and on two there: the same HTML.
    return str(parser.renderer.render(parser.parse(source, env), parser.options, env)).replace(
        "quote></", "quote>\n</"
    )


def one_level_up(html: str) -> str:
    """Undo what every page of ours does to headings and pictures."""
    html = re.sub(r'<h([2-6]) id="[^"]*">', lambda found: f"<h{int(found[1]) - 1}>", html)
    html = re.sub(r"</h([2-6])>", lambda found: f"</h{int(found[1]) - 1}>", html)
    return html.replace(' loading="lazy"', "")


def different(parser: MarkdownIt) -> set[int]:
    return {
        number
        for number, (source, shown) in enumerate(examples(), 1)
        if shown not in (shown_by(parser, source), one_level_up(shown_by(parser, source)))
    }


def test_every_example_comes_out_as_the_specification_says_before_what_we_add() -> None:
    parser = production_parser()
    parser.core.ruler.disable(OURS)
    parser.validateLink = validateLink  # type: ignore[method-assign]
    assert len(examples()) >= 652
    assert different(parser) == set()


def test_with_what_we_add_only_the_listed_examples_differ() -> None:
    assert different(production_parser()) == set().union(*BY_CHOICE.values())
