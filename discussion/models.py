"""What people say about contributions: here, that they recommend one, and why."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.models import Contribution
from community.models.contribution import publishes_directly


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    def public(self) -> Self:
        return self.filter(state=Favourite.State.PUBLIC)

    def visible_to(self, user: Any) -> Self:
        if user.is_authenticated:
            if user.is_moderator:
                return self
            return self.filter(Q(state=Favourite.State.PUBLIC) | Q(user=user))
        return self.filter(Q(state=Favourite.State.PUBLIC) | Q(guest=getattr(user, "guest_id", None) or None, user=None) & ~Q(guest=None))

    def pending(self) -> Self:
        return self.filter(state=Favourite.State.WAITING).order_by("created_at", "pk")


class Favourite(models.Model):
    """“Watch this, read this, because …”: one of each member or guest on each contribution."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="favourites")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="favourites"
    )
    guest = models.ForeignKey("people.Guest", models.CASCADE, null=True, blank=True, related_name="favourites")
    reason = models.CharField(_("because …"), max_length=280, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "user"], name="favourite_once_a_member"),
            models.UniqueConstraint(fields=["contribution", "guest"], name="favourite_once_a_guest"),
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(guest=None, user__isnull=False),
                name="favourite_of_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], condition=Q(state="waiting"), name="favourite_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.contribution}"

    @property
    def name(self) -> str:
        """Who recommends it."""
        return str(self.user or self.guest)

    @classmethod
    def give(cls, contribution: Contribution, *, by: Any, reason: str = "") -> "Favourite":
        """Recommend `contribution` as `by`, once: a second time changes the reason. Waits where `by` is not trusted."""
        who = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
        state = cls.State.PUBLIC if publishes_directly(by) else cls.State.WAITING
        favourite, is_new = cls.objects.get_or_create(
            contribution_id=contribution.pk, **who, defaults={"reason": reason, "state": state}
        )
        if not is_new and reason and reason != favourite.reason:
            favourite.reason, favourite.state = reason, state
            favourite.save(update_fields=["reason", "state"])
        return favourite

    def publish(self, *, by: Any) -> None:
        """Let everybody see it."""
        self._move(self.State.PUBLIC)

    def reject(self, *, by: Any) -> None:
        """Keep it from everybody but its owner."""
        self._move(self.State.REJECTED)

    def _move(self, to: str) -> None:
        Favourite.objects.filter(pk=self.pk).update(state=to)
        self.state = to
