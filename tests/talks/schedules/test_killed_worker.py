"""A worker that is killed while it brings a schedule in leaves nothing half done, and the next one does all of it."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from community.counters import differences
from events.models import Organiser
from jobs.models import WorkerHeartbeat
from jobs.retry import return_lost
from talks.models import ScheduleEntry, ScheduleImport, Talk
from tests.cast import make_user
from tests.jobs.test_worker import database_url, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
TALKS = 120


@pytest.fixture
def row(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    row = ScheduleImport(event=event, by=user, file_name="schedule.csv")
    rows = (f"How we run service {n},Ada Example {n % 200},Hall {n % 9}" for n in range(TALKS))
    row.begin("\n".join(["title,speakers,room", *rows]).encode())
    row.queue(by=user)
    return row


@pytest.fixture
def worker(row, tmp_path):
    places = {"DATA_DIR": str(tmp_path), "DATABASE_URL": database_url(), "DEBUG": "1"}
    command = [sys.executable, "manage.py", "work", "--id", "doomed"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, **places})
    yield process
    process.kill()
    process.wait()


def state_of(row):
    return ScheduleImport.objects.values_list("state", flat=True).get(pk=row.pk)


def test_an_import_whose_worker_is_killed_is_done_by_the_next_one_and_nothing_twice(row, worker, run_jobs):
    assert wait_for(lambda: state_of(row) == "running")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    # The transaction was open, so that not one of its talks is there.
    assert (state_of(row), Talk.objects.count(), ScheduleEntry.objects.count()) == ("running", 0, 0)

    WorkerHeartbeat.objects.all().delete()
    return_lost()
    run_jobs(later=timedelta(minutes=1))
    assert (state_of(row), Talk.objects.count(), ScheduleEntry.objects.count()) == ("done", TALKS, TALKS)
    assert list(differences()) == []
