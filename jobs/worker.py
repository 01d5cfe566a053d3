"""A process, or a test, that does the jobs."""

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django.utils.module_loading import autodiscover_modules
from django_tasks_db.compat import TaskContext
from django_tasks_db.management.commands.db_worker import Worker as DatabaseWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from jobs import retry
from jobs.models import BEAT, PeriodicRun, WorkerHeartbeat

logger = logging.getLogger("jobs")

POLL_SECONDS = 0.2
HUNG = 70  # exit status: a job took longer than its timeout


def new_worker_id() -> str:
    """Return an id that no other worker has or had; it tells the machine and the process."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{get_random_string(8)}"


class Worker(DatabaseWorker):
    """django-tasks-db's worker, with our rules for failure."""

    def __init__(self, *, worker_id: str = "", queues: list[str] | None = None) -> None:
        super().__init__(
            worker_id=worker_id or new_worker_id(),
            queue_names=queues or ["*"],
            batch=False,
            interval=POLL_SECONDS,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            excluded_queue_names=[],
        )
        self.deadline: float | None = None

    def run_task(self, db_task_result: DBTaskResult) -> None:
        row = db_task_result
        self.running_task = True
        try:
            job = retry.declared(row)
            self.deadline = time.monotonic() + job.timeout.total_seconds()
            context: list[Any] = [TaskContext(task_result=row.task_result)] if job.takes_context else []
            value = job.call(*context, *row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            retry.succeeded(row, value)
        except Exception as error:
            retry.failed(row, error)
        except BaseException:
            retry.stopped(row)
            raise
        finally:
            self.deadline = None
            self.running_task = False

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the job in hand, or before the next look for one; at the second signal leave the job to the next
        worker.

        The parent class leaves at once where no job is in hand. A signal may come in the middle of a transaction, which
        has to end, and `POLL_SECONDS` are no wait. Without the parent's lines of log: each Ctrl-C and each deployment
        comes by here.
        """
        if not self.running:
            sys.exit(1)
        self.running = False

    @property
    def is_hung(self) -> bool:
        deadline = self.deadline
        return deadline is not None and time.monotonic() > deadline


class Pulse(threading.Thread):
    """Says every ten seconds that the worker is there, returns lost jobs, and enqueues periodic ones.

    A thread of its own, because a job may take minutes. It ends the whole process when a job hangs: Python cannot stop
    a thread, and the next worker gives the job its next try.
    """

    def __init__(self, worker: Worker) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker = worker
        self.stopping = threading.Event()

    def beat(self) -> None:
        close_old_connections()
        WorkerHeartbeat.objects.beat(self.worker.worker_id)
        retry.return_lost()
        PeriodicRun.objects.enqueue_due()

    def run(self) -> None:
        while not self.stopping.wait(BEAT.total_seconds()):
            if self.worker.is_hung:
                logger.critical(
                    "A job takes longer than its timeout: the worker ends, and another takes over."
                )
                os._exit(HUNG)
            try:
                self.beat()
            except DatabaseError as error:
                logger.warning("No heartbeat: %s", error)
        connection.close()

    def stop(self) -> None:
        self.stopping.set()
        self.join(timeout=timedelta(seconds=5).total_seconds())


def work(worker: Worker) -> None:
    """Do jobs until a signal comes; the job in hand is finished first."""
    autodiscover_modules("tasks")
    worker.configure_signals()
    pulse = Pulse(worker)
    pulse.beat()
    pulse.start()
    try:
        worker.run()
    finally:
        pulse.stop()
        WorkerHeartbeat.objects.forget(worker.worker_id)


def run_due(*, leaving: Sequence[str] = ()) -> int:
    """Do the jobs that are due, here and now, and return how many there were: for tests and the shell. Those of the
    queues `leaving` go on waiting.

    `Worker.run` would do, but between two jobs it closes the connection, and a test's transaction with it.
    """
    autodiscover_modules("tasks")
    worker = Worker()
    done = 0
    while row := claim_due(worker.worker_id, leaving):
        worker.run_task(row)
        done += 1
    return done


def claim_due(worker_id: str, leaving: Sequence[str]) -> DBTaskResult | None:
    with exclusive_transaction():
        row = DBTaskResult.objects.ready().exclude(queue_name__in=leaving).get_locked()
        if row:
            row.claim(worker_id)
    return row
