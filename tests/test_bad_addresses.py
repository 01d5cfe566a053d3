"""Whatever an address, a form or a header holds, the answer is one for people: never a failure of ours."""

import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from people.guests import COOKIE
from tests.route_table import ROUTES
from tests.world import Terse, World, routes

pytestmark = pytest.mark.django_db

LONG = "9" * 10_000
NUL, HUGE, WIDE, FAR = "a%00b", "9223372036854775808", "%D9%A3", "1711000000000000-9223372036854775807"
QUOTES = "..%2F..%2Fetc%2Fpasswd%27%22%3E%3Cscript%3E%7B%7B7*7%7D%7D%25s%25(a)s"
SEARCH = "%22%20OR%20*%20NEAR(%3A%F0%9F%8E%89%E2%80%AE%0D%0ASet-Cookie%3Aa%3Db"
# As they stand in an address: what a database may take in another way than the next one does.
ASKED_OF_A_DATABASE = [
    NUL,
    "-1",
    HUGE,
    WIDE,
    FAR,
    "20240319-1-999999999999999999",
    QUOTES,
    SEARCH,
    quote("x" * 10_000),
    LONG,
]
# What no clock, no number and no template expects, before any database is asked.
ASKED_OF_PYTHON = [
    "",
    "%ED%A0%80",
    "0",
    "1e400",
    "NaN",
    "%C2%B2",
    "99999-12-31",
    "0000-00-00",
    "99999999999999999-1",
    "00000000-1-1",
]
# Of these, what may stand between two slashes: the others are told apart by the query's words only.
PARTS_FOR_A_DATABASE = [NUL, "-1", HUGE, WIDE, FAR, QUOTES, SEARCH, LONG]
PARTS_FOR_PYTHON = ["%ED%A0%80", "99999-12-31"]
# What the pages read from their addresses. Words that stand together are read each for itself, and asked together.
QUERIES = {
    "community:home": ["before", "after"],
    "community:search": ["q", "kind", "page"],
    "community:mine": ["before", "after"],
    "community:tags": ["q", "from"],
    "community:tag_suggestions": ["q"],
    "community:tag": ["kind", "event", "year", "before", "after"],
    "community:kind_list": ["day", "track", "language", "order", "before", "after"],
    "community:person_part": ["before", "after"],
    "events:list": ["q", "year", "before", "after"],
    "events:series": ["before", "after"],
    "events:new": ["name city country website", "series", "parent"],
    "events:organiser_acceptance": ["token"],
    "moderation:queue": ["kind", "event", "before", "after"],
    "moderation:gone_links": ["before", "after"],
    "moderation:replacement": ["old", "new"],
    "moderation:merge": ["q", "other"],
    "moderation:person_merge": ["q", "other"],
    "moderation:log": ["kind", "event", "before", "after"],
    "people:notifications": ["before", "after"],
    "recaps:add": ["url", "title tags"],
    "talks:add": ["video_url", "title tags"],
    "photos:add": ["url", "title tags", "uploads"],
    "photos:place": ["uploads", "q"],
    "sharing:link": ["title", "text", "url", "q"],
    "sharing:oembed": ["url", "format", "maxwidth", "maxheight"],
    "talks:detail": ["play", "start"],
    "watch_list:page": ["show", "removed", "before", "after"],
    # One wrong word is as good as none of them; the archive reads the same form.
    "photos:detail": ["day at talk tag by licence alt"],
    "photos:archive": ["day", "at", "talk", "tag", "by", "licence", "alt", "part"],
}
# What goes with a value that is read only beside another one.
BESIDE = {("community:search", "kind"): "q=coal", ("community:search", "page"): "q=coal"}
# The names that forms of the site use, together: each takes its own, and knows nothing of the others.
FIELDS = [
    "action",
    "alt",
    "back",
    "body",
    "city",
    "country",
    "credit",
    "day",
    "denied",
    "description",
    "disclosure",
    "email",
    "ends_on",
    "event",
    "guest_email",
    "guest_name",
    "handle",
    "kind",
    "language",
    "licence",
    "links",
    "login",
    "name",
    "new",
    "next",
    "note",
    "old",
    "organiser",
    "other",
    "parent",
    "pick",
    "private",
    "preview",
    "reason",
    "related",
    "remove",
    "role",
    "seen",
    "series",
    "slug",
    "speakers",
    "start",
    "starts_on",
    "submission_key",
    "sure",
    "synonym_of",
    "tags",
    "text",
    "timezone",
    "title",
    "token",
    "trust",
    "url",
    "verb",
    "version",
    "video_state",
    "video_url",
    "website",
    "who",
    "why",
    "year",
]
# Bodies that are none, with what they say they are.
BODIES = [
    (b"\xff\xfe=%00&%&&=", "application/x-www-form-urlencoded"),
    (b"--x\r\nno part", "multipart/form-data; boundary=x"),
    (b"nothing", "multipart/form-data"),
    (b"[[[[", "application/json"),
    (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
]
NUMBERS = ["0", "9223372036854775808", LONG]
FOR_A_DATABASE, FOR_PYTHON = "for a database", "for Python"
# What fails in Python fails beside any database.
PARTS = [FOR_A_DATABASE, pytest.param(FOR_PYTHON, marks=pytest.mark.pages)]
PLACES = {"int": NUMBERS, "id": NUMBERS, "uuid": ["00000000-0000-0000-0000-000000000000"]}


@pytest.fixture(scope="module")
def world(module_db: None) -> World:
    world = World()
    world.build_public()
    world.draw_cards()
    return world


def browser_of(world: World, role: str) -> Client:
    browser = world.client(role)
    browser.raise_request_exception = False
    return browser


def one_address_of_each(world: World) -> Iterator[tuple[str, str]]:
    """Yield the name of each route with the address of one thing that is there."""
    for name, rules in ROUTES.items():
        found = [
            reverse(name, args=rule.args(thing.value))
            for rule in rules
            for thing in world.things
            if thing.sort == rule.sort
        ]
        yield name, found[0] if found else ""


def failures(world: World, role: str, asked: Iterator[tuple[str, str, dict[str, Any]]]) -> list[str]:
    """Ask (method, address, more) as `role`, each in a transaction of its own; return what failed."""
    browser, failed, count = browser_of(world, role), [], 0
    for method, address, more in asked:
        count += 1
        with transaction.atomic():
            response = getattr(browser, method)(address, **more)
            if response.status_code >= 500 and address != "/readyz":
                failed.append(f"{response.status_code} {method} {address[:150]} {str(more)[:150]}")
            transaction.set_rollback(True)
    assert count > 20
    return failed


@pytest.mark.parametrize("role", ["stranger", "moderator"])
@pytest.mark.parametrize("part", PARTS)
def test_no_value_in_the_query_of_a_page_breaks_it(world, role, part):
    stranger = browser_of(world, "stranger")

    def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
        addresses = dict(one_address_of_each(world))
        for name, words in QUERIES.items():
            # What a stranger is shown reads its address in the same way whoever asks.
            if role == "moderator" and stranger.get(addresses[name]).status_code == 200:
                continue
            for together in words:
                read = together.split()
                more = BESIDE.get((name, together), "")
                for value in ASKED_OF_A_DATABASE if part == FOR_A_DATABASE else ASKED_OF_PYTHON:
                    query = "&".join(f"{word}={value}" for word in read)
                    yield "get", f"{addresses[name]}?{more}&{query}", {}
                if part == FOR_PYTHON:
                    twice = "&".join(f"{word}=1&{word}=garbage&{word}" for word in read)
                    yield "get", f"{addresses[name]}?{twice}", {}
                    yield "get", f"{addresses[name]}?{read[0]}[]=1&{read[0]}[a]=1&=&&&{'a=1&' * 1200}", {}

    assert failures(world, role, asked()) == []


def test_every_page_that_has_a_query_is_asked_with_bad_ones():
    """Where a view reads something new from its address, it stands in QUERIES."""
    assert set(QUERIES) <= set(ROUTES)
    kinds = {f"{kind}:{what}" for kind in ("recaps", "talks", "photos") for what in ("detail", "edit", "add")}
    lists = {
        name
        for name in ROUTES
        if re.search(r":(list|home|search|tag|tags|log|queue|mine|notifications)$", name)
    }
    assert lists - set(QUERIES) == set()
    assert kinds <= set(ROUTES)


@pytest.mark.parametrize("part", PARTS)
@override_settings(ROOT_URLCONF=Terse)
def test_no_value_in_the_path_of_an_address_breaks_it(world, part):
    def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for name, pattern, _view in routes():
            if name in ROUTES and "<" in pattern:
                for value in PARTS_FOR_A_DATABASE if part == FOR_A_DATABASE else PARTS_FOR_PYTHON:
                    yield "get", "/" + re.sub(r"<[^>]*>", lambda _, value=value: value, pattern), {}
                for kind, values in PLACES.items() if part == FOR_A_DATABASE else ():
                    for value in values:
                        path = re.sub(rf"<{kind}:[^>]*>", value, pattern)
                        if path != pattern:
                            yield "get", "/" + re.sub(r"<[^>]*>", "paris-summit-2024", path), {}
                            yield "post", "/" + re.sub(r"<[^>]*>", "paris-summit-2024", path), {"data": {}}

    # A moderator gets further than others before what is missing is noticed.
    assert failures(world, "moderator", asked()) == []


@pytest.mark.parametrize(
    ("role", "part"),
    [
        pytest.param("guest", "all", marks=pytest.mark.pages),
        pytest.param("owner", "all", marks=pytest.mark.pages),
        ("moderator", FOR_A_DATABASE),
        pytest.param("moderator", FOR_PYTHON, marks=pytest.mark.pages),
    ],
)
@override_settings(ROOT_URLCONF=Terse)
def test_no_value_in_a_form_breaks_what_it_is_sent_to(world, role, part):
    odd = "{{7*7}} %s 🎉".encode() + "\ud800".encode("utf-8", "surrogatepass")
    of_a_database, of_python = ["a\0b", odd, "-1", LONG], ["", ["1", "x", ""]]
    values = {FOR_A_DATABASE: of_a_database, FOR_PYTHON: of_python}.get(part, [*of_a_database, *of_python])

    browsers = {name: browser_of(world, name) for name in ("guest", "moderator")}

    def reached_by(who: str, address: str) -> bool:
        with transaction.atomic():
            response = browsers[who].post(address, {})
            transaction.set_rollback(True)
        to_sign_in = response.headers.get("Location", "").startswith(reverse("account_login"))
        return response.status_code not in (403, 404, 405) and not to_sign_in

    bodies = itertools.cycle(BODIES)

    def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for name, address in one_address_of_each(world):
            if name in ("people:end_sessions",):  # signs out, and the rest would be asked by a stranger
                continue
            # What takes a moderator's form reads its fields in the same way whoever sent them.
            if role == "owner" and reached_by("moderator", address):
                continue
            if role == "guest" and not reached_by("guest", address):
                continue
            for value in values:
                yield "post", address, {"data": dict.fromkeys(FIELDS, value)}
            if (role, part) != ("moderator", FOR_PYTHON):
                continue  # Who sends a body makes no difference to reading it.
            # Django reads the body for all views alike: one kind each, in turn.
            body, content_type = next(bodies)
            # Not by post(), which would encode in that character set itself.
            yield "generic", "POST", {"path": address, "data": body, "content_type": content_type}

    assert failures(world, role, asked()) == []


def test_a_form_that_is_too_large_is_refused(world):
    browser = browser_of(world, "owner")
    add = reverse("talks:add", args=[world.event.slug])
    assert browser.post(add, {"title": "x" * 3_000_000}).status_code == 400
    assert browser.post(add, {f"field{index}": "1" for index in range(1100)}).status_code == 400


@pytest.mark.pages
def test_no_method_breaks_an_address(world):
    def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for name, address in one_address_of_each(world):
            for method in ("head", "options", "put"):
                if name != "people:end_sessions":
                    yield method, address, {}

    assert failures(world, "moderator", asked()) == []


@pytest.mark.pages
def test_no_header_and_no_cookie_breaks_a_page(world):
    garbage = ["", "garbage", "a:b:c", '"', "é".encode().decode("latin-1"), "9" * 4000, "%00", "eyJ9"]
    names = ["accept-language", "if-none-match", "if-modified-since", "range", "referer", "origin"]
    names += ["x-requested-with", "x-forwarded-for", "sec-fetch-site", "user-agent"]
    cookies = [COOKIE, "sessionid", "csrftoken", "messages", "django_language"]
    addresses = ["/", "/mine/", world.of("photo")[0].shown_files[0].get_absolute_url()]

    def asked() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for address in addresses:
            for value in garbage:
                for name in names:
                    yield "get", address, {"headers": {name: value}}

    assert failures(world, "stranger", asked()) == []
    for address in addresses:
        for value in garbage:
            for name in cookies:
                browser = browser_of(world, "stranger")
                browser.cookies[name] = value
                assert browser.get(address).status_code < 500, f"{address} with {name}={value!r}"
