"""Jobs for the tests on jobs. Each leaves a line in the file that it is given, as it may run in another process."""

import time
from datetime import timedelta
from pathlib import Path

from jobs.job import job


def note(path: str, line: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@job()
def chore(path: str, line: str) -> str:
    note(path, line)
    return line


@job(queue="mail")
def letter(path: str) -> None:
    note(path, "letter")


@job(queue="pictures")
def picture(path: str) -> None:
    note(path, "picture")


def tell_given_up(path: str, succeeds_at: int) -> None:
    note(path, "given up")


@job(attempts=3, given_up=tell_given_up)
def flaky(path: str, succeeds_at: int) -> None:
    """Fail until it runs for the given time."""
    note(path, "tried")
    tries = Path(path).read_text().count("tried")
    if tries < succeeds_at:
        raise ValueError(f"not yet at try {tries}")


def die(path: str) -> None:
    note(path, "given up")
    raise SystemExit


@job(attempts=1, given_up=die)
def given_up_by_the_dying(path: str) -> None:
    raise ValueError


@job()
def interrupted(path: str) -> None:
    note(path, "interrupted")
    raise SystemExit(1)


@job()
def slow_at_first(path: str, seconds: float) -> None:
    """Take long the first time only, so that the second try can be waited for."""
    first = not Path(path).exists()
    note(path, "begun")
    if first:
        time.sleep(seconds)
    note(path, "done")


@job(timeout=timedelta(seconds=1))
def endless(path: str) -> None:
    note(path, "begun")
    time.sleep(600)
