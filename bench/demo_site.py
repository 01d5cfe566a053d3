"""A site of its own with the demo in it, for whoever wants to look at the pages: `screenshots.py`, `look.py`."""

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

ROOT = Path(__file__).resolve().parent.parent
EVENT = "/events/kubecon-eu-2024/"
# A moderator who is signed in, so that the pages behind the sign-in can be looked at, too: prints the session's key.
SIGN_IN = """
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.create_superuser("desk@example.org")
session = SessionStore()
session["_auth_user_id"], session["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(session.session_key)
"""
WAITING = "from photos.models import Photo; print(Photo.objects.filter(ready=False, problem='').count())"


class Site:
    """A running site: `address`, without a slash at the end, and what only its own machine may ask."""

    def __init__(self, address: str, environment: dict[str, str]) -> None:
        self.address = address
        self._environment = environment

    def ask(self, code: str) -> str:
        """Return what `code` prints in the site's shell."""
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", code],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.strip()


def chromium(name: str) -> str:
    """Return the path of the machine's Chromium; end the program `name` where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise SystemExit(f"{name}: no Chromium found: apt-get install chromium, or set CHROMIUM to its path")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str) -> None:
    for _try in range(240):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(address, timeout=2).status == 200:
                return
        time.sleep(0.5)
    raise SystemExit("the site did not start")


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Run a site with the demo until its pictures are there, and stop it afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hallway-look-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "EMAIL_URL": "dummymail://"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "manage.py", "serve", "--prepare"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            running = Site(f"http://127.0.0.1:{port}", environment)
            wait_for(f"{running.address}/readyz")
            for _try in range(120):
                if running.ask(WAITING) == "0":
                    break
                time.sleep(1)
            yield running
        finally:
            server.terminate()
            server.wait(20)
