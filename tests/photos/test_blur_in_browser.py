"""Drawing what is to be blurred: by finger, by mouse, by keyboard, and with numbers where there is no script."""

from typing import Any

import pytest
from django.conf import settings

from photos.models import Blur, Photo
from tests.cast import client_of
from tests.photos import pictures
from tests.photos.test_blur import uploaded, with_a_secret

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photo(event: Any, member: Any) -> Photo:
    return uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=90))


@pytest.fixture
def opened(visitor: Any, member: Any, live_server: Any, photo: Photo) -> Any:
    """Return a function that opens the page as the photo's owner; what goes wrong on it stands in `page.wrong`."""

    def go(**device: Any) -> Any:
        page = visitor(**device)
        cookie = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.wrong = []
        page.on("console", lambda line: page.wrong.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(f"/photos/{photo.pk}/blur/")
        return page

    return go


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag on the photo from one spot to another, in percent of its size."""
    box = page.locator("[data-blur-picture]").bounding_box()
    spots = [(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100) for x, y in (start, end)]
    page.mouse.move(*spots[0])
    page.mouse.down()
    page.mouse.move(*spots[1], steps=5)
    page.mouse.up()


def numbers(page: Any) -> list[list[int]]:
    """The rectangles as the form would send them, in whole percent."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-blur-places] [data-blur-place]')].map((row) =>
           [...row.querySelectorAll('input')].map((input) => Math.round(input.value)))"""
    )


def test_rectangles_are_drawn_moved_resized_and_removed_with_the_mouse_and_then_it_is_blurred(
    opened, photo, run_jobs
):
    page = opened()
    drag(page, (10, 10), (30, 40))
    drag(page, (80, 80), (60, 50))
    assert numbers(page) == [[10, 10, 20, 30], [60, 50, 20, 30]]
    drag(page, (20, 20), (25, 30))
    drag(page, (35, 50), (45, 60))
    assert numbers(page) == [[15, 20, 30, 40], [60, 50, 20, 30]]
    drag(page, (70, 60), (150, 60))
    assert numbers(page)[1] == [80, 50, 20, 30]
    # A tap is no rectangle.
    drag(page, (50, 95), (50.4, 95))
    assert len(numbers(page)) == 2
    page.get_by_role("button", name="See how it looks").click()
    page.get_by_role("img", name="The photo with 2 blurred places").wait_for()
    page.get_by_role("button", name="Change the rectangles").click()
    assert numbers(page) == [[15, 20, 30, 40], [80, 50, 20, 30]]
    page.get_by_role("group", name="Rectangle 2").press("Delete")
    page.get_by_role("button", name="See how it looks").click()
    page.get_by_role("button", name="Blur it for good").click()
    page.get_by_text("It is being blurred.").wait_for()
    assert [[round(part, 2) for part in region] for region in Blur.objects.get().regions] == [
        [0.15, 0.2, 0.3, 0.4]
    ]
    assert page.wrong == []
    run_jobs()
    page.locator("main figure img").first.wait_for()
    assert Photo.objects.get(pk=photo.pk).ready


def test_by_keyboard_alone(opened):
    page = opened()
    page.get_by_role("button", name="Add a rectangle").press("Enter")
    spot = page.get_by_role("group", name="Rectangle 1: 40 % from the left")
    for key in ["ArrowLeft"] * 5 + ["ArrowDown"] * 2 + ["Shift+ArrowRight"] * 3 + ["Shift+ArrowUp"] * 4:
        page.keyboard.press(key)
    assert numbers(page) == [[35, 42, 23, 16]]
    assert spot.count() == 0
    assert page.get_by_role("group", name="Rectangle 1: 35 %").count() == 1
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
    assert numbers(page) == [[0, 42, 23, 16]]
    page.keyboard.press("Delete")
    assert numbers(page) == []
    assert page.evaluate("document.activeElement.textContent.trim()") == "Add a rectangle"
    assert page.wrong == []


def test_by_finger_on_a_phone(opened, photo):
    page = opened(phone=True)
    box = page.locator("[data-blur-picture]").bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, x: float, y: float) -> None:
        spot = {"x": box["x"] + box["width"] * x / 100, "y": box["y"] + box["height"] * y / 100}
        points = [] if kind == "touchEnd" else [spot]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", 20, 20)
    for x, y in ((30, 30), (50, 60), (60, 70)):
        finger("touchMove", x, y)
    finger("touchEnd", 60, 70)
    assert numbers(page) == [[20, 20, 40, 50]]
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.wrong == []


def test_without_a_script_the_numbers_do_it(opened, photo):
    page = opened(java_script_enabled=False)
    for name, value in (("left", "5"), ("top", "6"), ("width", "50"), ("height", "")):
        page.locator(f"[name=place-0-{name}]").fill(value)
    page.get_by_role("button", name="See how it looks").click()
    assert page.get_by_text("Type a number.").count() == 1
    assert page.locator("[name=place-0-left]").input_value() == "5"
    page.locator("[name=place-0-height]").fill("7.5")
    page.get_by_role("button", name="See how it looks").click()
    assert page.get_by_role("img", name="The photo with 1 blurred place").count() == 1
    page.get_by_role("button", name="Blur it for good").click()
    assert Blur.objects.get().regions == [[0.05, 0.06, 0.5, 0.075]]
