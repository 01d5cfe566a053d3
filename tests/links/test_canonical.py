import contextlib
import gzip
import json
import os
import re
from pathlib import Path

import pytest

from links.canonical import BadAddress, canonical, clean, host_label

CORPUS = Path(os.environ.get("HALLWAY_CORPUS", "/nonexistent")) / "urls"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("example.org/x", "https://example.org/x"),
        ("example.org", "https://example.org/"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("//example.org/x", "https://example.org/x"),
        ("HTTP://Example.ORG:80/Read-Me", "http://example.org/Read-Me"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/%2e%2E/c/..", "https://example.org/"),
        ("https://example.org/my file", "https://example.org/my%20file"),
        ("https://example.org/caf\u00e9?q=\u00e9", "https://example.org/caf%C3%A9?q=%C3%A9"),
        ("https://m\u00fcnchen.example/a", "https://xn--mnchen-3ya.example/a"),
        ("https://fa\u00df.example/", "https://xn--fa-hia.example/"),
        ("https://example\u3002org/", "https://example.org/"),
        ("http://93.184.215.14/x", "http://93.184.215.14/x"),
        ("http://0x5db8d70e/x", "http://93.184.215.14/x"),
        ("http://[2606:4700:0:0::1111]/x", "http://[2606:4700::1111]/x"),
        ("https://example.org/a?utm_source=x&id=3&UTM_Medium=y", "https://example.org/a?id=3"),
        ("https://example.org/a?fbclid=abc", "https://example.org/a"),
        ("https://example.org/a?b=2&a=1&b=&c", "https://example.org/a?b=2&a=1&b=&c"),
        ("https://example.org/a?s=20&t=x", "https://example.org/a?s=20&t=x"),
        ("https://x.com/somebody/status/1?s=20&t=x", "https://x.com/somebody/status/1"),
        ("https://medium.com/p/1?source=rss&sk=friend", "https://medium.com/p/1?sk=friend"),
        (
            "https://www.youtube.com/watch?v=MYDcdp-VNmQ&si=abc&t=95",
            "https://www.youtube.com/watch?v=MYDcdp-VNmQ&t=95",
        ),
        ("https://example.org/a#day-2", "https://example.org/a#day-2"),
        ("https://example.org/a#utm_source=x", "https://example.org/a"),
        ("https:\\\\example.org\\a", "https://example.org/a"),
    ],
)
def test_an_address_is_kept_complete_and_without_tracking(pasted: str, kept: str) -> None:
    assert clean(pasted) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("javascript:alert(1)", "https://"),
        ("data:text/html,hi", "https://"),
        ("file:///etc/passwd", "https://"),
        ("mailto:me@example.org", "https://"),
        ("ftp://example.org/", "https://"),
        ("https://", "names no site"),
        ("https:///", "names no site"),
        ("https://user:secret@example.org/", "@"),
        ("https://user@example.org/", "@"),
        ("https://example.org:0/", "port"),
        ("https://example.org:65536/", "port"),
        ("https://example.org:x/", "port"),
        ("https://wiki/", "name"),
        ("just words", "name"),
        ("https://exa mple.org/", "name"),
        ("https://exam<b>ple.org/", "name"),
        ("https://a..b.org/", "name"),
        (f"https://{'a' * 64}.org/", "name"),
        ("https://xn--a.org/", "name"),
        ("https://1.2.3.256/", "name"),
        ("https://[::1/", "name"),
        ("http://localhost/", "network"),
        ("http://printer.local/", "network"),
        ("http://db.internal/", "network"),
        ("http://127.0.0.1/", "network"),
        ("http://127.1/", "network"),
        ("http://2130706433/", "network"),
        ("http://0x7f.0.0.1/", "network"),
        ("http://0177.0.0.1/", "network"),
        ("http://\uff11\uff12\uff17.0.0.1/", "network"),
        ("http://10.1.2.3/", "network"),
        ("http://192.168.0.1/", "network"),
        ("http://169.254.169.254/latest", "network"),
        ("http://100.64.0.1/", "network"),
        ("http://224.0.0.1/", "network"),
        ("http://0/", "network"),
        ("http://[::1]/", "network"),
        ("http://[::ffff:127.0.0.1]/", "network"),
        ("http://[64:ff9b::7f00:1]/", "network"),
        ("http://[2002:7f00:1::]/", "network"),
        ("http://[fd00::1]/", "network"),
        ("http://[fe80::1%25eth0]/", "name"),
        ("https://example.org/" + "a" * 2000, "longer than 2000"),
    ],
)
def test_an_address_that_others_could_not_open_is_refused_with_a_reason(pasted: str, words: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        clean(pasted)
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (
            "https://www.google.de/url?sa=t&url=https%3A%2F%2Fexample.org%2Fa%3Futm_source%3Dx",
            "https://example.org/a",
        ),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa&h=AT0", "https://example.org/a"),
        ("https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fexample.org%2Fa", "https://example.org/a"),
        ("https://href.li/?https://example.org/a?b=1", "https://example.org/a?b=1"),
        # One that leads nowhere, and one whose parameter is no address, are addresses like any other.
        ("https://www.google.com/url?q=", "https://www.google.com/url?q="),
        ("https://www.google.com/url?q=coal", "https://www.google.com/url?q=coal"),
        ("https://example.org/url?q=https://example.net/", "https://example.org/url?q=https://example.net/"),
    ],
)
def test_a_site_that_only_leads_on_is_left_out(pasted: str, kept: str) -> None:
    assert clean(pasted) == kept


def test_what_a_site_leads_on_to_is_refused_as_if_it_had_been_pasted() -> None:
    for inner in ("http%3A%2F%2F127.0.0.1%2F", "https%3A%2F%2Fme%3Asecret%40example.org%2F"):
        with pytest.raises(BadAddress):
            clean(f"https://www.google.com/url?q={inner}")


def test_a_key_is_never_longer_than_its_column_and_two_such_keys_differ() -> None:
    long, other = (f"https://example.org/{'%' * 1900}{end}" for end in "ab")
    assert len(canonical(long)) == 2000
    assert canonical(long) == canonical(long + "?utm_source=x") != canonical(other)


def test_tracking_does_not_count_towards_the_length() -> None:
    assert clean("https://example.org/a?fbclid=" + "x" * 2500) == "https://example.org/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org", "https://example.org/?"),
        ("https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/%7ea%2fb", "https://example.org/~a%2Fb"),
        ("http://example.org:443/a", "https://example.org/a"),
        ("https://youtu.be/MYDcdp-VNmQ?si=x&t=5", "https://www.youtube.com/watch?v=MYDcdp-VNmQ"),
        ("https://www.youtube.com/shorts/MYDcdp-VNmQ", "https://m.youtube.com/watch?v=MYDcdp-VNmQ&list=PL1"),
        ("https://www.youtube.com/live/MYDcdp-VNmQ", "https://www.youtube-nocookie.com/embed/MYDcdp-VNmQ"),
        ("https://player.vimeo.com/video/123450987", "https://vimeo.com/123450987/abcdef1234"),
        (
            "https://tube.example.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "https://tube.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
        ),
        ("https://media.ccc.de/v/37c3-1-talk#t=95", "http://media.ccc.de/v/37c3-1-talk"),
        (
            "https://www.infoq.com/presentations/a-talk/",
            "https://www.infoq.com/fr/presentations/a-talk/?itm_source=x",
        ),
        ("https://www.infoq.com/presentations/a-talk/#downloadPdf", "http://infoq.com/presentations/a-talk"),
        (
            "https://cdn.media.ccc.de/congress/2023/h264-hd/37c3-1-eng-A_talk_hd.mp4",
            "https://cdn.media.ccc.de/congress/2023/webm-sd/37c3-1-eng-A_talk_webm-sd.webm",
        ),
        (
            "https://tube.example.org/static/web-videos/9c9de5e8-0a1e-484a-b099-e80766180a6d-720.mp4",
            "https://tube.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
        ),
        ("https://example.org/talks/a.mp4#t=90", "http://www.example.org/talks/a.mp4?download=1"),
        ("https://yewtu.be/watch?v=MYDcdp-VNmQ", "https://youtu.be/MYDcdp-VNmQ"),
        ("https://gaming.youtube.com/watch?v=MYDcdp-VNmQ", "https://youtube.googleapis.com/v/MYDcdp-VNmQ"),
        ("https://dai.ly/x2no31b", "https://www.dailymotion.com/video/x2no31b_a-title"),
        ("https://twitter.com/a/status/1?s=20", "https://mobile.x.com/a/status/1"),
        ("https://old.reddit.com/r/a/comments/1/", "https://www.reddit.com/r/a/comments/1"),
        ("https://de.m.wikipedia.org/wiki/Chaos", "https://de.wikipedia.org/wiki/Chaos"),
        ("https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&sa=D", "https://example.org/a"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fyoutu.be%2FMYDcdp-VNmQ&data=05",
            "https://www.youtube.com/watch?v=MYDcdp-VNmQ",
        ),
    ],
)
def test_two_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert canonical(canonical(one)) == canonical(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?a=1&a=2", "https://example.org/a?a=2&a=1"),
        ("https://example.org/a", "https://blog.example.org/a"),
        ("https://example.org/", "https://example.org:8080/"),
        ("https://example.org/#!/talks/1", "https://example.org/#!/talks/2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://www.de/", "https://de.example.org/"),
        ("https://youtu.be/MYDcdp-VNmQ", "https://youtu.be/MYDcdp-VNmq"),
        ("https://www.infoq.com/presentations/a-talk/", "https://www.infoq.com/articles/a-talk/"),
        ("https://example.org/talks/a.mp4", "https://example.org/talks/b.mp4"),
        ("https://example.org/talks/a.mp4", "https://example.org/talks/a.MP4"),
        (
            "https://cdn.media.ccc.de/congress/2023/h264-hd/37c3-1-eng-A_talk_hd.mp4",
            "https://cdn.media.ccc.de/congress/2023/h264-hd/37c3-2-eng-A_talk_hd.mp4",
        ),
        ("https://en.m.wikipedia.org/wiki/Chaos", "https://de.wikipedia.org/wiki/Chaos"),
        ("https://www.google.com/search?q=https%3A%2F%2Fexample.org", "https://example.org/"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.cncf.io/blog/", "cncf.io"),
        ("https://M\u00fcnchen.example/", "m\u00fcnchen.example"),
        ("https://xn--mnchen-3ya.example/", "m\u00fcnchen.example"),
        ("https://p\u0430ypal.example/", "xn--pypal-4ve.example"),
        ("nonsense", ""),
    ],
)
def test_a_link_says_where_it_leads(url: str, label: str) -> None:
    assert host_label(url) == label


def web_addresses() -> list[dict]:
    """The standard's cases that stand alone and are http or https."""
    with gzip.open(CORPUS / "url-wpt/url/tests/urltestdata.json.gz") as file:
        cases = [case for case in json.load(file) if isinstance(case, dict)]
    alone = [case for case in cases if case["base"] in (None, "about:blank")]
    return [case for case in alone if re.match(r"\s*https?:", case["input"], re.IGNORECASE)]


@pytest.mark.corpus
def test_what_the_standard_calls_no_address_is_refused() -> None:
    failing = [case["input"] for case in web_addresses() if case.get("failure")]
    taken = []
    for url in failing:
        with contextlib.suppress(BadAddress):
            taken.append((url, clean(url)))
    assert len(failing) > 80
    assert taken == []


@pytest.mark.corpus
def test_what_the_standard_reads_is_read_the_same_way_or_refused_for_a_reason_of_ours() -> None:
    different, refused, read = [], [], 0
    for case in web_addresses():
        if case.get("failure"):
            continue
        try:
            kept = clean(case["input"])
        except BadAddress:
            # Ours to refuse: names without a dot or that no registry gives, credentials, what others cannot reach.
            refused.append(case["hostname"])
            given = case["username"] or case["password"] or "@" in case["input"]
            assert given or not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]*[a-z][a-z0-9-]*)+", case["hostname"]), (
                case
            )
            continue
        read += 1
        if kept != clean(case["href"]) or kept.rstrip("?#") != case["href"].rstrip("?#"):
            different.append((case["input"], kept, case["href"]))
    assert read > 60
    assert len(refused) > 40
    assert different == []


@pytest.mark.corpus
def test_addresses_that_are_equal_elsewhere_have_one_key_here() -> None:
    pairs = json.loads((CORPUS / "url-canon/semantic_precise.json").read_text())
    compared, different = 0, []
    for one, other in pairs.items():
        if not one.isascii():
            continue  # UTF-8 read as Latin-1: the mistake is in the page that it was copied from, and not mended here
        try:
            keys = canonical(one), canonical(other)
        except BadAddress:
            continue
        compared += 1
        if keys[0] != keys[1]:
            different.append((one, other, *keys))
    assert compared > 50
    assert different == []
