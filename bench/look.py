"""What the look weighs and what others say of it: `make bench-look`.

Starts a site of its own with the demo and asks, of pages as a stranger on a phone is shown them:
Lighthouse for its four marks, axe and the Nu checker for what they mind, and the browser how many bytes came over
the wire before the photos. Prints one line of JSON:

    lighthouse_min  the lowest of the four marks of the six pages, of 100 (each page's stand on stderr)
    page_kb         the heaviest page before its photos: HTML, CSS, scripts and font, in kB (1,000 bytes) as sent
    script_kb       the heaviest page's scripts of that
    axe             how many findings there are on the twenty pages of `make screenshots`
    nu              how many errors there are in these, and in every page that links lead to from the home page

Limits: 100, under 100 kB, under 30 kB, 0 and 0.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.crawl import Answer, crawl
from bench.demo_site import ROOT, SIGN_IN, Site, chromium, site
from bench.screenshots import PAGES, SIGNED_IN, SIZES, address_of

SIX = ["home", "event", "talk", "recap", "photo", "photos"]
LIGHTHOUSE = ROOT / ".ci" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
AXE = ROOT / ".ci" / "web" / "node_modules" / "axe-core" / "axe.min.js"
NU = ROOT / ".ci" / "web" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# What a page needs before its photos.
WEIGHED = ["Document", "Stylesheet", "Script", "Font"]
ASK_AXE = "async () => (await axe.run()).violations.map(({ id, nodes }) => `${id} (${nodes.length})`)"


def marks(address: str, browser: str) -> dict[str, int]:
    """Return Lighthouse's four marks of a page on a phone, each of 100."""
    done = subprocess.run(
        [
            "node",
            str(LIGHTHOUSE),
            address,
            "--quiet",
            "--output=json",
            "--chrome-flags=--headless --no-sandbox",
        ],
        env={**os.environ, "CHROME_PATH": browser},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench-look: Lighthouse gave up on {address}:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    for category in report["categories"].values():
        for audit in category["auditRefs"]:
            score = report["audits"][audit["id"]]["score"]
            if audit["weight"] and score is not None and score < 1:
                print(f"  {address}: {audit['id']} {score}", file=sys.stderr)
    return {name: round(category["score"] * 100) for name, category in report["categories"].items()}


def weight(page: Any, address: str) -> tuple[float, float]:
    """Return how many kB come over the wire for a page before its photos, headers too, and how many of them are of
    scripts; the cache is empty."""
    sent, kinds = dict.fromkeys(WEIGHED, 0), {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", lambda it: kinds.update({it["requestId"]: it["type"]}))

    def finished(it: dict[str, Any]) -> None:
        kind = kinds.get(it["requestId"], "")
        if kind in sent:
            sent[kind] += it["encodedDataLength"]

    network.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="networkidle")
    network.detach()
    return sum(sent.values()) / 1000, sent["Script"] / 1000


def minded_by_nu(pages: dict[str, str]) -> list[str]:
    """Return the errors that the Nu checker finds in pages: {name: HTML}."""
    names = list(pages)
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names):
            (Path(folder) / f"{number}.html").write_text(pages[name])
        done = subprocess.run(
            [
                "java",
                "-Xss4m",
                "-jar",
                str(NU),
                "--errors-only",
                "--format",
                "json",
                "--exit-zero-always",
                folder,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stderr)["messages"]
    return [f"{names[int(Path(one['url']).stem)]}: {one['message']}" for one in found]


def reached(context: Any, address: str) -> dict[str, str]:
    """Return every page to which links lead a visitor from the home page, by where it was found."""

    def ask(path: str) -> Answer:
        answer = context.request.get(address + path, max_redirects=0)
        headers = answer.headers
        kind = headers.get("content-type", "")
        body = answer.body() if kind.startswith("text/html") else b""
        answer.dispose()
        return Answer(answer.status, kind, headers.get("location", ""), body)

    pages = {}
    for path, found_on, answer in crawl(ask, {address}):
        if answer.status >= 400:
            print(f"  {path} from {found_on}: {answer.status}", file=sys.stderr)
        if answer.is_page:
            pages[f"{path} from {found_on}"] = answer.body.decode()
    return pages


def look(browser: Any, running: Site) -> tuple[dict[str, str], dict[str, float]]:
    """Return the addresses of the six pages, and what was counted on the twenty."""
    session = running.ask(SIGN_IN)
    seeker = browser.new_page()
    addresses = {name: address_of(seeker, running.address, place) for name, place in PAGES.items()}
    weights, bodies, minded = {}, {}, []
    for name in PAGES:
        context = browser.new_context(bypass_csp=True, **SIZES["phone"])
        if name in SIGNED_IN:
            context.add_cookies([{"name": "sessionid", "value": session, "url": running.address}])
        page = context.new_page()
        weights[name] = weight(page, addresses[name])
        bodies[name] = context.request.get(addresses[name]).text()
        page.evaluate(AXE.read_text())
        minded += [f"{name}: {found}" for found in page.evaluate(ASK_AXE)]
        context.close()
    visitor = browser.new_context()
    walked = reached(visitor, running.address)
    visitor.close()
    print(f"  links lead to {len(walked)} pages", file=sys.stderr)
    errors = minded_by_nu({**bodies, **walked})
    for found in [*minded, *errors]:
        print(f"  {found}", file=sys.stderr)
    for name, (whole, scripts) in weights.items():
        print(f"  {name}: {whole:.1f} kB, of them scripts {scripts:.1f} kB", file=sys.stderr)
    return {name: addresses[name] for name in SIX}, {
        "page_kb": round(max(whole for whole, _ in weights.values()), 1),
        "script_kb": round(max(scripts for _, scripts in weights.values()), 1),
        "axe": len(minded),
        "nu": len(errors),
    }


def main() -> None:
    path = chromium("bench-look")
    with site() as running:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            six, counted = look(browser, running)
            browser.close()
        all_marks = {name: marks(address, path) for name, address in six.items()}
    for name, found in all_marks.items():
        print(f"  {name}: {found}", file=sys.stderr)
    lowest = min(mark for found in all_marks.values() for mark in found.values())
    print(json.dumps({"lighthouse_min": lowest, **counted}))


if __name__ == "__main__":
    main()
