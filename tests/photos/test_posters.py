"""The poster and the slide of a link: what stands on them, and that a camera reads the code."""

import re

import pytest
import segno
from django.utils import timezone

from photos import links
from photos.models import UploadLink
from photos.posters import qr_code
from tests.cast import client_of, make_event
from tests.filling import text_of

pytestmark = pytest.mark.django_db
MARGIN = 4


@pytest.fixture
def link(event):
    return UploadLink.objects.create(event=event, label="Foyer", expires_at=timezone.now())


def squares_of(svg):
    """Return which squares of a drawn code are dark, as lists of 0 and 1, its margin cut off."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    dark = [[0] * size for _ in range(size)]
    x, y = 0.0, -0.5
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        first, *rest = (float(number) for number in re.findall(r"-?[0-9.]+", numbers))
        if command == "h":
            for column in range(int(first)):
                dark[int(y)][int(x) + column] = 1
            x += first
        else:
            x, y = (first, rest[0]) if command == "M" else (x + first, y + rest[0])
    return [row[MARGIN : size - MARGIN] for row in dark[MARGIN : size - MARGIN]]


def svg_on(response):
    return re.search(r'<svg viewBox.*?class="qr".*?</svg>', response.content.decode())[0]


@pytest.mark.parametrize("page", ["poster", "slide"])
def test_the_code_on_it_is_the_links_address_and_the_address_stands_beside_it(event, link, moderator, page):
    response = client_of(moderator).get(f"/events/{event.slug}/photo-links/{link.pk}/{page}/")
    expected = segno.make(links.address_of(link), error="m", micro=False, boost_error=False)
    assert squares_of(svg_on(response)) == [list(row) for row in expected.matrix]
    assert links.short_address_of(link) in text_of(response.content.decode())
    assert "Paris Summit 2024" in text_of(response.content.decode())


def test_a_code_has_a_margin_and_nothing_that_a_strict_policy_refuses():
    svg = qr_code("https://hallway.example.org/with/7k3m9qxt.a2bcd4ef/")
    assert "style" not in svg
    assert 'viewBox="0 0 41 41"' in svg


def test_the_poster_tells_the_dates_the_policy_and_until_when(event, link, moderator):
    event.photo_policy = "No close-ups <b>please</b>."
    event.save()
    page = client_of(moderator).get(f"/events/{event.slug}/photo-links/{link.pk}/poster/").content.decode()
    assert "19–22 March 2024 · Paris" in text_of(page)
    assert "No close-ups &lt;b&gt;please&lt;/b&gt;." in page
    assert f"Works until {link.last_day.day} " in text_of(page)


def test_a_co_located_event_has_the_policy_of_the_event_around_it(event, colocated, moderator):
    event.photo_policy = "No close-ups."
    event.save()
    made = UploadLink.objects.create(event=colocated)
    page = client_of(moderator).get(f"/events/{event.slug}/photo-links/{made.pk}/poster/").content.decode()
    assert ("Edge Day" in text_of(page), "No close-ups." in text_of(page)) == (True, True)


@pytest.mark.parametrize("page", ["poster", "slide"])
def test_the_pin_stands_on_it_once_somebody_types_it(event, link, moderator, page):
    link.set_pin("2024")
    link.save()
    browser, address = client_of(moderator), f"/events/{event.slug}/photo-links/{link.pk}/{page}/"
    blank = browser.get(address).content.decode()
    assert ("poster-blank" in blank, "<b>2024</b>" in blank) == (True, False)
    wrong = browser.post(address, {"pin": "1999"})
    assert (wrong.status_code, "<b>1999</b>" in wrong.content.decode()) == (422, False)
    right = browser.post(address, {"pin": "2024"}).content.decode()
    assert ("poster-blank" in right, "<b>2024</b>" in right) == (False, True)


@pytest.mark.parametrize(
    ("query", "css"),
    [("", "poster-a4"), ("?size=a4", "poster-a4"), ("?size=a6", "poster-a6"), ("?size=b", "poster-a4")],
)
def test_it_is_printed_on_the_sheet_that_the_address_asks_for(event, link, moderator, query, css):
    page = (
        client_of(moderator)
        .get(f"/events/{event.slug}/photo-links/{link.pk}/poster/{query}")
        .content.decode()
    )
    assert re.findall(r"css/pages/(poster-a\d)\.css", page) == [css]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "points"), [("a4", (595, 842)), ("a6", (298, 420))])
def test_it_prints_on_one_sheet_however_long_the_words_are(visitor, live_server, moderator, size, points):
    event = make_event("Conference on everything that has ever been said about corridors " * 2)
    event.photo_policy = "Ask before you take a picture of somebody, and again before you show it. " * 25
    event.save()
    link = UploadLink.objects.create(event=event)
    link.set_pin("2024")
    link.save()
    page = visitor()
    session = client_of(moderator).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"/events/{event.slug}/photo-links/{link.pk}/poster/?size={size}")
    printed = page.pdf(prefer_css_page_size=True)
    sheets = [
        tuple(round(float(number)) for number in box.split()[2:])
        for box in re.findall(rb"/MediaBox ?\[([^\]]*)\]", printed)
    ]
    assert sheets == [points]
    # Nothing is cut off, and the code is still large.
    page.emulate_media(media="print")
    code, foot, sheet = (
        page.locator(name).bounding_box() for name in (".poster .qr", ".poster footer", ".poster")
    )
    assert code["width"] >= 0.35 * sheet["width"]
    assert foot["y"] + foot["height"] <= sheet["y"] + sheet["height"]
