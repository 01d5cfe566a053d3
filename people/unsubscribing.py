"""Ending e-mails from inside an e-mail, without signing in: whoever has the signed address may."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import Guest, Preference, User
from .models.notification import Topic
from .models.preference import Delivery, default_of

SALT = "people.unsubscribing"
GUEST = "guest"


@dataclasses.dataclass(frozen=True, slots=True)
class MailsToMember:
    """A member's e-mails about some topics."""

    user: User
    topics: Sequence[Topic]
    # Whether the same stands on the site, too, and can be chosen there.
    on_site: bool = True

    @property
    def about(self) -> list[Any]:
        return [topic.label for topic in self.topics]

    def stop(self) -> None:
        Preference.objects.choose(self.user, self.topics, Delivery.NEVER)

    def resume(self) -> None:
        for topic in self.topics:
            Preference.objects.choose(self.user, [topic], default_of(topic))


@dataclasses.dataclass(frozen=True, slots=True)
class MailsToGuest:
    """The e-mails to a guest about replies, the only ones that come without being asked for."""

    guest: Guest
    on_site: bool = False

    @property
    def about(self) -> list[Any]:
        return [_("replies to you")]

    def stop(self) -> None:
        self.guest.hear_of_replies(False)

    def resume(self) -> None:
        self.guest.hear_of_replies(True)


def token_of(user: User, topics: Sequence[str]) -> str:
    """Return the word of an address that ends e-mails about these topics. It stays good: e-mails are kept for years."""
    return signing.Signer(salt=SALT).sign_object([user.pk, *topics])


def token_of_guest(guest: Guest) -> str:
    """The same for the e-mails about replies to a guest."""
    return signing.Signer(salt=SALT).sign_object([GUEST, str(guest.pk)])


def read(token: str) -> MailsToMember | MailsToGuest | None:
    """Return which e-mails this word ends; None where it is forged, cut, or whoever got them is gone."""
    try:
        pk, *rest = signing.Signer(salt=SALT).unsign_object(token)
        if pk == GUEST:
            guest = Guest.objects.filter(pk=rest[0]).first()
            return MailsToGuest(guest) if guest else None
        user = User.objects.filter(pk=pk).first()
        return MailsToMember(user, [Topic(topic) for topic in rest]) if user else None
    except (signing.BadSignature, ValidationError, ValueError, TypeError, IndexError):
        return None
