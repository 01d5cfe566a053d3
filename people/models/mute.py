from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .notification import Topic

if TYPE_CHECKING:
    from .user import User

# What becomes of one's own things, and what waits for one, is told in any case.
NEVER_MUTED = {Topic.YOURS, Topic.DESK}


class MuteQuerySet(models.QuerySet["Mute"]):
    def silences(self, user: "User", topic: str, scopes: Iterable[str]) -> bool:
        """Return whether `user` muted one of these scopes, and this topic is one that may be kept from them."""
        scopes = list(scopes)
        if not scopes or topic in NEVER_MUTED:
            return False
        return self.filter(user=user, scope__in=scopes).exists()

    def carry(self, scope: str, to: str) -> list[int]:
        """Let whoever muted `scope` have muted `to`, which it is a part of now; return the ids of the rows that moved.
        Who has muted that, too, keeps both.
        """
        both = Mute.objects.filter(scope=to).values("user")
        ids = list(self.filter(scope=scope).exclude(user__in=both).values_list("pk", flat=True))
        self.filter(pk__in=ids).update(scope=to)
        return ids

    def carry_back(self, ids: Iterable[int], scope: str) -> None:
        """Undo `carry`: let these, as far as they are there still, be about `scope` again."""
        both = Mute.objects.filter(scope=scope).values("user")
        self.filter(pk__in=list(ids)).exclude(user__in=list(both.values_list("user", flat=True))).update(
            scope=scope
        )


class Mute(models.Model):
    """That a member wants to hear nothing about an item, an event, or what a person does: “item:7”, “person:9”."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    scope = models.CharField(_("what"), max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "scope"],
                name="mute_once",
                violation_error_message=_("This is already muted."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.scope}"
