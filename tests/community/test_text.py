import gc
import gzip
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from community.text import MAX_LENGTH, TooLong, emoji, plain_text, render, render_comment, render_line

CORPUS = Path(os.environ.get("HALLWAY_CORPUS", "/nonexistent"))
REL = 'rel="nofollow ugc noopener"'


def html(source: str) -> str:
    return render(source).html.strip()


# --- What people write ------------------------------------------------------------------------------------------------


def test_a_texts_first_heading_is_an_h2_because_the_page_has_its_own_h1() -> None:
    assert html("# One\n\n###### Six") == '<h2 id="text-one">One</h2>\n<h6 id="text-six">Six</h6>'


def test_headings_have_ids_of_their_own_even_when_their_words_are_the_same() -> None:
    assert re.findall('id="([^"]+)"', html("# Day\n# Day\n# Tag für Tag\n# 日本\n# !")) == [
        "text-day",
        "text-day-2",
        "text-tag-für-tag",
        "text-日本",
        "text-section",
    ]


def test_two_texts_on_one_page_share_no_ids() -> None:
    source = "# Day\n\nA note[^1].\n\n[^1]: Here."
    ids = [
        set(re.findall('id="([^"]+)"', render(source, prefix=prefix).html))
        for prefix in ("recap", "comment-7")
    ]
    assert [len(found) for found in ids] == [3, 3]
    assert ids[0] & ids[1] == set()


def test_tables_are_aligned_by_class() -> None:
    assert html("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |").replace("\n", "") == (
        '<table><thead><tr><th class="align-left">a</th><th class="align-right">b</th>'
        '<th class="align-center">c</th></tr></thead><tbody><tr><td class="align-left">1</td>'
        '<td class="align-right">2</td><td class="align-center">3</td></tr></tbody></table>'
    )


def test_what_is_struck_out_is_struck_out() -> None:
    assert html("~~gone~~") == "<p><s>gone</s></p>"


def test_task_lists_have_boxes_with_a_name_that_cannot_be_changed() -> None:
    assert html("- [ ] watch\n- [x] read\n- [y] no") == (
        '<ul class="tasks">\n'
        '<li class="task"><label><input type="checkbox" disabled=""> watch</label></li>\n'
        '<li class="task"><label><input type="checkbox" disabled="" checked=""> read</label></li>\n'
        "<li>[y] no</li>\n</ul>"
    )


def test_footnotes_lead_there_and_back() -> None:
    assert html("Said[^a].\n\n[^a]: Who.") == (
        '<p>Said<sup><a href="#text-note-1" id="text-note-1-from-0" role="doc-noteref" '
        f'{REL}>[1]</a></sup>.</p>\n<section class="footnotes" role="doc-endnotes">\n<ol>\n'
        '<li id="text-note-1"><p>Who. <a href="#text-note-1-from-0" role="doc-backlink" '
        f"{REL}>\u21a9\ufe0e</a></p>\n</li>\n</ol>\n</section>"
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "![A stage](https://elsewhere.example/a.png)",
            f'<a href="https://elsewhere.example/a.png" {REL}>A stage</a>',
        ),
        (
            "![](https://e.example/a.png)",
            f'<a href="https://e.example/a.png" {REL}>https://e.example/a.png</a>',
        ),
        ("![A stage](//elsewhere.example/a.png)", "A stage"),
        ("![A stage](/\\elsewhere.example/a.png)", "A stage"),
        ("![A stage](data:image/png;base64,AAAA)", "![A stage](data:image/png;base64,AAAA)"),
        (
            "[![A stage](https://elsewhere.example/a.png)](https://b.example/)",
            f'<a href="https://b.example/" {REL}>A stage</a>',
        ),
        ("![A stage](/media/a.jpg)", '<img src="/media/a.jpg" alt="A stage" loading="lazy">'),
    ],
)
def test_only_pictures_of_this_site_load_by_themselves(source: str, shown: str) -> None:
    assert html(source) == f"<p>{shown}</p>"


def test_a_picture_given_with_this_sites_full_address_is_shown(settings) -> None:
    settings.SITE_URL = "https://hallway.example"
    assert html(
        "![a](https://hallway.example/media/a.jpg) ![b](https://hallway.example.evil.example/b.jpg)"
    ) == (
        '<p><img src="/media/a.jpg" alt="a" loading="lazy"> '
        f'<a href="https://hallway.example.evil.example/b.jpg" {REL}>b</a></p>'
    )


# --- Links, mentions, emoji -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("see https://example.org/a.", [("https://example.org/a", "https://example.org/a")]),
        ("(https://example.org/x_(y))", [("https://example.org/x_(y)", "https://example.org/x_(y)")]),
        ("www.example.org/a, and", [("https://www.example.org/a", "www.example.org/a")]),
        ('"http://example.org"', [("http://example.org", "http://example.org")]),
        ("https://example.org/a_b_c*", [("https://example.org/a_b_c", "https://example.org/a_b_c")]),
        ("https://medium.com/@me/x", [("https://medium.com/@me/x", "https://medium.com/@me/x")]),
        ("<https://example.org>", [("https://example.org", "https://example.org")]),
        ("[https://a.example](https://b.example)", [("https://b.example", "https://a.example")]),
        ("`https://example.org`", []),
        ("https://localhost/ www. http://a..b xhttps://example.org", []),
        ("me@example.org", []),
    ],
)
def test_addresses_become_links_where_they_stand_as_words(source: str, links: list[tuple[str, str]]) -> None:
    assert re.findall('<a href="([^"]*)"[^>]*>(.*?)</a>', html(source)) == links


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("@owner", {"owner"}),
        ("Thanks @Owner, (@a.b-c_d). @stranger: hi", {"owner", "a.b-c_d", "stranger"}),
        ("**@owner**", {"owner"}),
        ("me@example.org @someone@social.example medium.com/@me", set()),
        ("\\@owner `@owner` [@owner](https://example.org) @", set()),
        ("```\n@owner\n```", set()),
    ],
)
def test_mentions_are_found_and_lead_to_the_person(source: str, mentions: set[str]) -> None:
    rendered = render(source)
    assert rendered.mentions == mentions
    assert set(re.findall('<a href="/people/([^"]*)/" class="mention"', rendered.html)) == mentions


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (":tada:", "🎉"),
        (":TADA::rocket:", "🎉🚀"),
        ("a:tada:b", "a🎉b"),
        ("12:30:tada:", "12:30🎉"),
        (":no_such_sign: 12:30:45 ::", ":no_such_sign: 12:30:45 ::"),
        ("`:tada:`", "<code>:tada:</code>"),
        ("\\:tada:", ":tada:"),
        ("[:tada:](https://a.example)", f'<a href="https://a.example" {REL}>🎉</a>'),
    ],
)
def test_short_codes_become_emoji(source: str, shown: str) -> None:
    assert html(source) == f"<p>{shown}</p>"


def test_the_short_codes_of_a_forum_are_known() -> None:
    assert len(emoji()) == 1918


def test_a_line_has_no_blocks_and_no_pictures() -> None:
    assert render_line("# **Great** @owner :tada:\n- [it](https://a.example) <b> ![x](/media/a.png)") == (
        f'# <strong>Great</strong> <a href="/people/owner/" class="mention" {REL}>@owner</a> 🎉 - '
        f'<a href="https://a.example" {REL}>it</a> &lt;b&gt; !<a href="/media/a.png" {REL}>x</a>'
    )


# --- Plain words ------------------------------------------------------------------------------------------------------


def test_a_summary_has_the_words_without_marks_headings_code_and_tables() -> None:
    source = "# Title\n\nHello *you* [there](https://a.example) :tada:\nnext\n\n```\ncode\n```\n\n|a|b|\n|-|-|\n|1|2|\n"
    assert render(source).plain == "Hello you there 🎉 next"
    assert plain_text(source) == "Title Hello you there 🎉 next code a b 1 2"


def test_a_summary_of_a_text_with_headings_only_has_these() -> None:
    assert render("# Title").plain == "Title"


def test_a_summary_ends_after_300_characters() -> None:
    assert render("word " * 100).plain[-6:] == " word…"
    assert len(render("a" * 400).plain) == 300


@pytest.mark.parametrize(
    ("source", "minutes"), [("", 1), ("word " * 230, 1), ("word " * 231, 2), ("日" * 1500, 3)]
)
def test_reading_time_is_told_in_minutes(source: str, minutes: int) -> None:
    assert render(source).reading_minutes == minutes


def test_a_text_may_have_50000_characters_and_not_one_more() -> None:
    assert "aaa" in render("a" * MAX_LENGTH).html
    for refuse in (render, render_line, plain_text):
        with pytest.raises(TooLong) as refusal:
            refuse("a" * (MAX_LENGTH + 1))
        assert (
            str(refusal.value) == "This text has 50001 characters; the limit is 50000. Split it into parts."
        )


def test_half_a_surrogate_pair_does_not_stop_a_text() -> None:
    assert html("a\ud800b") == "<p>a?b</p>"


# --- Hostile text -----------------------------------------------------------------------------------------------------

ALLOWED = {
    "a": {"href", "title", "id", "class", "role", "rel"},
    "img": {"src", "alt", "title", "loading"},
    "input": {"type", "disabled", "checked"},
    "code": {"class"},
    "ol": {"start", "class"},
    "ul": {"class"},
    "li": {"id", "class"},
    "section": {"class", "role"},
    "th": {"class"},
    "td": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    **{tag: set() for tag in ("p", "br", "hr", "blockquote", "pre", "em", "strong", "s")},
    **{tag: set() for tag in ("label", "table", "thead", "tbody", "tr", "sup")},
}
SAFE_ADDRESS = {
    "href": re.compile(r"(?:https?:|mailto:|#|\?|[^:]*$|[^:/?#]*[/?#])", re.IGNORECASE),
    "src": re.compile(r"/\w"),
}


class Finder(HTMLParser):
    """Collects every tag, attribute and address that is not on the list above."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[tuple[str, object]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append((tag, attrs))
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", value or "")
            if name not in ALLOWED.get(tag, set()):
                self.wrong.append((tag, name))
            elif name in SAFE_ADDRESS and not SAFE_ADDRESS[name].match(address):
                self.wrong.append((tag, address))

    def handle_comment(self, data: str) -> None:
        self.wrong.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.wrong.append(("instruction", data))


def wrong_in(shown: str) -> list[tuple[str, object]]:
    finder = Finder()
    finder.feed(shown)
    finder.close()
    return finder.wrong


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<img src="https://elsewhere.example/a.png">',
        '<a href="java&#115;cript:alert(1)">x</a>',
        '<p style="color:red">x</p>',
        "<!-- x -->",
    ],
)
def test_the_search_for_bad_html_finds_it(bad: str) -> None:
    assert wrong_in(bad) != []


VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>",
    "<form action=javascript:alert(1)><button>go</button></form>",
    "<style>@import '//evil.example'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<\tjavascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://a.example/a.png)',
    '![x](/media/a.png"onerror="alert(1))',
    '![x](/media/a.png "t\\" onerror=\\"alert(1)")',
    '[x](https://a.example "t\\" onclick=\\"alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x][r]\n\n[r]: javascript:alert(1)",
    '[x][r]\n\n[r]: https://a.example "\'><script>alert(1)</script>"',
    "https://a.example/<script>alert(1)</script>",
    'https://a.example/"onmouseover="alert(1)',
    "www.a.example/'onmouseover='alert(1)",
    "http://javascript:alert(1)@a.example",
    '@owner"onclick="alert(1)',
    "@<script>alert(1)</script>",
    ':tada"><script>alert(1)</script>:',
    '```"><script>alert(1)</script>\nx\n```',
    '``` js" onclick="alert(1)\nx\n```',
    "`<script>alert(1)</script>`",
    '# <img src=x onerror=alert(1)> "onclick="alert(1)',
    "[^<script>]: x\n\n[^<script>]",
    '[^"onclick="alert(1)]\n\n[^"onclick="alert(1)]: <script>alert(1)</script>',
    '|<script>alert(1)</script>|"onclick=|\n|-|-|\n|<img src=x onerror=alert(1)>|x|',
    "- [ ] <img src=x onerror=alert(1)>",
    '- [x] "><script>alert(1)</script>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\ufeff<script>alert(1)</script>",
    "<a href='https://a.example' target=_blank onclick=alert(1)>x</a>",
    "<textarea></textarea><script>alert(1)</script>",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_runs_comes_out_of_a_text(vector: str) -> None:
    assert wrong_in(render(vector).html) == []
    assert wrong_in(render_line(vector)) == []
    assert wrong_in(render_comment(vector)) == []


def payloads() -> Iterator[str]:
    """Other people's collections: DOMPurify's, bleach's, html5lib's and the naughty strings."""
    for case in json.loads((CORPUS / "xss/xss-dompurify/expect.json").read_text()):
        yield case["payload"]
    for path in sorted((CORPUS / "xss/xss-bleach/tests/data").glob("*.test")):
        yield path.read_text().partition("\n--\n")[0]
    for path in sorted((CORPUS / "xss/html5lib-tests/tokenizer").glob("*.test")):
        for test in json.loads(path.read_text(encoding="utf-8")).get("tests", []):
            yield test["input"]
    yield from json.loads(gzip.decompress((CORPUS / "text/blns/blns.json.gz").read_bytes()))


@pytest.mark.corpus
def test_nothing_that_runs_comes_out_of_known_payloads() -> None:
    tried, wrong = 0, []
    for payload in payloads():
        for source in (
            payload,
            f"[x]({payload})",
            f"![{payload}](https://a.example/{payload})",
            f"x `{payload}` y",
        ):
            tried += 1
            shown = source[:MAX_LENGTH]
            found = wrong_in(render(shown).html + render_comment(shown)) + wrong_in(render_line(shown))
            wrong += [(source, found)] if found else []
    assert tried > 5000
    assert wrong == []


def repeated(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def in_two(opening: str, closing: str) -> Callable[[int], str]:
    return lambda size: opening * (size // 2 // len(opening)) + closing * (size // 2 // len(closing))


REPEATED = [
    *(
        ":tada:",
        "12:30 ",
        "x:y ",
        "a@",
        "@a ",
        "http://x.org/ ",
        "http://a.",
        "www.a.",
        "http://a.b)",
        "a@b.com\n",
    ),
    *(
        "[",
        "![",
        "[](",
        "[a",
        "[[]]",
        "^[",
        "[^a",
        "*a_",
        "***a",
        "_",
        "~~a ",
        "`",
        "``` ",
        "`a``",
        "> ",
        "> - ",
        "- ",
    ),
    *(
        "* a\n",
        "1. ",
        "- [ ] a\n",
        "# a\n",
        "a\n===\n",
        "|a|b|\n|-|-|\n",
        "|a",
        "[^a]: b\n",
        "[a]: b\n",
        "[a](<",
    ),
    *("<a", "<!--", "&", "&amp;", "\\", "(", "\x00", "<div>\n", "a ", "\n"),
]
SHAPES: dict[str, Callable[[int], str]] = {
    **{repr(piece): repeated(piece) for piece in REPEATED},
    "nested brackets": in_two("[", "]"),
    "nested emphasis": in_two("*a **b ", "c* d** "),
    "nested pictures": in_two("![", "](a)"),
    "a long address of brackets": lambda size: "http://a.example/" + ")" * (size - 20),
    "one wide table": lambda size: "|a" * (size // 8) + "\n" + "|-" * (size // 8) + "\n" + "|b" * (size // 4),
    "a long table": lambda size: "|a|b|\n|-|-|\n" + "|a|b|\n" * (size // 6 - 2),
    "one footnote named often": lambda size: "[^a]: b\n\n" + "[^a]" * (size // 4 - 3),
    "footnote marks never closed": lambda size: "[^a]: b\n\n" + "[^a" * (size // 3 - 3),
    "lazy lines of a deep quote": lambda size: "> > > > > > a\n" + "b\n" * (size // 2 - 7),
    "code marks of growing length": lambda size: "".join(
        "e" + "`" * n for n in range(int((2 * size) ** 0.5) - 1)
    ),
}


def seconds(source: str) -> float:
    gc.disable()
    started = time.process_time()
    render(source)
    spent = time.process_time() - started
    gc.enable()
    return spent


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_takes_about_twice_the_work(shape: str) -> None:
    """Quadratic work would take four times as long. The best of several tries: other programs run here too."""
    short, long = SHAPES[shape](12_000), SHAPES[shape](24_000)
    assert len(long) > 1.9 * len(short)
    shorts, longs = [], []
    for _ in range(6):
        shorts.append(seconds(short))
        longs.append(seconds(long))
        # Below some milliseconds it is the clock that is measured.
        if min(longs) < 3 * max(min(shorts), 0.004):
            return
    pytest.fail(f"{shape}: {shorts}, {longs}")


def test_the_codes_that_forums_write_work_too() -> None:
    assert render("Paris :slight_smile:").html.strip() == "<p>Paris 🙂</p>"
