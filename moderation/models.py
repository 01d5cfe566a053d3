"""What moderators decide about people; decisions about things stand beside the things."""

from collections.abc import Sequence
from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from community.removing import remove
from community.reviewing import Line
from people.decisions import StateConflict
from people.models import Person, Trust, User

from .name_requests import NameRequest
from .takedowns import Takedown

__all__ = ["NameRequest", "PersonRemoval", "Takedown", "TrustDecision", "set_trust"]


class TrustDecision(models.Model):
    """That a moderator changed whether what a member adds waits for review. Written once, never changed."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="trust_decisions", verbose_name=_("member")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    from_trust = models.CharField(_("before"), max_length=10, choices=Trust)
    to_trust = models.CharField(_("after"), max_length=10, choices=Trust)
    decided_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision on trust")
        verbose_name_plural = _("decisions on trust")
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["-decided_at", "-id"], name="trust_decision_newest")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_to_trust_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise StateConflict("A decision is never rewritten: make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise StateConflict("A decision is never deleted.")

    @classmethod
    def lines(cls, pks: Sequence[int]) -> dict[int, Line]:
        """Return lines of the log, for moderators, by id."""
        rows = cls.objects.filter(pk__in=pks).select_related("member__person", "actor__person")
        return {
            row.pk: Line(
                verb=row.get_to_trust_display(),
                decided_at=row.decided_at,
                kind_label=_("trust"),
                as_moderator=True,
                icon="person",
                title=row.member.name,
                url=row.member.person.get_absolute_url(),
                actor=row.actor.name if row.actor else "",
            )
            for row in rows
        }


class PersonRemoval(models.Model):
    """That a moderator took somebody's name off everything, and why; without the name. Written once, never changed."""

    class Reason(models.TextChoices):
        ASKED = "asked", _("they asked us to")
        FOR_THEM = "for-them", _("somebody who speaks for them asked us to")
        WRONG = "wrong", _("nobody of that name was there")

    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    credits_removed = models.PositiveIntegerField(_("credits taken away"), default=0)
    decided_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("removal of a name")
        verbose_name_plural = _("removals of names")
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["-decided_at", "-id"], name="person_removal_newest")]

    def __str__(self) -> str:
        return self.get_reason_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise StateConflict("A decision is never rewritten: make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise StateConflict("A decision is never deleted.")

    @classmethod
    @transaction.atomic
    def make(cls, person: Person, *, reason: str, by: Any) -> "PersonRemoval":
        """Take the name of somebody without account off everything; return the line in the log.

        Raises StateConflict where they have an account: then only they can.
        """
        if hasattr(person, "account"):
            raise StateConflict(_("They have an account, so only they can do that, in their settings."))
        return cls.objects.create(reason=cls.Reason(reason), actor=by, credits_removed=remove(person))


def set_trust(member: User, trust: str, *, by: Any) -> TrustDecision:
    """Grant trust to `member`, withhold it, or let it be earned (a people.models.Trust); return the line in the log.

    Raises StateConflict when it stands so already.
    """
    with transaction.atomic():
        current = User.objects.select_related(None).select_for_update(no_key=True).get(pk=member.pk)
        if current.trust == Trust(trust):
            raise StateConflict(_("That is already so."))
        User.objects.filter(pk=member.pk).update(trust=trust)
        member.trust = trust
        return TrustDecision.objects.create(member=member, actor=by, from_trust=current.trust, to_trust=trust)
