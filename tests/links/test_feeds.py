"""What a blog's feed lists, in whichever form."""

import datetime
import json

import pytest

from links.feeds import About, folded, read_feed
from links.fetching import NotFetched

AT = "https://blog.example.org/feed"
DAY = datetime.date(2024, 3, 22)
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ada's</title>
<entry><title type="html">KubeCon &amp;amp; me</title><link rel="self" href="/x"/><link href="/kubecon"/>
<published>2024-03-22T23:30:00+01:00</published><category term="paris"/>
<content type="html">&lt;p&gt;I &lt;b&gt;loved&lt;/b&gt; it&lt;/p&gt;</content></entry></feed>"""
RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ada's</title>
<item><title>KubeCon &amp; me</title><link>https://blog.example.org/kubecon</link><category>paris</category>
<pubDate>Fri, 22 Mar 2024 10:00:00 GMT</pubDate><content:encoded><![CDATA[<p>I loved it</p>]]></content:encoded></item>
<item><title>No link</title></item></channel></rss>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Ada's",
        "items": [
            {
                "id": "1",
                "url": "https://blog.example.org/kubecon",
                "title": "KubeCon & me",
                "content_html": "<p>I loved it</p>",
                "tags": ["paris", 7],
                "date_published": "2024-03-22T10:00:00Z",
            },
            "nonsense",
            {"url": 7},
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "kind"), [(ATOM, "application/atom+xml"), (RSS, "text/xml"), (JSON, "application/feed+json")]
)
def test_each_form_says_the_same(outside, body, kind):
    outside.page(AT, body, content_type=kind)
    feed = read_feed(AT)
    (post,) = feed.posts
    assert (feed.title, post.url, post.published_on) == ("Ada's", "https://blog.example.org/kubecon", DAY)
    assert post.title.startswith("KubeCon &")
    assert ("loved" in post.words, "paris" in post.words, "<" in post.words) == (True, True, False)


def test_a_page_that_names_its_feed_will_do(outside):
    outside.page(
        "https://blog.example.org/", '<link rel="alternate" type="application/rss+xml" href="/feed">'
    )
    outside.page(AT, RSS, content_type="application/rss+xml")
    assert read_feed("https://blog.example.org/").url == AT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>no feed</p>",
        "<svg/>",
        "{}",
        '{"version": 1, "items": 7}',
        "{" * 50_000,
        "<feed>" * 100_000,
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed><title>&b;</title></feed>',
        '<?xml version="1.0" encoding="nonsense"?><feed/>',
        "x" * 1_100_000,
    ],
)
def test_what_is_no_feed_is_said_in_words(outside, body):
    outside.page(AT, body)
    with pytest.raises(NotFetched) as problem:
        read_feed(AT)
    assert str(problem.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("My week at KubeCon + CloudNativeCon Europe 2024!", True),
        ("#kubecon was great", True),
        ("What CloudNativeCon in Paris taught me", True),
        ("A weekend in Paris", False),
        ("Nothing kubeconish", False),
    ],
)
def test_a_text_is_about_an_event_by_its_name_its_tags_or_two_of_its_words(text, meant):
    phrases = {folded("KubeCon + CloudNativeCon Europe 2024").strip(), "kubecon"}
    words = {"kubecon", "cloudnativecon", "europe", "2024", "paris"}
    assert About(frozenset(phrases), frozenset(words)).is_meant_by(text) is meant
