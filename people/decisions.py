"""The shape of a moderator's log: who did what to a thing, when, and why."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why something was turned down: the short list that a moderator picks from."""

    OFF_TOPIC = "off-topic", _("It is not about this event")
    DUPLICATE = "duplicate", _("It is already here")
    UNCLEAR = "unclear", _("Something is missing or hard to make out")
    RIGHTS = "rights", _("It seems to belong to somebody else")
    PRIVACY = "privacy", _("It shows or names somebody who may not want it")
    ADVERT = "advert", _("It advertises more than it tells")
    CONDUCT = "conduct", _("It goes against the code of conduct")
    OTHER = "other", _("Another reason")


class Verb(models.TextChoices):
    """What was done. The log and the item's own history show these words."""

    SUBMIT = "submit", pgettext_lazy("done", "added")
    PUBLISH = "publish", pgettext_lazy("done", "published")
    CONFIRM = "confirm", pgettext_lazy("done", "confirmed the changes")
    REJECT = "reject", pgettext_lazy("done", "turned down")
    HIDE = "hide", pgettext_lazy("done", "hidden")
    WITHDRAW = "withdraw", pgettext_lazy("done", "withdrawn")
    RESTORE = "restore", pgettext_lazy("done", "brought back")
    RESUBMIT = "resubmit", pgettext_lazy("done", "sent again")
    UNDO = "undo", pgettext_lazy("done", "undone")
    MERGE = "merge", pgettext_lazy("done", "merged")
    TAKE_DOWN = "take-down", pgettext_lazy("done", "hidden on request")
    KEEP = "keep", pgettext_lazy("done", "looked at and left as it is")
    ERASE = "erase", pgettext_lazy("done", "deleted for good")
    END_COMMENTS = "end-comments", pgettext_lazy("done", "closed to comments")
    TAKE_COMMENTS = "take-comments", pgettext_lazy("done", "opened to comments again")


class StateConflict(Exception):  # noqa: N818 (it is an answer for people more than a fault)
    """The change cannot be made from the state that the thing is in now; its text is for people."""


class AbstractDecision(models.Model):
    """One change of state. Rows are written once, in the transaction that changes the state, and never changed."""

    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    as_moderator = models.BooleanField(_("as a moderator"), default=False)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    note = models.TextField(_("note to the owner"), blank=True, max_length=2000)
    decided_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-decided_at", "-pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise StateConflict("A decision is never rewritten: make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise StateConflict("A decision is never deleted.")

    @property
    def in_words(self) -> str:
        """What was done to the thing; what was undone is the decision before, not the thing."""
        return gettext("decision taken back") if self.verb == Verb.UNDO else str(Verb(self.verb).label)
