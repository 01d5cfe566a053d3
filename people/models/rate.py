from django.db import models
from django.utils.translation import gettext_lazy as _


class Rate(models.Model):
    """How often somebody did something in one stretch of time (people.rates); swept away once that is over.

    `key` is a keyed hash, another one each day and each stretch: what was counted, and whose address, cannot be read
    from it, nor can two days be joined.
    """

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
