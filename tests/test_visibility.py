"""Who may see what: every route, for every role, about things in every state. “Not public” means nowhere."""

import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from community.models import Contribution, Decision
from tests.cast import MAKERS, client_of
from tests.markup import masked
from tests.route_table import PREFIXES, ROUTES, addresses
from tests.world import ITEM_STATES, NOT_PUBLIC, ROLES, SECRET, World, routes

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db: None) -> World:
    world = World()
    world.build_public()
    world.build_hidden()
    return world


def test_every_route_stands_in_the_table():
    known = {name for name, _path, _view in routes() if not name.startswith(PREFIXES)}
    assert known - set(ROUTES) == set(), "say in ROUTES who may see what on these routes"
    assert set(ROUTES) - known == set(), "ROUTES knows routes that there are not"


def test_every_rule_of_the_table_has_something_to_be_asked_about(world):
    sorts = {thing.sort for thing in world.things}
    assert {name for name, rules in ROUTES.items() for rule in rules if rule.sort not in sorts} == set()
    for kind in MAKERS:
        assert {thing.state for thing in world.things if thing.sort == kind} == set(ITEM_STATES)


@pytest.mark.pages
def test_each_change_answers_each_role_as_the_table_says(world):
    wrong = {}
    cookies = {role: world.client(role).cookies for role in ROLES}
    before = what_stands()
    for role, (name, rule, thing, address) in itertools.product(ROLES, list(addresses(world, "post"))):
        expected = rule.answer(role, thing)
        with transaction.atomic():
            # A browser each time: some of these sign out, which the end of the transaction takes back.
            browser = Client()
            browser.cookies.update(cookies[role])
            status = browser.post(address, rule.data).status_code
            changed = expected == rule.bad and what_stands() != before
            transaction.set_rollback(True)
        if status != expected or changed:
            wrong[f"{name} as {role}, {thing}"] = (
                f"{status}, not {expected}" + ", and it changed something" * changed
            )
    assert wrong == {}


def what_stands() -> list[Any]:
    return [*Contribution.objects.order_by("pk").values_list("state", "version"), Decision.objects.count()]


def test_what_is_changed_by_a_post_is_not_changed_by_following_a_link(world):
    wrong = {}
    for role in ("owner", "moderator", "stranger"):
        browser = world.client(role)
        for name, rules in ROUTES.items():
            for rule in rules if all(rule.method == "post" for rule in rules) else []:
                thing = next(thing for thing in world.things if thing.sort == rule.sort)
                status = browser.get(reverse(name, args=rule.args(thing.value))).status_code
                # The desk is not there for others, and whoever is signed out is sent to sign in first.
                if (
                    status
                    not in {"moderator": (405,), "owner": (404, 405), "stranger": (302, 404, 405)}[role]
                ):
                    wrong[f"{name} as {role}"] = status
    assert wrong == {}


# --- A secret word in every field ---------------------------------------------------------------------------


# What a role may see is asked in Python: where CI asks another database, two roles speak for all.
ASKED_EVERYWHERE = {"stranger", "moderator"}


@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=() if role in ASKED_EVERYWHERE else pytest.mark.pages) for role in ROLES],
)
def test_each_page_answers_each_role_as_the_table_says_and_tells_no_secret(world, role):
    browser, wrong, told = world.client(role), {}, {}
    words = {secret.word for secret in world.secrets}
    may = {secret.word for secret in world.secrets if role in secret.readers}
    for name, thing, address, expected, response in everything(world, browser, role):
        if expected and response.status_code != expected:
            wrong[f"{name} {address}, {thing}"] = f"{response.status_code}, not {expected}"
        for word in SECRETS.findall(text_of(response)):
            # What somebody asks for is no news to them.
            if word in words and word not in address:
                told.setdefault(word, f"{name} {address}, {thing}")
    places = {secret.word: secret.place for secret in world.secrets}
    assert wrong == {}
    assert {places[word]: told[word] for word in set(told) - may} == {}, "seen by somebody who may not"
    assert {places[word] for word in may - set(told)} == set(), (
        "shown nowhere, so this test would prove nothing"
    )


SECRETS = re.compile(f"{SECRET}[a-z]{{3}}")


def everything(world: World, browser: Any, role: str) -> Iterator[tuple[str, Any, str, int | None, Any]]:
    """Yield the answers to all that somebody could ask: (route, thing, address, the table's status, answer)."""
    for name, rule, thing, address in addresses(world):
        asked = f"{address}?{urlencode(rule.data)}" if rule.data else address
        yield name, thing, asked, rule.answer(role, thing), browser.get(asked)
    for address in searches(world):
        yield "search", "", address, None, browser.get(address)
    # The search for events that are there already looks at more than the lists do.
    proposal = {"name": f"{SECRET.title()} Conference", "starts_on": "2024-03-19", "ends_on": "2024-03-20"}
    yield (
        "events:new",
        "one like a hidden one",
        "",
        None,
        browser.post("/events/new/", {**proposal, "timezone": "UTC"}),
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


def text_of(response: Any) -> str:
    """Return all that an answer says, its headers and cookies included, in small letters."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers}{response.cookies}{body.decode('utf-8', 'replace')}".lower()


def test_a_secret_is_not_asked_out_of_the_forms(world):
    """“Goes with” takes titles: one that is hidden and one that is not there are the same answer."""
    hidden = world.of("talk", "waiting")[0]
    words = {"title": "Mine", "guest_name": "somebody", "event": str(world.event.pk)}
    browser = world.client("stranger")

    def answer(title: str) -> str:
        page = browser.post("/talks/new/paris-summit-2024/", {**words, "related": title})
        assert page.status_code == 422
        return masked(page).replace(title, "…")

    assert answer(hidden.title) == answer("canaryzzz")
    assert answer(hidden.get_absolute_url()) == answer("/talks/987654/")
    # Whose it is finds it.
    own = world.client("owner").post("/talks/new/paris-summit-2024/", {**words, "related": hidden.title})
    assert own.status_code == 302


def test_hidden_and_absent_are_the_same_answer(world):
    visitor = client_of(None)
    for kind in MAKERS:
        absent = masked(visitor.get(f"/{kind}s/987654/"))
        for item in world.of(kind, *NOT_PUBLIC):
            assert masked(visitor.get(item.get_absolute_url())) == absent


# --- What packages bring ------------------------------------------------------------------------------------


def test_the_admin_opens_for_staff_only_and_shows_nothing_without_a_right(world):
    admin = [
        path for name, path, _view in routes() if name.startswith("admin:") and not set("<(") & set(path)
    ]
    assert len(admin) > 20
    for role in ROLES:
        browser = world.client(role)
        for path in admin:
            if path.rstrip("/").endswith(
                ("login", "logout", "jsi18n", "password_change", "password_change/done")
            ):
                continue
            response = browser.get(f"/{path}")
            if role != "staff":
                assert (response.status_code, response["Location"].partition("?")[0]) == (
                    302,
                    "/admin/login/",
                ), path
            else:
                # The front page and nothing else: rights are given one by one.
                assert response.status_code in ((200, 403) if path == "admin/" else (403, 404)), path
                assert SECRET not in text_of(response)


def test_an_administrator_finds_in_the_admin_what_stands_nowhere_else(world, admin_user):
    from people.models import Guest

    secret = next(secret for secret in world.secrets if secret.place == "e-mail of a guest")
    guest = Guest.objects.get(email__startswith=secret.word)
    page = client_of(admin_user).get(reverse("admin:people_guest_change", args=[guest.pk]))
    assert secret.word in text_of(page)


def test_pages_of_an_account_show_nobody_elses(world):
    names = [
        name for name, path, _view in routes() if name.startswith(("account_", "mfa_")) and "<" not in path
    ]
    assert len(names) > 15
    for role in ROLES:
        browser = world.client(role)
        for name in names:
            response = browser.get(reverse(name))
            assert response.status_code in (200, 302, 403, 404, 405), f"{name} as {role}"
            assert re.findall(f"{SECRET}[a-z]+@", text_of(response)) == [], f"{name} as {role}"
