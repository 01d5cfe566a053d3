from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Suggestion(models.Model):
    """A private word to the speakers of a talk who want such words. Only moderators can see whose it is."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        REPORTED = "reported", _("reported to the moderators")
        REMOVED = "removed", _("taken away")

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
