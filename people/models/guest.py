import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Guest(models.Model):
    """Somebody who added something without an account: the name they gave, and where to answer them.

    A signed cookie, or a signed link sent to `email`, makes the browser this guest again (people.guests).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("your name"), max_length=100)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

    def __str__(self) -> str:
        return self.name

    def speak(self, language: str) -> None:
        """Remember the language that this guest chose."""
        self.language = language
        self.save(update_fields=["language"])
