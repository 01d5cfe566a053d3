"""The parent of the web server and the worker."""

import os
import sys

from jobs.supervisor import Child, Supervisor

DEAF = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(int(sys.argv[1]), b"deaf")
time.sleep(600)
"""


def test_what_a_child_leaves_that_has_to_be_killed_is_seen_to_at_the_stop_too():
    seen_to = []
    heard, says = os.pipe()
    child = Child(
        "worker",
        lambda: [sys.executable, "-c", DEAF, str(says)],
        pass_fds=[says],
        after_death=lambda: seen_to.append("worker"),
    )
    child.start()
    os.close(says)
    assert os.read(heard, 4) == b"deaf"
    os.close(heard)
    Supervisor([child], patience=0).stop()
    assert (child.is_running, seen_to) == (False, ["worker"])
