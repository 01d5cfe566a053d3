"""The database of each process of a run: the first one migrates it, the others begin with a copy of that."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

__all__ = ["django_db_keepdb", "django_db_modify_db_settings", "django_db_setup", "migrated"]


def write_copy(path: Path) -> None:
    """Write SQLite's test database as it is now to `path`."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])


class Migrated:
    """What the processes that share `folder` know of the database that one of them has migrated.

    From `begin` to `keep` one process is alone. `mark` is there as soon as there is a copy: in SQLite it is the copy,
    in PostgreSQL it holds the copy's name.
    """

    def __init__(self, folder: Path) -> None:
        self.mark = folder / "migrated.sqlite3"
        self.lock = (folder / "migrating").open("w")
        self.is_ours = False

    def begin(self, test: dict[str, Any]) -> None:
        """Let Django's settings `test` of the test database begin with the copy, if there is one."""
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if not self.mark.exists():
            self.is_ours = True
        elif connection.vendor == "sqlite":
            shutil.copy(self.mark, test["NAME"])
        else:
            test["TEMPLATE"] = self.mark.read_text()

    def keep(self) -> None:
        """Keep a copy of what this process has migrated, if it is the first."""
        if self.is_ours and connection.vendor == "sqlite":
            write_copy(self.mark)
        elif self.is_ours:
            own = connection.settings_dict["NAME"]
            self.mark.write_text(f"{own}_migrated")
            # PostgreSQL copies a database that nobody has open.
            connection.close()
            self._ask(
                f'DROP DATABASE IF EXISTS "{own}_migrated"',
                f'CREATE DATABASE "{own}_migrated" TEMPLATE "{own}"',
            )
        fcntl.flock(self.lock, fcntl.LOCK_UN)

    def forget(self) -> None:
        """Remove the copy; whoever came later would migrate again."""
        if self.is_ours and connection.vendor != "sqlite":
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            self._ask(f'DROP DATABASE IF EXISTS "{self.mark.read_text()}"')
            self.mark.unlink()

    def _ask(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.fixture(scope="session")
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migrated | None]:
    """None where no other process needs the database. A process that a test starts finds its copy by MIGRATED."""
    if folder := os.environ.get("MIGRATED"):
        known = Migrated(Path(folder))
    elif hasattr(request.config, "workerinput"):
        # pytest-xdist gives each process a folder of its own in one of the run.
        known = Migrated(tmp_path_factory.getbasetemp().parent)
    else:
        yield None
        return
    yield known
    known.lock.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, migrated: Migrated | None) -> None:
    """Put SQLite's test database into a file, as in production: in memory, the live server and the test would share
    one connection, and with it each other's transactions."""
    test, options = connection.settings_dict["TEST"], connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(settings.DATA_DIR / "test.sqlite3")
        # The data is thrown away: nothing need survive a power cut here.
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    if migrated:
        migrated.begin(test)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """A copy is not thrown away before it is used. It goes with the process's data."""
    return django_db_keepdb or (
        connection.vendor == "sqlite" and Path(connection.settings_dict["TEST"]["NAME"]).exists()
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, migrated: Migrated | None
) -> Iterator[None]:
    if migrated:
        with django_db_blocker.unblock():
            migrated.keep()
    yield
    if migrated:
        with django_db_blocker.unblock():
            migrated.forget()
