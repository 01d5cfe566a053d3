"""The main job in a real browser: somebody without account adds, a moderator decides, everybody sees."""

import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from PIL import Image

from community.models import Contribution
from photos.models import Photo
from tests.cast import client_of, make_tag, make_talk
from tests.photos import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEIC, ON_ITS_SIDE, FULL_OF_NOTES = "from-a-phone.heic", "on-its-side.jpg", "full-of-notes.jpg"


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in any browser of the test: errors of scripts, refused content, requests to other sites."""
    return []


@pytest.fixture
def arrive(visitor: Any, live_server: Any, faults: list[str]) -> Any:
    """Return a function that opens a page for one more visitor, as `visitor` does, and watches it."""
    home = urlsplit(live_server.url).netloc

    def is_foreign(url: str) -> bool:
        return urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != home

    def start(**options: Any) -> Any:
        page = visitor(**options)
        # A refusal by the Content-Security-Policy is an error on the console too.
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: faults.append(asked.url) if is_foreign(asked.url) else None)
        page.on(
            "response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 500 else None
        )
        return page

    return start


def sign_in(page: Any, email: str, run_jobs: Any, mailoutbox: list[Any]) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").first.fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/code/**")
    run_jobs()
    code = re.search(r"^([A-Z0-9]{4,}-?[A-Z0-9]*)$", mailoutbox[-1].body, re.MULTILINE)
    assert code
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/mine/")


def signed_in(page: Any, user: Any, address: str) -> Any:
    """Make `page` one of a member who has signed in before."""
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client_of(user).cookies[name].value, "url": address}])
    return page


def open_form(page: Any, event: Any, name: str) -> None:
    """Go the way that visitors go: the event's page, “Add yours”, the kind."""
    page.goto(event.get_absolute_url())
    page.get_by_text("Add yours").click()
    page.locator("[data-menu][open]").get_by_role("link", name=name).click()
    page.wait_for_url("**/new/**")


def tag_with(page: Any, words: str) -> None:
    page.get_by_text("Say more").click()
    page.get_by_label("Tags").fill(words)


def send(page: Any) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Add", exact=True).click()


def add_recap_link(page: Any, event: Any, title: str) -> None:
    open_form(page, event, "Write or link a recap")
    page.get_by_label("Link to a recap").fill("https://blog.example.org/what-i-took-home?utm_source=mail")
    page.get_by_label("I found this").check()
    page.get_by_label("Who wrote it").fill("An Author")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Your name").fill("a visitor")
    tag_with(page, "kubernetes")
    send(page)


def add_talk(page: Any, event: Any, title: str, *, at: str = "", name: str = "") -> None:
    """Add a talk by its title alone; `at` is the co-located event, `name` what a new guest types."""
    open_form(page, event, "Add a talk worth watching")
    page.get_by_label("Title of the talk").fill(title)
    if name:
        page.get_by_label("Your name").fill(name)
    tag_with(page, "kubernetes")
    if at:
        page.get_by_label("Where").select_option(label=at)
    send(page)


def three_pictures() -> list[dict[str, Any]]:
    return [
        {"name": HEIC, "mimeType": "image/heic", "buffer": pictures.heic()},
        {"name": ON_ITS_SIDE, "mimeType": "image/jpeg", "buffer": pictures.jpeg_on_its_side(6)},
        {"name": FULL_OF_NOTES, "mimeType": "image/jpeg", "buffer": pictures.jpeg_full_of_private_notes()},
    ]


def add_photos(page: Any, event: Any, files: list[dict[str, Any]], run_jobs: Any) -> None:
    """Add photos, and say what each of them shows once they are prepared: its file's name."""
    open_form(page, event, "Add photos")
    page.locator("input[type=file]").set_input_files(files)
    tag_with(page, "kubernetes")
    send(page)
    assert "/photos/batch/" in page.url
    run_jobs()
    page.goto(page.url)
    for index, file in enumerate(files):
        page.locator("textarea").nth(index).fill(file["name"])
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def decide(page: Any, key: str) -> int:
    """Press a key on the queue, and wait until that row is done; return how many are done now."""
    done = page.locator("[data-row][data-done]").count() + 1
    page.keyboard.press(key)
    page.wait_for_function("n => document.querySelectorAll('[data-row][data-done]').length === n", arg=done)
    return done


def titles(page: Any) -> set[str]:
    """The titles of the cards on a page, and what its pictures show."""
    texts = page.locator(".card-title").all_inner_texts()
    return {
        *texts,
        *filter(None, page.locator("main img").evaluate_all("all => all.map(image => image.alt)")),
    }


def corners(page: Any, address: str, among: list[Any]) -> list[Any]:
    image = Image.open(io.BytesIO(page.request.get(address).body())).convert("RGB")
    spots = [(1, 1), (3, 1), (1, 3), (3, 3)]
    return [
        pictures.nearest(image.getpixel((image.width * x // 4, image.height * y // 4)), among)
        for x, y in spots
    ]


def test_a_visitor_adds_a_moderator_lets_through_and_everybody_sees(
    arrive, faults, event, colocated, moderator, run_jobs, mailoutbox, live_server
):
    make_tag("kubernetes")
    moderator.vouch_for_email()
    recap, talk, advert = "What I took home", "Sailing at the edge", "Buy our boats"

    # A visitor with a phone and no account
    phone = arrive(phone=True)
    add_recap_link(phone, event, recap)
    assert phone.locator(".state").first.inner_text() == "waiting for review"
    add_talk(phone, event, talk, at="Edge Day")
    assert phone.locator(".state").first.inner_text() == "waiting for review"
    add_photos(phone, event, three_pictures(), run_jobs)
    add_talk(phone, event, advert)
    phone.goto("/mine/")
    everything = {recap, talk, advert, HEIC, ON_ITS_SIDE, FULL_OF_NOTES}
    assert titles(phone) >= everything
    assert phone.locator("main .state").all_inner_texts() == ["waiting for review"] * 6
    # Nobody else sees any of it yet.
    stranger = arrive(phone=True)
    for address in (event.get_absolute_url(), colocated.get_absolute_url(), "/tags/kubernetes/", "/"):
        stranger.goto(address)
        assert titles(stranger) & everything == set()

    # A moderator at a desk, by keyboard alone
    desk = arrive()
    sign_in(desk, moderator.email, run_jobs, mailoutbox)
    desk.goto("/queue/")
    assert desk.locator("[data-row]").count() == 6
    assert [decide(desk, "a") for _ in range(5)] == [1, 2, 3, 4, 5]
    desk.keyboard.press("r")
    desk.keyboard.type("It adv")
    desk.keyboard.press("Tab")
    desk.keyboard.type("We have boats already.")
    desk.keyboard.press("Tab")
    assert decide(desk, "Enter") == 6
    run_jobs()

    # A stranger
    public = everything - {advert}
    stranger.goto(event.get_absolute_url())
    assert titles(stranger) & everything == public
    # What belongs to the co-located event says so at the main event.
    assert stranger.locator(".placed", has_text=talk).locator(".kicker").inner_text() == "Edge Day"
    addresses = {
        alt: stranger.locator(f'main img[alt="{alt}"]').first.get_attribute("src")
        for alt in public - {recap, talk}
    }
    stranger.goto(colocated.get_absolute_url())
    assert titles(stranger) & everything == {talk}
    stranger.goto("/tags/kubernetes/")
    assert titles(stranger) & everything == public
    for page in ("/", "/search/?q=boats", f"/talks/{Contribution.objects.get(title=advert).pk}/"):
        stranger.goto(page)
        assert advert not in stranger.locator("main").inner_text()

    # The pictures stand upright, and tell nothing that the visitor did not mean to tell.
    assert corners(stranger, addresses[HEIC], pictures.HEIC_CORNERS) == pictures.HEIC_CORNERS
    assert corners(stranger, addresses[ON_ITS_SIDE], pictures.CORNERS) == pictures.CORNERS
    assert corners(stranger, addresses[FULL_OF_NOTES], pictures.CORNERS) == pictures.CORNERS
    assert pictures.PRIVATE["owner"] in pictures.jpeg_full_of_private_notes()
    for photo in Photo.objects.all():
        assert photo.shown_files
        for file in photo.shown_files:
            stored = stranger.request.get(live_server.url + file.get_absolute_url()).body()
            assert [what for what, note in pictures.PRIVATE.items() if note in stored] == []
            assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}

    # What was turned down: whose it is reads why, nobody else finds it.
    phone.goto("/mine/")
    card = phone.locator("article", has_text=advert)
    assert card.locator(".state").inner_text() == "turned down"
    assert "It advertises more than it tells: We have boats already." in card.inner_text()
    # The whole card leads to its page, and what stands in it elsewhere.
    card.get_by_role("link", name="Edit").click()
    phone.wait_for_url("**/edit/")
    for page in (stranger, arrive()):
        assert page.goto(f"/talks/{Contribution.objects.get(title=advert).pk}/").status == 404
    assert [fault for fault in faults if "404" not in fault] == []


def test_the_main_job_needs_no_javascript(arrive, faults, event, colocated, moderator, run_jobs, live_server):
    make_tag("kubernetes")
    phone = arrive(phone=True, java_script_enabled=False)
    add_talk(phone, event, "Sailing at the edge", at="Edge Day", name="a visitor")
    add_photos(phone, event, three_pictures()[1:2], run_jobs)
    desk = signed_in(arrive(java_script_enabled=False), moderator, live_server.url)
    desk.goto("/queue/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Approve").first.click()
    row = desk.locator("[data-row]", has=desk.locator("img"))
    row.get_by_role("checkbox", name="Choose").check()
    desk.get_by_text("Turn down the chosen ones").click()
    desk.locator("[data-bulk-reject]").get_by_label("Reason").select_option(label="Another reason")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Turn them down").click()
    stranger = arrive(java_script_enabled=False)
    stranger.goto(event.get_absolute_url())
    assert titles(stranger) & {"Sailing at the edge", ON_ITS_SIDE} == {"Sailing at the edge"}
    phone.goto("/mine/")
    assert "Another reason" in phone.locator("article", has_text=ON_ITS_SIDE).inner_text()
    assert faults == []


def tab_to(page: Any, name: str) -> None:
    """Press Tab until the focus is on what is called `name`, and seen to be there."""
    called = """() => {
      const here = document.activeElement;
      const names = [here.labels?.[0]?.innerText, here.getAttribute("aria-label"), here.alt, here.innerText];
      const shown = [...here.querySelectorAll("img")].map((image) => image.alt);
      return [...names, ...shown].filter(Boolean).join(" ").trim();
    }"""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(called).startswith(name):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"no way by Tab to {name}")


def press_on(page: Any, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def follow(page: Any, name: str) -> None:
    """Go by keys to where the link or the button `name` leads."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page: Any, name: str, words: str) -> None:
    tab_to(page, name)
    page.keyboard.type(words)


def test_the_main_job_is_done_by_keyboard_alone(
    arrive, faults, event, member, moderator, run_jobs, mailoutbox
):
    make_talk(event, member, title="Something that is there")
    page = arrive()

    page.goto(event.get_absolute_url())
    press_on(page, "Skip to the content")
    press_on(page, "Add yours")
    follow(page, "Add a talk")
    type_into(page, "Title of the talk", "By keys")
    type_into(page, "Your name", "a visitor")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "By keys"

    page.goto(event.get_absolute_url())
    press_on(page, "Add yours")
    follow(page, "Write or link a recap")
    type_into(page, "Link to a recap", "https://blog.example.org/by-keys")
    tab_to(page, "I wrote this")
    page.keyboard.press("ArrowDown")
    type_into(page, "Who wrote it", "An Author")
    type_into(page, "Title", "Found by keys")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Found by keys"

    page.goto(event.get_absolute_url())
    press_on(page, "Add yours")
    follow(page, "Add photos")
    with page.expect_file_chooser() as chooser:
        press_on(page, "Choose photos")
    chooser.value.set_files(three_pictures()[1:2])
    follow(page, "Add")
    run_jobs()
    page.goto(page.url)
    type_into(page, "What it shows", "A board")
    follow(page, "Save")
    waiting = Contribution.objects.filter(state="waiting")
    assert sorted(waiting.values_list("kind", "title")) == [
        ("photo", ""),
        ("recap", "Found by keys"),
        ("talk", "By keys"),
    ]

    desk = arrive()
    desk.goto("/accounts/login/")
    moderator.vouch_for_email()
    type_into(desk, "E-mail address", moderator.email)
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    run_jobs()
    type_into(desk, "Code", re.search(r"^([A-Z0-9]{4,}-?[A-Z0-9]*)$", mailoutbox[-1].body, re.MULTILINE)[1])
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    follow(desk, "Queue")
    for _thing in range(3):
        decide(desk, "a")
    assert Contribution.objects.filter(state="public").count() == 4

    stranger = arrive()
    stranger.goto(event.get_absolute_url())
    follow(stranger, "1 photo")
    press_on(stranger, "A board")
    stranger.get_by_role("dialog").wait_for()
    stranger.keyboard.press("Escape")
    stranger.get_by_role("dialog").wait_for(state="detached")
    assert faults == []
