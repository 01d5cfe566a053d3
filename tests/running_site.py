"""A site as `make run` starts it, for the tests that want a whole one: processes of its own, and the demo in it.

To make its database takes longer than all of these tests, so one is made for all that run in the same process: give
them `xdist_group("site")`.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

__all__ = ["first_start", "new_site", "site"]
SECONDS = 180  # after which a test gives up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> dict[str, int]:
    """Return the supervisor's children: the web server's and the worker's process id."""
    found = {}
    for line in subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,args="], text=True).splitlines():
        child, parent, command = line.split(None, 2)
        if int(parent) == pid:
            found["worker" if " work " in command else "web"] = int(child)
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Site:
    """A site in a folder of its own, started by `manage.py serve`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        self.environment = {**os.environ, "DATA_DIR": str(folder / "data"), "PORT": str(self.port)}
        del self.environment["DATABASE_URL"]
        self.process: Any = None

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def start(self) -> float:
        """Return after how many seconds the address was printed."""
        began = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--prepare"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while "Ctrl-C stops it" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - began < SECONDS, self.log.read_text()
            time.sleep(0.02)
        return time.monotonic() - began

    def setup_link(self) -> str:
        """Return where the first administrator signs in. It is printed a moment after the address."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if link := re.search(
                r"^http://localhost:\d+/setup/[\w:-]+/$", self.log.read_text(), re.MULTILINE
            ):
                return link[0]
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def readyz(self) -> tuple[int, dict[str, str]]:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/readyz", timeout=10) as answer:
                said = json.load(answer)
                # What a look at all files has found, once a job has had that look.
                said.pop("files", None)
                return answer.status, said
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def wait_for_worker(self, answer: str) -> tuple[int, dict[str, str]]:
        deadline = time.monotonic() + SECONDS
        while self.readyz()[1]["worker"] != answer and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.readyz()

    def wait_until_nobody_answers(self) -> None:
        """The web server's own processes need a moment to notice that it was killed."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except ConnectionRefusedError:
                return
            time.sleep(0.05)

    def wait_until_the_demo_is_whole(self) -> None:
        """Wait for the jobs that the demo left: until then each copy of this site would do them again."""
        due = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
        # What waits for no moment has one far away.
        due += " AND queue_name <> 'outside' AND (run_after <= datetime('now') OR run_after > '9000')"
        database = f"file:{self.environment['DATA_DIR']}/hallway.sqlite3?mode=ro"
        deadline = time.monotonic() + SECONDS
        with contextlib.closing(sqlite3.connect(database, uri=True)) as looked_at:
            while (left := looked_at.execute(due).fetchone()[0]) and time.monotonic() < deadline:
                time.sleep(0.25)
        assert left == 0

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def new_site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The folder of a site that was started once, and how many seconds that took."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder)
    seconds = site.start()
    site.wait_until_the_demo_is_whole()
    site.stop(signal.SIGINT)
    return folder, seconds


@pytest.fixture
def site(tmp_path: Path, first_start: tuple[Path, float]) -> Iterator[Site]:
    """A site that was started before: to make the database takes longer than all of these tests."""
    shutil.copytree(first_start[0], tmp_path, dirs_exist_ok=True)
    site = Site(tmp_path)
    yield site
    if site.process and site.process.poll() is None:
        site.stop(signal.SIGTERM)
