"""A stored file is there whole or not at all, under a name of our own, and nothing replaces it."""

import errno
import hashlib
import os
import resource
import stat
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from photos.storage import DurableStorage, StorageFull, StorageUnavailable, storage_errors

NAME = "photos/3f/3f9c-original.jpg"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "media"


@pytest.fixture
def storage(place):
    return DurableStorage(location=place)


class Interrupted(File):
    """An upload of which half arrives; it looks at the storage while it is being written."""

    def __init__(self, place: Path):
        super().__init__(None)
        self.place = place
        self.seen: list[str] = []

    def chunks(self, chunk_size=None):
        yield b"half"
        self.seen = [path.name for path in self.place.rglob("*") if path.is_file()]
        raise ConnectionResetError


def files(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def test_a_saved_file_is_told_by_name_hash_and_size(storage, place):
    content = os.urandom(300_000)

    saved = storage.save_hashed(NAME, ContentFile(content))

    assert saved == (NAME, hashlib.sha256(content).hexdigest(), 300_000)
    assert (place / NAME).read_bytes() == content
    assert storage.open(NAME).read() == content
    assert files(place) == [NAME]


def test_save_is_the_same_through_the_usual_door_of_django(storage, place):
    assert storage.save(NAME, ContentFile(b"abc")) == NAME
    assert storage.size(NAME) == 3


def test_the_site_keeps_its_files_in_it(settings):
    assert type(storages["default"]) is DurableStorage
    assert storages["default"].location == str(settings.MEDIA_ROOT)


def test_a_file_that_is_interrupted_leaves_nothing_and_was_never_to_be_seen(storage, place):
    upload = Interrupted(place)

    with pytest.raises(ConnectionResetError):
        storage.save_hashed(NAME, upload)

    assert [name for name in upload.seen if not name.startswith(".")] == []
    assert len(upload.seen) == 1
    assert files(place) == []
    assert storage.exists(NAME) is False


def test_an_existing_file_is_never_replaced(storage, place):
    storage.save(NAME, ContentFile(b"first"))

    with pytest.raises(FileExistsError):
        storage.save(NAME, ContentFile(b"second"))

    assert (place / NAME).read_bytes() == b"first"
    assert files(place) == [NAME]


def test_the_same_content_may_be_saved_again_so_that_a_task_may_run_twice(storage, place):
    first = storage.save_hashed(NAME, ContentFile(b"same"))

    assert storage.save_hashed(NAME, ContentFile(b"same")) == first
    assert files(place) == [NAME]


@pytest.mark.parametrize(
    "name",
    [
        "../outside.jpg",
        "photos/../../outside.jpg",
        "/etc/outside.jpg",
        "photos//double.jpg",
        "photos/.hidden",
        "IMG 1234.jpg",
        "holiday.jpg.exe",
        "photos\\windows.jpg",
        "émilie.jpg",
        "new\nline.jpg",
        "photos/",
        "",
    ],
)
def test_a_name_that_we_would_not_make_is_refused(storage, place, name):
    for refused in (
        lambda: storage.save_hashed(name, ContentFile(b"x")),
        lambda: (
            storage.save(name, ContentFile(b"x")) if name else storage.save_hashed(name, ContentFile(b"x"))
        ),
        lambda: storage.delete(name),
    ):
        with pytest.raises(SuspiciousFileOperation):
            refused()
    assert [path for path in place.parent.rglob("*") if path.is_file()] == []


def test_a_deleted_file_is_gone_and_deleting_it_again_is_fine(storage, place):
    storage.save(NAME, ContentFile(b"abc"))

    storage.delete(NAME)
    storage.delete(NAME)

    assert files(place) == []


def test_a_stored_file_is_not_for_every_account_of_the_machine(storage, place):
    before = os.umask(0)
    try:
        storage.save(NAME, ContentFile(b"abc"))
    finally:
        os.umask(before)

    assert stat.S_IMODE((place / NAME).stat().st_mode) == 0o640
    assert stat.S_IMODE((place / "photos").stat().st_mode) == 0o750


def test_a_stored_file_cannot_be_opened_for_writing(storage):
    storage.save(NAME, ContentFile(b"abc"))

    with pytest.raises(SuspiciousFileOperation):
        storage.open(NAME, "wb")


def test_a_disk_without_room_is_told_and_leaves_nothing(storage, place):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageFull):
            storage.save(NAME, ContentFile(bytes(100_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert files(place) == []


def test_a_place_that_cannot_be_written_is_told():
    with pytest.raises(StorageUnavailable):
        DurableStorage(location="/sys/hallway").save(NAME, ContentFile(b"abc"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EROFS, StorageUnavailable),
        (errno.EIO, StorageUnavailable),
        (errno.ENOENT, FileNotFoundError),
    ],
)
def test_each_refusal_of_the_system_has_its_word(number, told):
    with pytest.raises(told) as caught, storage_errors():
        raise OSError(number, os.strerror(number))

    assert type(caught.value) is told
    assert caught.value.errno == number


def test_a_file_comes_back_where_folders_were_removed_in_between(storage, place):
    storage.save(NAME, ContentFile(b"abc"))
    storage.delete(NAME)
    (place / NAME).parent.rmdir()

    storage.save(NAME, ContentFile(b"again"))

    assert (place / NAME).read_bytes() == b"again"
