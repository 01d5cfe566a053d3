"""What becomes of a job that failed, or whose worker died.

django-tasks-db writes FAILED at the first exception and leaves a job of a killed worker RUNNING for ever. Here both go
back into the queue, through `run_after`, until their tries are used up. A row's `worker_ids` has one entry per try.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobs.job import Job
from jobs.models import WorkerHeartbeat

logger = logging.getLogger("jobs")

# How long the rows of finished jobs are kept, for the curious.
KEEP = {TaskResultStatus.SUCCESSFUL: timedelta(days=7), TaskResultStatus.FAILED: timedelta(days=90)}


class WorkerDiedError(Exception):
    """The worker ended in the middle of the job: killed, out of memory, or the power went."""


def declared(row: DBTaskResult) -> Job:
    """Return the row's job; a task of somebody else's code gets a job's usual rules."""
    task: Any = row.task
    return task if isinstance(task, Job) else Job(func=task.func)


def set_result(row: DBTaskResult, **columns: Any) -> bool:
    """Write the outcome of this try. False: it was taken for dead meanwhile, and the job is another worker's now."""
    mine = DBTaskResult.objects.filter(
        pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
    ).update(**columns)
    return bool(mine)


def succeeded(row: DBTaskResult, value: Any) -> None:
    set_result(
        row,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=value,
        exception_class_path="",
        traceback="",
    )


def stopped(row: DBTaskResult) -> None:
    """Put a job back that was interrupted by a person or a deployment; this try does not count."""
    set_result(row, status=TaskResultStatus.READY, started_at=None, worker_ids=row.worker_ids[:-1])


def failed(row: DBTaskResult, error: BaseException) -> None:
    """Put the job back for another try after a wait, or give it up visibly."""
    why: dict[str, Any] = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }
    tries = len(row.worker_ids)
    try:
        job = declared(row)
    except (ImportError, SuspiciousOperation):
        logger.error("Job %s given up: no such job in this version (%s).", row.pk, row.task_path)
        set_result(row, status=TaskResultStatus.FAILED, finished_at=timezone.now(), **why)
        return
    if tries < job.attempts:
        wait = job.wait_after(tries)
        if set_result(row, status=TaskResultStatus.READY, run_after=timezone.now() + wait, **why):
            logger.warning(
                "Job %s (%s) failed at try %d of %d, again in %.0f s: %r",
                row.pk,
                row.task_path,
                tries,
                job.attempts,
                wait.total_seconds(),
                error,
            )
        return
    # In one: what waited for a job that is not tried again must hear of it, also where the worker is killed now.
    with transaction.atomic():
        given_up = set_result(row, status=TaskResultStatus.FAILED, finished_at=timezone.now(), **why)
        if given_up and job.given_up:
            job.given_up(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    if given_up:
        logger.error(
            "Job %s (%s) given up after %d tries.\n%s",
            row.pk,
            row.task_path,
            tries,
            why["traceback"].rstrip(),
        )


def lost() -> Iterator[DBTaskResult]:
    """Return the jobs that are RUNNING at a worker which is gone."""
    # In this order: a worker is seen before it takes a job. Asked the other way round, the job of a worker that was
    # born between the two questions would look lost.
    running = list(DBTaskResult.objects.running())
    alive = set(WorkerHeartbeat.objects.alive().values_list("worker", flat=True)) if running else set()
    return (row for row in running if row.worker_ids[-1] not in alive)


def return_lost() -> int:
    """Put each lost job back into the queue or give it up; return how many there were."""
    rows = list(lost())
    for row in rows:
        failed(row, WorkerDiedError(f"Worker {row.worker_ids[-1]} ended while it ran this job."))
    return len(rows)


def prune(now: datetime | None = None) -> int:
    """Delete the rows of jobs that finished long ago; return how many."""
    now = now or timezone.now()
    deleted = 0
    for status, age in KEEP.items():
        deleted += DBTaskResult.objects.filter(status=status, finished_at__lt=now - age).delete()[0]
    return deleted
