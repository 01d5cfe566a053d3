"""A periodic job comes round once in its time, however many workers ask."""

from datetime import timedelta

import pytest
from django.db.models import F
from django_tasks_db.models import DBTaskResult

from jobs.job import PERIODIC
from jobs.models import PeriodicRun
from jobs.tasks import prune_finished_jobs

pytestmark = pytest.mark.django_db
NAME = "jobs.tasks.prune_finished_jobs"


def queued() -> int:
    return DBTaskResult.objects.filter(task_path=NAME).count()


def let_pass(time: timedelta) -> None:
    PeriodicRun.objects.update(due_at=F("due_at") - time)


def test_finished_jobs_are_cleared_away_daily():
    assert (PERIODIC[NAME].job, PERIODIC[NAME].every) == (prune_finished_jobs, timedelta(days=1))


def test_a_periodic_job_is_enqueued_at_the_first_start_and_once_in_each_period():
    counts = []
    for time in (timedelta(), timedelta(hours=23), timedelta(hours=1), timedelta()):
        let_pass(time)
        PeriodicRun.objects.enqueue_due()
        counts.append(queued())

    assert counts == [1, 1, 2, 2]


def test_a_site_that_slept_for_a_week_catches_up_with_one_run():
    PeriodicRun.objects.enqueue_due()
    let_pass(timedelta(days=7))
    PeriodicRun.objects.enqueue_due()
    PeriodicRun.objects.enqueue_due()

    assert queued() == 2
