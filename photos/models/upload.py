import logging
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import IO, Self, cast

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.forms import one_line

from ..formats import HEAD, NotAPicture, identify, look_at_beginning
from ..storage import picture_store, storage_errors
from .blocked import Blocked, BlockedPicture

logger = logging.getLogger("photos")

CHUNK = 262_144
# A photo of 40 MB then has pieces of 20 kB on average; a sender of smaller ones wants something else.
PARTS_AT_MOST = 2000


class OffsetConflict(Exception):  # noqa: N818 - it reads as what happened
    """The bytes do not begin where the upload ends: another request was quicker, or the sender lost count."""


class TooManyParts(Exception):  # noqa: N818 - the same
    """The upload came in PARTS_AT_MOST pieces and is still not whole."""


class PartLost(Exception):  # noqa: N818 - the same
    """The file of a part is not there: the whole must come again."""


class UploadQuerySet(models.QuerySet["Upload"]):
    def unexpired(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def complete(self) -> Self:
        return self.filter(completed_at__isnull=False)


class Upload(models.Model):
    """A file on its way, by the tus protocol (photos/tus.py). Whoever knows its id may go on with it.

    What has arrived lies in UploadParts. The last bytes make it whole: the parts are put together into `name`,
    recognised and hashed, and only then is `offset` the `length`. A form then makes a photo of it, and the row goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Null while nobody has said yet where it belongs (photos/receiving.py).
    event = models.ForeignKey(
        "events.Event", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("event")
    )
    # The guest's link that it comes through, if any.
    link = models.ForeignKey("photos.UploadLink", models.SET_NULL, null=True, blank=True, related_name="+")
    # Whose it is, for the limits only: a keyed hash of the network address (photos.limits.sender_of).
    sender = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    length = models.PositiveBigIntegerField(_("length in bytes"))
    offset = models.PositiveBigIntegerField(_("bytes that have arrived"), default=0)
    # What the sender calls it: shown back to the sender, used for nothing.
    file_name = models.CharField(_("name at the sender"), max_length=255, blank=True)
    # When whole: the stored file, its SHA-256 in hex, and its format (photos.formats.Format.name).
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    completed_at = models.DateTimeField(_("complete"), null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_within_its_length"),
            models.CheckConstraint(
                condition=Q(offset__lt=F("length"), completed_at=None)
                | Q(offset=F("length"), completed_at__isnull=False),
                name="upload_complete_with_its_last_byte",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.pk} {self.offset}/{self.length}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.expires_at:
            self.expires_at = timezone.now() + timedelta(hours=settings.UPLOAD_HOURS)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @classmethod
    def keep(cls, file: UploadedFile, sender: str) -> "Upload":
        """Keep a file that came whole, and belongs nowhere yet; `sender` as in the column.

        Raises NotAPicture, Blocked, StorageFull and StorageUnavailable.
        """
        identify(file)
        upload = cls(length=file.size or 0, file_name=one_line(file.name or "")[:255], sender=sender)
        upload.save(force_insert=True)
        try:
            upload.append(cast(IO[bytes], file), upload.length, 0)
        except BaseException:
            upload.discard()
            raise
        return upload

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def append(self, content: IO[bytes], size: int, start: int) -> None:
        """Keep the `size` bytes of `content` (open, seekable), which begin at byte `start`, for good.

        Safe to repeat: what is not acknowledged is not counted, and the sender sends it again. Raises OffsetConflict
        where the upload does not end at `start` (any more), Upload.DoesNotExist where it is gone, TooManyParts,
        NotAPicture, Blocked and PartLost where it can never become a photo (and is gone now), StorageFull,
        StorageUnavailable.
        """
        if start != self.offset:
            raise OffsetConflict
        if not size:
            return
        if start + size == self.length:
            self._complete(content, start)
        else:
            self._add_part(content, start)

    def _add_part(self, content: IO[bytes], start: int) -> None:
        if self.parts.count() >= PARTS_AT_MOST:
            raise TooManyParts
        if start == 0:
            self._look_at_beginning(content)
        # A name of its own for each try: two requests may bring the same bytes.
        name = f"uploads/{self.pk.hex[:2]}/{self.pk.hex}-{start}-{uuid.uuid4().hex[:12]}"
        saved = picture_store().save_hashed(name, File(content))
        with self._at(start, name) as row:
            UploadPart.objects.create(upload=row, start=start, size=saved.size, name=name)
            row.offset = self.offset = start + saved.size
            row.save(update_fields=["offset"])

    def _look_at_beginning(self, content: IO[bytes]) -> None:
        """Refuse a film or a text at its first bytes, not after all of it came over a bad network."""
        content.seek(0)
        head = content.read(HEAD)
        if len(head) == HEAD:
            with self._dropped_when_refused(0):
                look_at_beginning(head)

    def _complete(self, content: IO[bytes], start: int) -> None:
        with tempfile.SpooledTemporaryFile(max_size=CHUNK) as whole, self._dropped_when_refused(start):
            self._put_together(content, whole)
            found = identify(whole)
            key = uuid.uuid4().hex
            name = f"originals/{key[:2]}/{key}.{found.extension}"
            saved = picture_store().save_hashed(name, File(whole))
            try:
                BlockedPicture.objects.refuse(saved.sha256)
            except Blocked:
                remove([name])
                raise
        with self._at(start, name) as row:
            row._forget_parts()
            row.name, row.sha256, row.format = name, saved.sha256, found.name[:10]
            row.offset, row.completed_at = row.length, timezone.now()
            row.save(update_fields=["name", "sha256", "format", "offset", "completed_at"])
        self.refresh_from_db()

    def _put_together(self, content: IO[bytes], whole: IO[bytes]) -> None:
        with storage_errors():
            for part in self.parts.all():
                try:
                    with picture_store().open(part.name) as stored:
                        copy(cast(IO[bytes], stored), whole)
                except FileNotFoundError as error:
                    raise PartLost from error
            copy(content, whole)

    @contextmanager
    def _at(self, start: int, name: str) -> Iterator["Upload"]:
        """In one transaction: this row, locked, if it still ends at `start`; else the file `name` is dropped again."""
        try:
            with transaction.atomic():
                yield self._locked(start)
        except (OffsetConflict, Upload.DoesNotExist):
            # Only here is it certain that no row names the file. After an error of the database it may: the sweep
            # looks again.
            remove([name])
            raise

    def _locked(self, start: int) -> "Upload":
        row = Upload.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.offset != start:
            raise OffsetConflict
        return row

    @contextmanager
    def _dropped_when_refused(self, start: int) -> Iterator[None]:
        """Drop this upload, if it still ends at `start`, where its content is refused: no next try would help."""
        try:
            yield
        except (NotAPicture, Blocked, PartLost):
            with suppress(OffsetConflict, Upload.DoesNotExist), transaction.atomic():
                self._locked(start).discard()
            raise

    def _forget_parts(self) -> None:
        names = list(self.parts.values_list("name", flat=True))
        self.parts.all().delete()
        transaction.on_commit(lambda: remove(names))

    @transaction.atomic
    def discard(self) -> None:
        """Remove this upload and its files; nothing to do where it is gone already, for a photo or for good."""
        row = Upload.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        if row is None:
            return
        row._forget_parts()
        if row.name:
            transaction.on_commit(lambda: remove([row.name]))
        Upload.objects.filter(pk=row.pk).delete()


class UploadPart(models.Model):
    """A stored piece of an upload: `size` bytes from `start` on."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.start}+{self.size}"


def copy(source: IO[bytes], target: IO[bytes]) -> None:
    source.seek(0)
    while chunk := source.read(CHUNK):
        target.write(chunk)


def remove(names: list[str]) -> None:
    """Remove stored files that no row names; what cannot be removed now is swept up later."""
    for name in names:
        with suppress(OSError):
            picture_store().delete(name)
