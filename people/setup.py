"""How the first administrator comes in: by a link printed where the site was started, never by a fixed password."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from people.models import User

SALT = "people.setup: no administrator yet"
LINK_LASTS = timedelta(days=1)


def has_administrator() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def setup_link() -> str | None:
    """Return a link that makes whoever opens it within a day the administrator; None once there is one."""
    if has_administrator():
        return None
    token = signing.dumps("administrator", salt=SALT)
    return settings.SITE_URL + reverse("people:setup", args=[token])


def is_good_token(token: str) -> bool:
    """Return whether a link's token may still be used: made by this site, today, and no administrator exists.

    It works once because using it makes an administrator; do both in one transaction.
    """
    try:
        signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return False
    return not has_administrator()
