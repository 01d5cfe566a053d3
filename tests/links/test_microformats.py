"""What a post elsewhere says, by its microformats or without them."""

import datetime
import time

import pytest

from links import elements
from links.microformats import Found, author_email, post_leading

OURS = "https://hallway.example.org/recaps/7/"
BASE = "https://blog.example.org/2024/paris"


def read(markup):
    return post_leading(markup, BASE, lambda url: url == OURS)


def test_a_reply_says_who_when_and_what():
    found = read(
        f"""<body><nav><a href="/">home</a></nav><article class="h-entry">
        <a class="u-in-reply-to" href="{OURS}">in reply to</a>
        <p class="p-author h-card"><a class="u-url" href="/about">
          <img class="u-photo" src="a.png" alt=""> <span class="p-name">Ada &amp; Co</span></a></p>
        <div class="e-content"><p>That is <b>how</b> I saw it, too.</p><script>alert(1)</script></div>
        <time class="dt-published" datetime="2024-03-25T10:00:00+01:00">yesterday</time></article>"""
    )
    assert found == Found(
        way="reply",
        author="Ada & Co",
        author_url="https://blog.example.org/about",
        excerpt="That is how I saw it, too.",
        published_on=datetime.date(2024, 3, 25),
    )


@pytest.mark.parametrize(
    ("markup", "way"),
    [
        ('<a class="u-like-of" href="{}">x</a>', "like"),
        ('<a class="u-repost-of" href="{}">x</a>', "repost"),
        ('<div class="u-bookmark-of h-cite"><a class="u-url" href="{}">x</a></div>', "mention"),
        ('<p class="e-content">see <a href="{}">x</a></p>', "mention"),
    ],
)
def test_what_it_does_is_said_by_the_link_or_the_citation_around_it(markup, way):
    assert read(f'<div class="h-entry">{markup.format(OURS)}</div>').way == way


def test_a_long_post_is_quoted_around_its_link():
    text = (
        "Much before. " * 100
        + f'The week by <a href="{OURS}">Liz</a> is worth reading. '
        + "And after. " * 100
    )
    found = read(
        f'<div class="h-entry"><h1 class="p-name">My week</h1><div class="e-content">{text}</div></div>'
    )
    assert (found.title, len(found.excerpt) <= 300) == ("My week", True)
    assert "The week by Liz is worth reading." in found.excerpt


def test_of_a_page_with_several_posts_the_one_that_leads_to_us_is_read():
    other = '<div class="h-entry"><p class="p-name">Another</p><p class="p-author">Bob</p></div>'
    ours = f'<div class="h-entry"><h2 class="p-name">Ours</h2><a href="{OURS}">it</a></div>'
    found = read(f'<div class="h-feed"><p class="p-name">Feed</p>{other}{ours}</div>')
    assert (found.title, found.author) == ("Ours", "")


def test_a_page_without_microformats_is_read_by_what_it_says_of_itself():
    found = read(
        f'<title>Paris, again</title><meta name="author" content="Ada"><p>I liked <a href="{OURS}">this</a> a lot.'
    )
    assert found == Found(title="Paris, again", author="Ada", excerpt="I liked this a lot.")


def test_a_page_that_does_not_lead_to_us_says_nothing():
    assert (
        read(f"<p>{OURS} as a text is no link, <!-- <a href='{OURS}'>x</a> --> nor is a comment.</p>") is None
    )
    assert read(f"<script>var x = '<a href={OURS}>'</script><textarea><a href='{OURS}'></textarea>") is None


def test_relative_and_broken_addresses_are_read_as_browsers_do():
    page = elements.read('<a href="http://[">x</a><a href=/x>y</a><p>one<p>two<li>')
    assert [one.name for one in page.elements] == ["a", "a", "p", "p", "li"]
    assert page.text_of(page.elements[2]) == "one"


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        '<a "',
        "<a '\"",
        "<!--",
        "<",
        "<b a=1><p>x",
        "</div>",
        "<script>",
        "<a b=c ",
        "<i></b>",
        "<p class=h-entry>",
    ],
)
def test_hostile_pages_are_read_in_time(piece):
    begun = time.process_time()
    read(piece * (600_000 // len(piece)) + f'<a href="{OURS}">x</a>')
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("page", "email"),
    [
        ('<link rel="author" href="mailto:ada@example.org?subject=Hello">', "ada@example.org"),
        ('<p><a rel="me" href="mailto:ada%40example.org">write</a>', "ada@example.org"),
        ('<div class="h-card"><a class="u-email" href="mailto:ada@example.org">', "ada@example.org"),
        (
            '<div class="h-entry"><p class="p-author h-card"><b class="u-email">ada@example.org</b></p></div>',
            "ada@example.org",
        ),
        # What says more certainly whose page it is goes first.
        (
            '<p class="h-card"><a href="mailto:us@example.org"></a></p><a rel="me" href="mailto:ada@example.org">',
            "ada@example.org",
        ),
        # Written by others, or about others.
        ('<ol id="comments"><li><a rel="me" href="mailto:eve@example.org">Eve</a></ol>', ""),
        (
            '<div class="u-comment h-cite"><p class="h-card"><a href="mailto:eve@example.org"></a></p></div>',
            "",
        ),
        (
            '<div class="h-entry"><p class="p-author">Ada</p><p class="h-card"><a href="mailto:eve@example.org">',
            "",
        ),
        ('<a href="mailto:press@example.org">Press</a> <a rel="author" href="mailto:eve@example.org">', ""),
        # What is no address, or several.
        ('<a rel="me" href="mailto:ada@example.org,eve@example.org">', ""),
        ('<a rel="me" href="mailto:ada@example.org%0ACc:eve@example.org">', ""),
        ('<a rel="me" href="https://example.org/">ada@example.org</a>', ""),
        ("", ""),
    ],
)
def test_the_address_of_a_pages_author_is_found_and_nobody_elses(page, email):
    assert author_email(page) == email
