"""A job is done, or tried again, or visibly given up; never forgotten."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobs.models import SILENCE, WorkerHeartbeat
from jobs.retry import failed, prune, return_lost, succeeded
from tests.jobs import chores

pytestmark = pytest.mark.django_db


def only_row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def claimed_by(worker: str) -> DBTaskResult:
    row = only_row()
    row.claim(worker)
    return row


def test_a_job_is_done_once(run_jobs, diary, read_diary):
    chores.chore.enqueue(diary, "swept")

    assert [run_jobs(), run_jobs()] == [1, 0]
    assert read_diary() == ["swept"]
    assert (only_row().status, only_row().return_value) == ("SUCCESSFUL", "swept")


def test_a_job_of_a_transaction_that_is_rolled_back_never_existed(run_jobs, diary, read_diary):
    chores.chore.enqueue(diary, "kept")
    with transaction.atomic():
        chores.chore.enqueue(diary, "rolled back")
        transaction.set_rollback(True)

    assert run_jobs() == 1
    assert read_diary() == ["kept"]


def test_a_job_that_fails_is_tried_again_after_a_wait(run_jobs, diary, read_diary):
    chores.flaky.enqueue(diary, succeeds_at=2)

    assert run_jobs() == 1
    assert (only_row().status, only_row().exception_class_path) == ("READY", "builtins.ValueError")
    assert run_jobs() == 0
    assert run_jobs(later=timedelta(seconds=11)) == 1
    assert (only_row().status, only_row().exception_class_path) == ("SUCCESSFUL", "")
    assert read_diary() == ["tried", "tried"]


def test_waits_grow_fourfold_up_to_six_hours():
    assert [chores.flaky.wait_after(tries).total_seconds() for tries in (1, 2, 3, 20)] == [
        10,
        40,
        160,
        6 * 3600,
    ]


def test_a_job_is_given_up_visibly_after_its_last_try(run_jobs, diary, read_diary, caplog):
    chores.flaky.enqueue(diary, succeeds_at=99)

    with caplog.at_level(logging.ERROR, logger="jobs"):
        tried = [run_jobs(later=timedelta(hours=1)) for _ in range(5)]

    assert tried == [1, 1, 1, 0, 0]
    assert read_diary() == ["tried", "tried", "tried", "given up"]
    assert only_row().status == "FAILED"
    assert "ValueError: not yet at try 3" in only_row().traceback
    [record] = caplog.records
    assert record.getMessage().startswith(
        f"Job {only_row().pk} (tests.jobs.chores.flaky) given up after 3 tries."
    )


def test_a_worker_that_is_killed_before_it_could_say_so_has_not_given_the_job_up(run_jobs, diary, read_diary):
    chores.given_up_by_the_dying.enqueue(diary)
    with pytest.raises(SystemExit):
        run_jobs()
    assert read_diary() == ["given up"]
    # The next worker gives it up, and says so.
    assert only_row().status == "RUNNING"


def test_a_job_goes_back_when_its_worker_was_silent_for_a_minute(run_jobs, diary, read_diary):
    chores.chore.enqueue(diary, "swept")
    claimed_by("worker-1")
    WorkerHeartbeat.objects.create(worker="worker-1", seen_at=timezone.now() - SILENCE - timedelta(seconds=1))

    assert return_lost() == 1
    assert only_row().status == "READY"
    assert run_jobs(later=timedelta(seconds=11)) == 1
    assert read_diary() == ["swept"]


def test_a_job_of_a_living_worker_is_left_to_it(diary):
    chores.chore.enqueue(diary, "swept")
    claimed_by("worker-1")
    WorkerHeartbeat.objects.beat("worker-1")

    assert return_lost() == 0
    assert only_row().status == "RUNNING"


def test_a_job_that_kills_three_workers_is_given_up(diary, read_diary):
    chores.flaky.enqueue(diary, succeeds_at=1)
    states = []
    for worker in ("worker-1", "worker-2", "worker-3"):
        claimed_by(worker)
        return_lost()
        states.append(only_row().status)

    assert states == ["READY", "READY", "FAILED"]
    assert only_row().exception_class_path == "jobs.retry.WorkerDiedError"
    assert read_diary() == ["given up"]


def test_a_worker_that_was_taken_for_dead_does_not_write_over_its_successor(diary):
    chores.chore.enqueue(diary, "swept")
    late = claimed_by("worker-1")
    return_lost()
    claimed_by("worker-2")

    succeeded(late, "late")
    failed(late, ValueError("late"))

    assert (only_row().status, only_row().worker_ids, only_row().return_value) == (
        "RUNNING",
        ["worker-1", "worker-2"],
        None,
    )


def test_a_job_that_a_person_interrupts_goes_back_and_the_try_does_not_count(run_jobs, diary, read_diary):
    chores.interrupted.enqueue(diary)

    with pytest.raises(SystemExit):
        run_jobs()

    assert (only_row().status, only_row().worker_ids) == ("READY", [])
    assert read_diary() == ["interrupted"]


def test_a_job_that_this_version_does_not_know_is_given_up(run_jobs, diary, read_diary):
    chores.chore.enqueue(diary, "swept")
    DBTaskResult.objects.update(task_path="tests.jobs.chores.removed_last_year")

    assert run_jobs() == 1
    assert only_row().status == "FAILED"
    assert read_diary() == []


def test_letters_go_before_pictures(run_jobs, diary, read_diary):
    chores.picture.enqueue(diary)
    chores.chore.enqueue(diary, "chore")
    chores.letter.enqueue(diary)

    assert run_jobs() == 3
    assert read_diary() == ["letter", "chore", "picture"]


def test_rows_of_finished_jobs_are_kept_a_week_and_of_failed_ones_a_season(diary):
    now = timezone.now()
    ages = {"SUCCESSFUL": (6, 8), "FAILED": (89, 91), "READY": (365, 365)}
    for status, days in ages.items():
        for age in days:
            result = chores.chore.enqueue(diary, status)
            DBTaskResult.objects.filter(pk=result.id).update(
                status=status, finished_at=now - timedelta(days=age)
            )

    assert prune(now) == 2
    left = DBTaskResult.objects.order_by("finished_at").values_list("status", "finished_at")
    assert [(status, (now - finished).days) for status, finished in left if finished] == [
        ("READY", 365),
        ("READY", 365),
        ("FAILED", 89),
        ("SUCCESSFUL", 6),
    ]
