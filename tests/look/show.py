"""Shows kept pages to a browser, and asks axe about them."""

import mimetypes
import threading
from collections.abc import Iterable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders

from jobs.stylesheets import join
from tests.look.pages import Page

WEB = Path(settings.BASE_DIR) / ".ci" / "web" / "node_modules"
AXE = WEB / "axe-core" / "axe.min.js"
WIDTHS, HEIGHT = [1280, 768, 320], 900
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = """async (tags) => {
    const only = { type: "tag", values: tags };
    const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
# The focus on everything that takes it, folded parts opened: it must be seen, and not behind a bar that stays.
FOCUS = """() => {
    const folded = [...document.querySelectorAll("details:not([open], [data-menu])")];
    for (const one of folded) one.open = true;
    const places = [...document.querySelectorAll("body *")].filter((one) =>
        ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility());
    const hides = (bar, one) => {
        const [over, under] = [bar, one].map((part) => part.getBoundingClientRect());
        const inside = over.top <= under.top && over.bottom >= under.bottom
            && over.left <= under.left && over.right >= under.right;
        if (!inside || bar.contains(one) || one.contains(bar)) return false;
        return bar.contains(document.elementFromPoint(under.x + under.width / 2, under.y + under.height / 2));
    };
    const isRinged = (one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    const found = [];
    for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
        one.focus();
        if (document.activeElement !== one) continue;
        const name = one.outerHTML.slice(0, 120);
        const bar = places.find((place) => hides(place, one));
        if (bar) found.push(`focus behind ${bar.className}: ${name}`);
        const around = [one, one.parentElement, one.closest("li, label, article, .card, .dropzone, .event-tile")];
        if (!around.filter(Boolean).some(isRinged)) found.push(`focus not seen: ${name}`);
    }
    for (const one of folded) one.open = false;
    document.activeElement.blur();
    return found;
}"""
WHERE_ERRORS_ARE = """() => {
    const wanted = document.querySelector(".error-summary") ?? document.querySelector("main [aria-invalid=true]");
    if (!wanted || document.activeElement === wanted) return "";
    return document.activeElement.outerHTML.slice(0, 120);
}"""
GREY = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path fill="#777" d="M0 0h40v30H0z"/></svg>'
# As a language of long words would have it: each text 40 % longer, and accented, so that nothing is taken for English.
LONGER = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const longer = (word) => word + "éêñø".repeat(3).slice(0, Math.ceil(word.length * 0.4));
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement.closest("script, style, svg, textarea") || !text.data.trim()) continue;
        text.data = text.data.replace(/\\p{L}+/gu, longer);
    }
}"""


@cache
def static(name: str) -> tuple[bytes, str] | None:
    """Return a static file as browsers get it from a running site, style sheets joined; None if there is none."""
    if name == AXE.name:
        return AXE.read_bytes(), "text/javascript"
    if not (path := finders.find(name)):
        return None
    if name.endswith(".css"):
        return join(name, lambda one: Path(str(finders.find(one))).read_text()).encode(), "text/css"
    return Path(str(path)).read_bytes(), mimetypes.guess_type(name)[0] or "text/javascript"


class Shelf(BaseHTTPRequestHandler):
    """Answers with the page that is to be shown, with static files, and with grey in the place of each picture."""

    server: "Shelves"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        kind = self.headers.get("Sec-Fetch-Dest", "")
        kept, file = self.server.page, None
        # What is not there today, a frame in a page, may be the page that is shown tomorrow.
        headers = {"Cache-Control": "no-store" if kind == "iframe" else "max-age=3600"}
        if kind == "document":
            file = kept.body, "text/html; charset=utf-8"
            headers = {"Content-Security-Policy": kept.policy} if kept.policy else {}
        elif self.path.startswith("/static/"):
            file = static(self.path.removeprefix("/static/"))
        elif kind == "image":
            file = GREY.encode(), "image/svg+xml"
        body, content_type = file or (b"", "text/plain")
        self.send_response_only(200 if file else 404)
        for name, value in {
            **headers,
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Take nothing: there is no site behind the pages."""
        self.close_connection = True
        self.send_response_only(404)
        self.end_headers()


class Shelves(ThreadingHTTPServer):
    daemon_threads = True
    page: Page

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a browser that goes on to the next page leaves what it had asked for."""


class Stage:
    """A page of a browser in which kept pages are shown: with their style, their scripts and their policy."""

    def __init__(self, browser: Any) -> None:
        self.shelves = Shelves(("127.0.0.1", 0), Shelf)
        threading.Thread(target=self.shelves.serve_forever, daemon=True).start()
        self.here = f"http://localhost:{self.shelves.server_port}"
        self.page = browser.new_context().new_page()
        # Playwright's own way to change these takes as long as axe does.
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.width, self.scheme = 0, ""
        self.look_at(WIDTHS[0])

    def close(self) -> None:
        self.page.context.close()
        self.shelves.shutdown()
        self.shelves.server_close()

    def show(self, kept: Page) -> None:
        self.shelves.page = kept
        self.page.goto(f"{self.here}{kept.address.removeprefix('POST ').split(' ')[0]}", wait_until="load")

    def look_at(self, width: int, scheme: str = "light") -> None:
        """Make the window `width` pixels wide, and its colours those of a scheme."""
        if width != self.width:
            self.width = width
            size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            self.devtools.send("Emulation.setDeviceMetricsOverride", size)
        if scheme != self.scheme:
            self.scheme = scheme
            wanted = {"prefers-reduced-motion": "reduce", "prefers-color-scheme": scheme}
            features = [{"name": name, "value": value} for name, value in wanted.items()]
            self.devtools.send("Emulation.setEmulatedMedia", {"features": features})

    def axe_finds(self) -> Iterable[str]:
        """Yield what axe minds about the page that is shown, light and dark, on a phone, a tablet and a desk."""
        if "script-src" in self.shelves.page.policy:
            # From an address, so that the browser reads it once.
            self.page.add_script_tag(url=f"/static/{AXE.name}")
        else:
            self.page.evaluate(AXE.read_text())
        for width in WIDTHS:
            for scheme in (self.scheme, "light" if self.scheme == "dark" else "dark"):
                self.look_at(width, scheme)
                yield from (f"{scheme} {width}: {found}" for found in self.page.evaluate(ASK, RULES))

    def lost_focus(self) -> Iterable[str]:
        """Yield what hides the focus on the smallest phone, or does not show it."""
        self.look_at(WIDTHS[-1], self.scheme)
        yield from self.page.evaluate(FOCUS)

    def focus_after_errors(self) -> str:
        """Return what has the focus on a form that came back with errors, where that is neither their summary nor the
        first field that has one."""
        return str(self.page.evaluate(WHERE_ERRORS_ARE))

    def too_wide(self) -> Iterable[str]:
        """Yield how wide the shown page is where it must be scrolled sideways: on the smallest phone; half as wide as
        a desk with letters twice as large; on a phone in a language whose words are longer, and in one that runs from
        right to left. The page is not the same afterwards.
        """
        yield from self.wider_than(320, "")
        self.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        yield from self.wider_than(640, " with letters of 200 %")
        self.page.evaluate("document.documentElement.style.removeProperty('font-size')")
        self.page.evaluate(LONGER)
        yield from self.wider_than(390, " with longer words")
        self.page.evaluate("document.documentElement.dir = 'rtl'")
        yield from self.wider_than(390, " from right to left")

    def wider_than(self, width: int, how: str) -> Iterable[str]:
        self.look_at(width, self.scheme)
        if (needed := self.page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{needed} of {width} pixels{how}"
