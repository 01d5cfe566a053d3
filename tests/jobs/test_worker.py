"""Real worker processes: killed, stopped, hung."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from jobs.models import WorkerHeartbeat
from jobs.worker import HUNG, Worker
from tests.jobs import chores

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., "subprocess.Popen[bytes]"]


def database_url() -> str:
    """Return the address of the test's database, which has a name of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


@pytest.fixture
def start_worker() -> Iterator[Start]:
    processes = []

    def start(worker_id: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "work", "--id", worker_id]
        environment = {**os.environ, "DATABASE_URL": database_url()}
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def row(chore: str) -> DBTaskResult:
    """Return the chore's row; a worker that starts adds its periodic jobs beside it."""
    return DBTaskResult.objects.get(task_path=f"tests.jobs.chores.{chore}")


def begun(diary: str) -> bool:
    return Path(diary).exists()


def test_a_job_whose_worker_is_killed_runs_again(start_worker: Start, diary, read_diary):
    chores.slow_at_first.enqueue(diary, seconds=600)
    killed = start_worker("worker-1")
    assert wait_for(lambda: begun(diary))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert row("slow_at_first").status == "RUNNING"
    # What the supervisor does when it sees its worker dead.
    WorkerHeartbeat.objects.forget("worker-1")

    start_worker("worker-2")

    assert wait_for(lambda: row("slow_at_first").status == "SUCCESSFUL")
    assert read_diary() == ["begun", "begun", "done"]
    assert row("slow_at_first").worker_ids == [
        "worker-1",
        "worker-2",
    ]


def test_a_worker_that_is_asked_to_stop_finishes_the_job_in_hand(start_worker: Start, diary, read_diary):
    chores.slow_at_first.enqueue(diary, seconds=1.5)
    worker = start_worker("worker-1")
    assert wait_for(lambda: begun(diary))
    worker.terminate()

    assert worker.wait(20) == 0
    assert read_diary() == ["begun", "done"]
    assert not WorkerHeartbeat.objects.exists()


def test_an_idle_worker_stops_at_once(start_worker: Start):
    worker = start_worker("worker-1")
    assert wait_for(lambda: WorkerHeartbeat.objects.alive().exists())
    worker.send_signal(signal.SIGINT)

    assert worker.wait(10) == 0
    assert not WorkerHeartbeat.objects.exists()


def test_a_signal_in_a_transaction_lets_it_end(diary):
    worker = Worker()
    with transaction.atomic():
        chores.slow_at_first.enqueue(diary, seconds=0)
        worker.shutdown(signal.SIGTERM, None)

    assert row("slow_at_first").status == "READY"
    worker.run()
    assert row("slow_at_first").status == "READY", "A worker that is asked to stop takes no other job."


def test_a_second_signal_ends_the_worker_where_it_stands():
    worker = Worker()
    worker.shutdown(signal.SIGTERM, None)

    with pytest.raises(SystemExit) as end:
        worker.shutdown(signal.SIGTERM, None)
    assert end.value.code == 1


def test_a_job_that_hangs_takes_its_worker_down_so_that_another_can_have_it(start_worker: Start, diary):
    chores.endless.enqueue(diary)
    worker = start_worker("worker-1")
    assert wait_for(lambda: begun(diary))

    assert worker.wait(30) == HUNG
    assert row("endless").status == "RUNNING"
