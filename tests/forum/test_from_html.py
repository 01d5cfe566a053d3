"""The HTML of a post says the same as Markdown, and nothing else: no tag, no mark and no mention that was only text."""

import time

import pytest

from community.text import render
from forum.from_html import convert, name_people

FORUM = "https://forum.example.org/t/a-topic/57"


def said(html):
    return name_people(convert(html, FORUM).markdown, {"chloe": "@chloe"})


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p><p>two<br>three</p>", "One\n\ntwo\\\nthree"),
        ("<p><strong>big </strong>and <em>small</em>, <s>gone</s></p>", "**big** and *small*, ~~gone~~"),
        ("<h2>Day one <a name='x' class='anchor' href='#x'></a></h2>", "## Day one"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"),
        ('<pre><code class="lang-py">x = "``" * 2\n</code></pre>', '```py\nx = "``" * 2\n```'),
        ("<p><code>a ` b</code></p>", "``a ` b``"),
        ("<table><tr><th>a</th></tr><tr><td>b|c</td></tr></table>", "| a |\n| --- |\n| b\\|c |"),
        ('<p><a href="/t/other/58">that one</a></p>', "[that one](<https://forum.example.org/t/other/58>)"),
        (
            '<p><a href="https://a.example.org/(x)">https://a.example.org/(x)</a></p>',
            "<https://a.example.org/(x)>",
        ),
        ("<details><summary>More</summary><p>inside</p></details>", "More\n\ninside"),
        ('<p><img class="emoji" alt=":wave:t2:" title=":wave:t2:" src="/x.png"> hi</p>', ":wave: hi"),
        (
            '<p><a class="mention" href="/u/Chloe">@Chloe</a> and <a class="mention">@bo</a></p>',
            "@chloe and \\@bo",
        ),
        (
            '<img src="https://far.example.org/ahh.gif" alt="ahh!">',
            "[ahh!](<https://far.example.org/ahh.gif>)",
        ),
        ("plain words", "plain words"),
        ("", ""),
    ],
)
def test_what_people_write_becomes_markdown(html, markdown):
    assert said(html) == markdown


@pytest.mark.parametrize(
    "text",
    [
        "*no* _stress_ a_b_c ~~here~~ `code` [x](y) ![x](y) <b>not</b> &amp; \\ \\*",
        "# no heading",
        "- no list",
        "+ no list",
        "1. no list",
        "2) no list",
        "> no quote",
        "| no | table |",
        "--- ",
        "===",
        "``` no code",
        "[^1]: no note",
        "@ada and :tada: and ada@example.org",
        "12:30 and 13:30",
        "half a pair \ud83d and \x00 nothing",
    ],
)
def test_what_is_text_stays_text(text):
    import html as escaping

    shown = render(said(f"<p>{escaping.escape(text)}</p>"))
    words = " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode().split())
    assert shown.html.removeprefix("<p>").removesuffix("</p>\n") == escaping.escape(
        words, quote=False
    ).replace('"', "&quot;")
    assert shown.mentions == frozenset()


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<a href="javascript:alert(1)">x</a>',
        '<img src=x onerror="alert(1)">',
        '<iframe src="javascript:alert(1)"></iframe>',
        '<svg onload="alert(1)"></svg>',
        '<form action="/"><input name="x"><button>x</button></form>',
        '<p onclick="alert(1)" style="x">x</p>',
        '<a href="data:text/html,x">x</a>',
        '<a href="http://127.0.0.1/">x</a>',
    ],
)
def test_nothing_that_acts_comes_through(html):
    shown = render(said(html)).html
    for bad in (
        "script",
        "alert",
        "onclick",
        "javascript",
        "iframe",
        "svg",
        "<form",
        "style",
        "data:",
        "127.0.0.1",
    ):
        assert bad not in shown.lower()


def test_what_a_post_leads_to_is_told_apart_from_what_it_mentions():
    found = convert(
        '<p>Here is mine: <a href="https://a.example.org/1">four days</a></p>'
        "<p>The long story of how I came to write and then to rewrite"
        " <a href='https://a.example.org/2'>this</a> is told elsewhere.</p>"
        '<aside class="onebox" data-onebox-src="https://a.example.org/3"><h3><a href="https://a.example.org/3">Three</a>'
        "</h3><p>words of that page, which are many and not of this post</p></aside>"
        '<blockquote><p><a href="https://a.example.org/4">quoted</a></p></blockquote>',
        FORUM,
    )
    assert [(link.url[-1], link.words, link.alone) for link in found.links] == [
        ("1", "four days", True),
        ("2", "this", False),
        ("3", "Three", True),
    ]


def test_uploads_are_pictures_and_pictures_of_others_are_links():
    found = convert(
        '<div class="lightbox-wrapper"><a class="lightbox" href="//forum.example.org/uploads/a.jpeg" title="x">'
        '<img src="/uploads/small.jpeg" alt="The hall at night"></a></div>'
        '<img src="/uploads/b.png" alt="IMG_1234"><img class="avatar" src="/user_avatar/x.png">'
        '<img src="https://far.example.org/c.gif">',
        FORUM,
    )
    assert [(picture.url, picture.words) for picture in found.pictures] == [
        ("https://forum.example.org/uploads/a.jpeg", "The hall at night"),
        ("https://forum.example.org/uploads/b.png", ""),
    ]
    assert found.markdown == "<https://far.example.org/c.gif>"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 80_000,
        "<div></b>" * 40_000,
        "<ul><li>" * 40_000,
        "<blockquote>" * 30_000 + "x",
        "<p>" + "<br> " * 70_000,
        "<p>" + "`_*[" * 90_000,
        "<table>" + "<tr><td>" * 40_000,
        "<a href=x>" * 30_000,
        "<p>" + ":a" * 150_000 + "@a" * 50_000,
    ],
)
def test_hostile_html_takes_no_longer_than_its_length(html):
    begin = time.monotonic()
    convert(html, FORUM)
    assert time.monotonic() - begin < 5
