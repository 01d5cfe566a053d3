"""`make run` as its user meets it: one command that starts everything, says where, and stops everything."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.running_site import SECONDS, Site, children, is_alive

pytestmark = pytest.mark.xdist_group("site")

READY = (200, {"database": "ok", "storage": "ok", "worker": "ok"})


def test_serve_says_where_the_site_is_and_how_to_become_its_administrator(site: Site):
    site.start()
    assert site.wait_for_worker("ok") == READY

    site.stop(signal.SIGINT)
    log = site.log.read_text()
    assert f"\nHallway is at http://localhost:{site.port}/ (Ctrl-C stops it)\n" in f"\n{log}"
    links = re.findall(rf"^http://localhost:{site.port}/setup/[\w:-]+/$", log, re.MULTILINE)
    assert len(links) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_that_serve_started(site: Site, number: signal.Signals):
    site.start()
    site.wait_for_worker("ok")
    started = children(site.process.pid)
    assert sorted(started) == ["web", "worker"]

    assert site.stop(number) == 0
    assert [name for name, pid in started.items() if is_alive(pid)] == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", site.port), timeout=5)


def test_a_second_start_is_quick(site: Site, first_start: tuple[Path, float]):
    # Other tests run beside this one, so the clock is the first start's: that one makes the database.
    assert site.start() < first_start[1] / 2


def test_a_worker_that_is_killed_is_noticed_and_replaced(site: Site):
    site.start()
    site.wait_for_worker("ok")
    killed = children(site.process.pid)["worker"]
    os.kill(killed, signal.SIGKILL)

    assert site.wait_for_worker("not seen for a minute")[0] == 503, site.log.read_text()
    assert site.wait_for_worker("ok") == READY
    assert children(site.process.pid)["worker"] != killed


def test_nothing_is_left_when_the_supervisor_itself_is_killed(site: Site):
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")
    site.start()
    site.wait_for_worker("ok")
    started = children(site.process.pid)
    site.stop(signal.SIGKILL)

    deadline = time.monotonic() + SECONDS
    while any(map(is_alive, started.values())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [name for name, pid in started.items() if is_alive(pid)] == []


@pytest.mark.browser
def test_what_somebody_writes_outlives_a_site_that_is_killed_and_a_browser_that_is_closed(
    site: Site, browser: Any, browser_type: Any, browser_type_launch_args: dict[str, Any], tmp_path: Path
):
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")

    def own_browser() -> tuple[Any, Any]:
        """A browser with a folder of its own, as on somebody's computer."""
        context = browser_type.launch_persistent_context(
            tmp_path / "browser", base_url=f"http://localhost:{site.port}", **browser_type_launch_args
        )
        context.set_default_timeout(30_000)
        return context, context.new_page()

    site.start()
    context, page = own_browser()
    page.goto(site.setup_link())
    page.get_by_label("E-mail address").fill("writer@example.org")
    page.get_by_label("Your name").fill("A Writer")
    page.get_by_role("button", name="I am the administrator").click()
    page.wait_for_url("**/welcome/")
    # Of the demo.
    form = "/recaps/new/kubecon-eu-2024/"
    page.goto(form)
    words = page.get_by_label("Your recap")
    words.press_sequentially("Tuesday, as it was. ")
    page.get_by_text("Saved.", exact=True).wait_for()
    words.press_sequentially("Wednesday, in a hurry. ")
    os.kill(children(site.process.pid)["web"], signal.SIGKILL)
    site.stop(signal.SIGKILL)
    site.wait_until_nobody_answers()
    words.press_sequentially("Thursday, with nobody there. ")
    page.get_by_text("the site cannot be reached").wait_for()
    cookies = context.cookies()
    context.close()

    site.start()
    # What the site had said to be saved is there for any other browser of theirs.
    elsewhere = browser.new_context(base_url=f"http://localhost:{site.port}")
    elsewhere.add_cookies(cookies)
    other = elsewhere.new_page()
    other.goto(form)
    assert other.get_by_label("Your recap").input_value().startswith("Tuesday, as it was. ")
    elsewhere.close()
    context, page = own_browser()
    page.goto(form)
    page.get_by_text("We kept what you wrote").first.wait_for()
    whole = "Tuesday, as it was. Wednesday, in a hurry. Thursday, with nobody there. "
    assert page.get_by_label("Your recap").input_value() == whole
    page.get_by_text("Saved.", exact=True).wait_for()
    context.close()


def test_a_port_in_use_is_one_line_and_changes_nothing(new_site: Site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", new_site.port))
        other.listen()
        result = new_site.manage("serve", "--prepare")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"CommandError: Port {new_site.port} on 127.0.0.1: Address already in use."
        f" Choose another: make run PORT={new_site.port + 1}\n"
    )
    assert not Path(new_site.environment["DATA_DIR"], "static").exists()


def test_serve_refuses_a_database_that_lacks_migrations(new_site: Site):
    result = new_site.manage("serve")

    assert result.returncode == 1
    assert re.fullmatch(
        r"CommandError: The database lacks \d+ migrations: run manage.py migrate first.\n", result.stderr
    )


# --- The Makefile on machines that lack something -------------------------------------------------------------------
def make_run(folder: Path, python: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", "run", f"VENV={folder / 'venv'}", f"PYTHON={python}"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def other_python(folder: Path, before: str) -> str:
    """Return the path of a Python whose `-c` first does `before`."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; {before}; exec(sys.argv[1])" "$2"\n')
    path.chmod(0o755)
    return str(path)


def first_line(result: "subprocess.CompletedProcess[str]") -> str:
    return result.stderr.splitlines()[0]


def test_make_names_a_python_that_is_too_old(tmp_path: Path):
    old = other_python(tmp_path, "sys.version_info = (3, 9, 2)")

    assert (
        first_line(make_run(tmp_path, old))
        == f"Python 3.11 or later is needed; {old} is 3.9. Name another: make PYTHON=python3.12 …"
    )


def test_make_says_how_to_get_the_venv_module(tmp_path: Path):
    bare = other_python(tmp_path, "sys.modules['ensurepip'] = None")

    assert (
        first_line(make_run(tmp_path, bare))
        == "Python's venv module is missing: apt-get install python3-venv (Debian, Ubuntu)."
    )


def test_make_says_that_there_is_no_python(tmp_path: Path):
    assert (
        first_line(make_run(tmp_path, "python-of-nowhere"))
        == "python-of-nowhere is not found; name a Python 3.11 or later: make PYTHON=python3.12 …"
    )
