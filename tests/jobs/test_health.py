"""/healthz says that the process answers, /readyz that a visitor can be served."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from jobs.models import SILENCE, WorkerHeartbeat


def test_healthz_answers_without_a_database(client):
    response = client.get(reverse("jobs:healthz"))

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_is_200_when_database_storage_and_worker_are_there(client):
    WorkerHeartbeat.objects.beat("worker-1")
    before = set(default_storage.listdir("")[1]) if default_storage.exists("") else set()
    response = client.get(reverse("jobs:readyz"))

    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "storage": "ok", "worker": "ok"},
    )
    assert set(default_storage.listdir("")[1]) == before


@pytest.mark.django_db
def test_readyz_names_a_worker_that_was_not_seen_for_a_minute(client):
    WorkerHeartbeat.objects.create(worker="worker-1", seen_at=timezone.now() - SILENCE - timedelta(seconds=1))
    response = client.get(reverse("jobs:readyz"))

    assert (response.status_code, response.json()) == (
        503,
        {"database": "ok", "storage": "ok", "worker": "not seen for a minute"},
    )


@pytest.mark.django_db
def test_readyz_names_a_storage_that_cannot_be_written(client, settings, tmp_path):
    WorkerHeartbeat.objects.beat("worker-1")
    in_the_way = tmp_path / "a file where the folder should be"
    in_the_way.write_text("")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(in_the_way / "media")}},
    }
    response = client.get(reverse("jobs:readyz"))

    assert (response.status_code, response.json()["storage"]) == (503, "cannot be written")
