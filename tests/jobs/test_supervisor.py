"""The parent of the web server and the worker."""

import sys

from jobs.supervisor import Child, Supervisor

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


def test_what_a_child_leaves_that_has_to_be_killed_is_seen_to_at_the_stop_too(capfd):
    seen_to = []
    child = Child(
        "worker", lambda: [sys.executable, "-c", DEAF], after_death=lambda: seen_to.append("worker")
    )
    child.start()
    while "deaf" not in capfd.readouterr().out:
        assert child.is_running
    Supervisor([child], patience=0).stop()
    assert (child.is_running, seen_to) == (False, ["worker"])
