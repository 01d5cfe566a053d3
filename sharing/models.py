"""The kept pictures of links. A picture is shown only while all that it shows is true and public."""

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any, Self
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.kinds import kinds
from community.models import Contribution, ContributionQuerySet
from community.stream import load
from events.models import Event

from .drawing import draw
from .motif import LOOK, Motif, motif_of_event, motif_of_item


class SharePictureQuerySet(models.QuerySet["SharePicture"]):
    def of_item(self, pk: int) -> Self:
        return self.filter(contribution=pk)

    def of_event(self, pk: int) -> Self:
        return self.filter(event=pk)


class SharePicture(models.Model):
    """The picture of the link to one event or one contribution, as the worker drew it."""

    contribution = models.OneToOneField(
        Contribution, models.CASCADE, null=True, blank=True, related_name="share_picture"
    )
    event = models.OneToOneField(Event, models.CASCADE, null=True, blank=True, related_name="share_picture")
    # Of what it was drawn (Motif.basis), and by which way of drawing.
    basis = models.CharField(max_length=64)
    look = models.PositiveSmallIntegerField(default=LOOK)
    name = models.CharField(_("stored file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)

    objects = SharePictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a link")
        verbose_name_plural = _("pictures of links")
        constraints = [
            models.CheckConstraint(
                condition=Q(contribution=None, event__isnull=False)
                | Q(contribution__isnull=False, event=None),
                name="share_picture_of_one",
                violation_error_message=_("A picture belongs to an event or to a contribution."),
            )
        ]
        indexes = [models.Index(fields=["name"], name="share_picture_of_file")]

    def __str__(self) -> str:
        return self.name

    def forget(self) -> None:
        """Remove this picture, and have its file deleted."""
        from .tasks import drop_pictures

        with transaction.atomic():
            self.delete()
            drop_pictures.enqueue([self.name])


# --- Drawing ----------------------------------------------------------------------------------------------------------


def drawn_kinds() -> list[str]:
    return [kind.KIND for kind in kinds() if kind.is_drawn]


def drawn_things() -> ContributionQuerySet:
    """Return what everybody sees and a picture is drawn of."""
    return Contribution.objects.public().filter(kind__in=drawn_kinds(), event__state=Event.State.PUBLIC)


def public_item(pk: int) -> Contribution | None:
    """Return the one with this number of `drawn_things`, as its kind; None where there is none."""
    seen = drawn_things().filter(pk=pk)
    return next(iter(load([pk])), None) if seen.exists() else None


def draw_item(pk: int) -> None:
    """Draw the picture of a contribution as it is now, or remove it where not everybody sees that any more."""
    item = public_item(pk)
    keep(SharePicture.objects.of_item(pk), motif_of_item(item) if item else None, contribution_id=pk)


def draw_event(pk: int) -> None:
    """Draw the picture of an event as it is now, or remove it where not everybody sees that any more."""
    event = Event.objects.public().filter(pk=pk).first()
    keep(SharePicture.objects.of_event(pk), motif_of_event(event) if event else None, event_id=pk)


def keep(rows: SharePictureQuerySet, motif: Motif | None, **of: int) -> None:
    """Let what is kept in `rows` (one at most) be the picture of `motif`; None: no picture."""
    before = rows.first()
    if motif is None:
        if before:
            before.forget()
        return
    if before and before.basis == motif.basis and default_storage.exists(before.name):
        return
    made, token = draw(motif, lambda name: default_storage.open(name)), uuid4().hex
    # The file first, and for good; a row names only what is there.
    name = default_storage.save(f"sharing/{token[:2]}/{token}.jpg", File(BytesIO(made)))
    with transaction.atomic():
        if before:
            before.forget()
        SharePicture.objects.create(
            **of, basis=motif.basis, name=name, sha256=sha256(made).hexdigest(), bytes=len(made)
        )


# --- Who is told ------------------------------------------------------------------------------------------------------


def contributions_changed(ids: Sequence[int]) -> None:
    """Have the pictures drawn again of these contributions; where they are pictures themselves, those of their events
    (CONTRIBUTIONS_CHANGED).
    """
    from .tasks import draw_event_pictures, draw_item_pictures

    rows = Contribution.objects.filter(pk__in=ids)
    # One by one: the same few are asked for again and again, and then wait already.
    for pk in rows.filter(kind__in=drawn_kinds()).values_list("pk", flat=True):
        draw_item_pictures.enqueue_once([pk])
    at = rows.exclude(kind__in=drawn_kinds()).values_list("event", "main_event")
    for pk in sorted({pk for row in at for pk in row}):
        draw_event_pictures.enqueue_once([pk])


def event_changed(event: Event) -> None:
    """Have the pictures drawn again of an event and of all that belongs to it (EVENT_CHANGED): they name it."""
    from .tasks import draw_event_pictures, draw_pictures_at

    draw_event_pictures.enqueue_once([event.pk])
    draw_pictures_at.enqueue_once(event.pk)


# --- What is missing --------------------------------------------------------------------------------------------------


def items_without(size: int) -> list[int]:
    """Return the newest public things, `size` at most, that have no picture of today's look."""
    return list(without(drawn_things()).order_by("-pk").values_list("pk", flat=True)[:size])


def events_without(size: int) -> list[int]:
    """The same of events."""
    return list(without(Event.objects.public()).order_by("-pk").values_list("pk", flat=True)[:size])


def without(rows: Any) -> Any:
    return rows.filter(Q(share_picture=None) | Q(share_picture__look__lt=LOOK))
