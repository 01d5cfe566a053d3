"""How members want to hear of what: at once, once a day, or on the site alone."""

import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .notification import Notification, Topic

if TYPE_CHECKING:
    from .user import User


class Delivery(models.TextChoices):
    """When an e-mail comes about something; on the site it stands in any case."""

    AT_ONCE = "at-once", _("at once")
    DAILY = "daily", _("once a day")
    NEVER = "never", _("never")


# What can wait is gathered; all else comes at once, where nothing else was chosen.
DAILY_BY_ITSELF = {Topic.FAVOURITES, Topic.EVENTS}


def default_of(topic: str) -> Delivery:
    return Delivery.DAILY if topic in DAILY_BY_ITSELF else Delivery.AT_ONCE


def next_daily(now: datetime) -> datetime:
    """Return when the next daily e-mails go out after `now`: DAILY_MAIL_HOUR o'clock in DAILY_MAIL_ZONE."""
    here = now.astimezone(zoneinfo.ZoneInfo(settings.DAILY_MAIL_ZONE))
    due = here.replace(hour=settings.DAILY_MAIL_HOUR, minute=0, second=0, microsecond=0)
    # A day is 24 hours on the clock on the wall, also when summer begins.
    return due if due > here else due + timedelta(days=1)


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def delivery_of(self, user: "User", topic: str) -> Delivery:
        """Return how `user` wants to hear of this."""
        chosen = self.filter(user=user, topic=topic).values_list("delivery", flat=True).first()
        return Delivery(chosen) if chosen else default_of(topic)

    def all_of(self, user: "User") -> dict[str, str]:
        """Return by topic how `user` wants to hear of it."""
        chosen = dict(self.filter(user=user).values_list("topic", "delivery"))
        return {topic.value: chosen.get(topic.value, default_of(topic).value) for topic in Topic}

    @transaction.atomic
    def choose(self, user: "User", topics: Iterable[str], delivery: str) -> None:
        """Let `user` hear of these so from now on; of what waits for an e-mail, too, where they want none."""
        topics = list(topics)
        for topic in topics:
            self.update_or_create(user=user, topic=topic, defaults={"delivery": delivery})
        if delivery == Delivery.NEVER:
            Notification.objects.filter(recipient=user, topic__in=topics).update(mail_due_at=None)


class Preference(models.Model):
    """What one member chose for one topic."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    topic = models.CharField(_("about"), max_length=12, choices=Topic)
    delivery = models.CharField(_("e-mail"), max_length=8, choices=Delivery)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of e-mails")
        verbose_name_plural = _("choices of e-mails")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                name="preference_once",
                violation_error_message=_("This member has already chosen for this."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.get_delivery_display()}"
