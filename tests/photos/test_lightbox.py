"""Looking at photos in a browser: large and in place, with an address of their own, and nothing jumps meanwhile."""

import re

import pytest

from events.models import Day
from photos.models import Photo
from tests.cast import make_photo, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHAPES = [(4000, 3000), (3000, 4000), (4000, 2250), (2000, 2000), (6000, 2000), (1000, 2333), (3000, 2000)]
LAYOUT_SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 1000);
})"""


@pytest.fixture
def photos(event, member):
    """Four photos, in the order of the gallery; the first one was taken at a talk."""
    talk = make_talk(event, member, title="How eBPF actually works")
    made = [make_photo(event, member, alt=f"Number {n}", title="") for n in range(4)]
    made[-1].edit(by=member, related=[talk.pk], credit=[member.person])
    return made[::-1]


def gallery_of(event):
    return f"/events/{event.slug}/photos/"


def path(page):
    return re.sub(r"^https?://[^/]*", "", page.url)


def faults(page):
    """Return what the browser complains about from now on: scripts, policies, files that do not load."""
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_photo_opens_large_with_its_words_and_its_own_address(event, photos, visitor):
    page = visitor()
    complaints = faults(page)
    page.goto(gallery_of(event))
    page.get_by_role("link", name="Number 3").click()
    box = page.get_by_role("dialog", name="Photos, one at a time")
    box.get_by_text("How eBPF actually works").wait_for()
    assert path(page) == f"/photos/{photos[0].pk}/"
    words = [
        " ".join(text.split()) for text in box.locator(".pswp-words p, .pswp-words li").all_inner_texts()
    ]
    assert words == [
        "Number 3",
        "the member",
        "Use it, credit me (CC BY 4.0)",
        "How eBPF actually works",
        "More about it",
        "Remove this photo",
    ]
    box.locator("img.pswp__img[alt='Number 3']").wait_for()
    page.keyboard.press("ArrowRight")
    box.get_by_text("Number 2").wait_for()
    assert path(page) == f"/photos/{photos[1].pk}/"
    box.get_by_role("button", name="Next photo").click()
    box.get_by_text("Number 1").wait_for()
    page.keyboard.press("Escape")
    box.wait_for(state="detached")
    page.wait_for_url(f"**{gallery_of(event)}")
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/photos/{photos[2].pk}/"
    assert complaints == []


def test_back_closes_it_and_forward_opens_it_again(event, photos, phone):
    phone.goto(gallery_of(event))
    phone.get_by_role("link", name="Number 2").click()
    box = phone.get_by_role("dialog")
    box.get_by_text("Number 2").wait_for()
    phone.go_back()
    box.wait_for(state="detached")
    assert path(phone) == gallery_of(event)
    phone.go_forward()
    box.get_by_text("Number 2").wait_for()
    assert path(phone) == f"/photos/{photos[1].pk}/"
    box.get_by_role("button", name="Close").click()
    box.wait_for(state="detached")
    phone.wait_for_url(f"**{gallery_of(event)}")


def test_the_focus_stays_inside_while_it_is_open(event, photos, visitor):
    page = visitor()
    page.goto(gallery_of(event))
    page.get_by_role("link", name="Number 2").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("Number 2").wait_for()
    inside = []
    for _ in range(14):
        page.keyboard.press("Tab")
        inside.append(page.evaluate("!document.activeElement.closest('main, header, footer')"))
    assert inside == [True] * 14


def test_an_address_that_was_shared_leads_to_the_photos_page(event, photos, visitor):
    page = visitor()
    page.goto(gallery_of(event))
    page.get_by_role("link", name="Number 1").click()
    page.get_by_role("dialog").get_by_text("Number 1").wait_for()
    other = visitor()
    other.goto(page.url)
    assert other.get_by_role("heading", level=1).inner_text() == "Number 1"


def test_without_scripts_a_photo_leads_to_its_page(event, photos, visitor):
    page = visitor(java_script_enabled=False)
    page.goto(gallery_of(event))
    page.get_by_role("link", name="Number 1").click()
    assert path(page) == f"/photos/{photos[2].pk}/"
    page.get_by_role("link", name="Next photo").click()
    assert path(page) == f"/photos/{photos[3].pk}/"


def test_the_lightbox_comes_only_when_it_is_wanted(event, photos, visitor):
    page = visitor()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "photoswipe" in request.url else None)
    page.goto(gallery_of(event))
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.get_by_role("link", name="Number 1").hover()
    page.wait_for_load_state("networkidle")
    assert sorted(one.rpartition("/")[2] for one in asked) == ["photoswipe.css", "photoswipe.esm.min.js"]


def test_the_arrow_keys_lead_from_photo_to_photo(event, photos, visitor):
    page = visitor()
    page.goto(f"/photos/{photos[0].pk}/")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/photos/{photos[1].pk}/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/photos/{photos[0].pk}/")
    page.keyboard.press("ArrowLeft")
    assert path(page) == f"/photos/{photos[0].pk}/"


def test_a_photos_page_shows_it_as_large_as_it_is(event, photos, visitor):
    page = visitor()
    page.goto(f"/photos/{photos[1].pk}/")
    page.locator("a[data-full]").click()
    box = page.get_by_role("dialog")
    box.wait_for()
    assert path(page) == f"/photos/{photos[1].pk}/"
    page.keyboard.press("Escape")
    box.wait_for(state="detached")
    assert path(page) == f"/photos/{photos[1].pk}/"
    assert page.evaluate("'full' in document.activeElement.dataset")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nothing_jumps_while_the_photos_come(event, member, visitor, device):
    placeholder = "data:image/webp;base64,UklGRhgAAABXRUJQVlA4TAsAAAAvAAAAAAfQ//73v/+BiOh/AAA="
    days = list(Day.objects.filter(event=event))
    for place in range(40):
        width, height = SHAPES[place % len(SHAPES)]
        photo = make_photo(event, member, day=days[place % len(days)])
        Photo.objects.filter(pk=photo.pk).update(width=width, height=height, placeholder=placeholder)
    page = visitor(phone=device == "phone")
    page.goto(gallery_of(event))
    page.evaluate("window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.wait_for_load_state("networkidle")
    assert page.locator(".photo-rows img:not(.placeholder)").count() == 40
    assert page.evaluate(LAYOUT_SHIFT) < 0.01


def test_the_rows_are_full_and_keep_the_photos_shapes(event, member, visitor):
    for place in range(30):
        width, height = SHAPES[place % len(SHAPES)]
        photo = make_photo(event, member)
        Photo.objects.filter(pk=photo.pk).update(width=width, height=height)
    page = visitor()
    page.goto(gallery_of(event))
    boxes = page.locator(".photo-rows > li").evaluate_all(
        """(all) => all.map((one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            const image = one.querySelector("img:last-of-type");
            return [x, y, width, height, image.getAttribute("width") / image.getAttribute("height")];
        })"""
    )
    # At most the distance between the shapes that the style sheet knows, and what the narrowest of all lacks.
    assert max(abs(width / height / ratio - 1) for _x, _y, width, height, ratio in boxes) < 0.13
    rows: dict[float, list[list[float]]] = {}
    for box in boxes:
        rows.setdefault(round(box[1]), []).append(box)
    *whole, _last = [row for _y, row in sorted(rows.items())]
    assert len(whole) >= 3
    right = page.locator(".photo-rows").evaluate("(list) => list.getBoundingClientRect().right")
    assert [round(max(x + width for x, _y, width, *_ in row) - right) for row in whole] == [0] * len(whole)
    assert [round(max(box[3] for box in row) - min(box[3] for box in row)) for row in whole] == [0] * len(
        whole
    )
    # A few are of nearly one height, however many of them stand in a row.
    page.evaluate(
        "for (const one of [...document.querySelectorAll('.photo-rows > li')].slice(3)) one.remove()"
    )
    page.set_viewport_size({"width": 390, "height": 844})
    heights = page.locator(".photo-rows > li").evaluate_all("(all) => all.map((one) => one.offsetHeight)")
    assert len(heights) == 3
    assert max(heights) <= 1.3 * 0.27 * 390 + 1
