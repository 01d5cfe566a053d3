"""Reading the conversations elsewhere whose time has come: a few in a go, each host once, and only what is led to."""

import time

from django.db import transaction

from .fetching import NotFetched
from .models import Host, Thread
from .uses import uses

BATCH = 20
GO = 30.0


def read_due() -> int:
    """Read what is due, as far as the hosts are free; return how many were read."""
    until, count = time.monotonic() + GO, 0
    due = list(Thread.objects.due()[:BATCH])
    used = uses().used([thread.key for thread in due])
    for thread in due:
        if thread.key not in used:
            thread.leave_alone()
        elif time.monotonic() < until:
            host, _made = Host.objects.get_or_create(name=thread.host)
            count += host.claim() and read(thread, host)
    return count


def read(thread: Thread, host: Host) -> bool:
    """Read one, and tell whoever keeps how many answered; return whether it could be read."""
    try:
        said = thread.ask()
    except NotFetched as problem:
        if problem.code in ("slow", "unreachable"):
            host.rest()
        return False
    with transaction.atomic():
        if thread.keep(said):
            uses().thread_changed(thread)
    host.answered()
    return True
