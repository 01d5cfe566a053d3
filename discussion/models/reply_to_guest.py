"""Replies that guests who left an e-mail address are to hear of."""

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Contribution

if TYPE_CHECKING:
    from .comment import Comment


class ReplyToGuestQuerySet(models.QuerySet["ReplyToGuest"]):
    def tell(self, answered: "Comment", reply: "Comment") -> None:
        """Have whoever wrote `answered` hear of `reply`, if they are a guest whom we may write to; inside the caller's
        transaction. What comes within MAIL_WINDOW_MINUTES goes with it in one e-mail.
        """
        from ..tasks import mail_replies

        guest = answered.guest
        if guest is None or not answered.is_public or not guest.may_be_told_of_replies:
            return
        due_at = timezone.now() + datetime.timedelta(minutes=settings.MAIL_WINDOW_MINUTES)
        waits = self.filter(guest=guest).order_by("due_at").values_list("due_at", flat=True).first()
        self.get_or_create(
            guest=guest, reply=reply, defaults={"answered": answered, "due_at": min(waits or due_at, due_at)}
        )
        if waits is None:
            mail_replies.using(run_after=due_at if settings.MAIL_WINDOW_MINUTES else None).enqueue(
                str(guest.pk)
            )

    def showing(self) -> "ReplyToGuestQuerySet":
        """Those of which everybody can still read both what was said and what was answered, where it was said."""
        from .comment import Comment

        public = Comment.objects.public()
        return self.filter(
            reply__in=public,
            answered__in=public,
            answered__guest=F("guest"),
            reply__contribution__in=Contribution.objects.public(),
        )


class ReplyToGuest(models.Model):
    """That a guest is to hear of a reply; the row goes with the e-mail."""

    guest = models.ForeignKey("people.Guest", models.CASCADE, related_name="replies_to_tell")
    reply = models.ForeignKey("discussion.Comment", models.CASCADE, related_name="guests_to_tell")
    answered = models.ForeignKey("discussion.Comment", models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    objects = ReplyToGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply to tell a guest of")
        verbose_name_plural = _("replies to tell guests of")
        constraints = [
            models.UniqueConstraint(
                fields=["guest", "reply"],
                name="reply_told_once_a_guest",
                violation_error_message=_("This guest already hears of this reply."),
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="reply_to_guest_due")]

    def __str__(self) -> str:
        return f"{self.guest_id}: {self.reply_id}"
