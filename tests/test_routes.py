"""Every page hangs together: headings, titles, links and forms that lead somewhere, nothing inline, few queries."""

from collections import deque
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, include, path, resolve

from tests.markup import Markup
from tests.route_table import PREFIXES
from tests.world import routes

# No page of a stranger's asks the database more often; lists have budgets of their own, which are tighter.
MOST_QUERIES = 30
MOST_PAGES = 400

pytestmark = pytest.mark.django_db


def markup_of(response: Any) -> Markup | None:
    """Return what an answer is made of, where it is a page."""
    is_page = response.get("Content-Type", "").startswith("text/html") and response.status_code not in (
        301,
        302,
    )
    return Markup(response.content.decode()) if is_page else None


@pytest.mark.pages
@pytest.mark.parametrize("role", ["stranger", "guest", "owner", "organiser", "moderator"])
def test_every_link_and_every_form_leads_somewhere(world, role):
    browser, broken, seen = world.client(role), {}, {"/"}
    waiting = deque([("/", "the start")])
    while waiting and len(seen) < MOST_PAGES:
        address, found_on = waiting.popleft()
        response = browser.get(address)
        if response.status_code not in (200, 301, 302):
            broken[address] = f"{response.status_code}, linked on {found_on}"
        onward = [response["Location"]] if response.status_code in (301, 302) else []
        page = markup_of(response)
        if page:
            onward += page.links
            broken |= dead_ends(page, address)
        for link in onward:
            target = urlsplit(urljoin(address, link))
            place = target.path + (f"?{target.query}" if target.query else "")
            if (
                not target.netloc
                and target.scheme == ""
                and place not in seen
                and not place.startswith("/admin/")
            ):
                seen.add(place)
                waiting.append((place, address))
    assert broken == {}
    assert len(seen) > 40


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
        if name.startswith("/static/") and not finders.find(name.removeprefix("/static/")):
            dead[file] = f"a file of {address}"
    return dead


# --- When something is wrong ---------------------------------------------------------------------------------------


class Broken:
    """The site with two more addresses: one that fails, one that refuses."""

    def fails(request: HttpRequest) -> HttpResponse:  # noqa: N805 - a view
        raise RuntimeError("on purpose")

    def refuses(request: HttpRequest) -> HttpResponse:  # noqa: N805 - a view
        raise PermissionDenied

    urlpatterns = [path("fails/", fails), path("refuses/", refuses), path("", include("config.urls"))]


def page_of_an_error(response: Any, status: int) -> Markup:
    page = markup_of(response)
    assert response.status_code == status
    assert page is not None
    assert page.everything_wrong == []
    assert "Content-Security-Policy" in response.headers
    return page


def test_an_address_that_is_not_there_leads_back_into_the_site():
    page = page_of_an_error(Client().get("/nothing/here/"), 404)
    assert "/" in page.links


def test_a_form_from_elsewhere_is_refused_in_words():
    browser = Client(enforce_csrf_checks=True)
    page_of_an_error(browser.post("/accounts/login/code/", {"email": "somebody@example.org"}), 403)


def test_a_refusal_is_a_page():
    with override_settings(ROOT_URLCONF=Broken):
        page_of_an_error(Client().get("/refuses/"), 403)


def test_a_failure_of_ours_is_a_page_that_needs_nothing():
    with override_settings(ROOT_URLCONF=Broken), CaptureQueriesContext(connection) as queries:
        response = Client(raise_request_exception=False).get("/fails/")
    page_of_an_error(response, 500)
    # The database may be what failed.
    assert len(queries) == 0
    assert "on purpose" not in response.content.decode()


def test_a_request_that_makes_no_sense_is_a_page():
    page_of_an_error(
        Client(raise_request_exception=False).get("/", headers={"host": "elsewhere.example"}), 400
    )


def test_every_address_of_ours_ends_like_the_others():
    """A slash at the end, but for files and for what machines ask."""
    ours = [pattern for name, pattern, _view in routes() if not name.startswith(PREFIXES)]
    assert [one for one in ours if one and not one.endswith("/")] == [
        "events/<slug:slug>/schedule.xml",
        "events/<slug:slug>/schedule.json",
        "events/<slug:slug>/talks.ics",
        "tags/<str:slug>/talks.ics",
        "watch-list/<slug:key>/talks.atom",
        "watch-list/<slug:key>/talks.ics",
        "photos/file/<uuid:key>/<int:width>.webp",
        "photos/file/<uuid:key>/moving.<slug:extension>",
        "events/<slug:slug>/photos.zip",
        "share/items/<id:pk>/picture.jpg",
        "share/events/<slug:slug>/picture.jpg",
        "manifest.webmanifest",
        "healthz",
        "readyz",
    ]
