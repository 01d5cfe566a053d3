from django.db import models


class Checksum(models.Model):
    """The CRC-32 of a kept file, which a ZIP archive has to tell before the file's first byte.

    By content, so a row is never stale; a missing one is computed and written when an archive needs it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    crc32 = models.BigIntegerField()

    class Meta:
        verbose_name = "checksum"

    def __str__(self) -> str:
        return self.sha256
