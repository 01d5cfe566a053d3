"""A small load generator: a fixed number of connections that each ask again as soon as they were answered.

One thread, plain sockets, HTTP/1.1 with the connections kept open. It runs on a core of its own (`keep_to_core`), and
every answer is looked at: another status than 200, or a page without the words that it must have, is an error.
"""

import contextlib
import dataclasses
import math
import os
import selectors
import socket
import time
import zlib

GENERATORS_CORE = 1
SERVERS_CORE = 0
LONGEST_ANSWER = 30.0


def keep_to_core(core: int, process: int = 0) -> bool:
    """Let a process (0: this one) run on one core only; False where the system cannot do so, or lacks that core."""
    try:
        os.sched_setaffinity(process, {core})
    except (AttributeError, OSError):
        return False
    return True


@dataclasses.dataclass
class Load:
    """What a run gave: `seconds` it took, `latencies` of the good answers in seconds, `errors` by what was wrong."""

    seconds: float = 0.0
    latencies: list[float] = dataclasses.field(default_factory=list)
    errors: dict[str, int] = dataclasses.field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Return the latency in seconds that `percent` of the answers did not exceed; 0 where there was none."""
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        # The nearest rank: an answer that was given, not a number between two.
        return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]

    def fail(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


def request_for(path: str, *, host: str = "127.0.0.1", cookie: str = "") -> bytes:
    """Return the request of a browser that reads English, without a cookie of the site or with one."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Accept: text/html",
        "Accept-Language: en",
        "Accept-Encoding: gzip",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class Answer:
    """One response, as it comes in."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.head = b""
        self.length = -1

    def take(self, piece: bytes) -> bool:
        """Add what came; return whether the response is whole. Raises ValueError for one of unknown length."""
        self.received += piece
        if self.length < 0:
            head, gap, _rest = self.received.partition(b"\r\n\r\n")
            if not gap:
                return False
            self.head = bytes(head)
            found = [line for line in self.head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if not found:
                raise ValueError("no length")
            self.length = len(self.head) + 4 + int(found[0].split(b":")[1])
        return len(self.received) >= self.length

    @property
    def status(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    @property
    def is_last(self) -> bool:
        """Whether the server closes the connection after it."""
        return b"\r\nconnection: close" in self.head.lower()


class Connection:
    """A connection that has one request under way at a time."""

    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self.address, self.request = address, request
        self.socket: socket.socket | None = None
        self.answer = Answer()
        self.asked_at = 0.0

    def ask(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=LONGEST_ANSWER)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = Answer()
        self.asked_at = time.perf_counter()
        self.socket.sendall(self.request)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def drive(
    address: tuple[str, int], request: bytes, *, marker: bytes, connections: int = 4, seconds: float = 3.0
) -> Load:
    """Send `request` over `connections` connections for `seconds`; answers under way at the end are waited for.

    `marker` is what the body of every answer must contain.
    """
    load = Load()
    started = time.perf_counter()
    ends = started + seconds
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        for _number in range(connections):
            connection = Connection(address, request)
            stack.callback(connection.close)
            selector.register(connection.ask(), selectors.EVENT_READ, connection)
        while selector.get_map():
            ready = selector.select(LONGEST_ANSWER)
            if not ready:
                load.fail("no answer")
                break
            for key, _events in ready:
                step(key.data, selector, load, marker, ends)
    load.seconds = time.perf_counter() - started
    return load


def step(
    connection: Connection, selector: selectors.BaseSelector, load: Load, marker: bytes, ends: float
) -> None:
    """Take what came for one connection; when its answer is whole, note it, and ask again while there is time."""
    assert connection.socket is not None
    try:
        piece = connection.socket.recv(1 << 17)
        if piece and not connection.answer.take(piece):
            return
        fault = fault_of(connection.answer, marker) if piece else "broken off"
    except (OSError, ValueError) as error:
        fault = str(error)
    now = time.perf_counter()
    if fault:
        load.fail(fault)
    else:
        load.latencies.append(now - connection.asked_at)
    selector.unregister(connection.socket)
    if fault or connection.answer.is_last:
        connection.close()
    if now < ends:
        selector.register(connection.ask(), selectors.EVENT_READ, connection)


def fault_of(answer: Answer, marker: bytes) -> str:
    """Return what is wrong with a whole response; empty when nothing is."""
    if answer.status != "200":
        return f"status {answer.status}"
    body = bytes(answer.received).partition(b"\r\n\r\n")[2]
    if b"content-encoding: gzip" in answer.head.lower():
        body = zlib.decompress(body, zlib.MAX_WBITS + 16)
    return "" if marker in body else "another page"
