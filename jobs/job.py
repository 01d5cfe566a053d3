"""How work that must not keep a visitor waiting is declared.

    @job(queue="pictures", attempts=3)
    def make_renditions(photo_id: int) -> None: ...

    make_renditions.enqueue(photo.pk)

A job is a task of django-tasks that also knows how often it is tried. `enqueue` is an INSERT on the caller's
connection: inside a transaction, the job exists exactly when what it works on exists. Arguments must be JSON.

A job may run more than once (its worker died after the work and before the note of it), so it is written to be
safe to run twice. Jobs live in an app's `tasks.py`; the worker imports these modules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django_tasks_db.compat import Task

P = ParamSpec("P")
T = TypeVar("T")

# One worker may serve all queues. Somebody waits for a code to sign in; nobody waits for the fourth size of a picture,
# and still less for a slow site elsewhere.
PRIORITY = {"mail": 10, "default": 0, "pictures": -10, "sharing": -15, "outside": -20}
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task):
    """A task with its own rules for failure."""

    attempts: int = 3
    first_wait: timedelta = timedelta(seconds=10)
    timeout: timedelta = timedelta(minutes=10)
    given_up: Callable[..., Any] | None = None

    def wait_after(self, tries: int) -> timedelta:
        """Return how long to wait after that many failed tries: 10 s, 40 s, 160 s, … and six hours at most."""
        return min(self.first_wait * 4 ** (tries - 1), LONGEST_WAIT)

    def enqueue_once(self, *args: Any) -> None:
        """Enqueue the job, unless the same one with the same arguments waits already: for what many changes ask for.

        One that has begun does not count, as it may have read what was there before, nor one that waits for its next
        try, which may be hours away. One that waits is locked until the caller's transaction is over, so no worker
        begins it before it can see what the caller has changed. One that somebody else has locked is left to them, and
        another is enqueued: whoever changes a thing never waits for a job's row, so no two can wait for each other.
        """
        from django_tasks_db.models import DBTaskResult

        same = DBTaskResult.objects.ready().filter(
            task_path=self.module_path, args_kwargs={"args": list(args), "kwargs": {}}
        )
        with transaction.atomic():
            if same.select_for_update(skip_locked=True).values_list("pk", flat=True).first() is None:
                self.enqueue(*args)


@dataclass(frozen=True)
class Periodic:
    """A job and how often it comes round."""

    job: Job
    every: timedelta


PERIODIC: dict[str, Periodic] = {}


def job(
    *,
    queue: str = "default",
    attempts: int = 3,
    first_wait: timedelta = timedelta(seconds=10),
    timeout: timedelta = timedelta(minutes=10),
    given_up: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Job]:
    """Declare a function as a job.

    It is tried `attempts` times, with growing waits that begin at `first_wait`; a try that takes longer than `timeout`
    is ended together with its worker. After the last try the row says FAILED, the log says why, and `given_up` is
    called with the job's own arguments, so that what waited for the job can say so.
    """

    def declare(function: Callable[..., Any]) -> Job:
        return Job(
            func=function,
            queue_name=queue,
            priority=PRIORITY.get(queue, 0),
            attempts=attempts,
            first_wait=first_wait,
            timeout=timeout,
            given_up=given_up,
        )

    return declare


def periodic(*, every: timedelta) -> Callable[[Job], Job]:
    """Have a job without arguments enqueued that often, by whichever worker notices first."""

    def register(declared: Job) -> Job:
        PERIODIC[declared.module_path] = Periodic(declared, every)
        return declared

    return register
