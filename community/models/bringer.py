from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone


class Bringer(models.Model):
    """That a member brought something home from an event: how many public things; at a main event those from its
    co-located events count, too.

    Kept by Contribution's verbs; `manage.py check_counters` proves it. It holds no name: names are read with it.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="bringers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    count = models.PositiveIntegerField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="bringer_once"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="bringer_brought_something"),
        ]
        indexes = [
            models.Index(fields=["event", "-count", "id"], name="bringer_most_first"),
            models.Index(fields=["event", "-since", "-id"], name="bringer_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.user_id}: {self.count}"

    @classmethod
    def add(cls, steps: Mapping[int, int], user_id: int | None) -> None:
        """Add a step for each event (by id) to the number of the member there, inside the caller's transaction, which
        holds the events' rows; what nobody with an account added counts for nobody.
        """
        if not user_id:
            return
        for event_id, step in sorted(steps.items()):
            rows = cls.objects.filter(event_id=event_id, user_id=user_id)
            # The last thing takes the row along: none says that somebody brought nothing.
            if step < 0 and rows.filter(count__lte=-step).delete()[0]:
                continue
            if not rows.update(count=F("count") + step) and step > 0:
                cls.objects.create(
                    event_id=event_id, user_id=user_id, count=step, since=_first(event_id, user_id)
                )


def _first(event_id: int, user_id: int) -> datetime:
    """Return since when the member has something public at the event. What shows again, because a merge was undone or
    it had been hidden, was brought long ago.
    """
    from .contribution import Contribution

    here = Contribution.objects.public().filter(
        Q(event=event_id) | Q(main_event=event_id), contributor=user_id
    )
    first: datetime | None = here.aggregate(first=Min("published_at"))["first"]
    return first or timezone.now()
