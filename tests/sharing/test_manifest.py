"""What a phone is told so that the site can stand on its home screen and take what is shared."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve
from PIL import Image

pytestmark = pytest.mark.django_db


def manifest(language="en"):
    answer = Client().get("/manifest.webmanifest", headers={"Accept-Language": language})
    assert answer["Content-Type"] == "application/manifest+json"
    return answer.json()


def test_it_names_the_site_and_icons_of_the_size_that_it_says():
    told = manifest()
    assert (told["short_name"], told["lang"], told["display"]) == ("Hallway", "en", "standalone")
    for icon in told["icons"]:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert [icon["purpose"] for icon in told["icons"]] == ["any", "any", "maskable"]


def test_it_speaks_the_language_of_the_phone():
    assert manifest("fr")["lang"] == "fr"


def test_its_ways_in_are_pages_of_ours():
    told = manifest()
    assert [resolve(way["url"]).view_name for way in told["shortcuts"]] == [
        "events:list",
        "community:search",
        "community:mine",
    ]
    assert told["share_target"]["action"] == "/photos/shared/"
    assert told["share_target"]["params"]["files"][0]["name"] == "pictures"


def test_every_page_leads_to_it(event):
    html = Client().get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in html


@pytest.mark.browser
def test_a_browser_reads_it_without_a_fault(event, visitor):
    page = visitor()
    page.goto("/")
    found = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")
    faults = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Playwright's windows are all private ones, in which nothing is installed.
    assert [fault["errorId"] for fault in faults] == ["in-incognito"]
