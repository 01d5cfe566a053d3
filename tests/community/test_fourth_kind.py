"""A fourth kind needs a folder and two lines: tests/fourthkind is one, installed for real in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

from tests.migrated import write_copy

ROOT = Path(__file__).parents[2]


def test_a_fourth_kind_has_everything_without_an_edit_of_what_is_shared(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "DJANGO_SETTINGS"))
    }
    scenario = [
        "tests/fourthkind/scenario.py",
        "--ds=tests.fourthkind.settings",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    if connection.vendor == "sqlite":
        # To migrate all the others again would take longer than all that is asked here.
        with django_db_blocker.unblock():
            write_copy(tmp_path / "migrated.sqlite3")
        kept["MIGRATED"] = str(tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *scenario], cwd=ROOT, env=kept, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert int(re.search(r"(\d+) passed", run.stdout)[1]) >= 10


def test_nothing_outside_its_folder_knows_it() -> None:
    ours = [
        path
        for folder in (
            "community",
            "config",
            "discussion",
            "events",
            "links",
            "moderation",
            "people",
            "templates",
        )
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html")
    ]
    assert len(ours) > 100
    assert [path for path in ours if "bookmark" in path.read_text().lower()] == []
