"""What recommendations and comments have in common: somebody says something about a contribution."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.decisions import StateConflict, Verb


class SaidQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(state="public")

    def owned_by(self, user: Any) -> Self:
        """What `user` said: a member, a guest, or nobody."""
        if user.is_authenticated:
            return self.filter(user=user)
        guest_id = getattr(user, "guest_id", None)
        return self.filter(guest=guest_id) if guest_id else self.none()

    def pending(self) -> Self:
        """What waits for a moderator, oldest first."""
        return self.filter(state="waiting").order_by("submitted_at", "pk")


class Said(models.Model):
    """Something that a member or a guest says: whose it is, how it was decided about, its version."""

    # In which states a moderator's last word was no.
    TURNED_DOWN: ClassVar[tuple[str, ...]] = ("rejected",)

    # Raised by each change of the words, so that nobody lets through words that they have not seen.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    # The form's own: a double click or a retry finds what the first one made.
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    # Each has these of its own.
    user: Any
    user_id: int | None
    guest: Any
    guest_id: uuid.UUID | None
    state: Any
    decisions: Any
    # Changes the state, keeps what counts it true, and writes the decision, all in one transaction.
    _move: Any

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """Who says it; nothing where they are gone."""
        return str(self.user or self.guest or "")

    @property
    def owner(self) -> Any:
        """The member or the guest who says it."""
        return self.user if self.user_id else self.guest

    @property
    def scope(self) -> str:
        """What notifications of it ask for, to know whether it shows still; nothing where they are taken back."""
        return ""

    @property
    def is_public(self) -> bool:
        return bool(self.state == "public")

    def is_owned_by(self, user: Any) -> bool:
        if user.is_authenticated:
            return bool(self.user_id == user.pk)
        return self.guest_id is not None and self.guest_id == getattr(user, "guest_id", None)

    def undo(self, *, by: Any) -> None:
        """Take the last decision of a moderator back, while nothing else has happened since."""
        last = self.decisions.order_by("-pk").first()
        if last is None or not last.as_moderator or last.verb == Verb.UNDO:
            raise StateConflict(_("There is nothing to undo here."))
        self._move(Verb.UNDO, last.from_state, by=by, allowed={last.to_state})

    def _was_turned_down(self) -> bool:
        """Whether the last that a moderator said about it was no."""
        last = self.decisions.filter(as_moderator=True).order_by("-pk").first()
        return last is not None and last.to_state in self.TURNED_DOWN

    def _who_was_quicker(self) -> str:
        last = self.decisions.select_related("actor__person").order_by("-pk").first()
        if last and last.actor:
            return _("Already %(verb)s by %(name)s.") % {
                "verb": last.get_verb_display(),
                "name": last.actor.name,
            }
        return _("It has changed since you opened it. It is now %(state)s.") % {
            "state": self.get_state_display()  # type: ignore[attr-defined]
        }

    def _decide(self, verb: Verb, from_state: str, to_state: str, by: Any, **more: str) -> Any:
        """Write the decision and return it."""
        member = by if by is not None and by.is_authenticated else None
        return self.decisions.create(
            verb=verb,
            from_state=from_state,
            to_state=to_state,
            actor=member,
            as_moderator=bool(member and member.is_moderator and not self.is_owned_by(member)),
            **more,
        )
