"""Ending e-mails from inside an e-mail, without signing in: whoever has the signed address may."""

from collections.abc import Sequence

from django.core import signing

from .models import User
from .models.notification import Topic

SALT = "people.unsubscribing"


def token_of(user: User, topics: Sequence[str]) -> str:
    """Return the word of an address that ends e-mails about these topics. It stays good: e-mails are kept for years."""
    return signing.Signer(salt=SALT).sign_object([user.pk, *topics])


def read(token: str) -> tuple[User | None, list[Topic]]:
    """Return whose e-mails about what this word ends; nobody's, where it is forged, cut, or the account is gone."""
    try:
        pk, *topics = signing.Signer(salt=SALT).unsign_object(token)
        return User.objects.filter(pk=pk).first(), [Topic(topic) for topic in topics]
    except (signing.BadSignature, ValueError, TypeError):
        return None, []
