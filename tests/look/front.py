"""What stands before a site in the world: one port that speaks https with a certificate of its own, hands what is asked
on to the site as deploy/nginx.conf does, and sends whoever comes by http to https.
"""

import datetime
import http.client
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TLS_HELLO = b"\x16"


def make_certificate(path: Path) -> Path:
    """Write a key and a certificate for this machine, good for a day, into one file; return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    return path


class Hands(BaseHTTPRequestHandler):
    """One question, handed on."""

    server: "Front"

    def do_GET(self) -> None:
        if not isinstance(self.connection, ssl.SSLSocket):
            self.send_response(301)
            self.send_header("Location", f"https://localhost:{self.server.server_port}{self.path}")
            self.end_headers()
            return
        site = http.client.HTTPConnection("127.0.0.1", self.server.site_port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]}
        site.request(self.command, self.path, headers=headers)
        answer = site.getresponse()
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        site.close()

    do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing: what fails is seen by whoever asked."""


class Front(ThreadingHTTPServer):
    """With `site_port` set before somebody asks; `certificate` is the path of what callers must trust."""

    daemon_threads = True
    site_port = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Hands)
        self.certificate = make_certificate(folder / "front.pem")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        connection.settimeout(30)
        if connection.recv(1, socket.MSG_PEEK) == TLS_HELLO:
            connection = self.tls.wrap_socket(connection, server_side=True)
        return connection, address
