"""A worker that is killed at any moment loses no photo, and leaves no file without a row once the sweep has been.

Five times in the suite; `make bench-kill` does it two hundred times.
"""

import io
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from jobs.models import WorkerHeartbeat
from photos.checking import check, clear_workspaces
from photos.models import Photo
from photos.tasks import prepare_photo
from tests.cast import make_photo
from tests.jobs.test_worker import database_url, wait_for
from tests.photos import pictures

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("HALLWAY_KILLS", "5"))
PHOTOS_AT_ONCE = 3
NONE = {"missing": 0, "orphan": 0, "mismatch": 0}
number = itertools.count(1)


@pytest.fixture
def data_dir(settings, tmp_path, monkeypatch) -> Path:
    """A place for files that no other test has written to, for this process and the workers."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    # Temporary files too, so that what a killed worker leaves is seen.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def worker_at_work(data_dir) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield workers, one after the other, each as soon as it has reported; they are killed by whoever gets them."""
    # DEBUG, so that the job that draws cards needs no collected static files.
    places = {
        "DATA_DIR": str(data_dir),
        "TMPDIR": str(data_dir),
        "DATABASE_URL": database_url(),
        "DEBUG": "1",
    }
    processes = []

    def start() -> Iterator["subprocess.Popen[bytes]"]:
        for count in itertools.count():
            name = f"worker-{count}"
            command = [sys.executable, "manage.py", "work", "--id", name]
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, **places})
            processes.append(process)
            assert wait_for(WorkerHeartbeat.objects.filter(worker=name).exists)
            yield process
            # What the supervisor does when it sees its worker dead.
            WorkerHeartbeat.objects.forget(name)

    yield start()
    for process in processes:
        process.kill()
        process.wait()


def picture() -> bytes:
    """Return a picture like no other, which takes a moment to prepare."""
    image = Image.effect_mandelbrot((1400, 1000), (-2, -1.2, 1, 1.2), 20 + next(number)).convert("RGB")
    return pictures.saved(image, "JPEG", quality=90, comment=pictures.PRIVATE["comment"])


def arrive(event, member) -> tuple[int, bytes]:
    """Add a photo as the form does: the file first, then row and job together. Return its id, and what was sent."""
    photo = make_photo(event, member)
    for rendition in photo.renditions.all():
        rendition.delete()
        storages["default"].delete(rendition.name)
    sent = picture()
    saved = storages["default"].save_hashed(f"originals/{photo.file_key.hex}.jpg", ContentFile(sent))
    Photo.objects.filter(pk=photo.pk).update(
        original=saved.name, sha256=saved.sha256, bytes=saved.size, format="JPEG", ready=False
    )
    prepare_photo.enqueue(photo.pk)
    return photo.pk, sent


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def test_photos_outlive_every_kill_of_their_worker(event, member, data_dir, worker_at_work, run_jobs):
    chance = random.Random(os.environ.get("HALLWAY_SEED", "a train in the tunnel"))
    sent = {}
    for worker in itertools.islice(worker_at_work, KILLS):
        sent |= dict(arrive(event, member) for _ in range(PHOTOS_AT_ONCE))
        time.sleep(chance.uniform(0, 1.2))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        # Whatever it was doing, every file that a row names is whole.
        assert check().found == NONE
    next(worker_at_work).kill()
    WorkerHeartbeat.objects.all().delete()

    finish(run_jobs)

    photos = Photo.objects.in_bulk(sent)
    assert [pk for pk in sent if not photos[pk].ready] == []
    assert [pk for pk in sent if pixels(kept(photos[pk])) != pixels(sent[pk])] == []
    # What killed workers left is of no use to anybody: gone after the sweep.
    check(mend=True, older_than=timedelta())
    clear_workspaces(older_than=timedelta())
    assert check(older_than=timedelta()).found == NONE
    left = [path for path in data_dir.iterdir() if path.name.startswith("hallway-")]
    assert left == []


def finish(run_jobs) -> None:
    """Do what is left to do; a photo whose worker was killed three times says so, and is tried again by its owner."""
    from jobs.retry import return_lost

    for _ in range(3):
        return_lost()
        while run_jobs(later=timedelta(days=1)):
            pass
        for photo in Photo.objects.exclude(problem=""):
            assert photo.problem.startswith("Something went wrong on our side")
            photo.prepare_again()


def kept(photo: Photo) -> bytes:
    with storages["default"].open(photo.original) as file:
        data: bytes = file.read()
    assert pictures.PRIVATE["comment"] not in data
    return data
