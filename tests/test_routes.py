"""What is not there, is refused or fails is a page as well; and every address of ours ends like the others.

How the pages themselves hang together: test_walk.py.
"""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from tests.markup import Markup
from tests.route_table import PREFIXES
from tests.world import routes

pytestmark = pytest.mark.django_db


# --- When something is wrong ---------------------------------------------------------------------------------------


class Broken:
    """The site with two more addresses: one that fails, one that refuses."""

    def fails(request: HttpRequest) -> HttpResponse:  # noqa: N805 - a view
        raise RuntimeError("on purpose")

    def refuses(request: HttpRequest) -> HttpResponse:  # noqa: N805 - a view
        raise PermissionDenied

    urlpatterns = [path("fails/", fails), path("refuses/", refuses), path("", include("config.urls"))]


def page_of_an_error(response: Any, status: int) -> Markup:
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    page = Markup(response.content.decode())
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
