"""The load generator counts what the server answered, and nothing else."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import Load, drive, request_for


class Answering(BaseHTTPRequestHandler):
    """Answers with what the path says: /200/words."""

    protocol_version = "HTTP/1.1"
    answered = 0
    closes = False

    def do_GET(self) -> None:
        _nothing, status, words = self.path.split("/")
        type(self).answered += 1
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(words)))
        if self.closes:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def server(closes: bool) -> Iterator[tuple[tuple[str, int], type[Answering]]]:
    handler = type("Counted", (Answering,), {"answered": 0, "closes": closes})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield ("127.0.0.1", listening.server_port), handler
        listening.shutdown()


Run = Callable[..., tuple[Load, int]]


@pytest.fixture
def run() -> Run:
    """Return a function that asks a server for a path for a moment; it returns the load and what the server counted."""

    def ask(path: str, *, closes: bool = False) -> tuple[Load, int]:
        with server(closes) as (address, handler):
            load = drive(address, request_for(path), marker=b"hello", connections=2, seconds=0.2)
            return load, handler.answered

    return ask


def test_every_good_answer_counts_once(run: Run) -> None:
    load, answered = run("/200/hello")
    assert len(load.latencies) == answered > 2
    assert load.errors == {}
    assert load.rate == pytest.approx(answered / load.seconds)


def test_connections_that_the_server_closes_are_opened_again(run: Run) -> None:
    load, answered = run("/200/hello", closes=True)
    assert len(load.latencies) == answered > 2
    assert load.errors == {}


def test_a_refusal_is_an_error_and_not_an_answer(run: Run) -> None:
    load, answered = run("/404/hello")
    assert load.latencies == []
    assert load.errors == {"status 404": answered}


def test_another_page_than_the_one_to_measure_is_an_error(run: Run) -> None:
    load, answered = run("/200/login")
    assert load.latencies == []
    assert load.errors == {"another page": answered}


def test_a_percentile_is_the_answer_that_so_many_did_not_exceed() -> None:
    load = Load(latencies=[number / 1000 for number in range(200, 0, -1)])
    assert (load.percentile(50), load.percentile(99), load.percentile(100)) == (0.1, 0.198, 0.2)
