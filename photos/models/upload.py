import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """A file on its way, by the tus protocol (photos/tus.py). Whoever knows its id may go on with it.

    What has arrived lies in UploadParts; once `offset` is `length` they are put together into `name`, recognised and
    hashed. A form then makes a photo of it, and the row goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+", verbose_name=_("event"))
    # The guest's link that it comes through, if any.
    link = models.ForeignKey("photos.UploadLink", models.SET_NULL, null=True, blank=True, related_name="+")
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

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="upload_within_its_length")
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.pk} {self.offset}/{self.length}"


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
