import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.decisions import StateConflict
from people.models import User
from people.models.notification import Topic
from people.notifications import tell_member

from .talk import Talk


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Who may read which."""

    def read_by(self, user: Any) -> "SuggestionQuerySet":
        """What was sent to `user` as a speaker, without what they or a moderator took away. Not even moderators read
        more, before a speaker asks them to.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(talk__credits__person=user.person_id).exclude(state=Suggestion.State.REMOVED)

    def reported(self) -> "SuggestionQuerySet":
        return self.filter(state=Suggestion.State.REPORTED)


class Suggestion(models.Model):
    """A private word to the speakers of a talk who want such words. Only moderators can see whose it is."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        REPORTED = "reported", _("reported to the moderators")
        REMOVED = "removed", _("removed")

    # Whom it is from stays for moderators, whatever becomes of the talk's other rows.
    talk = models.ForeignKey("talks.Talk", models.CASCADE, related_name="suggestions")
    text = models.TextField(_("your suggestion"), max_length=1000)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest = models.ForeignKey("people.Guest", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.SENT, editable=False)
    sent_at = models.DateTimeField(auto_now_add=True)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion to a speaker")
        verbose_name_plural = _("suggestions to speakers")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(guest=None),
                name="suggestion_one_sender",
                violation_error_message=_("Either a member or a guest sent this, not both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.text[:40]}"

    # --- Verbs --------------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def send(cls, talk: Talk, text: str, *, by: Any, submission_key: uuid.UUID | None) -> "Suggestion":
        """Send the speakers of `talk` who take such words one, and tell them. Raises StateConflict where none does."""
        speakers = list(speakers_of(talk))
        if not speakers:
            raise StateConflict(_("The speakers no longer take suggestions."))
        sender = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
        made = cls.objects.create(talk=talk, text=text, submission_key=submission_key, **sender)
        for speaker in speakers:
            url = f"{talk.get_absolute_url()}#private-words"
            context = {"talk": talk, "text": text}
            tell_member(
                speaker, "suggestion", context, url=url, topic=Topic.COMMENTS, scopes=[f"item:{talk.pk}"]
            )
        return made

    def report(self) -> None:
        """Ask the moderators to look at it, on a speaker's behalf. Twice is once."""
        Suggestion.objects.filter(pk=self.pk, state=self.State.SENT).update(state=self.State.REPORTED)

    def dismiss(self) -> None:
        """Take it away, on a speaker's behalf. What is reported waits for a moderator first."""
        Suggestion.objects.filter(pk=self.pk, state=self.State.SENT).update(state=self.State.REMOVED)

    def answer(self, to: str) -> None:
        """Decide about what was reported: SENT, nothing is wrong with it; or REMOVED. Raises StateConflict."""
        reported = Suggestion.objects.reported().filter(pk=self.pk)
        if not reported.update(state=to):
            raise StateConflict(_("It has changed since you opened it."))


def speakers_of(talk: Talk) -> "models.QuerySet[User]":
    """Return the members among a talk's speakers who take suggestions."""
    people = talk.credits.filter(person__takes_suggestions=True).values("person")
    return User.objects.filter(person__in=people, is_active=True)
