import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.decisions import StateConflict

from ..locking import hold
from .contribution import Contribution, ContributionQuerySet


class PickQuerySet(models.QuerySet["Pick"]):
    def shown(self, event: Any) -> "PickQuerySet":
        """The picks of `event` that everybody may see, in their order. What is hidden drops out by itself, and comes
        back with itself; what moved to another event does not count.
        """
        there: ContributionQuerySet = Contribution.objects.public().at(event)
        return self.filter(event=event, contribution__in=there).order_by("position", "pk")

    def of_kind(self, kind: str) -> "PickQuerySet":
        return self.filter(contribution__kind=kind)


class Pick(models.Model):
    """That an organiser puts a thing first on the page “Catch up in 15 minutes” of an event."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="picks", verbose_name=_("event"))
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="picks")
    # Among the picks of the event, whatever their kind; where two are equal, the older one comes first.
    position = models.PositiveIntegerField(_("place"))
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picked by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PickQuerySet.as_manager()

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "contribution"],
                name="pick_once",
                violation_error_message=_("That is already among your picks."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.contribution_id}"

    @classmethod
    def put(cls, item: Contribution, event: Any, *, by: Any, position: int | None = None) -> "Pick":
        """Pick `item`, which is public at `event`: last of its kind, or at the place that it had before.

        Safe to do twice. Raises StateConflict where there is no room left for another of its kind.
        """
        with locked(event):
            picks = cls.objects.filter(event=event)
            if there := picks.filter(contribution=item.pk).first():
                return there
            if cls.objects.shown(event).of_kind(item.kind).count() >= item.model.catch_up_size:
                raise StateConflict(gettext("There is no room for another one. Take one off first."))
            last = picks.aggregate(last=Max("position"))["last"] or 0
            return cls.objects.create(
                event=event,
                contribution_id=item.pk,
                position=last + 1 if position is None else position,
                picked_by=by,
            )

    def take_off(self) -> None:
        """Let the favourites decide about this thing again."""
        with locked(self.event):
            Pick.objects.filter(pk=self.pk).delete()

    def move(self, step: int) -> None:
        """Change places with the pick of the same kind that stands before (-1) or after (1); at the end nothing."""
        with locked(self.event):
            order = list(Pick.objects.shown(self.event).of_kind(self.contribution.kind))
            here = next((place for place, pick in enumerate(order) if pick.pk == self.pk), -1)
            there = here + step
            if here < 0 or not 0 <= there < len(order):
                return
            places = sorted(pick.position for pick in order)
            order[here], order[there] = order[there], order[here]
            # Numbered anew where two had the same.
            if len(set(places)) < len(places):
                places = [places[0] + number for number in range(len(places))]
            for place, pick in zip(places, order, strict=True):
                Pick.objects.filter(pk=pick.pk).update(position=place)


@contextlib.contextmanager
def locked(event: Any) -> Iterator[None]:
    """A transaction in which nobody else changes the picks of `event`."""
    with transaction.atomic():
        hold(type(event).objects.filter(pk=event.pk))
        yield
