import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    return secrets.token_urlsafe(24)


class WatchList(models.Model):
    """The key of a member's watch list, for programs that read it as a feed or a calendar; a new one ends the old."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watch_list")
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)

    class Meta:
        verbose_name = _("watch list")
        verbose_name_plural = _("watch lists")

    def __str__(self) -> str:
        return str(self.user)


class Watched(models.Model):
    """That a member wants to watch a talk, and since when they have. Nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watched")
    talk = models.ForeignKey("talks.Talk", models.CASCADE, related_name="watched_by")
    added_at = models.DateTimeField(auto_now_add=True)
    watched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("talk on a watch list")
        verbose_name_plural = _("talks on watch lists")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "talk"],
                name="watched_once",
                violation_error_message=_("This talk is on your watch list already."),
            )
        ]
        indexes = [models.Index(fields=["user", "-added_at", "-id"], name="watched_newest")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.talk_id}"
