"""The client that the authors of the protocol offer, tus-js-client, works with this site as it is.

HALLWAY_TUS_CLIENT names a folder node_modules that has it (npm install tus-js-client, anywhere); without it these tests
are left out.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from photos.models import Upload, UploadPart
from photos.storage import picture_store
from tests.photos import pictures

CLIENT = os.environ.get("HALLWAY_TUS_CLIENT", "")
HAS_CLIENT = bool(shutil.which("node")) and (Path(CLIENT) / "tus-js-client").is_dir()

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not HAS_CLIENT, reason="HALLWAY_TUS_CLIENT names no folder with tus-js-client"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A place for files of each test's own."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": options},
    }
    return tmp_path / "media"


@pytest.fixture
def photo(tmp_path, settings):
    path = settings.BASE_DIR / "demo" / "photos" / "hall-with-glass-roof.jpg"
    assert path.stat().st_size > 300_000
    return path


@pytest.fixture
def client_does(event, live_server):
    def do(scenario, path):
        script = Path(__file__).with_name("tus_client.cjs")
        endpoint = f"{live_server.url}/photos/uploads/{event.slug}/"
        done = subprocess.run(
            ["node", str(script), scenario, endpoint, str(path)],
            env={**os.environ, "NODE_PATH": CLIENT},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return do


def assert_arrived(photo):
    upload = Upload.objects.get()
    assert upload.is_complete
    assert upload.file_name == "from the client.jpg"
    assert picture_store().open(upload.name).read() == photo.read_bytes()
    assert UploadPart.objects.count() == 0


@pytest.mark.parametrize(("scenario", "requests"), [("whole", ["POST", "PATCH"]), ("together", ["POST"])])
def test_a_photo_arrives(client_does, photo, scenario, requests):
    outcome = client_does(scenario, photo)
    assert ("error" in outcome, outcome["requests"]) == (False, requests)
    assert_arrived(photo)


def test_an_upload_that_was_stopped_goes_on_where_it_was(client_does, photo):
    outcome = client_does("resumed", photo)
    assert "error" not in outcome
    assert (outcome["requests"][0], outcome["found"]) == ("HEAD", [100_000])
    assert outcome["requests"].count("PATCH") == -(-photo.stat().st_size // 50_000) - 2
    assert_arrived(photo)


def test_a_connection_that_is_cut_costs_nothing_that_had_come(client_does, photo):
    outcome = client_does("cut", photo)
    assert "error" not in outcome
    assert outcome["requests"][:3] == ["POST", "PATCH", "HEAD"]
    # The announcement and the headers went through the proxy too. A busy server may need a second look.
    assert 199_000 < outcome["found"][-1] <= 200_000
    assert_arrived(photo)


def test_an_upload_that_is_given_up_leaves_nothing(client_does, photo, folder):
    client_does("terminated", photo)
    assert Upload.objects.count() == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_what_is_refused_is_told_in_words(client_does, tmp_path):
    path = tmp_path / "words.jpg"
    path.write_bytes(pictures.SVG)
    assert "This is a drawing (SVG) or another text file, not a photo." in client_does("whole", path)["error"]
