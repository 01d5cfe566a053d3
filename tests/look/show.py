"""Shows kept pages to a browser, and asks axe about them."""

import mimetypes
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders

from tests.look.pages import HERE, Page

WEB = Path(settings.BASE_DIR) / ".ci" / "web" / "node_modules"
AXE = WEB / "axe-core" / "axe.min.js"
WIDTHS = [320, 768, 1280]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the theme decides: it changes colours and nothing else, so in the dark the other rules would say the same again.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
# What may differ between a tablet and what is narrower and wider.
OF_LOOK = [*OF_COLOUR, "target-size", "scrollable-region-focusable"]
ASK = """async (only) => {
    const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
GREY = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path fill="#777" d="M0 0h40v30H0z"/></svg>'


def stage(browser: Any) -> tuple[Any, Callable[[Page], None]]:
    """Return a page of a browser, and a function that shows a kept page in it: with its style, its scripts
    and its policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, shown = context.new_page(), {}

    def answer(route: Any) -> None:
        kind, path = route.request.resource_type, route.request.url.removeprefix(HERE)
        if kind == "document":
            kept = shown["page"]
            policy = {"Content-Security-Policy": kept.policy} if kept.policy else {}
            route.fulfill(body=kept.body, content_type="text/html; charset=utf-8", headers=policy)
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0] or "text/javascript")
        elif kind == "image":
            route.fulfill(body=GREY, content_type="image/svg+xml")
        else:
            route.fulfill(status=404, body="")

    context.route("**/*", answer)

    def show(kept: Page) -> None:
        shown["page"] = kept
        page.goto(f"{HERE}{kept.address.removeprefix('POST ').split(' ')[0]}", wait_until="load")

    return page, show


def axe_finds(page: Any) -> Iterable[str]:
    """Yield what axe minds about the page that is shown, light and dark, on a phone, a tablet and a desk."""
    page.evaluate(AXE.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            only = {"type": "rule", "values": OF_COLOUR if scheme == "dark" else OF_LOOK}
            if scheme == "light" and width != 768:
                only = {"type": "tag", "values": RULES}
            yield from (f"{scheme} {width}: {found}" for found in page.evaluate(ASK, only))


# As a language of long words would have it: each text 40 % longer, and accented, so that nothing is taken for English.
LONGER = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const longer = (word) => word + "éêñø".repeat(3).slice(0, Math.ceil(word.length * 0.4));
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement.closest("script, style, svg, textarea") || !text.data.trim()) continue;
        text.data = text.data.replace(/\\p{L}+/gu, longer);
    }
}"""


def needed_width(page: Any, width: int) -> Iterable[int]:
    page.set_viewport_size({"width": width, "height": 900})
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield needed


def too_wide(page: Any) -> Iterable[str]:
    """Yield how wide the shown page is where it must be scrolled sideways: on the smallest phone; half as wide as a
    desk with letters twice as large; on a phone in a language whose words are longer, and in one that runs from
    right to left. The page is not the same afterwards.
    """
    yield from (f"{needed} of 320 pixels" for needed in needed_width(page, 320))
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    yield from (f"{needed} of 640 pixels with letters of 200 %" for needed in needed_width(page, 640))
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.evaluate(LONGER)
    yield from (f"{needed} of 390 pixels with longer words" for needed in needed_width(page, 390))
    page.evaluate("document.documentElement.dir = 'rtl'")
    yield from (f"{needed} of 390 pixels from right to left" for needed in needed_width(page, 390))
