"""Every file of the collections is taken or refused in words, in a few seconds, by the form and in pieces."""

import json
import os
import time
from pathlib import Path

import pytest

from photos.models import Photo, Upload
from tests.cast import client_of
from tests.filling import address, filled, upload
from tests.photos.sending import begin, go_on

pytestmark = [pytest.mark.django_db, pytest.mark.corpus]

SECONDS = 5


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A place for files of each test's own."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": options},
    }
    settings.UPLOADS_PER_ADDRESS = settings.UPLOADS_PER_EVENT = 100_000
    return tmp_path / "media"


def collection():
    root = Path(os.environ["HALLWAY_CORPUS"])
    return sorted(
        path for name in ("photos", "hostile-images") for path in (root / name).rglob("*") if path.is_file()
    )


def test_the_form_takes_each_or_says_why_not(event, moderator):
    browser, wrong, count = client_of(moderator), {}, {200: 0, 422: 0}
    for path in collection():
        data = filled("photos", event, pictures=[upload(path.read_bytes(), path.name)], tags="a")
        start = time.monotonic()
        response = browser.post(address("photos", event), data, headers={"Accept": "application/json"})
        seconds = time.monotonic() - start
        count[response.status_code] = count.get(response.status_code, 0) + 1
        words = json.loads(response.content).get("errors", ["taken"])
        if response.status_code not in (200, 422) or seconds > SECONDS or len(words) != 1 or not words[0]:
            wrong[str(path)] = (response.status_code, seconds, words)
    assert wrong == {}
    assert min(count.values()) > 100
    assert Photo.objects.count() > 100


def test_it_is_the_same_in_two_pieces(event):
    wrong, count = {}, {}
    for path in collection():
        data = path.read_bytes()
        start = time.monotonic()
        statuses = send_in_two(event, data)
        seconds = time.monotonic() - start
        count[statuses[-1]] = count.get(statuses[-1], 0) + 1
        if not set(statuses) <= {201, 204, 413, 422} or seconds > SECONDS:
            wrong[str(path)] = (statuses, seconds)
    assert wrong == {}
    assert min(count[204], count[422]) > 100
    assert Upload.objects.count() == Upload.objects.complete().count() == count[204]


def send_in_two(event, data):
    begun = begin(event, len(data))
    statuses = [begun.status_code]
    half = len(data) // 2
    for start, piece in ((0, data[:half]), (half, data[half:])):
        if statuses[-1] in (201, 204) and piece:
            answer = go_on(begun["Location"], piece, start)
            statuses.append(answer.status_code)
            if answer.status_code >= 400:
                assert json.loads(answer.content)["error"]
    return statuses
