"""Requests by anybody, without account, that a name be taken off everything. A moderator answers each: nothing happens
before, since there is no undo, and whoever asks may be anybody.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.decisions import StateConflict
from people.notifications import write_to


class NameRequestQuerySet(models.QuerySet["NameRequest"]):
    def waiting(self) -> "NameRequestQuerySet":
        """What a moderator has to answer; not where the page is a member's own by now, who can do it themselves."""
        return self.filter(
            state=NameRequest.State.WAITING,
            person__account=None,
            person__isnull=False,
            person__merged_into=None,
        )


class NameRequest(models.Model):
    """That somebody asked for the name of a person without account to be removed, and what a moderator answered.

    Once it is answered, nothing of it is kept that tells whose name it was, or who asked.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a moderator")
        CONFIRMED = "confirmed", _("removed")
        DECLINED = "declined", _("stays")

    person = models.ForeignKey(
        "people.Person", models.SET_NULL, null=True, related_name="name_requests", verbose_name=_("about")
    )
    note = models.TextField(_("in their words"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = NameRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to remove a name")
        verbose_name_plural = _("requests to remove a name")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=Q(state="waiting"), name="name_request_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_state_display()}"

    @transaction.atomic
    def confirm(self, *, by: Any, answer: str = "") -> None:
        """Take the name off everything, for good. Raises StateConflict where that cannot be, or was answered before."""
        from .models import PersonRemoval

        current = self._answered(self.State.CONFIRMED)
        person = current.person
        if person is None:
            raise StateConflict(_("It is no longer here."))
        others = list(NameRequest.objects.filter(person=person).waiting().exclude(pk=self.pk))
        PersonRemoval.make(person, reason=PersonRemoval.Reason.ASKED, by=by)
        for one in (self, *others):
            one._close(self.State.CONFIRMED, answer)

    @transaction.atomic
    def decline(self, *, by: Any, answer: str = "") -> None:
        """Let the name stay. Raises StateConflict where it was answered before."""
        self._answered(self.State.DECLINED)
        self._close(self.State.DECLINED, answer)

    def _answered(self, state: str) -> "NameRequest":
        rows = NameRequest.objects.select_for_update(of=("self",), no_key=True)
        current = rows.select_related("person").get(pk=self.pk)
        if current.state != self.State.WAITING:
            raise StateConflict(_("Somebody has answered it since you opened it."))
        return current

    def _close(self, state: str, answer: str) -> None:
        """Write to whoever left an address, and forget who asked and in which words."""
        if self.email:
            context = {"is_removed": state == self.State.CONFIRMED, "answer": answer}
            write_to(self.email, "name_request", context, language=self.language)
        self.state, self.note, self.email, self.answered_at = state, "", "", timezone.now()
        NameRequest.objects.filter(pk=self.pk).update(
            state=state, note="", email="", answered_at=self.answered_at
        )
