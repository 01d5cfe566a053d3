"""That somebody recommends a contribution, and why."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from community.locking import hold_below
from community.mentions import Settled
from community.models import Contribution
from community.models.contribution import publishes_directly
from community.text import between_marks, render_line
from people.decisions import AbstractDecision, Reason, StateConflict, Verb
from people.guests import return_link
from people.notifications import tell_member, write_to_guest

from ..starts import write_start
from .said import Said, SaidQuerySet


class FavouriteQuerySet(SaidQuerySet):
    """The only place that knows who may see which recommendation."""

    def of_owners(self) -> Self:
        """Recommendations by whoever added the thing."""
        return self.filter(Q(user=F("contribution__contributor")) | Q(guest=F("contribution__guest")))

    def visible_to(self, user: Any) -> Self:
        """What is public, one's own, and for moderators everything that was given to be seen."""
        if user.is_authenticated:
            if user.is_moderator:
                return self.filter(~Q(state=Favourite.State.PRIVATE) | Q(user=user))
            return self.filter(Q(state=Favourite.State.PUBLIC) | Q(user=user))
        guest_id = getattr(user, "guest_id", None)
        return self.filter(Q(state=Favourite.State.PUBLIC) | Q(guest=guest_id)) if guest_id else self.public()


class Favourite(Said):
    """“Watch this, read this, because …”: one of each member or guest on each contribution."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")
        # Wanted so by whoever gave it: nobody else sees or counts it, and nobody reviews it.
        PRIVATE = "private", _("only for you")

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, related_name="favourites", verbose_name=_("about")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="favourites"
    )
    guest = models.ForeignKey(
        "people.Guest", models.CASCADE, null=True, blank=True, related_name="favourites"
    )
    reason = models.CharField(_("because …"), max_length=280, blank=True)
    start = models.PositiveIntegerField(
        _("start at"), null=True, blank=True, help_text=_("Seconds from the beginning of the recording.")
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)

    # Where it plays from `start` on; set by `recommending.context`, which knows the item.
    start_url = ""

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "user"],
                name="favourite_once_a_member",
                violation_error_message=_("This member already recommends it."),
            ),
            models.UniqueConstraint(
                fields=["contribution", "guest"],
                name="favourite_once_a_guest",
                violation_error_message=_("This guest already recommends it."),
            ),
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(guest=None, user__isnull=False),
                name="favourite_of_somebody",
                violation_error_message=_("A recommendation is a member’s or a guest’s."),
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], condition=Q(state="waiting"), name="favourite_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.contribution}"

    def get_absolute_url(self) -> str:
        """Return where it stands: its own place among the recommendations on the page of what it is about."""
        return f"{self.contribution.get_absolute_url()}#{self.mark}"

    # --- What pages ask -------------------------------------------------------------------------------------------

    @property
    def mark(self) -> str:
        """Its name in the address of its place on a page."""
        return f"recommendation-{self.pk}"

    @property
    def scope(self) -> str:
        """What notifications ask for, to know whether it shows still."""
        return f"favourite:{self.pk}"

    @property
    def reason_html(self) -> SafeString:
        """The reason as one line of HTML, safe to show between quotation marks, which the style sheet sets."""
        return render_line(between_marks(self.reason))

    @property
    def is_private(self) -> bool:
        return self.state == self.State.PRIVATE

    @property
    def start_label(self) -> str:
        """Where it says to begin: “12:30”; empty where it does not."""
        return "" if self.start is None else write_start(self.start)

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @classmethod
    def give(
        cls,
        contribution: Contribution,
        *,
        by: Any,
        reason: str = "",
        start: int | None = None,
        private: bool = False,
        submission_key: uuid.UUID | None = None,
    ) -> "Favourite":
        """Recommend `contribution` as `by`, once: a second time changes the reason. Waits where `by` is not trusted,
        but where it is `private`, for nobody but `by`.
        """
        reason = Settled([reason])(reason)
        who = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
        with transaction.atomic():
            # Before the recommendation's own row, as all that changes a contribution does.
            Contribution.objects.select_for_update(no_key=True).get(pk=contribution.pk)
            favourite, is_new = cls.objects.select_for_update(no_key=True).get_or_create(
                contribution_id=contribution.pk,
                **who,
                defaults={
                    "reason": reason,
                    "start": start,
                    "state": cls._state_for(by, private=private),
                    "submission_key": submission_key,
                },
            )
            if is_new:
                favourite._record(Verb.SUBMIT, "", by)
                favourite._publicness_changed(was_public=False)
            elif favourite.state == cls.State.WITHDRAWN:
                favourite.reword(reason, by=by, start=start, private=private)
            elif reason not in ("", favourite.reason) or start not in (None, favourite.start):
                start = favourite.start if start is None else start
                favourite.reword(reason or favourite.reason, by=by, start=start, private=favourite.is_private)
        return favourite

    @classmethod
    def _state_for(cls, by: Any, *, private: bool) -> str:
        if private:
            return cls.State.PRIVATE
        return cls.State.PUBLIC if publishes_directly(by) else cls.State.WAITING

    def reword(self, reason: str, *, by: Any, start: int | None = None, private: bool = False) -> None:
        """Change the reason, an empty one too, and where to begin; or recommend again what was taken back.

        It waits again where `by` is not trusted, and where a moderator turned it down, unless it is `private`.
        """
        reason = Settled([reason])(reason)
        current = (self.reason, self.start, self.is_private)
        shown = (self.State.WAITING, self.State.PUBLIC, self.State.PRIVATE)
        if self.state in shown and current == (reason, start, private):
            return
        to = self._state_for(by, private=private)
        if to == self.State.PUBLIC and self._was_turned_down():
            to = self.State.WAITING
        self._move(Verb.RESUBMIT, to, by=by, allowed=set(self.State), rewrite=(reason, start))

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see it. Raises StateConflict when it does not wait, nor was turned down."""
        self._move(
            Verb.PUBLISH,
            self.State.PUBLIC,
            by=by,
            allowed={self.State.WAITING, self.State.REJECTED},
            note=note,
        )

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Keep it from everybody but its owner, who is told `reason` (a people.decisions.Reason) and `note`."""
        Reason(reason)
        self._move(
            Verb.REJECT,
            self.State.REJECTED,
            by=by,
            allowed={self.State.WAITING, self.State.PUBLIC},
            reason=reason,
            note=note,
        )

    def withdraw(self, *, by: Any) -> None:
        """Take one's own recommendation back, words and all."""
        self._move(
            Verb.WITHDRAW,
            self.State.WITHDRAWN,
            by=by,
            allowed=set(self.State) - {self.State.WITHDRAWN},
            rewrite=("", None),
        )

    def _move(
        self,
        verb: Verb,
        to: str,
        *,
        by: Any,
        allowed: set[Any],
        reason: str = "",
        note: str = "",
        rewrite: tuple[str, int | None] | None = None,
    ) -> None:
        """Change the state, and with `rewrite` the words and the start, keep what counts it true, and write the
        decision, all in one transaction.
        """
        with transaction.atomic():
            current = hold_below(Favourite.objects.filter(pk=self.pk), "contribution")
            self.contribution_id = current.contribution_id
            if current.state not in allowed:
                raise StateConflict(current._who_was_quicker())
            self.state, self.version = to, current.version
            self.reason, self.start = current.reason, current.start
            if rewrite is not None:
                self.reason, self.start = rewrite
                self.version, self.submitted_at = current.version + 1, timezone.now()
            self.save(update_fields=["state", "reason", "start", "version", "submitted_at"])
            decision = self._record(verb, current.state, by, reason=reason, note=note)
            self._publicness_changed(was_public=current.is_public)
            if decision and decision.as_moderator:
                self._tell_owner(decision)

    def _publicness_changed(self, *, was_public: bool) -> None:
        """Keep true what everybody sees of it elsewhere: how many there are, the score, the card."""
        from ..scoring import rescore
        from ..telling import take_back, tell_of_favourite, tell_of_mentions

        if not (was_public or self.is_public):
            return
        if self.is_public:
            self.contribution.become_news()
        rescore([self.contribution_id])
        # The card of what is recommended may say why.
        self.contribution.forget_cards()
        if self.is_public:
            told = set() if was_public else tell_of_favourite(self)
            tell_of_mentions(self, self.reason, told=told)
        else:
            take_back(self)

    def _tell_owner(self, decision: "FavouriteDecision") -> None:
        """Tell whoever recommends what a moderator decided, inside the caller's transaction."""
        context = {"item": self.contribution, "favourite": self, "decision": decision}
        if self.user:
            tell_member(self.user, "favourite_decision", context, url=self.contribution.get_absolute_url())
        elif self.guest:
            write_to_guest(self.guest, "favourite_decision", {**context, "link": return_link(self.guest)})

    def _record(self, verb: Verb, from_state: str, by: Any, **more: str) -> "FavouriteDecision | None":
        """Write the decision. What is private is for nobody's eyes: in the log it is not there, or was taken back."""
        taken_back, private = self.State.WITHDRAWN.value, self.State.PRIVATE
        to_state = taken_back if self.state == private else self.state
        from_state = taken_back if from_state == private else from_state
        if to_state == taken_back:
            if from_state in ("", taken_back):
                return None
            verb = Verb.WITHDRAW
        made: FavouriteDecision = self._decide(verb, from_state, to_state, by, **more)
        return made


class FavouriteDecision(AbstractDecision):
    """One change of state of a recommendation."""

    favourite = models.ForeignKey(Favourite, models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on a recommendation")
        verbose_name_plural = _("decisions on recommendations")
        indexes = [
            models.Index(fields=["favourite", "-decided_at"], name="favourite_decisions"),
            models.Index(fields=["-decided_at", "-id"], name="favourite_decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.favourite_id}: {self.get_verb_display()}"
