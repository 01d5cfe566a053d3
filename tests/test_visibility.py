"""Who may see what: every route, for every role, about things in every state. “Not public” means nowhere."""

import itertools
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from community.models import Contribution, Decision
from tests.cast import MAKERS, client_of
from tests.markup import masked, text_of
from tests.route_table import PREFIXES, ROUTES, addresses
from tests.world import ITEM_STATES, NOT_PUBLIC, ROLES, SECRET, Terse, routes

pytestmark = pytest.mark.django_db


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
@override_settings(ROOT_URLCONF=Terse)
def test_each_change_answers_each_role_as_the_table_says(world):
    wrong = {}
    cookies = {role: world.client(role).cookies for role in ROLES}
    before = what_stands()
    # One browser, as whom it is asked: to make one takes a tenth of a request.
    browser = Client()
    for role, (name, rule, thing, address) in itertools.product(ROLES, list(addresses(world, "post"))):
        expected = rule.answer(role, thing)
        with transaction.atomic():
            # Their cookies each time: some of these sign out, which the end of the transaction takes back.
            browser.cookies.clear()
            browser.cookies.update(cookies[role])
            with connection.execute_wrapper(written := Written()):
                status = browser.post(address, rule.data).status_code
            changed = expected == rule.bad and written.something and what_stands() != before
            transaction.set_rollback(True)
        if status != expected or changed:
            wrong[f"{name} as {role}, {thing}"] = (
                f"{status}, not {expected}" + ", and it changed something" * changed
            )
    assert wrong == {}


class Written:
    """Notes whether the database was told more than to read, without which all stands as before."""

    something = False

    def __call__(self, execute: Any, sql: str, *more: Any) -> Any:
        self.something |= not sql.startswith(
            ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
        )
        return execute(sql, *more)


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
        for address in admin:
            if address.rstrip("/").endswith(
                ("login", "logout", "jsi18n", "password_change", "password_change/done")
            ):
                continue
            response = browser.get(f"/{address}")
            if role != "staff":
                assert (response.status_code, response["Location"].partition("?")[0]) == (
                    302,
                    "/admin/login/",
                ), address
            else:
                # The front page and nothing else: rights are given one by one.
                assert response.status_code in ((200, 403) if address == "admin/" else (403, 404)), address
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
