"""One parent for the web server and the worker: starts both, starts again what died, stops all together."""

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

logger = logging.getLogger("jobs")

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
STEADY_AFTER = 60.0
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """In the child, before it becomes its program: be told to stop when the supervisor is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A program that should always run. `command` is asked at each start, as a worker gets a new name each time."""

    def __init__(
        self,
        name: str,
        command: Callable[[], Sequence[str]],
        *,
        pass_fds: Sequence[int] = (),
        after_death: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.command = command
        self.pass_fds = pass_fds
        self.after_death = after_death
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.start_at = 0.0
        self.wait = FIRST_WAIT

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops its children in order.
        self.process = subprocess.Popen(
            self.command(), pass_fds=self.pass_fds, start_new_session=True, preexec_fn=end_with_parent
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it if it is time to; notice if it ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        if now - self.started > STEADY_AFTER:
            self.wait = FIRST_WAIT
        logger.error("The %s ended (status %d); it starts again in %.0f s.", self.name, status, self.wait)
        self.process, self.start_at, self.wait = None, now + self.wait, min(self.wait * 2, LONGEST_WAIT)
        if self.after_death:
            self.after_death()

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps children running until SIGINT or SIGTERM comes; a second signal does not wait for them."""

    def __init__(self, children: Sequence[Child], *, patience: float = 30.0) -> None:
        self.children = children
        self.patience = patience
        self.stop_asked = self.hurry = False

    def asked(self, number: int, frame: FrameType | None) -> None:
        # No threading.Event: a signal comes in the middle of any line, also where this thread holds the Event's lock.
        self.hurry = self.stop_asked
        self.stop_asked = True

    def run(self, tick: Callable[[], None]) -> None:
        """Return when every child has ended. `tick` is called several times a second."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.asked)
        try:
            while not self.stop_asked:
                for child in self.children:
                    child.look_after()
                tick()
                time.sleep(0.1)
        finally:
            self.stop()

    def stop(self) -> None:
        self.stop_asked = True
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + self.patience
        while any(child.is_running for child in self.children):
            if self.hurry or time.monotonic() > deadline:
                for child in self.children:
                    child.send(signal.SIGKILL)
            time.sleep(0.05)
        for child in self.children:
            # Who was killed could not do that itself.
            if child.process is not None and child.after_death:
                child.after_death()
