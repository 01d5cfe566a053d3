from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Following(models.Model):
    """That a member wants to be kept posted about a main event, its co-located events included."""

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="followings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followings")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("followed event")
        verbose_name_plural = _("followed events")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"],
                name="following_once",
                violation_error_message=_("You already follow this event."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.event}"

    @classmethod
    def is_kept(cls, event_id: int, user: Any) -> bool:
        """Return whether `user`, a member, follows this main event."""
        return cls.objects.filter(event=event_id, user=user).exists()


class Digest(models.Model):
    """That a member had their turn in one round of an event's digests: so none comes twice.

    `told`: whether there was anything new.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="digests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Days after the event: community.digests.STEPS.
    step = models.PositiveSmallIntegerField()
    told = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "step", "user"],
                name="digest_once",
                violation_error_message=_("This member already had this digest."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} +{self.step}: {self.user_id}"
