"""What a page may weigh, whom it may ask, and that nothing jumps: on a site as it runs, with the demo in it."""

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.look import weight
from bench.screenshots import PAGES, SIGNED_IN, address_of
from tests.conftest import DESKTOP, PHONE
from tests.running_site import SECONDS, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

# In kB of 1,000 bytes over the wire, from LOOK.md's sense: a page opens within a moment on a train.
MOST_KB, MOST_SCRIPT_KB = 100, 30
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(scope="module")
def running(first_start: tuple[Any, float], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running site, whose photos are ready."""
    folder = tmp_path_factory.mktemp("looked-at")
    shutil.copytree(first_start[0], folder, dirs_exist_ok=True)
    site = Site(folder)
    site.start()
    address = f"http://localhost:{site.port}"
    yield address
    site.process.terminate()
    site.process.wait(SECONDS)


@pytest.fixture(scope="module")
def places(running: str, browser: Any) -> dict[str, str]:
    page = browser.new_page()
    found = {name: address_of(page, running, place) for name, place in PAGES.items() if name not in SIGNED_IN}
    page.close()
    return found


def test_every_main_page_is_light_before_its_photos(places, browser):
    heavy = {}
    for name, address in places.items():
        context = browser.new_context(**PHONE)
        whole, scripts = weight(context.new_page(), address)
        context.close()
        assert whole > 10  # Nothing is light that was not counted.
        if whole >= MOST_KB or scripts >= MOST_SCRIPT_KB:
            heavy[name] = f"{whole:.1f} kB, of them scripts {scripts:.1f} kB"
    assert heavy == {}


def test_no_page_asks_another_host(places, running, browser):
    context, asked = browser.new_context(**DESKTOP), []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for address in places.values():
        page.goto(address, wait_until="networkidle")
    context.close()
    assert len(asked) > 100
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(running).netloc
    }


@pytest.mark.parametrize(
    ("device", "name"),
    [
        *(("phone", name) for name in ("home", "event", "photo")),
        *(("desk", name) for name in ("home", "event", "catch-up")),
    ],
)
def test_nothing_jumps_while_slow_pictures_come(places, browser, device, name):
    context = browser.new_context(**(PHONE if device == "phone" else DESKTOP))
    page, late = context.new_page(), []

    def later(route: Any) -> None:
        late.append(route.request.url)
        page.wait_for_timeout(150)
        route.continue_()

    page.route("**/photos/file/**", later)
    page.goto(places[name], wait_until="domcontentloaded")
    page.evaluate("window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_load_state("networkidle")
    shifted = page.evaluate(SHIFTS)
    context.close()
    assert len(late) >= (1 if name == "photo" else 4)
    assert shifted < 0.01
