"""A world of our own behind `links.fetching`: names, network addresses and servers, all of it on the loopback.

All rules of the real world hold in it. Names are looked up in a table that gives public network addresses; only the
last step, the connection to such an address, ends at a local server. Every connection asked for is written down.
"""

import contextlib
import datetime
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from links import fetching

__all__ = ["certificate", "outside"]

# Where hosts stand that nobody gave a place: example.com's address, which nothing here ever reaches.
SOMEWHERE = "93.184.215.14"

Respond = Callable[["Visit"], None]


class Visit(BaseHTTPRequestHandler):
    """One request to one of our servers; what is answered stands in `Servers.pages`."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.close_connection = True
        url = f"{self.server.scheme}://{self.headers['Host']}{self.path}"
        self.server.world.asked.append((self.command, url))
        if self.command == "POST":
            self.server.world.posted.append(
                (url, self.rfile.read(int(self.headers["Content-Length"])).decode())
            )
        page = self.server.world.pages.get(url)
        if page is None:
            return self.give("Nothing here.", status=404, content_type="text/plain")
        with contextlib.suppress(OSError):  # who asked has hung up, as they should
            page(self)
        return None

    do_HEAD = do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def give(
        self,
        body: str | bytes = b"",
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        **headers: str,
    ) -> None:
        """Answer as a well-behaved server does."""
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    scheme = "http"
    world: "Outside"

    def handle_error(self, *_args: Any) -> None:
        pass  # hostile pages end in broken pipes


class Outside:
    """`pages` by address, `places` of hosts (more than one address, or one that is not public), and what happened."""

    def __init__(self, http: Server, https: Server, trusted: ssl.SSLContext) -> None:
        self.servers = {80: http, 443: https}
        self.trusted = trusted
        self.pages: dict[str, Respond] = {}
        self.places: dict[str, list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        # What was sent to which address, as it came.
        self.posted: list[tuple[str, str]] = []
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        # A test may put others into their place.
        self.look_up: Callable[[str, int], list[str]] = self.look_up_in_table
        self.connect: Callable[[str, int, float], socket.socket] = self.connect_to_server

    def page(self, url: str, body: str | bytes = b"", **answer: Any) -> None:
        """Put a page at `url`; https works as well, with a certificate for all hosts below example.org."""
        self.pages[url] = lambda visit: visit.give(body, **answer)

    def trust(self, host: str) -> None:
        """Believe our server that it is `host`, though its certificate does not say so."""
        self.trusted.check_hostname = False
        self.places.setdefault(host, [SOMEWHERE])

    def redirect(self, url: str, to: str, status: int = 302) -> None:
        self.pages[url] = lambda visit: visit.give(status=status, Location=to)

    def look_up_in_table(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            return self.places.get(host, [SOMEWHERE])

    def connect_to_server(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(self.servers[port].server_address[:2], timeout=seconds)

    def as_reached(self) -> fetching.Outside:
        """Return this world as `links.fetching` reaches it; also after a test has changed how."""
        return fetching.Outside(
            look_up=lambda host, port: self.look_up(host, port),
            connect=lambda address, port, seconds: self.connect(address, port, seconds),
            certificates=lambda: self.trusted,
        )


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the key and the certificate of *.example.org, which signs itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.org")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("example.org"), x509.DNSName("*.example.org")]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> Iterator[Outside]:
    """Return the world that everything reaches which asks an address during the test."""
    plain, encrypted = (Server(("127.0.0.1", 0), Visit) for _ in range(2))
    encrypted.scheme = "https"
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate)
    # The handshake belongs into the thread of the visit, or one visitor who is slow at it would hold up all.
    encrypted.socket = own.wrap_socket(encrypted.socket, server_side=True, do_handshake_on_connect=False)
    made = Outside(plain, encrypted, ssl.create_default_context(cafile=str(certificate)))
    plain.world = encrypted.world = made
    for server in (plain, encrypted):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setattr(fetching, "OUTSIDE", made.as_reached())
    yield made
    for server in (plain, encrypted):
        server.shutdown()
        server.server_close()


# --- Pages that are not well-behaved ----------------------------------------------------------------------------------


def drip(visit: Visit) -> None:
    """Send a byte of the body every tenth of a second, for a minute."""
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.end_headers()
    for _ in range(600):
        visit.wfile.write(b"a")
        time.sleep(0.1)


def slow_headers(visit: Visit) -> None:
    """Send headers without end, slowly."""
    visit.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(600):
        visit.wfile.write(b"X-%d: 1\r\n" % number)
        time.sleep(0.1)


def slow_letters(visit: Visit) -> None:
    """Send one header without end, a letter at a time."""
    visit.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(600):
        visit.wfile.write(b"a")
        time.sleep(0.1)


def endless_continue(visit: Visit) -> None:
    """Say “go on” for a minute, as fast as it can be read."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        visit.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def silence(visit: Visit) -> None:
    """Take the connection, and say nothing."""
    time.sleep(60)


def bomb(visit: Visit) -> None:
    """Send 50 kB that unpack to 50 MB."""
    packed = gzip.compress(b"\0" * 50_000_000, 9)
    visit.give(packed, Content_Encoding="gzip")


def endless(visit: Visit) -> None:
    """Send a body without end."""
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.end_headers()
    while True:
        visit.wfile.write(b"a" * 65536)


def lie_about_length(visit: Visit) -> None:
    """Announce ten bytes, and send a thousand."""
    visit.send_response(200)
    visit.send_header("Content-Length", "10")
    visit.end_headers()
    visit.wfile.write(b"0123456789" * 100)


def break_off(visit: Visit) -> None:
    """Announce a thousand bytes, and send ten."""
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.send_header("Content-Length", "1000")
    visit.end_headers()
    visit.wfile.write(b"0123456789")


def nonsense(visit: Visit) -> None:
    """Send something that is not HTTP."""
    visit.wfile.write(b"\x00\xff SSH-2.0-OpenSSH\r\n" * 100)


def bad_chunks(visit: Visit) -> None:
    """Send chunks whose length is not a number."""
    visit.send_response(200)
    visit.send_header("Transfer-Encoding", "chunked")
    visit.end_headers()
    visit.wfile.write(b"zz\r\nhello\r\n")


def many_headers(visit: Visit) -> None:
    """Send 10,000 headers."""
    visit.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 10_000 + b"\r\nbody")


def bad_gzip(visit: Visit) -> None:
    """Say that it is packed, and it is not."""
    visit.give(b"this is plain" * 10, Content_Encoding="gzip")


def strange_packing(visit: Visit) -> None:
    visit.give(b"x", Content_Encoding="gzip, gzip, gzip")
