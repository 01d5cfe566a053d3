from django.db import models
from django.db.models import F


class Tally(models.Model):
    """How many contributions of a kind are public at an event; a parent's number includes its co-located events'.

    Kept by Contribution's verbs, so that no page counts; `manage.py check_counters` proves it.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.kind}: {self.count}"

    @classmethod
    def add(cls, event_ids: set[int], kind: str, step: int) -> None:
        """Add `step` to the numbers of `kind` at each of the events, inside the caller's transaction."""
        for event_id in sorted(event_ids):
            if not cls.objects.filter(event_id=event_id, kind=kind).update(count=F("count") + step):
                cls.objects.create(event_id=event_id, kind=kind, count=max(step, 0))
