"""What many changes ask for waits once, and no change is missed."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs.worker import run_due
from tests.jobs.chores import chore


def waiting() -> list[Any]:
    return [row.args_kwargs["args"] for row in DBTaskResult.objects.filter(status=TaskResultStatus.READY)]


def test_the_same_job_waits_once_and_others_beside_it(db: None, tmp_path: Path) -> None:
    path = str(tmp_path / "notes")
    for line in ("a", "b", "a", "a", "b"):
        chore.enqueue_once(path, line)
    assert sorted(waiting()) == [[path, "a"], [path, "b"]]
    assert run_due() == 2
    chore.enqueue_once(path, "a")
    assert waiting() == [[path, "a"]]


def test_one_that_has_begun_or_is_over_does_not_count(db: None, tmp_path: Path) -> None:
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        chore.enqueue_once(str(tmp_path), "a")
        assert len(waiting()) == 1
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(status=status)
    chore.enqueue_once(str(tmp_path), "a")
    assert len(waiting()) == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_waits_is_not_begun_before_the_change_can_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    chore.enqueue(str(path), "a")
    begun: list[int] = []

    def work() -> None:
        try:
            begun.append(run_due())
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    with transaction.atomic():
        chore.enqueue_once(str(path), "a")
        assert len(waiting()) == 1
        worker.start()
        # On PostgreSQL the worker passes the locked job over; on SQLite it waits for its turn to write.
        worker.join(1 if connection.vendor == "postgresql" else 0.2)
        assert not path.exists()
    worker.join(20)
    assert begun[0] + run_due() == 1
    assert path.read_text() == "a\n"
