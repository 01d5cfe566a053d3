"""Whether every file that a row names is there as it was stored, and every stored file has a row: three zeros.

Both walks take little memory however many files there are, and stand beside a site at work: what looks wrong is looked
at once more before it is told, and a file that is younger than a day may still wait for its row.
"""

import hashlib
import logging
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils import timezone

from links.models import Link
from links.tasks import read_link
from sharing.models import SharePicture

from .models import FileCheck, Photo, Rendition, Upload, UploadPart
from .storage import GENERATED, WORKSPACE, picture_store
from .tasks import prepare_photo

logger = logging.getLogger("photos")

MISSING, ORPHAN, MISMATCH = "missing", "orphan", "mismatch"
# A file is stored moments before its row; a day is ample, and also for a form that somebody left open.
GRACE = timedelta(days=1)
BATCH = 500
# Only what this site stores in these places may be deleted; anything else that lies there is somebody's.
OURS = re.compile(
    r"(originals|renditions|uploads|links|sharing)/.+|readyz-[A-Za-z0-9]+|(?:.+/)?\.[0-9a-f]{24}\.part"
)
UNFINISHED = re.compile(r"(?:.+/)?\.[0-9a-f]{24}\.part")


class Finding(NamedTuple):
    """Something wrong with one file: MISSING, ORPHAN or MISMATCH; its name, and in words whose it is.

    `photo` is the id of the photo whose renditions can be made again, `link` that of the page elsewhere whose picture
    can be fetched again, `shared` that of the picture of a link, which can be drawn again; where all are None, nothing
    can be done but a restore.
    """

    kind: str
    name: str
    of: str
    photo: int | None = None
    link: int | None = None
    shared: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} ({self.of})"


class Expected(NamedTuple):
    """A file that a row names: what it must be, as far as the row knows."""

    name: str
    of: str
    sha256: str = ""
    size: int | None = None

    def fault(self, contents: bool) -> str:
        """Return MISSING or MISMATCH, or nothing where the file is as it should be; `contents`: read it all."""
        try:
            path = Path(picture_store().path(self.name))
            size = path.stat().st_size
            if self.size is not None and size != self.size:
                return MISMATCH
            if contents and self.sha256:
                with open(path, "rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                return "" if found == self.sha256 else MISMATCH
        except FileNotFoundError:
            return MISSING
        return ""


def none_of_each() -> dict[str, int]:
    return dict.fromkeys((MISSING, ORPHAN, MISMATCH), 0)


@dataclass
class Report:
    """What a check found: how many files rows name, how many faults of each kind, and how many of those are mended.

    `young` files still wait for their rows; `strange` ones have names that this site does not give.
    """

    files: int = 0
    young: int = 0
    strange: list[str] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=none_of_each)
    mended: dict[str, int] = field(default_factory=none_of_each)

    @property
    def left(self) -> dict[str, int]:
        """How many faults of each kind are still there."""
        return {kind: count - self.mended[kind] for kind, count in self.found.items()}


# --- From the rows to the files ---------------------------------------------------------------------------------------


def wrong_files(report: Report, *, contents: bool = True) -> Iterator[Finding]:
    """Yield what is wrong with files that rows name. `contents` compares checksums, which reads every byte."""
    for photo in in_batches(Photo.objects.prefetch_related("renditions")):
        yield from wrong_files_of(photo, report, contents)
    for upload in in_batches(Upload.objects.prefetch_related("parts")):
        files = [Expected(part.name, f"upload {upload.pk}", size=part.size) for part in upload.parts.all()]
        if upload.name:
            files.append(Expected(upload.name, f"upload {upload.pk}", upload.sha256, upload.length))
        for file in files:
            report.files += 1
            if (fault := file.fault(contents)) and is_named(file.name):
                yield Finding(fault, file.name, file.of)
    for link in in_batches(Link.objects.exclude(picture="")):
        report.files += 1
        file = Expected(link.picture, f"the picture of link {link.pk}")
        if (fault := file.fault(contents)) and is_named(file.name):
            yield Finding(fault, file.name, file.of, link=link.pk)
    for picture in in_batches(SharePicture.objects.all()):
        report.files += 1
        file = Expected(picture.name, f"picture {picture.pk} of a link", picture.sha256, picture.bytes)
        if (fault := file.fault(contents)) and is_named(file.name):
            yield Finding(fault, file.name, file.of, shared=picture.pk)


def wrong_files_of(photo: Photo, report: Report, contents: bool) -> Iterator[Finding]:
    """Yield what is wrong with the files of one photo: the original first, which all others can be made from."""
    of = f"photo {photo.pk}"
    source: int | None = None
    if photo.original:
        report.files += 1
        original = Expected(photo.original, of, photo.kept_sha256 or photo.sha256, photo.bytes or None)
        fault = original.fault(contents)
        source = None if fault else photo.pk
        if fault and is_named(original.name):
            yield Finding(fault, original.name, f"the original of {of}")
    renditions = list(photo.renditions.all())
    for rendition in renditions:
        report.files += 1
        file = Expected(rendition.name, of, rendition.sha256, rendition.bytes)
        if (fault := file.fault(contents)) and is_named(file.name):
            yield Finding(fault, file.name, f"{rendition.width} pixels of {of}", source)
    if photo.ready and photo.original and not renditions and is_shown_without_files(photo):
        yield Finding(MISSING, f"renditions of {of}", "none was made", source)


def is_named(name: str) -> bool:
    """Return whether a row still names this file: it may have been replaced since it was looked at."""
    return name in named([name])


def is_shown_without_files(photo: Photo) -> bool:
    return Photo.objects.filter(pk=photo.pk, ready=True, renditions=None).exclude(original="").exists()


def in_batches(rows: Any) -> Iterator[Any]:
    """Yield all rows by their key, some hundreds at a time: a query that stays open for hours would hold up SQLite's
    journal, and an offset would count what it skips."""
    last: Any = None
    while batch := list((rows.filter(pk__gt=last) if last is not None else rows).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


# --- From the files to the rows ---------------------------------------------------------------------------------------


class Stored(NamedTuple):
    """A file in the store: its name, and when it was written, in seconds since 1970."""

    name: str
    written: float


def orphans(report: Report, *, older_than: timedelta = GRACE) -> Iterator[Finding]:
    """Yield the files that no row names, unless they are younger than `older_than`."""
    latest = timezone.now().timestamp() - older_than.total_seconds()
    walk = stored()
    while files := list(islice(walk, BATCH)):
        known = named(file.name for file in files)
        for file in files:
            if file.name in known:
                continue
            if not OURS.fullmatch(file.name):
                report.strange.append(file.name)
            elif file.written > latest:
                report.young += 1
            else:
                yield Finding(ORPHAN, file.name, "no row names it")


def named(names: Iterable[str]) -> set[str]:
    """Return those of the names that a row has. Uploads are asked first: what leaves one becomes a photo's original."""
    names = [name for name in names if GENERATED.fullmatch(name)]
    columns: list[tuple[type[models.Model], str]] = [
        (UploadPart, "name"),
        (Upload, "name"),
        (Photo, "original"),
        (Rendition, "name"),
        (Link, "picture"),
        (SharePicture, "name"),
    ]
    found: set[str] = set()
    for model, column in columns:
        rows = model._default_manager.filter(**{f"{column}__in": names})
        found.update(rows.values_list(column, flat=True))
    return found


def stored() -> Iterator[Stored]:
    """Yield every file in the store, folder by folder; links are not followed."""
    root = Path(picture_store().location)
    folders = [root]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    else:
                        written = entry.stat(follow_symlinks=False).st_mtime
                        yield Stored(str(Path(entry.path).relative_to(root)), written)
        except FileNotFoundError:
            continue  # gone since its folder was read


# --- Doing it ---------------------------------------------------------------------------------------------------------


def check(
    *, contents: bool = True, mend: bool = False, older_than: timedelta = GRACE, tell: Any = logger.warning
) -> Report:
    """Look at every file; `tell` gets each Finding. With `mend`, set right what can be, and forget expired uploads.

    Renditions are made again from a good original by the worker, orphans are deleted. All else is left alone.
    """
    report, again = Report(), None
    if mend:
        forget_expired_uploads()
        remind_of_waiting(older_than)
        clear_workspaces()
    for finding in wrong_files(report, contents=contents):
        tell(finding)
        report.found[finding.kind] += 1
        if mend and finding.photo:
            # Its findings come one after the other.
            if finding.photo != again:
                make_again(finding.photo)
            again = finding.photo
            report.mended[finding.kind] += 1
        if mend and finding.link:
            fetch_again(finding.link)
            report.mended[finding.kind] += 1
        if mend and finding.shared:
            # It is drawn again within the hour, as what has none is.
            SharePicture.objects.filter(pk=finding.shared).delete()
            report.mended[finding.kind] += 1
    for finding in orphans(report, older_than=older_than):
        tell(finding)
        report.found[finding.kind] += 1
        if mend:
            report.mended[finding.kind] += remove(finding.name)
    return report


def sweep() -> Report:
    """Check and mend by names and sizes, as is done every day, and keep what was found for the health page."""
    report = check(contents=False, mend=True)
    left = report.left
    found = {"missing": left[MISSING], "orphans": left[ORPHAN], "mismatches": left[MISMATCH]}
    FileCheck.objects.update_or_create(pk=1, defaults={"files": report.files, **found})
    if any(left.values()):
        logger.error("Stored files are wrong (%s): manage.py check_media names them.", left)
    return report


@transaction.atomic
def make_again(photo_id: int) -> None:
    """Have the worker make the renditions of this photo anew; until then it does not show."""
    photo = Photo.locked(photo_id)
    photo.break_down("")
    prepare_photo.enqueue(photo.pk)


def fetch_again(link_id: int) -> None:
    """Have the worker fetch the picture of this page elsewhere anew; until then it has none."""
    Link.objects.filter(pk=link_id).update(picture="", read_at=None)
    read_link.enqueue(link_id)


def remove_unnamed(names: Iterable[str]) -> None:
    """Delete those of the files that no row names; what cannot be deleted now is swept up later."""
    for name in names:
        remove(name)


def remove(name: str) -> bool:
    """Delete a file that no row names; return whether it is gone."""
    with suppress(OSError):
        if UNFINISHED.fullmatch(name):
            Path(picture_store().path(name)).unlink(missing_ok=True)
            return True
        if not is_named(name):
            picture_store().delete(name)
            return True
    return False


def clear_workspaces(older_than: timedelta = GRACE) -> None:
    """Remove what workers that were killed left among the temporary files: half-made copies of pictures."""
    latest = timezone.now().timestamp() - older_than.total_seconds()
    for folder in Path(tempfile.gettempdir()).glob(f"{WORKSPACE}*"):
        with suppress(FileNotFoundError):
            about = folder.lstat()
            if stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and about.st_mtime <= latest:
                shutil.rmtree(folder, ignore_errors=True)


def remind_of_waiting(older_than: timedelta) -> int:
    """Enqueue photos that have waited that long for the worker, in case their job is lost; return how many."""
    since = timezone.now() - older_than
    waiting = Photo.objects.filter(ready=False, problem="", submitted_at__lt=since).exclude(original="")
    ids = list(waiting.values_list("pk", flat=True)[:1000])
    for pk in ids:
        prepare_photo.enqueue(pk)
    return len(ids)


def forget_expired_uploads() -> int:
    """Drop what was sent in pieces and that nobody came back for; return how many there were."""
    expired = list(Upload.objects.expired()[:10_000])
    for upload in expired:
        upload.discard()
    return len(expired)
