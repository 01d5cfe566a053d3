import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PAGE_SIZE = 30


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of notifications, and the addresses of the pages beside it (empty where there is none)."""

    notifications: "Sequence[Notification]"
    older_url: str
    newer_url: str


class Topic(models.TextChoices):
    """What a notification is about: for each, a member says how they want to hear of it."""

    YOURS = "yours", _("what becomes of what you added")
    COMMENTS = "comments", _("comments on what you added")
    REPLIES = "replies", _("replies to you")
    MENTIONS = "mentions", _("mentions of you")
    FAVOURITES = "favourites", _("recommendations of what you added")
    EVENTS = "events", _("news of events that you follow")
    DESK = "desk", _("what waits for you as an organiser or a moderator")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        """Mark these as read now; return how many were not before."""
        return self.unread().update(read_at=timezone.now())

    def page(self, *, before: int | None = None, after: int | None = None) -> "Page":
        """Return one page of these, newest first. `before` and `after` are ids, in the order of which they came."""
        # By id alone, as the index on the recipient ends with it.
        if after:
            rows = list(self.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
            rows, more_newer, more_older = rows[:PAGE_SIZE][::-1], len(rows) > PAGE_SIZE, True
        else:
            rows = list((self.filter(pk__lt=before) if before else self).order_by("-pk")[: PAGE_SIZE + 1])
            rows, more_newer, more_older = rows[:PAGE_SIZE], bool(before), len(rows) > PAGE_SIZE
        return Page(
            rows,
            older_url=f"?before={rows[-1].pk}" if rows and more_older else "",
            newer_url=f"?after={rows[0].pk}" if rows and more_newer else "",
        )


class Notification(models.Model):
    """A message to one member, in the language that they read; kept until they delete it."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("message"), blank=True)
    url = models.CharField(max_length=500, blank=True)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.YOURS)
    # What belongs together, as a word: of one thread, one notification that nobody has read yet is enough.
    thread = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.subject
