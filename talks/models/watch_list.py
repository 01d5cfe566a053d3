import datetime
import secrets
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .talk import Talk


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

    @classmethod
    def make_address(cls, user: Any) -> "WatchList":
        """Give the member's list an address of its own; the one that it had leads nowhere from now on."""
        made, _is_new = cls.objects.update_or_create(user=user, defaults={"key": new_key()})
        return made

    @property
    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("watch_list:feed", args=[self.key])

    @property
    def calendar_url(self) -> str:
        return settings.SITE_URL + reverse("watch_list:calendar", args=[self.key])

    def newest(self, size: int) -> list["Listed"]:
        """Return the `size` talks that were added last."""
        rows = Watched.objects.shown_to(self.user_id)
        listed = {row.talk_id: row for row in rows.order_by("-added_at", "-pk")[:size]}
        talks = {talk.pk: talk for talk in Talk.objects.filter(pk__in=listed).for_cards()}
        return [Listed(talks[pk], row.added_at, row.watched_at) for pk, row in listed.items() if pk in talks]


class Listed(NamedTuple):
    """A talk as it stands on a list."""

    talk: Talk
    added_at: datetime.datetime
    watched_at: datetime.datetime | None


class WatchedQuerySet(models.QuerySet["Watched"]):
    """Whose rows, and of which talks."""

    def shown_to(self, user: Any) -> Self:
        """A member's own list: of talks that everybody may see. What is hidden meanwhile comes back with its talk."""
        # From the row to its talk: asked with IN, SQLite makes a list of all talks first.
        return self.filter(Exists(Talk.objects.public().filter(pk=OuterRef("talk"))), user=user)


class Watched(models.Model):
    """That a member wants to watch a talk, and since when they have. Nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watched")
    talk = models.ForeignKey("talks.Talk", models.CASCADE, related_name="watched_by")
    added_at = models.DateTimeField(auto_now_add=True)
    watched_at = models.DateTimeField(null=True, blank=True)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk on a watch list")
        verbose_name_plural = _("talks on watch lists")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "talk"],
                name="watched_once",
                violation_error_message=_("This talk is already on your watch list."),
            )
        ]
        indexes = [models.Index(fields=["user", "-added_at", "-id"], name="watched_newest")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.talk_id}"

    @classmethod
    def put(cls, talk: Talk, *, by: Any) -> None:
        """Put the talk on the member's list, if it is not there."""
        cls.objects.get_or_create(user=by, talk_id=talk.pk)

    @classmethod
    def take_off(cls, talk: Talk, *, by: Any) -> None:
        cls.objects.filter(user=by, talk=talk.pk).delete()

    @classmethod
    def mark(cls, talk: Talk, *, by: Any, watched: bool) -> None:
        """Say that the member has watched the talk, or take that back."""
        cls.objects.filter(user=by, talk=talk.pk).update(watched_at=timezone.now() if watched else None)
