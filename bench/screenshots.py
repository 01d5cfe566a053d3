"""Screenshots of the main pages, phone and desktop, light and dark: `make screenshots`.

Starts a site of its own in a temporary folder, loads the demo into it, waits for its pictures, and
writes PNG files into
screenshots/. They are there to be looked at; README.md shows docs/img/event.png, which is one of them.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "screenshots"
PAGES = {
    "home": "/",
    "events": "/events/",
    "event": "/events/kubecon-eu-2024/",
    "photos": "/events/kubecon-eu-2024/photos/",
    "talks": "/events/kubecon-eu-2024/talks/",
    "tags": "/tags/",
    "tag": "/tags/kubernetes/",
    "search": "/search/?q=kubernetes",
    "sign-in": "/accounts/login/",
    "about": "/about/",
}
SIZES = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def site() -> Iterator[str]:
    """Run a site with the demo; give its address, and stop it afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hallway-pictures-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "EMAIL_URL": "dummymail://"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "manage.py", "serve", "--prepare"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            waiting = "from photos.models import Photo; print(Photo.objects.filter(ready=False, problem='').count())"
            for _try in range(120):
                left = subprocess.run(
                    [sys.executable, "manage.py", "shell", "-v0", "-c", waiting],
                    cwd=ROOT,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                if left.stdout.strip() == "0":
                    break
                time.sleep(1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str) -> None:
    for _try in range(240):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(address, timeout=2).status == 200:
                return
        time.sleep(0.5)
    raise SystemExit("screenshots: the site did not start")


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit(
            "screenshots: no Chromium found: apt-get install chromium, or set CHROMIUM to its path"
        )
    TARGET.mkdir(exist_ok=True)
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size, options in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(color_scheme=scheme, **options)  # type: ignore[arg-type]
                page = context.new_page()
                for name, path in PAGES.items():
                    page.goto(address + path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=TARGET / f"{name}-{size}-{scheme}.png", full_page=size == "phone")
                context.close()
        browser.close()
    print(f"{len(PAGES) * 4} pictures in {TARGET.name}/")


if __name__ == "__main__":
    main()
