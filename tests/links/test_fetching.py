import contextlib
import gzip
import ipaddress
import socket
import threading
import time

import pytest

from links import fetching
from links.fetching import NotFetched, fetch
from links.reach import is_public
from tests import outside as hostile
from tests.outside import Outside

# What a machine that is as busy as a build's may take beside the deadline itself.
SLACK = 1.0


def refused(url: str, **asked) -> NotFetched:
    with pytest.raises(NotFetched) as problem:
        fetch(url, **asked)
    return problem.value


# --- What comes back --------------------------------------------------------------------------------------------------


def test_an_answer_has_the_address_it_came_from_and_what_it_says_it_is(outside: Outside) -> None:
    outside.page("http://example.org/a?b=1&utm_source=x", "Grüße")
    answer = fetch("http://EXAMPLE.org/a?b=1&utm_source=x#part")
    assert (answer.url, answer.status, answer.is_ok) == ("http://example.org/a?b=1&utm_source=x", 200, True)
    assert (answer.content_type, answer.body, answer.text) == ("text/html", "Grüße".encode(), "Grüße")
    assert outside.connected == [hostile.SOMEWHERE]


def test_a_missing_page_is_an_answer_too(outside: Outside) -> None:
    answer = fetch("http://example.org/none")
    assert (answer.status, answer.is_ok) == (404, False)


def test_an_encrypted_answer_comes_from_the_host_that_the_certificate_names(outside: Outside) -> None:
    outside.page("https://blog.example.org/", "hello")
    assert fetch("https://blog.example.org/").body == b"hello"
    # The very same server, under a name that its certificate does not have.
    assert refused("https://example.net/").code == "untrusted"


def test_redirects_are_followed_each_with_its_own_look_up(outside: Outside) -> None:
    outside.redirect("http://example.org/old", "//www.example.org/a", 301)
    outside.redirect("http://www.example.org/a", "/b%20c/../d", 303)
    outside.page("http://www.example.org/d", "here")
    assert fetch("http://example.org/old").url == "http://www.example.org/d"
    assert outside.looked_up == ["example.org", "www.example.org", "www.example.org"]


def test_packed_answers_are_unpacked(outside: Outside) -> None:
    outside.page("http://example.org/", gzip.compress(b"hello" * 1000), Content_Encoding="gzip")
    assert fetch("http://example.org/").body == b"hello" * 1000


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=utf-8", "é".encode(), "é"),
        ("text/html; charset=ISO-8859-1", "“é”".encode("cp1252"), "“é”"),
        (
            "text/html",
            b'<meta charset="shift_jis">' + "日本".encode("shift_jis"),
            '<meta charset="shift_jis">日本',
        ),
        ("text/html", b"\xef\xbb\xbfhi", "hi"),
        ("text/html; charset=utf-16", "\ufeffhi".encode("utf-16-le"), "hi"),
        ("text/html; charset=punycode", b"MajiKoi5-783gue6qz075azm5e", "MajiKoi5-783gue6qz075azm5e"),
        ("text/html; charset=nonsense", "é".encode(), "é"),
        ("text/html; charset=zlib", b"\xff", "\ufffd"),
        ("", b"plain", "plain"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_is_written_in(
    outside: Outside, content_type: str, body: bytes, text: str
) -> None:
    outside.page("http://example.org/", body, content_type=content_type)
    assert fetch("http://example.org/").text == text


# --- Nowhere but the public internet ----------------------------------------------------------------------------------

NOT_PUBLIC = [
    *("127.0.0.1", "127.255.0.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:808:808::1"),
    *("2001::1", "2001:0:4136:e378::1", "2001:10::1", "2001:20::1", "2001:db8::1", "3fff::1", "5f00::1"),
    *("100::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_host_at_an_address_that_is_not_public_is_never_connected_to(
    outside: Outside, address: str
) -> None:
    outside.places["inside.example.org"] = [address]
    assert refused("http://inside.example.org/").code == "refused"
    assert outside.connected == []
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::200e"]
)
def test_what_is_public_is_connected_to(outside: Outside, address: str) -> None:
    outside.places["example.org"] = [address]
    outside.page("http://example.org/", "hello")
    assert fetch("http://example.org/").body == b"hello"
    assert outside.connected == [address]


def test_a_host_with_one_public_and_one_inner_address_is_refused(outside: Outside) -> None:
    outside.places["example.org"] = [hostile.SOMEWHERE, "127.0.0.1"]
    assert refused("http://example.org/").code == "refused"
    assert outside.connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(outside: Outside) -> None:
    """A name server that answers differently the second time (rebinding) has no second time."""
    answers = iter([[hostile.SOMEWHERE], ["127.0.0.1"]])
    outside.look_up = lambda host, port: next(answers)
    outside.page("http://example.org/", "hello")
    assert fetch("http://example.org/").body == b"hello"
    assert outside.connected == [hostile.SOMEWHERE]


INSIDE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://inside.example.org/",
    "https://inside.example.org/",
    "http://example.org:22/",
    "http://example.org:8080/",
    "http://me:secret@example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "ftp://example.org/",
    "http:///",
    "",
]


@pytest.mark.parametrize("target", INSIDE)
def test_what_leads_inside_is_refused_at_once_and_behind_a_redirect(outside: Outside, target: str) -> None:
    outside.places["inside.example.org"] = ["10.0.0.7"]
    outside.redirect("http://example.org/", target or "http://")
    assert refused(target).code == "refused"
    assert outside.connected == []
    assert refused("http://example.org/").code in ("refused", "circles")
    assert set(outside.connected) == {hostile.SOMEWHERE}


def test_with_the_worlds_own_name_server_nothing_on_this_machine_is_reached() -> None:
    """Against the real `look_up` and `connect`: a server that listens here sees no connection."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        port = server.getsockname()[1]
        for url in (
            f"http://127.0.0.1:{port}/",
            f"http://localhost:{port}/",
            "http://127.0.0.1/",
            "http://localhost/",
        ):
            assert refused(url).code == "refused"
        with contextlib.suppress(TimeoutError):
            seen.append(server.accept())
    assert seen == []


# --- Time and size ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [hostile.drip, hostile.slow_headers, hostile.slow_letters, hostile.endless_continue, hostile.silence],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_takes_its_time_is_left_when_ours_is_up(
    outside: Outside, behaviour, scheme: str
) -> None:
    outside.pages[f"{scheme}://example.org/"] = behaviour
    began = time.monotonic()
    assert refused(f"{scheme}://example.org/", seconds=0.5).code == "slow"
    assert time.monotonic() - began < 0.5 + SLACK


def test_the_time_counts_for_all_redirects_together(outside: Outside) -> None:
    def slowly(visit: hostile.Visit) -> None:
        time.sleep(0.3)
        visit.give(status=302, Location="/again")

    outside.pages["http://example.org/"] = outside.pages["http://example.org/again"] = slowly
    began = time.monotonic()
    assert refused("http://example.org/", seconds=0.7).code == "slow"
    assert time.monotonic() - began < 0.7 + SLACK


def test_a_name_server_that_does_not_answer_is_left_when_the_time_is_up(outside: Outside) -> None:
    hang = threading.Event()
    outside.look_up = lambda host, port: [str(hang.wait(20))]
    began = time.monotonic()
    assert refused("http://example.org/", seconds=0.3).code == "slow"
    assert time.monotonic() - began < 0.3 + SLACK
    hang.set()


def test_a_handshake_that_never_ends_is_left(outside: Outside) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        outside.connect = lambda address, port, seconds: socket.create_connection(deaf.getsockname(), seconds)
        assert refused("https://example.org/", seconds=0.3).code == "slow"


def test_redirects_in_a_circle_end(outside: Outside) -> None:
    outside.redirect("http://example.org/a", "/b")
    outside.redirect("http://example.org/b", "/a")
    assert refused("http://example.org/a").code == "circles"
    assert len(outside.asked) == fetching.MOST_HOPS + 1


@pytest.mark.parametrize("behaviour", [hostile.bomb, hostile.endless])
def test_what_is_too_large_is_not_read_to_its_end(outside: Outside, behaviour) -> None:
    outside.pages["http://example.org/"] = behaviour
    began = time.monotonic()
    assert refused("http://example.org/", most_bytes=1_000_000, seconds=10).code == "large"
    assert len(fetch("http://example.org/", most_bytes=100_000, cut=True).body) == 100_000
    assert time.monotonic() - began < 8


def test_exactly_as_much_as_is_taken_is_taken(outside: Outside) -> None:
    outside.page("http://example.org/", b"x" * 1000)
    assert fetch("http://example.org/", most_bytes=1000).is_cut is False
    assert refused("http://example.org/", most_bytes=999).code == "large"
    cut = fetch("http://example.org/", most_bytes=999, cut=True)
    assert (len(cut.body), cut.is_cut) == (999, True)


# --- Lies -------------------------------------------------------------------------------------------------------------


def test_more_than_was_announced_is_not_read(outside: Outside) -> None:
    outside.pages["http://example.org/"] = hostile.lie_about_length
    assert fetch("http://example.org/").body == b"0123456789"


def test_less_than_was_announced_is_no_answer_unless_a_part_is_enough(outside: Outside) -> None:
    outside.pages["http://example.org/"] = hostile.break_off
    assert refused("http://example.org/").code == "broken"
    answer = fetch("http://example.org/", cut=True)
    assert (answer.body, answer.is_cut) == (b"0123456789", True)


def test_a_packed_answer_that_breaks_off_is_broken(outside: Outside) -> None:
    outside.page("http://example.org/", gzip.compress(b"hello" * 100_000)[:-20], Content_Encoding="gzip")
    assert refused("http://example.org/").code == "broken"


@pytest.mark.parametrize(
    "behaviour",
    [hostile.nonsense, hostile.bad_chunks, hostile.many_headers, hostile.bad_gzip, hostile.strange_packing],
)
def test_an_answer_that_cannot_be_read_is_broken_and_nothing_worse(outside: Outside, behaviour) -> None:
    outside.pages["http://example.org/"] = behaviour
    problem = refused("http://example.org/")
    assert problem.code == "broken"
    assert str(problem) == "We cannot read the site’s answer."


def test_a_head_asks_for_no_body(outside: Outside) -> None:
    outside.page("http://example.org/", "hello")
    assert fetch("http://example.org/", method="HEAD").body == b""
    assert outside.asked == [("HEAD", "http://example.org/")]


def test_a_host_where_nothing_answers_is_said_to_be_so(outside: Outside) -> None:
    outside.connect = lambda address, port, seconds: socket.create_connection(("127.0.0.1", 1), seconds)
    problem = refused("http://example.org/")
    assert (problem.code, str(problem)) == ("unreachable", "Nothing answers at this address.")
