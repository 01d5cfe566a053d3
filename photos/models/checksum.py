from django.db import models


class Checksum(models.Model):
    """CRC-32 and size of a kept file with its attribution in it, which a ZIP archive has to tell beforehand.

    By content (`photos.archive.Source.key`), so a row is never stale; a missing one is computed and written when an
    archive needs it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    crc32 = models.BigIntegerField()
    bytes = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "checksum"

    def __str__(self) -> str:
        return self.sha256
