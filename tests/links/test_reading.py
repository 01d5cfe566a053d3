import datetime
import json
import time

import pytest

from links.fetching import NotFetched
from links.reading import Reading, oembed_address, read, read_page
from tests import outside as hostile
from tests.outside import Outside

URL = "https://blog.example.org/recap"


def page(head: str, body: str = "", lang: str = "") -> str:
    language = f' lang="{lang}"' if lang else ""
    return f"<!doctype html><html{language}><head>{head}</head><body>{body}</body></html>"


def data(**things: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(things)}</script>'


def test_open_graph_says_most() -> None:
    head = """<title>Recap | The Blog</title>
        <meta property="og:title" content="What I took home &amp; why">
        <meta property="og:site_name" content="The Blog">
        <meta property="og:image" content="/cover.jpg"><meta property="og:locale" content="fr_FR">
        <meta name="author" content="Ada Writer">
        <meta property="article:published_time" content="2024-03-24T23:30:00+01:00">"""
    assert read_page(page(head), URL) == Reading(
        title="What I took home & why",
        site="The Blog",
        author="Ada Writer",
        published_on=datetime.date(2024, 3, 24),
        language="fr",
        picture="https://blog.example.org/cover.jpg",
    )


def test_json_ld_says_what_open_graph_leaves_out() -> None:
    post = {
        "@type": "BlogPosting",
        "headline": "A headline",
        "author": [{"@type": "Person", "name": "Ada Writer"}, {"@type": "Person", "name": "Another"}],
        "publisher": {"@type": "Organization", "name": "The Blog"},
        "datePublished": "2024-03-24",
        "inLanguage": "de-DE",
        "image": {"@type": "ImageObject", "url": "https://cdn.example.org/a.png"},
    }
    site = {"@type": "WebSite", "name": "Not the title", "author": {"name": "Nobody"}}
    head = data(**{"@context": "https://schema.org", "@graph": [site, post]})
    assert read_page(page(head), URL) == Reading(
        title="A headline",
        site="The Blog",
        author="Ada Writer",
        published_on=datetime.date(2024, 3, 24),
        language="de",
        picture="https://cdn.example.org/a.png",
    )


def test_a_plain_page_has_a_title_and_a_language() -> None:
    assert read_page(page("<title>\n  Just a\n  page </title>", lang="zh-Hans"), URL) == Reading(
        title="Just a page", language="zh-hans"
    )


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('<meta name="author" content="https://example.org/ada">', Reading()),
        ('<meta property="og:image" content="javascript:alert(1)">', Reading()),
        ('<meta property="og:image" content="http://127.0.0.1/x.png">', Reading()),
        ('<meta property="article:published_time" content="the 24th">', Reading()),
        ('<meta property="article:published_time" content="2024-02-30">', Reading()),
        ('<meta property="og:locale" content="english">', Reading()),
        ('<script type="application/ld+json">{"@type": </script>', Reading()),
        ('<script type="application/ld+json">' + "[" * 50_000 + "</script>", Reading()),
        (data(**{"@type": "Article", "headline": {"a": [1]}, "author": 7, "datePublished": []}), Reading()),
        ("<title>a\u202eb\u0000c\u200bd</title>", Reading(title="ab\ufffdcd")),
        ("<title>" + "x" * 5000 + "</title>", Reading(title="x" * 299 + "…")),
        ("<!-- <title>a</title> <meta name=author content=b> -->", Reading()),
        ("", Reading()),
    ],
)
def test_nonsense_is_left_out(head: str, found: Reading) -> None:
    assert read_page(page(head), URL) == found


@pytest.mark.parametrize(
    "made",
    [
        "<div>" * 100_000,
        "<title>" * 80_000,
        "<html><head>" * 40_000 + "</title></script>" * 10_000,
        "<script>" * 70_000,
        "<" * 600_000,
        "<meta name=a content=b>" * 25_000,
        "<meta " * 100_000,
        "<a b='" * 50_000,
        "<!--" * 100_000,
        "&lt;" * 150_000,
        "\0" * 600_000,
    ],
)
def test_a_page_that_is_built_to_hurt_is_read_in_a_moment(made: str) -> None:
    began = time.monotonic()
    read_page(page("<title>t</title>", made), URL)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (
            "https://youtu.be/MYDcdp-VNmQ?t=95",
            "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fyoutube.com%2Fwatch%3Fv%3DMYDcdp-VNmQ",
        ),
        (
            "https://vimeo.com/1234/abcdef12",
            "https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F1234%2Fabcdef12",
        ),
        (
            "https://media.ccc.de/v/37c3-1-talk",
            "https://media.ccc.de/public/oembed?format=json&url=https%3A%2F%2Fmedia.ccc.de%2Fv%2F37c3-1-talk",
        ),
        (
            "https://speakerdeck.com/a/b",
            "https://speakerdeck.com/oembed.json?url=https%3A%2F%2Fspeakerdeck.com%2Fa%2Fb",
        ),
        ("https://example.org/watch?v=MYDcdp-VNmQ", ""),
    ],
)
def test_sites_on_the_list_are_asked_by_oembed_and_no_others(url: str, asked: str) -> None:
    assert oembed_address(url) == asked


def test_a_video_is_read_by_oembed_and_nothing_of_its_html_is_kept(outside: Outside) -> None:
    uuid = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
    url = f"https://tube.example.org/w/{uuid}"
    answer = {
        "title": "How it works",
        "author_name": "A Conference",
        "provider_name": "PeerTube",
        "html": "<script>alert(1)</script>",
        "thumbnail_url": "https://tube.example.org/t.jpg",
    }
    outside.page(oembed_address(url), json.dumps(answer), content_type="application/json")
    assert read(url) == Reading(
        title="How it works", site="PeerTube", author="A Conference", picture="https://tube.example.org/t.jpg"
    )
    assert outside.asked == [("GET", oembed_address(url))]


def test_a_page_is_read_where_oembed_has_no_answer(outside: Outside) -> None:
    url = "https://tube.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d"
    outside.page(oembed_address(url), "[]", content_type="application/json")
    outside.page(url, page("<title>By hand</title>"))
    assert read(url).title == "By hand"


def test_what_is_no_page_says_nothing(outside: Outside) -> None:
    outside.page(URL, b"%PDF-1.7 <title>no</title>", content_type="application/pdf")
    assert read(URL) == Reading()


def test_a_page_that_is_not_there_has_nothing_to_be_read(outside: Outside) -> None:
    outside.page(URL, page("<title>Not found</title>"), status=404)
    with pytest.raises(NotFetched) as problem:
        read(URL)
    assert problem.value.code == "missing"


def test_of_an_endless_page_the_beginning_is_read(outside: Outside) -> None:
    def endless(visit: hostile.Visit) -> None:
        visit.send_response(200)
        visit.send_header("Content-Type", "text/html")
        visit.end_headers()
        visit.wfile.write(b"<title>Begins well</title>")
        while True:
            visit.wfile.write(b"x" * 65536)

    outside.pages[URL] = endless
    assert read(URL).title == "Begins well"
