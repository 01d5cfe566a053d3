"""`make bench-uploads`: twenty people send photos in pieces while the web server is killed at random moments.

Whatever the server acknowledged must be there at the end, byte for byte: pieces (204), whole uploads, and the photos of
forms (an address in JSON). Ends with one line of JSON: rounds, what was acknowledged, `lost`, and the three zeros.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PICTURE = (ROOT / "demo" / "photos" / "dinner.jpg").read_bytes()
EVENT = "bench-of-uploads"
PEOPLE = 20
PIECE = 40_000
TRIES = 500
TUS = {"Tus-Resumable": "1.0.0"}


class Acknowledged:
    """What the server said it has."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.offsets: dict[str, tuple[int, bytes]] = {}
        self.photos: set[str] = set()
        self.retries = 0


class Sender(threading.Thread):
    """Somebody who sends two photos and a form, again and again, and tries again whatever happens."""

    def __init__(self, port: int, until: threading.Event, known: Acknowledged) -> None:
        super().__init__(daemon=True)
        self.port, self.until, self.known = port, until, known
        self.random = random.Random()
        # Never waits for ever, and is never refused.
        self.is_content = False

    def run(self) -> None:
        while not self.until.is_set():
            photos = [PICTURE + os.urandom(16) for _photo in range(2)]
            self.send_form([self.send(data) for data in photos], photos)
        self.is_content = True

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        """Return an answer that is no failure of the server's; try as long as there is none."""
        given = {**TUS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        for _try in range(TRIES):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.request(method, path, body, given)
                answer = connection.getresponse()
                answer.content = answer.read()  # type: ignore[attr-defined]
                if answer.status < 500 or method == "PATCH":
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            with self.known.lock:
                self.known.retries += 1
            if method == "PATCH":
                # The caller asks first how much is there.
                return None  # type: ignore[return-value]
            time.sleep(self.random.uniform(0.05, 0.3))
        raise SystemExit(f"no answer to {method} {path}")

    def send(self, data: bytes) -> str:
        begun = self.ask("POST", f"/photos/uploads/{EVENT}/", Upload_Length=str(len(data)))
        address = begun.headers["Location"]
        offset = 0
        while offset < len(data):
            piece = data[offset : offset + PIECE]
            headers = {"Upload_Offset": str(offset), "Content_Type": "application/offset+octet-stream"}
            answer = self.ask("PATCH", address, piece, **headers)
            if answer is None or answer.status != 204:
                answer = self.ask("HEAD", address)
            offset = int(answer.headers["Upload-Offset"])
            with self.known.lock:
                self.known.offsets[address] = (offset, data)
        return address.rstrip("/").rpartition("/")[2]

    def send_form(self, uploads: list[str], photos: list[bytes]) -> None:
        page = self.ask("GET", f"/photos/new/{EVENT}/")
        text = page.content.decode()  # type: ignore[attr-defined]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
        fields |= {"submission_key": str(uuid.uuid4()), "guest_name": "Somebody", "licence": "cc0-1.0"}
        body = urlencode([*fields.items(), *(("uploads", one) for one in uploads)]).encode()
        cookie = "; ".join(value.partition(";")[0] for value in page.headers.get_all("Set-Cookie", []))
        answer = self.ask(
            "POST",
            f"/photos/new/{EVENT}/",
            body,
            Accept="application/json",
            Cookie=cookie,
            Content_Type="application/x-www-form-urlencoded",
        )
        said = json.loads(answer.content)  # type: ignore[attr-defined]
        with self.known.lock:
            if "address" not in said:
                raise SystemExit(f"the form was refused: {said}")
            self.known.photos |= {hashlib.sha256(data).hexdigest() for data in photos}


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def kill_again_and_again(server: subprocess.Popen[str], port: int, rounds: int) -> int:
    """Kill the process that answers, at a random moment once it does, that many times; return how many it was."""
    killed = 0
    while killed < rounds:
        while not answers(port):
            time.sleep(0.05)
        time.sleep(random.uniform(0, 1.5))
        for child in children_of(server.pid):
            os.kill(child, signal.SIGKILL)
            killed += 1
        if server.poll() is not None:
            raise SystemExit("the server's parent has ended")
    return killed


def check(known: Acknowledged) -> dict[str, int]:
    """Return how much of what was acknowledged is not there, and what files and rows disagree about."""
    from photos.checking import check as check_files
    from photos.models import Photo, Upload
    from photos.storage import picture_store

    def holds(name: str, data: bytes) -> bool:
        with picture_store().open(name) as file:
            return file.read() == data

    rows = {photo.sha256: photo for photo in Photo.objects.all()}
    lost = 0
    for sha256 in known.photos:
        photo = rows.get(sha256)
        with_file = photo and Path(picture_store().path(photo.original)).read_bytes()
        lost += not (with_file and hashlib.sha256(with_file).hexdigest() == sha256)
    for address, (offset, data) in known.offsets.items():
        if hashlib.sha256(data).hexdigest() in rows:
            continue
        upload = Upload.objects.filter(pk=address.rstrip("/").rpartition("/")[2]).first()
        if upload is None or upload.offset < offset:
            lost += 1
        elif upload.is_complete:
            lost += not holds(upload.name, data)
        else:
            parts = upload.parts.all()
            lost += not all(holds(part.name, data[part.start : part.start + part.size]) for part in parts)
    return {"lost": lost, "photos_twice": Photo.objects.count() - len(rows), **check_files().left}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hallway-bench-") as folder:
        high = dict.fromkeys(
            ["UPLOADS_PER_ADDRESS", "UPLOADS_PER_EVENT", "PHOTOS_PER_EVENT", "GUEST_FORMS_PER_HOUR"],
            "1000000",
        )
        os.environ.update(high, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="ERROR")
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.core.management import call_command

        from events.models import Event
        from jobs.statics import collect_if_changed

        call_command("migrate", verbosity=0)
        collect_if_changed()
        event = Event(
            name="Bench of uploads", slug=EVENT, starts_on=date(2024, 3, 19), ends_on=date(2024, 3, 20)
        )
        event.propose(by=None)
        event.publish(by=None)
        print(json.dumps(measured(options.rounds)))


def measured(rounds: int) -> dict[str, int]:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.server"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        # It says each time that its process was killed.
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout
        known, until = Acknowledged(), threading.Event()
        port = int(server.stdout.readline())
        senders = [Sender(port, until, known) for _sender in range(PEOPLE)]
        for sender in senders:
            sender.start()
        killed = kill_again_and_again(server, port, rounds)
        until.set()
        for sender in senders:
            sender.join(timeout=120)
        stuck = sum(not sender.is_content for sender in senders)
    finally:
        server.terminate()
        server.wait()
    said = {
        "killed": killed,
        "uploads": len(known.offsets),
        "photos": len(known.photos),
        "retries": known.retries,
    }
    return {**said, "stuck": stuck, **check(known)}


if __name__ == "__main__":
    main()
