"""Every address, asked once for each role: what the table of routes says of it, no secret, a page that hangs together,
few queries, and no English sentence for a reader of another language.

All tests of one role look at the same answers: to ask takes ten times as long as to look.
"""

import dataclasses
import functools
import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import override_settings
from django.urls import Resolver404, include, path, resolve
from django.views.defaults import page_not_found

from community.languages import languages
from forum.models import TopicImport
from people.models import Notification
from tests.cast import MAKERS
from tests.markup import Markup, text_of
from tests.route_table import addresses
from tests.test_languages import Words, cased, entries, texts_in, words
from tests.world import ROLES, SECRET, World, routes

pytestmark = pytest.mark.django_db
SECRETS = re.compile(f"{SECRET}[a-z]{{3}}")
# What a role may see is asked in Python: where CI asks another database, two roles speak for all.
ASKED_EVERYWHERE = {"stranger", "moderator"}
# No page of a stranger's asks the database more often; lists have budgets of their own, which are tighter.
MOST_QUERIES = 30
MOST_PAGES = 400


@dataclasses.dataclass(frozen=True)
class Answer:
    """What somebody asked about what, and what they were told. `expected` is the table's status, if it has one."""

    name: str
    thing: Any
    address: str
    expected: int | None
    status: int
    headers: Any
    # Those that look like a secret.
    words: frozenset[str]
    page: str
    # Whether the next page will say something of this.
    notice: bool
    queries: int

    @property
    def told(self) -> tuple[int, Any, str]:
        return self.status, self.headers, self.page

    def __str__(self) -> str:
        return f"{self.name} {self.address} ({self.thing})"


@dataclasses.dataclass
class Walk:
    role: str
    answers: list[Answer]

    @property
    def in_table(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.expected]


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """By role what has been asked so far."""
    return {}


class DrawnOnce:
    """The site, which draws its page for what is not there once for each route and reader, as nothing else of what was
    asked stands on it, and gives copies of that for the rest: six thousand of them would be drawn for their number.
    """

    drawn: dict[Any, bytes] = {}

    def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: N805 - a view
        match, user = request.resolver_match, request.user
        key = (match and match.view_name, str(exception), user.pk, getattr(user, "guest_id", None))
        if key not in DrawnOnce.drawn:
            DrawnOnce.drawn[key] = page_not_found(request, exception).content
        return HttpResponseNotFound(DrawnOnce.drawn[key])

    handler404 = not_there
    urlpatterns = [path("", include("config.urls"))]


@pytest.fixture
def walk(world: World, walks: dict[str, Walk], request: pytest.FixtureRequest) -> Walk:
    """All that a role can ask for, and was told."""
    if request.param not in walks:
        with override_settings(ROOT_URLCONF=DrawnOnce):
            walks[request.param] = Walk(request.param, list(answers(world, request.param)))
    return walks[request.param]


def answers(world: World, role: str) -> Iterator[Answer]:
    for name, thing, address, expected, ask in everything(world, role):
        count = Count()
        with connection.execute_wrapper(count):
            response = ask()
        words = frozenset(SECRETS.findall(text_of(response)))
        page = response.content.decode() if is_page(response) else ""
        told = (response.status_code, response.headers, words, page, "messages" in response.cookies)
        yield Answer(name, thing, address, expected, *told, count.queries)


class Count:
    """Counts what the database is asked."""

    queries = 0

    def __call__(self, execute: Any, *asked: Any) -> Any:
        self.queries += 1
        return execute(*asked)


@functools.cache
def markup_of(page: str) -> Markup:
    return Markup(page)


def is_page(response: Any) -> bool:
    return response.get("Content-Type", "").startswith("text/html") and response.status_code not in (301, 302)


def everything(world: World, role: str) -> Iterator[tuple[str, Any, str, int | None, Any]]:
    """Yield all that somebody could ask: (route, thing, address, the table's status, how to ask it)."""
    browser = world.client(role)
    for name, rule, thing, address in addresses(world):
        asked = f"{address}?{urlencode(rule.data)}" if rule.data else address
        yield name, thing, asked, rule.answer(role, thing), lambda asked=asked: browser.get(asked)
    for address in searches(world):
        yield "search", "", address, None, lambda address=address: browser.get(address)
    # The search for events that are there already looks at more than the lists do.
    proposal = {"name": f"{SECRET.title()} Conference", "starts_on": "2024-03-19", "ends_on": "2024-03-20"}
    yield (
        "events:new",
        "one like a hidden one",
        "",
        None,
        lambda: browser.post("/events/new/", {**proposal, "timezone": "UTC"}),
    )


def searches(world: World) -> Iterator[str]:
    """Yield addresses that search and filter for what is hidden."""
    for kind in MAKERS:
        yield from (f"/search/?q={SECRET}&kind={kind}", f"/tags/kubernetes/?kind={kind}")
    for word in ("somebody", "kubernetes", "conference"):
        yield from (f"/search/?q={SECRET}+{word}", f"/events/?q={word}")
    yield from (f"/events/?q={SECRET}", "/events/?year=2024", f"/tags/?from={SECRET}", "/tags/")
    yield from ("/events/paris-summit-2024/talks/?day=2024-03-19", "/accounts/email/", "/accounts/login/")
    # More waits here than one page of the queue shows.
    words = ("claim", "namerequest", "webmention", "authorship")
    yield from (f"/queue/?kind={word}" for word in words)
    for event in world.of("event", "waiting", "rejected"):
        for page in ("/log/?event=", "/queue/?event=", "/tags/kubernetes/?event=", "/events/new/?parent="):
            yield page + event.slug


def by(*roles: str) -> Any:
    """Have a test look at what these roles were told."""
    asked = [
        pytest.param(role, marks=() if role in ASKED_EVERYWHERE else pytest.mark.pages) for role in roles
    ]
    return pytest.mark.parametrize("walk", asked, indirect=True)


# --- A secret word in every field ---------------------------------------------------------------------------
@by(*ROLES)
def test_each_page_answers_each_role_as_the_table_says_and_tells_no_secret(world, walk):
    wrong, told = {}, {}
    words = {secret.word for secret in world.secrets}
    may = {secret.word for secret in world.secrets if walk.role in secret.readers}
    for answer in walk.answers:
        if answer.expected and answer.status != answer.expected:
            wrong[f"{answer}"] = f"{answer.status}, not {answer.expected}"
        for word in answer.words:
            # What somebody asks for is no news to them.
            if word in words and word not in answer.address:
                told.setdefault(word, f"{answer}")
    places = {secret.word: secret.place for secret in world.secrets}
    assert wrong == {}
    assert {places[word]: told[word] for word in set(told) - may} == {}, "seen by somebody who may not"
    assert {places[word] for word in may - set(told)} == set(), (
        "shown nowhere, so this test would prove nothing"
    )


# --- What a page is made of ---------------------------------------------------------------------------------
@pytest.mark.pages
@by("stranger", "owner", "organiser", "moderator")
def test_every_page_has_one_heading_a_title_a_language_and_nothing_inline(world, walk):
    wrong, pages, framable = {}, 0, set()
    for answer in walk.in_table:
        if (
            "frame-ancestors *" in answer.headers["Content-Security-Policy"]
            or "X-Frame-Options" not in answer.headers
        ):
            framable.add(answer.name)
        pages += bool(answer.page)
        if answer.page and (faults := markup_of(answer.page).everything_wrong):
            wrong[f"{answer}"] = faults
    browser = world.client(walk.role)
    for name, pattern, _view in routes():
        if name.startswith(("account_", "mfa_")) and "<" not in pattern:
            response = browser.get(f"/{pattern}")
            if is_page(response) and (faults := Markup(response.content.decode()).everything_wrong):
                wrong[f"{name} /{pattern}"] = faults
    assert wrong == {}
    assert pages > 50
    assert framable == {"community:widget"}


@pytest.mark.pages
@by("stranger", "guest", "owner", "organiser", "moderator")
def test_every_link_and_every_form_leads_somewhere(world, walk):
    known = {answer.address: answer for answer in walk.in_table}
    browser, broken, seen = world.client(walk.role), {}, {"/"}
    waiting = deque([("/", "the start")])
    while waiting and len(seen) < MOST_PAGES:
        address, found_on = waiting.popleft()
        status, headers, page = known[address].told if address in known else ask(browser, address)
        if status not in (200, 301, 302):
            broken[address] = f"{status}, linked on {found_on}"
        onward = [headers["Location"]] if status in (301, 302) else []
        if page:
            onward += markup_of(page).links
            broken |= dead_ends(markup_of(page), address)
        for link in onward:
            target = urlsplit(urljoin(address, link))
            place = target.path + (f"?{target.query}" if target.query else "")
            ours = not target.netloc and target.scheme == "" and not place.startswith("/admin/")
            if ours and place not in seen:
                seen.add(place)
                waiting.append((place, address))
    assert broken == {}
    assert len(seen) > 40


def ask(browser: Any, address: str) -> tuple[int, Any, str]:
    response = browser.get(address)
    return response.status_code, response.headers, response.content.decode() if is_page(response) else ""


def dead_ends(page: Markup, address: str) -> dict[str, str]:
    """Return the forms that no view answers, the anchors and the files that are not there."""
    dead = {}
    for method, action in page.actions:
        try:
            resolve(urlsplit(urljoin(address, action)).path)
        except Resolver404:
            dead[f"{method} {action}"] = f"a form on {address}"
    for link in page.links:
        if link.startswith("#") and link[1:] not in page.ids:
            dead[link] = f"an anchor on {address}"
    for file in page.files:
        name = urlsplit(file).path
        if name.startswith("/static/") and not is_static(name.removeprefix("/static/")):
            dead[file] = f"a file of {address}"
    return dead


@functools.cache
def is_static(name: str) -> bool:
    return finders.find(name) is not None


@by("stranger")
def test_no_page_of_a_stranger_asks_the_database_often(walk):
    often = {f"{answer}": answer.queries for answer in walk.in_table if answer.queries > MOST_QUERIES}
    assert often == {}
    assert sum(answer.queries for answer in walk.in_table) > 1000


# --- In another language ------------------------------------------------------------------------------------
@pytest.mark.pages
@by("stranger", "owner", "moderator")
def test_no_page_says_an_english_sentence_to_a_reader_of_another_language(world, walk, sentences):
    others = ["fr", "de"] if walk.role == "stranger" else ["fr"]
    english = cased(
        {text for one in entries() if "msgctxt" not in one for text in (one["msgid"], one["msgid_plural"])}
    )
    # Names of languages are said in those languages. A notification keeps the words that it was sent in, and what was
    # found in a topic the language of whoever asked.
    kept = {name for _code, name in languages()}
    kept |= {" ".join(line.split()) for one in Notification.objects.all() for line in one.body.splitlines()}
    kept |= {text for one in TopicImport.objects.all() for text in texts_in(one.report)}
    theirs = {
        code: kept | cased({text for one in entries(code) for text in one["msgstr"]}) for code in others
    }
    browser, left = world.client(walk.role), {}
    for route, address, in_english in english_pages(walk, browser):
        for code in others:
            # Of a route, once a sentence: pages about other things, and to other people, say it again.
            new = {(code, route, text) for text in (in_english & english) - theirs[code]} - sentences
            # The widget speaks the language that its address asks for, whatever the reader's browser does.
            more = f"{'&' if '?' in address else '?'}language={code}" if route == "community:widget" else ""
            if new and (still := {text for *_, text in new} & words(browser, address + more, {}, code)):
                left[code, address] = still
            sentences |= new
    assert left == {}
    assert len(sentences) > 100 * len(others)


@pytest.fixture(scope="module")
def sentences() -> set[tuple[str, str, str]]:
    """What was looked for so far: (language, route, sentence)."""
    return set()


@functools.cache
def said_on(page: str) -> set[str]:
    return Words(page).said


def english_pages(walk: Walk, browser: Any) -> Iterator[tuple[str, str, set[str]]]:
    """Yield (route, address, what the page there says, or the one that it leads to)."""
    led_to = set()
    pages = {answer.address for answer in walk.in_table if answer.page}
    for answer in walk.in_table:
        if answer.page:
            yield answer.name, answer.address, said_on(answer.page)
        elif "Location" in answer.headers:
            # The sign-in, for one, is a page to which a route leads about every thing.
            place = (answer.name, urlsplit(answer.headers["Location"]).path)
            is_read_itself = place[1] in pages and not answer.notice
            if place not in led_to and not is_read_itself:
                yield answer.name, answer.address, words(browser, answer.address, {}, "en")
            led_to.add(place)
    for name, pattern, _view in routes():
        if name.startswith(("account_", "mfa_")) and "<" not in pattern and "logout" not in pattern:
            yield pattern, f"/{pattern}", words(browser, f"/{pattern}", {}, "en")
