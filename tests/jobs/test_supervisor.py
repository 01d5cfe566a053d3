"""The parent of the web server and the worker."""

import os
import subprocess
import sys

from jobs.supervisor import Child, Supervisor

DEAF = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(int(sys.argv[1]), b"deaf")
time.sleep(600)
"""
# One run for each line that the loop comes by, its waiting included: there the signal's handler runs.
INTERRUPTED = """
import sys, time
from jobs.supervisor import Supervisor
time.sleep = lambda seconds: None
for place in range(1, 60):
    supervisor, lines, is_running = Supervisor([]), 0, False
    def begin():
        global is_running
        is_running = True
    def line(frame, event, argument):
        global lines
        lines += is_running and event == "line"
        if lines == place:
            supervisor.asked(15, None)
        return line
    sys.settrace(line)
    supervisor.run(begin)
    sys.settrace(None)
print("stopped")
"""


def test_a_signal_stops_it_whatever_line_it_is_at():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout, done.stderr) == ("stopped\n", "")


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
