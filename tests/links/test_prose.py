"""What a page says, as far as it may name things."""

import time

import pytest

from links.prose import Prose

PAGE = """<html><head><title>A blog</title><script>“Not this”</script></head><body>
<nav><a href="/elsewhere">How to Cook</a></nav>
<article><h2>Tuesday</h2>
<p>I saw <em>How eBPF</em> and <a href="https://video.example/1?a=b&amp;c">the panel &amp; more</a>.</p>
<p>“Is this WASM’s Docker moment?” «Deux mots» „Zwei Wörter“ "three words here" 'it&#39;s four' 5'10" is no title.</p>
<ul><li>Alone in a line</li></ul></article>
<footer>“Nor this”</footer></body></html>"""


def test_what_stands_out_is_told_apart_from_running_text() -> None:
    prose = Prose.of_html(PAGE)
    assert prose.phrases == [
        "Tuesday",
        "How eBPF",
        "the panel & more",
        "Alone in a line",
        "Is this WASM’s Docker moment?",
        "Deux mots",
        "Zwei Wörter",
        "three words here",
        "it's four",
    ]
    assert prose.blocks[1] == "I saw How eBPF and the panel & more."
    assert prose.addresses == ["https://video.example/1?a=b&c"]


def test_what_stands_around_the_text_of_a_page_is_left_out() -> None:
    text = "Much was said about the second day. " * 10
    page = f"<h1>Our blog</h1><a href='https://a.example/'>Archive</a><main><p>{text}</p></main><p>Read on: “Old post”"
    assert Prose.of_html(page) == Prose(blocks=[text.strip()])


@pytest.mark.parametrize(
    "shape",
    [
        "<b>",
        '"',
        "“a ",
        "'a ",
        '<a href="',
        "<",
        "<!--",
        "<script>",
        "<nav><svg>",
        "‘’a",
        "<b>x</i>",
        "<td>",
        "&amp",
    ],
)
def test_its_work_grows_with_the_length_of_a_page_only(shape: str) -> None:
    page = (shape * 300_000)[:300_000]
    began = time.process_time()
    Prose.of_html(page)
    assert time.process_time() - began < 2
