"""Requests for removal: anybody may ask, without account; most are answered at once, and all by a moderator.

Asking hides what shows somebody against their will before anybody has looked; what guards that against abuse is counted
in people.rates, and stands in docs/decisions/0010.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.kinds import kinds
from community.locking import hold_below
from community.models import Contribution, Decision
from community.stream import load
from people import decisions, rates
from people.decisions import StateConflict, Verb
from people.models import User
from people.models.notification import Topic
from people.notifications import tell_member, write_to

SALT = "moderation.takedown"
# The count of what hides at once, over the whole site.
HIDING = "takedowns that hide"


class TakedownQuerySet(models.QuerySet["Takedown"]):
    def waiting(self) -> "TakedownQuerySet":
        """What a moderator has to answer; where the thing itself has been deleted, there is nothing to decide."""
        return self.filter(state=Takedown.State.WAITING).exclude(
            contribution__state=Contribution.State.ERASED
        )

    def by_token(self, token: str) -> "TakedownQuerySet":
        """Return the request that this token of ours was made for; none when it is forged."""
        try:
            pk = signing.Signer(salt=SALT).unsign(token)
        except signing.BadSignature:
            return self.none()
        return self.filter(pk=pk)

    def answer_with(self, state: str, decision: Decision) -> None:
        """Say that `decision` answers these, and write to whoever left an address."""
        for takedown in self.select_for_update(no_key=True).order_by("pk"):
            takedown.state, takedown.decision = state, decision
            takedown.save(update_fields=["state", "decision"])
            takedown.tell_asker()


class Takedown(models.Model):
    """That somebody asked for a thing to be removed, why, and what a moderator answered."""

    # Stays where its thing is deleted for good: whoever asked still reads what became of it.
    outlives_its_thing = True

    class Reason(models.TextChoices):
        IN_IT = "in-it", _("I am in it, or speak for somebody who is")
        PRIVATE = "private", _("It shows something private: an address, a badge, a screen")
        CREDIT = "credit", _("The credit is wrong, or it is mine and I did not add it")
        OTHER = "other", _("Something else")

        @property
        def hides(self) -> bool:
            """Whether asking hides at once: where each minute that it is seen does harm."""
            return self in (Takedown.Reason.IN_IT, Takedown.Reason.PRIVATE)

        @property
        def decision(self) -> decisions.Reason:
            """The reason that the owner of the thing is told."""
            return {
                Takedown.Reason.CREDIT: decisions.Reason.RIGHTS,
                Takedown.Reason.OTHER: decisions.Reason.OTHER,
            }.get(self, decisions.Reason.PRIVACY)

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a moderator")
        CONFIRMED = "confirmed", _("removed")
        DECLINED = "declined", _("stays")

    contribution = models.ForeignKey(
        "community.Contribution", models.CASCADE, related_name="takedowns", verbose_name=_("about")
    )
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    note = models.TextField(_("in their words"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    # Whether it was hidden by this very request.
    hid = models.BooleanField(_("hidden at once"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    # What a moderator wrote to whoever asked, and the decision on the thing that answered this.
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    decision = models.ForeignKey(
        "community.Decision",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decision"),
    )
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for removal")
        verbose_name_plural = _("requests for removal")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="takedown_queue"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(decision=None), name="takedown_waits_without_decision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.get_reason_display()}"

    @property
    def status_address(self) -> str:
        """The page on which whoever asked sees how it stands; always the same, and nobody else can guess it."""
        return reverse("moderation:takedown", args=[signing.Signer(salt=SALT).sign(str(self.pk))])

    @property
    def item(self) -> Contribution:
        """The thing as its kind. Raises StateConflict when it was deleted."""
        found = load([self.contribution_id])
        if not found:
            raise StateConflict(_("It is no longer here."))
        return found[0]

    # --- Verbs of moderators, each inside the caller's transaction or one of its own ------------------------------

    @transaction.atomic
    def confirm(self, *, by: Any, answer: str = "") -> None:
        """Agree: the thing stays hidden, or is hidden now, and the same cannot be added again."""
        self._answer_with(answer)
        item = self.item
        item.remove(by=by, reason=self.Reason(self.reason).decision)
        follow(item)

    @transaction.atomic
    def decline(self, *, by: Any, answer: str = "") -> None:
        """Disagree: what was hidden by this request shows again, and cannot be hidden so once more."""
        self._answer_with(answer)
        item = self.item
        if self.hid and item.state not in (item.State.PUBLIC, item.State.WITHDRAWN):
            item.publish(by=by)
            follow(item)
        else:
            item.keep(by=by)
            Takedown.objects.filter(pk=self.pk).answer_with(self.State.DECLINED, last_decision(item))

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """Take the answer back, while nothing else has happened to the thing since."""
        item = self.item
        item.undo(by=by)
        follow(item)

    def _answer_with(self, answer: str) -> None:
        current = hold_below(Takedown.objects.filter(pk=self.pk), "contribution")
        if current.state != self.State.WAITING:
            raise StateConflict(_("Somebody has answered it since you opened it."))
        self.answer = answer
        self.save(update_fields=["answer"])

    def tell_asker(self) -> None:
        """E-mail the answer to whoever left an address, as part of the caller's transaction."""
        if self.email:
            context = {"takedown": self, "url": settings.SITE_URL + self.status_address}
            write_to(self.email, "takedown", context, language=self.language)


def about() -> Q:
    """Return the condition that anybody may ask for the removal of a contribution."""
    return Q(kind__in=[kind.KIND for kind in kinds() if kind.can_be_taken_down])


def ask(item: Contribution, *, key: uuid.UUID | None, **words: Any) -> Takedown:
    """Take a request for the removal of the public `item`, and hide it at once where its reason and the guards say so.

    `words`: reason, note, email, language. Not to be called inside a transaction: what is counted stays counted.
    """
    hides = may_hide(item, Takedown.Reason(words["reason"]))
    with transaction.atomic():
        takedown = Takedown.objects.create(contribution_id=item.pk, submission_key=key, **words)
        # Somebody else may have been quicker; then it is hidden already.
        with suppress(StateConflict), transaction.atomic():
            if hides:
                item.take_down()
                takedown.hid = True
                takedown.save(update_fields=["hid"])
    return takedown


def may_hide(item: Contribution, reason: Takedown.Reason) -> bool:
    """Return whether a request with this reason hides `item` at once; if so, it is counted."""
    if not reason.hides or was_let_stay(item):
        return False
    number = rates.hit(HIDING)
    if number == settings.TAKEDOWN_PAUSE + 1:
        for moderator in User.objects.filter(is_moderator=True, is_active=True):
            context = {"number": number - 1}
            url = reverse("moderation:queue")
            tell_member(moderator, "takedown_pause", context, url=url, topic=Topic.DESK)
    return number <= settings.TAKEDOWN_PAUSE


def was_let_stay(item: Contribution) -> bool:
    """Return whether a moderator has let the public `item` show in spite of a request that could hide it: the same
    means do not hide it again. Whoever hid it once was not agreed with, as it is public."""
    hiding = [reason for reason in Takedown.Reason if reason.hides]
    declined = Q(state=Takedown.State.DECLINED, reason__in=hiding)
    return item.takedowns.filter(declined | Q(hid=True)).exists()


def is_pausing() -> bool:
    """Return whether so many were hidden in this hour that a moderator has to look first."""
    return rates.used(HIDING) >= settings.TAKEDOWN_PAUSE


def follow(item: Contribution) -> None:
    """Keep the requests about `item` true to the last decision on it, on whichever page that was made: what a moderator
    hides or lets show is answered by that, and what they take back waits again. Inside the caller's transaction.
    """
    last = last_decision(item)
    asked = Takedown.objects.filter(contribution=item.pk)
    waiting = asked.filter(state=Takedown.State.WAITING)
    if last.verb in (Verb.HIDE, Verb.REJECT):
        waiting.answer_with(Takedown.State.CONFIRMED, last)
    elif last.verb == Verb.PUBLISH:
        waiting.filter(hid=True).answer_with(Takedown.State.DECLINED, last)
        asked.filter(state=Takedown.State.CONFIRMED).answer_with(Takedown.State.DECLINED, last)
    elif last.verb == Verb.UNDO:
        undone = Decision.objects.filter(contribution=item.pk, pk__lt=last.pk).order_by("-pk").first()
        asked.filter(decision=undone).update(state=Takedown.State.WAITING, decision=None)
    if asked.filter(state=Takedown.State.CONFIRMED).exists():
        item.block_return()
    else:
        item.allow_return()


def last_decision(item: Contribution) -> Decision:
    return item.decisions.order_by("-pk")[0]
