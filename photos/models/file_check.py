from django.db import models
from django.utils.translation import gettext_lazy as _


class FileCheck(models.Model):
    """What the last look at all stored files found (photos.checking), for the health page: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    checked_at = models.DateTimeField(_("checked"), auto_now=True)
    files = models.PositiveBigIntegerField(_("files"))
    missing = models.PositiveIntegerField(_("missing files"))
    orphans = models.PositiveIntegerField(_("orphan files"))
    mismatches = models.PositiveIntegerField(_("checksum mismatches"))

    class Meta:
        verbose_name = _("check of the files")
        verbose_name_plural = _("checks of the files")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="file_check_one_row")]

    def __str__(self) -> str:
        return f"{self.missing} / {self.orphans} / {self.mismatches}"
