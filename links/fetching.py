"""The one way in which anything here asks an address out in the world. Nothing else opens a connection to it.

    try:
        answer = fetch(url, accept="application/json", most_bytes=5_000_000, seconds=20)
    except NotFetched as problem:
        ...  # str(problem) is a sentence for people, problem.code a word for programs

Whoever pastes an address chooses where our server connects to, so: each host is looked up once, all that it is said to
be must stand in the public internet (links/reach.py), and the connection goes to that very address, for each redirect
anew. Ports 80 and 443 only, no cookies, no proxies. A clock runs over all of it, a slow byte, a slow header and a
slow name server included, and the size is counted after unpacking.
"""

import codecs
import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.utils.translation import gettext as _

from links.canonical import Address, BadAddress, parse
from links.reach import is_public

MOST_HOPS = 5
PORTS = {"": 0, ":80": 80, ":443": 443}
DEFAULT_PORT = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# An address of many that does not take the connection must not use up the time of the others.
CONNECT_SECONDS = 4.0
CHUNK = 64 * 1024


class NotFetched(Exception):  # noqa: N818 - it reads as what happened
    """The address was not fetched. `str()` is a sentence for people; `code` says why, for programs.

    Codes: refused (the address may not be asked), unreachable, untrusted (its certificate), slow, large, broken (no
    answer that can be read), circles (too many redirects), missing (an answer, but not the page). `detail` is for the
    log.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(sentence(code))
        self.code, self.detail = code, detail


def sentence(code: str) -> str:
    """Return what people are told of a NotFetched with this code, in the language of whoever reads it."""
    if code == "refused":
        return _("This address leads to a place that only some computers can reach, so we did not open it.")
    if code == "unreachable":
        return _("Nothing answers at this address.")
    if code == "untrusted":
        return _("The site cannot prove who it is (its certificate is not valid), so we did not open it.")
    if code == "slow":
        return _("The site took too long to answer.")
    if code == "large":
        return _("What is at this address is too large.")
    if code == "missing":
        return _("The site says that there is no such page, or that not everybody may see it.")
    if code == "circles":
        return _("This address leads from one to the next without end.")
    return _("We cannot read the site’s answer.")


@dataclass(frozen=True)
class Answer:
    """What came back: `url` after all redirects, `body` unpacked. An answer is one with status 404, too."""

    url: str
    status: int
    headers: Message
    body: bytes
    # Whether there was more of it than was asked for (`cut`).
    is_cut: bool = False

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """What it says it is: “text/html”, or "" where it does not say."""
        return self.headers.get_content_type() if "content-type" in self.headers else ""

    @property
    def text(self) -> str:
        """The body as text: in the encoding that its first bytes, its header or the page itself name, else UTF-8."""
        marked = next((name for mark, name in BYTE_ORDER_MARKS if self.body.startswith(mark)), None)
        within = CHARSET_WITHIN.search(self.body[:2048])
        named = marked or self.headers.get_param("charset") or (within[1].decode("ascii") if within else "")
        return self.body.decode(encoding_named(str(named)), "replace").removeprefix("\ufeff")


BYTE_ORDER_MARKS = [(b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")]
CHARSET_WITHIN = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.I
)
# What browsers know. Python knows more, and some of it (punycode) takes quadratic time on what a stranger sends.
ENCODINGS = re.compile(
    r"utf-8|utf-16(?:-[bl]e)?|cp(?:125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]|gb(?:k|2312|18030)|big5(?:hkscs)?"
    r"|shift_jis|euc_(?:jp|kr)|iso2022_jp|mac-roman"
)


def encoding_named(name: str) -> str:
    """Return Python's name of an encoding that a page may be written in; UTF-8 for any other."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    # Nobody means Latin-1: browsers read it as Windows-1252, which has quotation marks.
    found = "cp1252" if found in ("iso8859-1", "ascii") else found
    return found if ENCODINGS.fullmatch(found) else "utf-8"


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    most_bytes: int = 1_000_000,
    seconds: float = 10,
    method: str = "GET",
    cut: bool = False,
) -> Answer:
    """Ask `url` and what it leads on to; return the last answer. Raises NotFetched, after `seconds` at the latest.

    `most_bytes` count after unpacking; with `cut` there may be more, of which nothing is read.
    """
    clock = Clock(seconds)
    for _hop in range(MOST_HOPS + 1):
        address = address_to_ask(url)
        with _as_not_fetched(clock):
            answer = _ask(address, clock, accept=accept, most_bytes=most_bytes, method=method, cut=cut)
        onward = _onward(answer)
        if not onward:
            return answer
        url = onward
    raise NotFetched("circles", url)


def post(url: str, fields: dict[str, str], *, most_bytes: int = 100_000, seconds: float = 10) -> Answer:
    """Send a form to `url`, and follow nothing: whoever leads on cannot have somebody else asked to do something.
    Return the answer, of its body the beginning. Raises NotFetched.
    """
    clock, address = Clock(seconds), address_to_ask(url)
    body = urlencode(fields).encode("ascii")
    with _as_not_fetched(clock):
        return _ask(address, clock, accept="*/*", most_bytes=most_bytes, method="POST", cut=True, form=body)


def onward_from(url: str, *, seconds: float) -> tuple[str, str]:
    """Ask `url`, and nothing that it leads on to: return the address that it leads to, or "", and the beginning of the
    page that stands there otherwise. Raises NotFetched.
    """
    clock = Clock(seconds)
    address = address_to_ask(url)
    with _as_not_fetched(clock):
        answer = _ask(address, clock, accept="text/html", most_bytes=20_000, method="GET", cut=True)
    return _onward(answer), answer.text if answer.is_ok else ""


def _onward(answer: Answer) -> str:
    """Return the complete address to which an answer leads on; "" where it does not."""
    onward = answer.headers.get("location")
    if answer.status not in REDIRECTS or not onward:
        return ""
    try:
        # Headers are read byte by byte; many sites write them in UTF-8.
        return urljoin(answer.url, onward.encode("latin-1", "replace").decode("utf-8", "replace"))
    except ValueError as error:
        raise NotFetched("broken", f"redirect to {onward!r}") from error


def address_to_ask(url: str) -> Address:
    """Return the parts of an address that may be asked. Raises NotFetched for all others."""
    try:
        address = parse(url)
    except BadAddress as error:
        raise NotFetched("refused", str(error)) from error
    if address.port not in PORTS:
        raise NotFetched("refused", f"port {address.port}")
    return address


# --- Time -------------------------------------------------------------------------------------------------------------


class Clock:
    """The time that is left for one fetch, redirects and all."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises NotFetched where there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise NotFetched("slow")
        return left


class TimedReader(io.RawIOBase):
    """The bytes of a connection, each piece waited for no longer than the clock allows.

    A timeout of the socket's alone would begin anew with every byte, and a server that sends one a second could hold us
    for ever.
    """

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self.connection, self.clock = connection, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connection.settimeout(self.clock.left())
        return self.connection.recv_into(buffer)


class TimedSocket:
    """As much of a socket as http.client needs to read an answer."""

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self.reader = TimedReader(connection, clock)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.reader, CHUNK)


@contextmanager
def _as_not_fetched(clock: Clock) -> Iterator[None]:
    """Turn what sockets, certificates and answers can raise into NotFetched."""
    try:
        yield
    except NotFetched:
        raise
    except TimeoutError as error:
        raise NotFetched("slow") from error
    except ssl.SSLCertVerificationError as error:
        raise NotFetched("untrusted", repr(error)) from error
    except (OSError, UnicodeError) as error:
        clock.left()
        raise NotFetched("unreachable", repr(error)) from error
    except (http.client.HTTPException, zlib.error, ValueError) as error:
        raise NotFetched("broken", repr(error)) from error


# --- Out into the world -----------------------------------------------------------------------------------------------


def look_up(host: str, port: int) -> list[str]:
    """Return the network addresses that the name server has for `host`, in the order to try them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True)
class Outside:
    """How the world is reached. Tests have a world of their own; nothing that a site can be set to changes this one."""

    look_up: Callable[[str, int], list[str]] = look_up
    connect: Callable[[str, int, float], socket.socket] = connect
    certificates: Callable[[], ssl.SSLContext] = ssl.create_default_context


OUTSIDE = Outside()


def public_addresses(host: str, port: int, clock: Clock) -> list[str]:
    """Return the network addresses of `host`. Raises NotFetched where one of them is not public."""
    found: list[str] = []
    fault: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found.extend(OUTSIDE.look_up(host, port))
        except (OSError, UnicodeError) as error:
            fault.append(error)

    # The system's own look-up takes as long as it likes and cannot be stopped: it is left behind instead.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(clock.left())
    if thread.is_alive():
        raise NotFetched("slow", f"no answer from the name server for {host}")
    if fault or not found:
        raise NotFetched("unreachable", f"{host}: {fault or 'no address'}")
    for address in found:
        if not is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise NotFetched("refused", f"{host} is {address}")
    return list(dict.fromkeys(found))


def open_connection(address: Address, clock: Clock) -> socket.socket:
    """Return a connection to the host of `address`, encrypted and its certificate checked where it is https."""
    port = PORTS[address.port] or DEFAULT_PORT[address.scheme]
    host = address.host.strip("[]")
    fault: OSError | None = None
    for found in public_addresses(host, port, clock)[:4]:
        try:
            connection = OUTSIDE.connect(found, port, min(clock.left(), CONNECT_SECONDS))
        except OSError as error:
            fault = error
            continue
        if address.scheme == "http":
            return connection
        try:
            connection.settimeout(clock.left())
            return OUTSIDE.certificates().wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise
    raise NotFetched("unreachable", f"{host}: {fault!r}")


def _ask(
    address: Address,
    clock: Clock,
    *,
    accept: str,
    most_bytes: int,
    method: str,
    cut: bool,
    form: bytes | None = None,
) -> Answer:
    """Ask once, and follow nothing."""
    target = address.path + (f"?{address.query}" if address.query else "")
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {address.host}{address.port}",
        f"User-Agent: {user_agent()}",
        f"Accept: {accept}",
        "Accept-Encoding: gzip",
        "Connection: close",
    ]
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    connection = open_connection(address, clock)
    try:
        connection.settimeout(clock.left())
        connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + (form or b""))
        timed: Any = TimedSocket(connection, clock)
        response = http.client.HTTPResponse(timed, method=method)
        response.begin()
        url = str(Address(address.scheme, address.host, address.port, address.path, address.query, ""))
        wanted = method != "HEAD" and response.status not in REDIRECTS
        body, is_cut = _read(response, clock, most_bytes, cut=cut) if wanted else (b"", False)
        return Answer(url, response.status, response.headers, body, is_cut)
    finally:
        connection.close()


def user_agent() -> str:
    """Return how we introduce ourselves, with the address at which we can be asked about it."""
    return f"Mozilla/5.0 (compatible; Hallway; +{settings.SITE_URL})"


def _read(
    response: http.client.HTTPResponse, clock: Clock, most_bytes: int, *, cut: bool
) -> tuple[bytes, bool]:
    """Return the unpacked body, and whether there was more of it."""
    announced = None if response.chunked else response.length
    if not cut and announced is not None and announced > most_bytes:
        raise NotFetched("large", f"{announced} bytes announced")
    body = Body(response.headers.get("content-encoding", ""), most_bytes)
    while announced is None or body.arrived < announced:
        clock.left()
        piece = response.read1(CHUNK if announced is None else min(CHUNK, announced - body.arrived))
        if not piece:
            break
        body.take(piece)
        if body.is_too_much and cut:
            return bytes(body.unpacked[:most_bytes]), True
        if body.is_too_much:
            raise NotFetched("large", f"more than {most_bytes} bytes")
    is_whole = body.is_whole and (announced is None or body.arrived >= announced)
    if not is_whole and not cut:
        raise NotFetched("broken", "it ends in the middle")
    return bytes(body.unpacked), not is_whole


class Body:
    """The body of an answer as it arrives: how much of it came, and what it unpacks to, up to `most` bytes and one."""

    def __init__(self, encoding: str, most: int) -> None:
        self.most, self.arrived, self.unpacked = most, 0, bytearray()
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotFetched("broken", f"packed as {encoding[:40]!r}")
        # 32: gzip and zlib are told apart by their first bytes.
        self.stream = zlib.decompressobj(32 + zlib.MAX_WBITS) if encoding not in ("", "identity") else None

    def take(self, piece: bytes) -> None:
        """Unpack the next piece. Of what is too much, one byte is unpacked, to know of it."""
        self.arrived += len(piece)
        room = self.most + 1 - len(self.unpacked)
        self.unpacked += self.stream.decompress(piece, room) if self.stream else piece[:room]

    @property
    def is_too_much(self) -> bool:
        # Also what unpacks to nothing, without end.
        return len(self.unpacked) > self.most or self.arrived > self.most + CHUNK

    @property
    def is_whole(self) -> bool:
        return self.stream is None or self.stream.eof or not self.arrived
