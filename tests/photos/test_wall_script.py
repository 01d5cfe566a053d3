"""The live wall in a browser, for a day that passes quickly: it goes on, it can be held, it forgets, it never grows."""

import time

import pytest

from discussion.models import Favourite
from people.decisions import Reason
from photos.models import Photo
from tests.cast import make_photo, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DWELL, POLL = 8_000, 20_000
CYCLES = 200


@pytest.fixture
def wall(event, member, visitor):
    """The wall of an event with five photos and a reason, its clock in our hands."""
    for number in range(5):
        make_photo(event, member, title=f"Photo {number}")
    Favourite.give(make_talk(event, member, title="A talk"), by=member, reason="it is short")
    return opened(visitor(), event)


def opened(page, event):
    hold_time(page)
    page.goto(f"/events/{event.slug}/wall/")
    page.locator(".wall-slide.is-on").wait_for()
    return page


def hold_time(page):
    """Let time pass only where a test says so: a picture's eight seconds are short on a busy machine."""
    now = time.time()
    page.clock.install(time=now)
    page.clock.pause_at(now + 60)


def shown(page):
    """Return what stands on the wall: the photo's title or the reason."""
    # Not inner_text: in the first moment of a fade that is empty.
    on = page.locator(".wall-slide.is-on")
    is_reason = "is-reason" in on.get_attribute("class")
    return on.locator(".wall-quote" if is_reason else ".wall-caption b").text_content()


def count(page):
    return int(page.locator("[data-wall]").get_attribute("data-shown"))


def step(page):
    """Let the time of one picture pass, and wait until the next one shows."""
    before = count(page)
    page.clock.run_for(DWELL)
    page.wait_for_function("n => Number(document.querySelector('[data-wall]').dataset.shown) > n", arg=before)


def asked_again(page):
    """Let the wall ask for what is new: it asks once its last answer has come and its time has passed."""
    answers = []
    page.on(
        "response", lambda answer: answers.append(answer) if answer.url.endswith("/wall/items/") else None
    )
    for _ in range(100):
        page.clock.run_for(POLL)
        page.wait_for_timeout(100)
        if answers:
            return
    raise AssertionError("The wall never asked for what is new.")


def arrived(page, title):
    """Wait until the picture of that title is here: with our clock, the wall's patience for it is over at once."""
    page.wait_for_function(
        """title => [...document.querySelectorAll('.wall-slide')].some((one) =>
          one.querySelector('.wall-caption b').textContent === title && one.querySelector('img').naturalWidth)""",
        arg=title,
    )


def size(page):
    """Return (nodes, listeners, pictures, bytes) of the page once all that can be thrown away is."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    nodes = page.evaluate("document.querySelectorAll('*').length")
    return nodes, found["JSEventListeners"], page.locator("img").count(), found["JSHeapUsedSize"]


def test_everything_has_its_turn_and_what_is_new_comes_next(wall, event, member):
    seen = [shown(wall)]
    for _ in range(5):
        step(wall)
        seen.append(shown(wall))
    assert sorted(seen) == ["Photo 0", "Photo 1", "Photo 2", "Photo 3", "Photo 4", "it is short"]
    assert seen[0] == "Photo 4"
    make_photo(event, member, title="Just in")
    wall.locator("[data-wall-pause]").click()
    asked_again(wall)
    arrived(wall, "Just in")
    wall.locator("[data-wall-pause]").click()
    step(wall)
    assert shown(wall) == "Just in"


def test_two_hundred_pictures_later_it_is_as_small_as_before(wall, event, member):
    for _ in range(12):
        step(wall)
    nodes, listeners, pictures, heap = size(wall)
    for number in range(CYCLES):
        step(wall)
        if number % 10 == 0:
            # All day something new comes, and the oldest leaves.
            make_photo(event, member, title=f"New {number}")
    after = size(wall)
    assert count(wall) > CYCLES
    assert after[:3] == (nodes, listeners, pictures)
    assert after[3] <= heap * 1.1 + 200_000


def test_it_is_held_by_the_space_bar_and_by_the_button(wall):
    pause = wall.locator("[data-wall-pause]")
    wall.keyboard.press("Space")
    assert pause.get_attribute("aria-pressed") == "true"
    held = shown(wall)
    wall.clock.run_for(4 * DWELL)
    assert shown(wall) == held
    pause.click()
    assert pause.get_attribute("aria-pressed") == "false"
    step(wall)
    assert shown(wall) != held


def test_what_is_hidden_leaves_at_once_with_the_next_answer(wall, moderator):
    wall.keyboard.press("Space")
    name = shown(wall)
    photo = Photo.objects.get(title=name)
    photo.hide(by=moderator, reason=Reason.PRIVACY)
    asked_again(wall)
    wall.wait_for_function(
        "name => ![...document.querySelectorAll('.wall-caption b')].some((b) => b.textContent === name)",
        arg=name,
    )
    wall.locator(".wall-slide.is-on").wait_for()
    assert shown(wall) != name
    assert str(photo.file_key) not in wall.content()


def test_without_network_it_goes_on_with_what_it_has_and_finds_back(wall, event, member):
    for _ in range(6):
        step(wall)
    wall.context.set_offline(True)
    wall.clock.run_for(POLL)
    wall.get_by_text("No network: showing what is here.").wait_for()
    seen = set()
    for _ in range(6):
        step(wall)
        seen.add(shown(wall))
    assert len(seen) == 6
    make_photo(event, member, title="Just in")
    wall.context.set_offline(False)
    wall.keyboard.press("Space")
    asked_again(wall)
    wall.locator("[data-wall-offline]").wait_for(state="hidden")
    arrived(wall, "Just in")
    wall.keyboard.press("Space")
    step(wall)
    assert shown(wall) == "Just in"


def test_an_empty_wall_fills_by_itself(event, member, visitor):
    page = visitor()
    hold_time(page)
    page.goto(f"/events/{event.slug}/wall/")
    page.get_by_text("No photo yet. Yours could be the first.").wait_for()
    make_photo(event, member, title="The first")
    asked_again(page)
    arrived(page, "The first")
    # Where our clock had ended the wall's patience for it, the wall looks again a moment later.
    if not page.locator(".wall-slide.is-on").count():
        page.clock.run_for(DWELL)
    page.locator(".wall-slide.is-on").wait_for()
    assert shown(page) == "The first"


def test_nothing_fades_for_whoever_asked_for_less_motion(event, member, visitor):
    make_photo(event, member)

    def duration(page):
        page.goto(f"/events/{event.slug}/wall/")
        page.locator(".wall-slide.is-on").wait_for()
        return page.locator(".wall-slide.is-on").evaluate("one => getComputedStyle(one).transitionDuration")

    assert duration(visitor()).split(",")[0] == "1.4s"
    assert duration(visitor(reduced_motion="reduce")) in ("0s", "0s, 0s")


def test_the_pointer_hides_when_it_rests_and_the_screen_can_be_filled(wall):
    root = wall.locator("[data-wall]")
    wall.mouse.move(300, 300)
    assert root.evaluate("one => getComputedStyle(one).cursor") == "auto"
    wall.clock.run_for(3_000)
    assert root.evaluate("one => getComputedStyle(one).cursor") == "none"
    wall.mouse.move(310, 300)
    assert root.evaluate("one => getComputedStyle(one).cursor") == "auto"
    wall.get_by_role("button", name="Full screen").click()
    # A function, since a bare expression is evaluated anew at each look, which the policy of our pages forbids.
    wall.wait_for_function("() => document.fullscreenElement === document.documentElement")
