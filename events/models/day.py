from django.db import models
from django.utils.translation import gettext_lazy as _

from ..dates import weekday


class Day(models.Model):
    """One day of an event, with the line that it had for a theme."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    theme = models.CharField(_("theme, in one line"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "date"],
                name="day_once_an_event",
                violation_error_message=_("This event already has that day."),
            )
        ]

    def __str__(self) -> str:
        return weekday(self.date) + (f" · {self.theme}" if self.theme else "")
