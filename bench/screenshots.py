"""Screenshots of twenty pages, phone and desktop, light and dark: `make screenshots`.

Starts a site of its own in a temporary folder, loads the demo into it, waits for its pictures, and writes PNG files
into screenshots/. They are there to be looked at; README.md shows four of them, which `--readme` writes into docs/img/.
"""

import io
import sys
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.demo_site import EVENT, ROOT, SIGN_IN, Site, chromium, site

TARGET = ROOT / "screenshots"
# What stands behind a number is found by a link: (page, beginning of the link, which of them).
PAGES: dict[str, str | tuple[str, str, int]] = {
    "home": "/",
    "events": "/events/",
    "event": EVENT,
    "catch-up": f"{EVENT}catch-up/",
    "week": f"{EVENT}week/",
    "event-tags": f"{EVENT}tags/",
    "photos": f"{EVENT}photos/",
    "talks": f"{EVENT}talks/",
    "recaps": f"{EVENT}recaps/",
    "photo": (f"{EVENT}photos/", "/photos/", 0),
    "talk": (f"{EVENT}talks/", "/talks/", 0),
    "recap": ("/people/hallway-demo/", "/recaps/", 0),
    "person": "/people/hallway-demo/",
    "tag": "/tags/kubernetes/",
    "search": "/search/?q=kubernetes",
    "add-a-talk": "/talks/new/kubecon-eu-2024/",
    "add-photos": "/photos/new/kubecon-eu-2024/",
    "sign-in": "/accounts/login/",
    "queue": "/queue/",
    "styleguide": "/styleguide/",
}
SIGNED_IN = {"queue", "styleguide"}
README = ["home-desktop-light", "event-desktop-light", "event-phone-dark", "catch-up-phone-light"]
SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
# Pictures further down are fetched when they come near.
TO_THE_END_AND_BACK = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
        scrollTo(0, y);
        await new Promise((done) => setTimeout(done, 40));
    }
    scrollTo(0, 0);
}"""


def address_of(page: Any, address: str, place: str | tuple[str, str, int]) -> str:
    """Return the address of a page of PAGES; leaves the browser's page wherever it had to look."""
    if isinstance(place, str):
        return address + place
    listed, beginning, which = place
    page.goto(address + listed)
    links = page.eval_on_selector_all("main a[href]", "all => all.map((one) => one.getAttribute('href'))")
    found = [
        link for link in links if link.startswith(beginning) and link.removeprefix(beginning)[:1].isdigit()
    ]
    return address + found[which].partition("#")[0]


def take_all(browser: Any, running: Site) -> None:
    session = running.ask(SIGN_IN)
    for size, options in SIZES.items():
        for scheme in ("light", "dark"):
            visitor = browser.new_context(color_scheme=scheme, **options)
            moderator = browser.new_context(color_scheme=scheme, **options)
            moderator.add_cookies([{"name": "sessionid", "value": session, "url": running.address}])
            pages = {False: visitor.new_page(), True: moderator.new_page()}
            for name, place in PAGES.items():
                page = pages[name in SIGNED_IN]
                answer = page.goto(address_of(page, running.address, place), wait_until="networkidle")
                if answer.status != 200:
                    raise SystemExit(f"screenshots: {page.url} answered {answer.status}")
                page.evaluate(TO_THE_END_AND_BACK)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=TARGET / f"{name}-{size}-{scheme}.png", full_page=True)
            visitor.close()
            moderator.close()


def show_in_readme() -> None:
    """Make README's pictures: the first screen of each, small enough to load with the text."""
    (ROOT / "docs" / "img").mkdir(exist_ok=True)
    for name in README:
        picture = Image.open(TARGET / f"{name}.png").convert("RGB")
        width = 390 if "phone" in name else 960
        picture = picture.resize((width, picture.height * width // picture.width))
        picture = picture.crop((0, 0, width, min(picture.height, 800)))
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=82, method=6)
        (ROOT / "docs" / "img" / f"{name}.webp").write_bytes(written.getvalue())


def main() -> None:
    path = chromium("screenshots")
    TARGET.mkdir(exist_ok=True)
    with site() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        take_all(browser, running)
        browser.close()
    if "--readme" in sys.argv:
        show_in_readme()
    print(f"{len(PAGES) * 4} pictures in {TARGET.name}/")


if __name__ == "__main__":
    main()
