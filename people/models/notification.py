import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .user import User

PAGE_SIZE = 30
# How many of those that were joined with a notification stand below it.
EARLIER_SHOWN = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """One page of notifications, and the addresses of the pages beside it (empty where there is none)."""

    notifications: "Sequence[Notification]"
    older_url: str
    newer_url: str


class Topic(models.TextChoices):
    """What a notification is about: for each, a member says how they want to hear of it."""

    YOURS = "yours", _("what happens to what you added")
    COMMENTS = "comments", _("comments on what you added")
    REPLIES = "replies", _("replies to you")
    MENTIONS = "mentions", _("mentions of you")
    FAVOURITES = "favourites", _("recommendations of what you added")
    EVENTS = "events", _("news of events that you follow")
    DESK = "desk", _("what waits for you as an organiser or a moderator")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown(self) -> "NotificationQuerySet":
        """Those that stand in the list: not what was joined with a newer one."""
        return self.filter(joined_to=None)

    def unread(self) -> "NotificationQuerySet":
        return self.shown().filter(read_at=None)

    def mark_read(self) -> int:
        """Mark these as read now; return how many were not before."""
        return self.filter(read_at=None).update(read_at=timezone.now())

    @transaction.atomic
    def take_back(self) -> None:
        """Delete these, which quote what does not show any more. Of a thread, the newest that is left stands for it."""
        for row in self.select_related("joined_to").order_by("-pk"):
            rest = Notification.objects.filter(joined_to=row)
            if newest := rest.order_by("-pk").first():
                rest.exclude(pk=newest.pk).update(joined_to=newest)
                Notification.objects.filter(pk=newest.pk).update(joined_to=None, count=row.count - 1)
            elif row.joined_to_id:
                Notification.objects.filter(pk=row.joined_to_id).update(count=F("count") - 1)
            row.delete()

    def due(self, now: datetime) -> "NotificationQuerySet":
        """Those whose e-mail should be on its way."""
        return self.filter(mail_due_at__lte=now)

    @transaction.atomic
    def tell(self, user: "User", subject: str, body: str, **fields: Any) -> "Notification":
        """Notify `user`, and have the e-mail sent when they wish it; `fields` are those of a notification.

        Those of the same thread that are unread are joined with it: the newest stands for all of them.
        """
        told = self.create(
            recipient=user,
            subject=subject,
            body=body,
            mail_due_at=self._when_to_mail(user, fields["topic"]),
            **fields,
        )
        if told.thread:
            told._take_in()
        return told

    def _when_to_mail(self, user: "User", topic: "Topic") -> datetime | None:
        """Return when the next e-mail to `user` should be on its way, and see to it that there is one; None where they
        want none about this.
        """
        from ..tasks import mail_news
        from .preference import Delivery, Preference, next_daily

        now = timezone.now()
        delivery = Preference.objects.delivery_of(user, topic)
        if delivery == Delivery.NEVER:
            return None
        if delivery == Delivery.DAILY:
            return next_daily(now)  # people.tasks.mail_what_is_due comes by
        due = now + timedelta(minutes=settings.MAIL_WINDOW_MINUTES)
        waiting = self.filter(recipient=user, mail_due_at__gt=now, mail_due_at__lte=due)
        if soonest := waiting.order_by("mail_due_at").values_list("mail_due_at", flat=True).first():
            return soonest
        mail_news.using(run_after=due if due > now else None).enqueue(user.pk)
        return due

    def page(self, *, before: int | None = None, after: int | None = None) -> "Page":
        """Return one page of these, newest first. `before` and `after` are ids, in the order of which they came."""
        # By id alone, as the index on the recipient ends with it.
        shown = self.shown()
        if after:
            rows = list(shown.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
            rows, more_newer, more_older = rows[:PAGE_SIZE][::-1], len(rows) > PAGE_SIZE, True
        else:
            rows = list((shown.filter(pk__lt=before) if before else shown).order_by("-pk")[: PAGE_SIZE + 1])
            rows, more_newer, more_older = rows[:PAGE_SIZE], bool(before), len(rows) > PAGE_SIZE
        return Page(
            rows,
            older_url=f"?before={rows[-1].pk}" if rows and more_older else "",
            newer_url=f"?after={rows[0].pk}" if rows and more_newer else "",
        )


class Notification(models.Model):
    """A message to one member, in the language that they read.

    Of one thread, the newest that nobody has read stands for all: the others are `joined_to` it.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("message"), blank=True)
    url = models.CharField(max_length=500, blank=True)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.YOURS)
    # What belongs together, as a word; empty: nothing does.
    thread = models.CharField(max_length=60, blank=True)
    joined_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="joined", editable=False
    )
    # How many it stands for, itself among them.
    count = models.PositiveIntegerField(default=1, editable=False)
    # What it is about (“item:7”, “event:3”, “person:9”): what a member can mute, and what has to show still, for its
    # words to be read (people.scopes).
    scopes = models.JSONField(default=list, blank=True, editable=False)
    # Of a text that lists things: by the address that a paragraph ends with, the scope that has to show for it to stay.
    entries = models.JSONField(default=dict, blank=True, editable=False)
    # When an e-mail with it should be on its way; empty once it is, or where none is wanted.
    mail_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_newest"),
            models.Index(
                fields=["recipient"], condition=Q(read_at=None, joined_to=None), name="notification_unread"
            ),
            models.Index(
                fields=["recipient", "mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="notification_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def all_scopes(self) -> set[str]:
        """What has to be asked for before it is shown."""
        return {*self.scopes, *self.entries.values()}

    def _take_in(self) -> None:
        """Join with this what is unread of the same thread. Two that come at one moment join with the next one."""
        others = Notification.objects.filter(recipient=self.recipient_id, thread=self.thread, pk__lt=self.pk)
        ids = list(others.unread().values_list("pk", flat=True))
        if not ids:
            return
        taken = Notification.objects.filter(pk__in=ids)
        self.count += taken.aggregate(number=Sum("count"))["number"] or 0
        self.save(update_fields=["count"])
        Notification.objects.filter(Q(pk__in=ids) | Q(joined_to__in=ids)).update(joined_to=self)

    def mark_read(self) -> "Notification":
        """Mark this as read, or the one that stands for it by now, with all that is joined with it; return that one."""
        whole = self.joined_to or self
        Notification.objects.filter(Q(pk=whole.pk) | Q(joined_to=whole)).mark_read()
        return whole
