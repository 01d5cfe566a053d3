"""Linked recaps whose page is gone: they want their new address."""

from typing import Any

from django.utils.translation import ngettext

from community.missing import Wanted
from events.models import Event


def gone_elsewhere(event: Event) -> Any:
    """Return the linked recaps at whose address nothing has been for days, the newest first."""
    from .models import Recap

    return Recap.leading_nowhere().at(event).newest_first()


def moderators(user: Any, _looks_after: bool) -> bool:
    return bool(user.is_authenticated and user.is_moderator)


GONE = Wanted(
    name="gone",
    words=lambda n: ngettext("%(n)s link leads nowhere", "%(n)s links lead nowhere", n) % {"n": n},
    rows=gone_elsewhere,
    template="recaps/_job_gone.html",
    for_all=False,
    may=moderators,
)
