"""What the worker does about addresses out in the world."""

from datetime import timedelta

from django_tasks_db.models import DBTaskResult

from jobs.job import job, periodic


@job(queue="outside", attempts=1, timeout=timedelta(minutes=2))
def read_link(link_id: int) -> None:
    """Read what stands at an address, unless that was done lately. Safe to run twice."""
    from .models import Link

    link = Link.objects.filter(pk=link_id).first()
    if link and not link.is_fresh:
        link.read()


@job(queue="outside", attempts=3, first_wait=timedelta(hours=1), timeout=timedelta(minutes=2))
def follow_link(link_id: int) -> None:
    """Ask a short address where it leads, and have everything lead there that led to it. Safe to run twice."""
    from .models import Link

    link = Link.objects.filter(pk=link_id).first()
    if link:
        link.follow()


# So many addresses may wait to be read before no more are taken for previews: some minutes' work.
MOST_WAITING = 50


def is_busy() -> bool:
    """Whether so many addresses wait to be read that one more would be read too late for whoever pasted it."""
    waiting = DBTaskResult.objects.ready().filter(task_path=read_link.module_path)
    return waiting[:MOST_WAITING].count() >= MOST_WAITING


@periodic(every=timedelta(days=1))
@job()
def forget_links() -> None:
    """Delete the rows of addresses that were pasted once and that nothing leads to. Safe to run twice."""
    from .models import Link

    Link.objects.forgotten().delete()


@periodic(every=timedelta(minutes=5))
@job(queue="outside", attempts=1, timeout=timedelta(minutes=30))
def check_links() -> int:
    """Look whether what we link to is still there, as far as its time has come. Safe to run twice."""
    from .health import check_due

    return check_due()


@job(queue="outside", attempts=3, first_wait=timedelta(hours=1), timeout=timedelta(minutes=3))
def archive_link(link_id: int) -> None:
    """Ask the Internet Archive to keep a copy of a page. Safe to run twice."""
    from .models import Link

    link = Link.objects.filter(pk=link_id, archived_on=None).first()
    if link:
        link.archive()


@periodic(every=timedelta(minutes=10))
@job(queue="outside", attempts=1, timeout=timedelta(minutes=10))
def read_threads() -> int:
    """Read the conversations elsewhere whose time has come. Safe to run twice."""
    from .following import read_due

    return read_due()
