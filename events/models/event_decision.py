from django.db import models
from django.utils.translation import gettext_lazy as _

from people.decisions import AbstractDecision


class EventDecision(AbstractDecision):
    """One change of state of an event."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on an event")
        verbose_name_plural = _("decisions on events")

    def __str__(self) -> str:
        return f"{self.event}: {self.get_verb_display()}"
