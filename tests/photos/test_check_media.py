"""Three zeros: no file missing, none without a row, none changed; and what is wrong is named and mended."""

import os
import time
import uuid
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs.models import WorkerHeartbeat
from photos import checking
from photos.models import FileCheck, Photo, Rendition, Upload, UploadPart
from photos.tasks import prepare_photo, sweep_files
from tests.cast import client_of, make_photo
from tests.photos import pictures

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of this test's own: what lies in it is all that a check sees."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    return tmp_path / "media"


@pytest.fixture
def photo(event, member):
    """A photo that came and was prepared, with two renditions."""
    return prepared(make_photo(event, member))


def prepared(photo: Photo) -> Photo:
    for rendition in photo.renditions.all():
        storages["default"].delete(rendition.name)
    photo.renditions.all().delete()
    saved = storages["default"].save_hashed(
        f"originals/{photo.file_key.hex}.jpg", ContentFile(pictures.jpeg(400, 300))
    )
    Photo.objects.filter(pk=photo.pk).update(
        original=saved.name, sha256=saved.sha256, bytes=saved.size, ready=False
    )
    prepare_photo.call(photo.pk)
    # The file as it came: the job that drops it has not run.
    storages["default"].delete(saved.name)
    return Photo.objects.get(pk=photo.pk)


def check(*options: str) -> tuple[list[str], str]:
    """Return what the command prints, and what it ends with where something is wrong."""
    out = StringIO()
    try:
        call_command("check_media", *options, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def zeros(lines: list[str]) -> list[int]:
    return [int(line.split()[-1]) for line in lines if line.startswith(("missing f", "orphan f", "checksum"))]


def age(path: Path, by: timedelta = 2 * DAY) -> Path:
    long_ago = time.time() - by.total_seconds()
    os.utime(path, (long_ago, long_ago))
    return path


def stray(store: Path, name: str, data: bytes = b"x") -> Path:
    path = store / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_all_is_well_three_zeros(photo):
    assert check() == (
        [
            "missing files 0",
            "orphan files 0",
            "checksum mismatches 0",
            "3 files looked at, 0 wait for their rows, 0 mended.",
        ],
        "",
    )


def test_a_lost_rendition_is_named_and_made_again_from_the_original(photo, store, run_jobs):
    lost = photo.renditions.first()
    (store / lost.name).unlink()
    lines, problem = check()
    assert lines[0] == f"missing: {lost.name} (320 pixels of photo {photo.pk})"
    assert (zeros(lines), problem) == ([1, 0, 0], "1 wrong. Run it with --mend to set right what can be.")
    assert check("--mend")[1] == ""
    run_jobs()
    assert [zeros(check("--grace=0")[0]), Photo.objects.get(pk=photo.pk).ready] == [[0, 0, 0], True]


def test_a_damaged_rendition_is_named_and_made_again(photo, store, run_jobs):
    damaged = photo.renditions.last()
    path = store / damaged.name
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    lines, _problem = check()
    assert lines[0] == f"mismatch: {damaged.name} (400 pixels of photo {photo.pk})"
    assert zeros(lines) == [0, 0, 1]
    # Its size is right, so only who reads it finds out.
    assert zeros(check("--quick")[0]) == [0, 0, 0]
    check("--mend")
    run_jobs()
    assert zeros(check("--grace=0")[0]) == [0, 0, 0]


def test_several_faults_of_one_photo_are_mended_at_one_go(photo, store, run_jobs):
    for rendition in photo.renditions.all():
        (store / rendition.name).unlink()
    assert zeros(check("--mend")[0]) == [2, 0, 0]
    assert run_jobs() > 0
    assert zeros(check("--grace=0")[0]) == [0, 0, 0]


@pytest.mark.parametrize("fault", ["missing", "mismatch"])
def test_an_original_that_is_lost_or_damaged_is_told_again_and_again_and_nothing_is_touched(
    fault, photo, store, run_jobs
):
    path = store / photo.original
    if fault == "missing":
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_bytes(b"something else")
    # Nor can a rendition be made from it.
    (store / photo.renditions.first().name).unlink()
    for _ in range(2):
        lines, problem = check("--mend")
        assert lines[0] == f"{fault}: {photo.original} (the original of photo {photo.pk})"
        assert problem == "2 wrong."
    assert Photo.objects.get(pk=photo.pk).ready


def test_a_photo_without_any_rendition_is_found(photo, run_jobs):
    photo.renditions.all().delete()
    lines, _problem = check("--mend")
    assert lines[0] == f"missing: renditions of photo {photo.pk} (none was made)"
    run_jobs()
    assert zeros(check("--mend", "--grace=0")[0])[0] == 0
    assert Photo.objects.get(pk=photo.pk).renditions.count() == 2


def test_files_that_no_row_names_are_deleted_once_they_are_a_day_old(photo, store):
    names = [
        f"originals/ab/{uuid.uuid4().hex}.jpg",
        f"renditions/ab/{uuid.uuid4().hex}/{uuid.uuid4().hex}.webp",
        f"uploads/ab/{uuid.uuid4().hex}-0-0123456789ab",
        f"originals/ab/.{uuid.uuid4().hex[:24]}.part",
        "readyz-AbCdEfGhIjKl",
    ]
    old = [age(stray(store, name)) for name in names]
    young = stray(store, f"originals/cd/{uuid.uuid4().hex}.jpg")
    lines, problem = check()
    assert sorted(lines[:5]) == sorted(f"orphan: {name} (no row names it)" for name in names)
    assert (zeros(lines), problem[:7]) == ([0, 5, 0], "5 wrong")
    assert lines[-1] == "3 files looked at, 1 wait for their rows, 0 mended."
    lines, problem = check("--mend")
    assert (lines[-1], problem) == ("3 files looked at, 1 wait for their rows, 5 mended.", "")
    assert [path.exists() for path in (*old, young)] == [False] * 5 + [True]
    assert zeros(check()[0]) == [0, 0, 0]


def test_what_others_have_put_there_is_left_alone(photo, store, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    elsewhere = age(stray(outside, "originals.jpg"))
    strange = [age(stray(store, name)) for name in ("lost+found/1", "README", "backup/originals/ab.jpg")]
    (store / "link").symlink_to(outside)
    lines, problem = check("--mend")
    assert sorted(line for line in lines if line.startswith("left alone")) == sorted(
        f"left alone: {name} (not a name that this site gives)"
        for name in ("README", "backup/originals/ab.jpg", "link", "lost+found/1")
    )
    assert (zeros(lines), problem) == ([0, 0, 0], "")
    assert all(path.exists() for path in (*strange, elsewhere))


def test_uploads_on_their_way_count_and_expired_ones_go(event, store, run_jobs):
    def begun(hours: int) -> Upload:
        upload = Upload.objects.create(
            event=event, length=10, offset=4, expires_at=timezone.now() + timedelta(hours=hours)
        )
        name = f"uploads/{upload.pk.hex[:2]}/{upload.pk.hex}-0"
        storages["default"].save(name, ContentFile(b"four"))
        UploadPart.objects.create(upload=upload, start=0, size=4, name=name)
        age(store / name)
        return upload

    going, expired, cut = begun(1), begun(-1), begun(1)
    part = store / cut.parts.get().name
    part.chmod(0o600)
    part.write_bytes(b"fo")
    lines, _problem = check()
    assert lines[0] == f"mismatch: {cut.parts.get().name} (upload {cut.pk})"
    assert zeros(lines) == [0, 0, 1]
    sweep_files.call()
    assert set(Upload.objects.values_list("pk", flat=True)) == {going.pk, cut.pk}
    assert not (store / f"uploads/{expired.pk.hex[:2]}/{expired.pk.hex}-0").exists()
    assert (store / going.parts.get().name).read_bytes() == b"four"


def test_a_file_that_gets_its_row_while_the_check_runs_is_not_an_orphan(photo, store, monkeypatch):
    path = age(stray(store, f"originals/ef/{uuid.uuid4().hex}.jpg"))
    name = str(path.relative_to(store))
    found = next(iter(checking.orphans(checking.Report())))
    assert found.name == name
    Photo.objects.filter(pk=photo.pk).update(original=name)
    assert checking.remove(found.name) is False
    assert path.exists()


def test_a_photo_that_has_waited_for_a_day_gets_its_job_again(photo, run_jobs):
    run_jobs()
    Photo.objects.filter(pk=photo.pk).update(ready=False, submitted_at=timezone.now() - 2 * DAY)
    assert run_jobs() == 0
    sweep_files.call()
    run_jobs()
    assert Photo.objects.get(pk=photo.pk).ready


def test_what_a_killed_worker_left_among_the_temporary_files_goes(photo, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, at_work, others = (tmp_path / name for name in ("hallway-photo-old", "hallway-photo-new", "others"))
    for folder in (left, at_work, others):
        folder.mkdir()
        (folder / "320.webp").write_bytes(b"x")
    age(left)
    age(others)
    sweep_files.call()
    assert [folder.exists() for folder in (left, at_work, others)] == [False, True, True]


def test_the_daily_sweep_keeps_what_it_found(photo, store):
    (store / photo.original).unlink()
    age(stray(store, f"originals/ab/{uuid.uuid4().hex}.jpg"))
    sweep_files.call()
    last = FileCheck.objects.get()
    assert (last.files, last.missing, last.orphans, last.mismatches) == (3, 1, 0, 0)
    # The health page tells it, and visitors are served all the same.
    WorkerHeartbeat.objects.beat("worker-1")
    response = client_of(None).get("/readyz")
    told = response.json()["files"]
    assert (response.status_code, told.pop("checked")[:10]) == (200, f"{last.checked_at:%Y-%m-%d}")
    assert told == {"missing": 1, "orphans": 0, "mismatches": 0, "of": 3}


def test_the_number_of_queries_grows_with_hundreds_of_files_and_not_with_each(
    photo, store, event, member, django_assert_max_num_queries
):
    for _ in range(40):
        make_photo(event, member)
    Rendition.objects.update(sha256="")
    with django_assert_max_num_queries(12):
        assert zeros(check()[0]) == [0, 0, 0]
