import datetime
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from people.decisions import StateConflict

# How long a link that was revoked by mistake can be brought back.
TIME_TO_UNDO = datetime.timedelta(hours=1)


class LinkState(models.TextChoices):
    OPEN = "open", _("open")
    FULL = "full", _("full")
    EXPIRED = "expired", _("over")
    REVOKED = "revoked", _("revoked")


class UploadLinkQuerySet(models.QuerySet["UploadLink"]):
    def managed_by(self, user: Any) -> "UploadLinkQuerySet":
        """The links of the public events that `user` looks after."""
        return self.filter(event__in=Event.objects.public().editable_by(user))

    def at(self, event: Event) -> "UploadLinkQuerySet":
        """The links of `event` and of its co-located events."""
        return self.filter(Q(event=event) | Q(event__parent=event))

    def open(self) -> "UploadLinkQuerySet":
        """The links that work now: as `UploadLink.state` says of one."""
        has_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        has_room = Q(photos_at_most=None) | Q(photos_at_most__gt=F("photo_count"))
        return self.filter(has_time, has_room, revoked_at=None)

    def miscounted(self) -> list[tuple[uuid.UUID, int, int]]:
        """Return (id, kept, true) of the links whose `photo_count` is not the number of their photos."""
        rows = self.annotate(true=Count("photos")).exclude(photo_count=F("true")).order_by("pk")
        return list(rows.values_list("pk", "photo_count", "true"))

    def beginning(self, start: bytes) -> "UploadLinkQuerySet":
        """The links whose id begins with these bytes: one, but for a chance in a billion."""
        missing = 16 - len(start)
        ids = (uuid.UUID(bytes=start + filler * missing) for filler in (b"\x00", b"\xff"))
        return self.filter(pk__range=tuple(ids))


class UploadLink(models.Model):
    """A link with which people without account add photos to one event: on a poster, on a slide, in a chat.

    The address holds the signed id (photos/links.py), so a copy of the database is no set of working links; revoking
    is a row's change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(
        "events.Event", models.CASCADE, related_name="upload_links", verbose_name=_("event")
    )
    label = models.CharField(
        _("what it is for"), max_length=80, blank=True, help_text=_("Only organisers can see this.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    # Django's password hash of the PIN; empty where none is asked for.
    pin = models.CharField(max_length=128, blank=True, editable=False)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    photos_at_most = models.PositiveIntegerField(_("photos at most"), null=True, blank=True)
    upload_only = models.BooleanField(
        _("upload only"),
        default=False,
        help_text=_("People who come by this link go straight to the form, not to what others added."),
    )
    # Shown on the screen in the foyer (photos/wall.py), to everybody who looks at it.
    on_wall = models.BooleanField(_("on the live wall"), default=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    # Kept by the form that makes the photos; manage.py check_counters proves it.
    photo_count = models.PositiveIntegerField(_("photos so far"), default=0, editable=False)

    objects = UploadLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for photos")
        verbose_name_plural = _("links for photos")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(on_wall=True),
                name="upload_link_one_on_the_wall",
                violation_error_message=_("Another link is already on the wall of this event."),
            )
        ]

    def __str__(self) -> str:
        return self.label or str(_("Link without a name"))

    @property
    def state(self) -> LinkState:
        if self.revoked_at:
            return LinkState.REVOKED
        if self.expires_at and self.expires_at <= timezone.now():
            return LinkState.EXPIRED
        return LinkState.FULL if self.room == 0 else LinkState.OPEN

    @property
    def is_open(self) -> bool:
        return self.state == LinkState.OPEN

    @property
    def room(self) -> int | None:
        """How many photos it still takes; None: as many as come."""
        return None if self.photos_at_most is None else max(0, self.photos_at_most - self.photo_count)

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which it works, where the event is."""
        if self.expires_at is None:
            return None
        # Midnight is the end of the day before.
        return (self.expires_at - datetime.timedelta(microseconds=1)).astimezone(self.event.zone).date()

    @property
    def can_be_brought_back(self) -> bool:
        return bool(self.revoked_at and self.revoked_at > timezone.now() - TIME_TO_UNDO)

    def set_pin(self, pin: str) -> None:
        self.pin = make_password(pin) if pin else ""

    def has_pin(self, pin: str) -> bool:
        """Return whether `pin` opens this link; slow on purpose."""
        return check_password(pin, self.pin)

    # --- Verbs ----------------------------------------------------------------------------------------------------

    def revoke(self, *, by: Any) -> None:
        """Let it lead nowhere from now on; a second time changes nothing."""
        UploadLink.objects.filter(pk=self.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by=by
        )
        self.refresh_from_db(fields=["revoked_at", "revoked_by"])

    def bring_back(self) -> None:
        """Undo `revoke`. Raises StateConflict once that is longer ago than TIME_TO_UNDO."""
        since = timezone.now() - TIME_TO_UNDO
        undone = UploadLink.objects.filter(pk=self.pk, revoked_at__gt=since)
        if not undone.update(revoked_at=None, revoked_by=None):
            raise StateConflict(_("This link was revoked too long ago, or already works. Make a new one."))
        self.refresh_from_db(fields=["revoked_at", "revoked_by"])

    def take(self, count: int) -> bool:
        """Count `count` photos that came through it. Return False, and count nothing, where it has no room for them.

        Inside the transaction that makes the photos' rows.
        """
        has_room = Q(photos_at_most=None) | Q(photos_at_most__gte=F("photo_count") + count)
        taken = UploadLink.objects.filter(has_room, pk=self.pk).update(photo_count=F("photo_count") + count)
        return bool(taken)

    @classmethod
    @transaction.atomic
    def choose_for_wall(cls, event: Event, link: "UploadLink | None") -> None:
        """Show this link, or none, on the wall of `event`."""
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        cls.objects.filter(event=event, on_wall=True).update(on_wall=False)
        if link is not None:
            cls.objects.filter(event=event, pk=link.pk).update(on_wall=True)
