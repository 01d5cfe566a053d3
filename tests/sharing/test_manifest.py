"""What a phone is told so that the site can stand on its home screen and take what is shared."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve
from PIL import Image, ImageChops, ImageDraw

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


def test_whatever_shape_a_phone_cuts_the_icon_to_the_mark_stays_whole_and_fills_it():
    with Image.open(finders.find("img/icon-maskable-512.png")) as picture:
        ground, size = picture.convert("RGB").getpixel((2, 2)), picture.width
        differs = ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, ground))
        mark = differs.convert("L").point(lambda light: 255 * (light > 60))
    # What every phone shows: a circle of four fifths.
    circle = Image.new("L", mark.size, 255)
    ImageDraw.Draw(circle).ellipse([0.1 * size, 0.1 * size, 0.9 * size, 0.9 * size], fill=0)
    assert ImageChops.multiply(mark, circle).getbbox() is None
    left, top, right, bottom = mark.getbbox()
    assert 0.6 < max(right - left, bottom - top) / size < 0.66


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
def test_a_browser_reads_it_without_a_fault(event, live_server, with_windows):
    page = with_windows.new_page()
    page.goto(live_server.url)
    found = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")
    faults = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Playwright's windows are all private ones, in which nothing is installed.
    assert [fault["errorId"] for fault in faults] == ["in-incognito"]
