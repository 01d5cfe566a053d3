"""Files that are still there after the power was cut.

Django's FileSystemStorage hands the bytes to the operating system and goes on; after a hard power cut the rows are
there and the files are empty. Here a file is complete and on the disk, and so is its name, before `save` comes back:
the caller may then commit the row that points at it.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

# What this site generates: folders and a name of letters, digits, - and _, and one extension.
GENERATED = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]*/){0,8}[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[a-z0-9]{1,5})?")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
AWAY = {
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ESTALE,
    errno.ENODEV,
    errno.ENXIO,
    errno.ENOTCONN,
}
# How the names of folders begin in which pictures are worked on, in the system's place for temporary files.
WORKSPACE = "hallway-photo-"
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class StorageFull(OSError):  # noqa: N818 (a state of the disk)
    """There is no room left for the file (disk or quota); nothing was stored. Answer 507."""


class StorageUnavailable(OSError):  # noqa: N818 (the same)
    """The place for files is read-only, away or broken; nothing was stored. Answer 503."""


class Saved(NamedTuple):
    """A stored file: its name, the SHA-256 of its content in hex, and its size in bytes."""

    name: str
    sha256: str
    size: int


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn the operating system's refusals into StorageFull and StorageUnavailable; let all else pass."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(error.errno, error.strerror, error.filename) from error
        if error.errno in AWAY:
            raise StorageUnavailable(error.errno, error.strerror, error.filename) from error
        raise


@deconstructible(path="photos.storage.DurableStorage")
class DurableStorage(FileSystemStorage):
    """A FileSystemStorage whose files survive a power cut, never replace each other, and have generated names.

    `save` and `save_hashed` raise SuspiciousFileOperation for a name that no part of this site generates,
    FileExistsError where another content has the name (the same content again is fine, so a task may run twice),
    StorageFull and StorageUnavailable. Readable by owner and group, unless the options say otherwise.
    """

    def __init__(self, **options: Any):
        super().__init__(**options)
        self._file_mode: int = options.get("file_permissions_mode", 0o640)
        self._directory_mode: int = options.get("directory_permissions_mode", 0o750)
        self._durable_directories: set[Path] = set()

    def save_hashed(self, name: str, content: File) -> Saved:
        """Store `content` (read from its start) as `name`; return name, SHA-256 and size, hashed on the way."""
        sha256, size = self._write(self._generated(name), content)
        return Saved(name, sha256, size)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name as it is: a generated name needs no second try, and an existing file is never replaced."""
        name = self._generated(name)
        if max_length and len(name) > max_length:
            raise SuspiciousFileOperation("A generated file name is longer than its column.")
        return name

    def delete(self, name: str) -> None:
        """Remove the file for good, also after a power cut; absent is fine."""
        path = Path(self.path(self._generated(name)))
        with storage_errors(), suppress(FileNotFoundError):
            path.unlink()
            self._sync_directory(path.parent)

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise SuspiciousFileOperation("Stored files are written once, by save.")
        with storage_errors():
            return File(open(self.path(name), mode))

    def _save(self, name: str, content: File) -> str:
        self._write(self._generated(name), content)
        return name

    def _generated(self, name: str) -> str:
        if not GENERATED.fullmatch(str(name)):
            raise SuspiciousFileOperation("Only generated names are stored.")
        return str(name)

    def _write(self, name: str, content: File) -> tuple[str, int]:
        path = Path(self.path(name))
        # The leading dot keeps an unfinished file out of the generated names; a sweep may remove old ones.
        unfinished = path.parent / f".{secrets.token_hex(12)}.part"
        digest, size = hashlib.sha256(), 0
        with storage_errors():
            self._make_directory(path.parent)
            try:
                with open(unfinished, "xb") as file:
                    os.fchmod(file.fileno(), self._file_mode)
                    for chunk in content.chunks():
                        file.write(chunk)
                        digest.update(chunk)
                        size += len(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                self._give_name(unfinished, path, digest.hexdigest())
            finally:
                unfinished.unlink(missing_ok=True)
            self._sync_directory(path.parent)
        return digest.hexdigest(), size

    def _give_name(self, unfinished: Path, path: Path, sha256: str) -> None:
        """Give the complete file its name in one step. A rename would replace; a link refuses."""
        try:
            os.link(unfinished, path)
        except FileExistsError:
            with open(path, "rb") as existing:
                if hashlib.file_digest(existing, "sha256").hexdigest() != sha256:
                    raise
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            # No hard links on this file system: claim the name, then replace the claim.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            os.replace(unfinished, path)

    def _make_directory(self, directory: Path) -> None:
        """Make the directory and those above it, and see that each is known on the disk to the one above.

        Also where another process made it: that one may not have come to its fsync yet.
        """
        if directory in self._durable_directories and directory.is_dir():
            return
        root = Path(self.location)
        if directory != root and root in directory.parents:
            self._make_directory(directory.parent)
            with suppress(FileExistsError):
                directory.mkdir()
                directory.chmod(self._directory_mode)
            self._sync_directory(directory.parent)
        elif not directory.is_dir():
            directory.mkdir(parents=True, exist_ok=True)
            self._sync_directory(directory.parent)
        self._durable_directories.add(directory)

    def _sync_directory(self, directory: Path) -> None:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def picture_store() -> DurableStorage:
    """Return the storage that photos are kept in, as the settings name it."""
    return cast(DurableStorage, storages["default"])
