import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Guest(models.Model):
    """Somebody who added something without an account: the name they gave, and where to answer them.

    A signed cookie, or a signed link sent to `email`, makes the browser this guest again (people.guests).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("your name"), max_length=100)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    # Whether we may write to them when somebody answers what they said.
    hears_of_replies = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        indexes = [
            models.Index(fields=["email"], condition=Q(hears_of_replies=False), name="guest_wants_no_replies")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_told_of_replies(self) -> bool:
        """Whether there is an address, and nobody who reads what comes there has asked us to stop: several guests may
        have left the same one, and somebody else than its owner.
        """
        stopped = Guest.objects.filter(hears_of_replies=False, email__iexact=self.email)
        return bool(self.email) and not stopped.exists()

    def hear_of_replies(self, yes: bool) -> None:
        """Let whoever reads what comes to this address hear of replies from now on, or no more."""
        Guest.objects.filter(email__iexact=self.email).update(hears_of_replies=yes)

    def speak(self, language: str) -> None:
        """Remember the language that this guest chose."""
        self.language = language
        self.save(update_fields=["language"])
