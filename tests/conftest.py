"""What every test has. The small cast of people, events and items stands in cast.py."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections, transaction
from django.db.models import F
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from community import search
from talks import suggesting
from tests.cast import *  # noqa: F403 - the cast's fixtures, for every test
from tests.migrated import *  # noqa: F403 - a database for each process, migrated once
from tests.outside import *  # noqa: F403 - a world to ask, for whoever asks one
from tests.running_site import *  # noqa: F403 - a site of processes, for the few that want one
from tests.world import world  # noqa: F401 - a site with something of everything, for what walks through it

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


# The queue of the pictures that a link shows elsewhere.
DRAWN_FOR_LINKS = ["sharing"]

# A Chromium that has no windows to draw: another visitor costs a quarter.
WITHOUT_WINDOWS = ["chromium-headless-shell"]
WITH_WINDOWS = ["chromium", "chromium-browser", "google-chrome"]


def chromium(names: Sequence[str] = (*WITHOUT_WINDOWS, *WITH_WINDOWS)) -> str | None:
    """Return the path of the machine's Chromium: CHROMIUM if set, else the first one on PATH."""
    names = [os.environ.get("CHROMIUM", ""), *names]
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


def missing() -> dict[str, str]:
    """Return what this machine lacks: the marker of the tests that need it, and how to get it."""
    lacks = {}
    if not chromium():
        lacks["browser"] = "no Chromium found: apt-get install chromium, or set CHROMIUM to its path"
    fetched = Path(settings.BASE_DIR) / ".ci/web/node_modules/@mdn"
    if not (shutil.which("java") and shutil.which("node") and fetched.is_dir()):
        lacks["web"] = "what looks at pages is not there: install Java 17 and npm, then `make web`"
    if not Path(os.environ.get("HALLWAY_CORPUS") or "/nonexistent").is_dir():
        lacks["corpus"] = "HALLWAY_CORPUS is not set to a folder"
    return lacks


# First, so that `-m database` finds the mark.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if "module_db" in getattr(item, "fixturenames", ()):
            # One process makes it, once.
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    lacks = missing()
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in lacks)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name no test after a whole file: some hold the time at which they were made, and all processes of a run have to
    know a test by the same name."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests of one group share what is dear to make. A pytest that pytest-xdist does not know yet passes over groups in
    silence, and all processes make all of it."""
    if session.config.getoption("loadgroup", default=False):
        grouped = [item for item in session.items if item.get_closest_marker("xdist_group")]
        if any("@" not in item.nodeid.rpartition("]")[2] for item in grouped):
            raise pytest.UsageError("pytest-xdist does not group tests under this version of pytest")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for name, how in missing().items():
        terminalreporter.write_line(f"Skipped all tests marked {name!r}: {how}.")


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, for a fixture that makes something for all tests of a file: it stands before each of them, and is
    gone after the last. What a test changes of its rows is taken back; it changes none of the objects. Not for a file
    with a browser in it, beside which the database is asked through another connection.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def _quick_settings() -> Iterator[None]:
    """Static files without a manifest, as nobody collected them, and a password hasher that is not slow on purpose."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    with override_settings(
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits count in the cache; each test starts at zero."""
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """A request leaves the language of its page behind in the thread; each test starts in the site's."""
    translation.activate(settings.LANGUAGE_CODE)


def empty_tables(_case: Any = None) -> None:
    """Delete every row that a test has really committed.

    Django's own way truncates each table, whether or not something is in it, and makes content types and permissions
    anew, which no test changes: a tenth of a second, and half of one in PostgreSQL. It does not know the indexes of
    search and of titles either, which are tables without a model.
    """
    kept = {ContentType._meta.db_table, Permission._meta.db_table}
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed} - kept
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for table in (*sorted(tables), search.TABLE, suggesting.TABLE):
            cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(scope="session", autouse=True)
def _quickly_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture
def run_jobs(db: None) -> Callable[..., int]:
    """Return a function that does the jobs that are due, in this process and through the real queue, and returns how
    many there were. `later=timedelta(...)` first lets that much time pass for those that wait for another try. The
    pictures of links, a tenth of a second each, are drawn for those who ask for `drawn=True`."""
    from django_tasks_db.models import DBTaskResult, get_date_max

    from jobs.worker import run_due

    def run(later: timedelta = timedelta(), *, drawn: bool = False) -> int:
        if later:
            DBTaskResult.objects.exclude(run_after=get_date_max()).update(run_after=F("run_after") - later)
        return run_due(leaving=() if drawn else DRAWN_FOR_LINKS)

    return run


# --- Browser --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, in a container and as root, talking to nobody but the test."""
    quiet = ["background-networking", "component-update", "sync", "gpu"]
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)],
    }


@pytest.fixture
def with_windows(browser_type: Any, browser_type_launch_args: dict[str, Any]) -> Iterator[Any]:
    """A browser as people have it, for what the quicker one does not know."""
    path = chromium(WITH_WINDOWS)
    if not path:
        pytest.skip("no Chromium that has windows: apt-get install chromium")
    browser = browser_type.launch(**{**browser_type_launch_args, "executable_path": path})
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def _clicks_end_on_a_page() -> Iterator[None]:
    """After a click or a key the test goes on once the page that it led to has been parsed. Playwright goes on as
    soon as that page has begun, and a script that is run in it then finds half of it, on a busy machine only.
    """
    from playwright.sync_api import Error, Locator

    def patient(act: Callable[..., None]) -> Callable[..., None]:
        def acts(self: Locator, *args: Any, **options: Any) -> None:
            act(self, *args, **options)
            # Some clicks close their page.
            with contextlib.suppress(Error):
                self.page.wait_for_load_state("domcontentloaded")

        return acts

    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "tap", "press"):
            patch.setattr(Locator, name, patient(getattr(Locator, name)))
        yield


@pytest.fixture(scope="session")
def _words_are_looked_for_where_they_are_read() -> Iterator[None]:
    """What was done stands on a page, and a moment later once more for those who listen to it: whether a test finds
    one or two of it would be a matter of how busy the machine is."""
    from playwright.sync_api import Page

    find = Page.get_by_text

    def read(self: Page, *args: Any, **options: Any) -> Any:
        return find(self, *args, **options).and_(self.locator(":not([data-said])"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "get_by_text", read)
        yield


@pytest.fixture
def visitor(
    browser: Any,
    live_server: Any,
    _clicks_end_on_a_page: None,
    _words_are_looked_for_where_they_are_read: None,
) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page for one more visitor, who shares no cookie with the others:
    `visitor()` at a desk, `visitor(phone=True)` on a phone. Relative addresses are the live server's."""
    contexts = []

    def arrive(*, phone: bool = False, **options: Any) -> Any:
        device = PHONE if phone else DESKTOP
        context = browser.new_context(**{"base_url": live_server.url, "locale": "en-GB", **device, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def phone(visitor: Callable[..., Any]) -> Any:
    """Return the page of a visitor with a phone: 390 by 844 points, touch."""
    return visitor(phone=True)
