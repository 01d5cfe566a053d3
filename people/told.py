"""Notifications as the member's list shows them."""

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from .mailing import essence
from .mails import Block, blocks_of
from .models import Notification, User
from .models.notification import EARLIER_SHOWN
from .scopes import Named, body_of, can_be_muted, named, shows


@dataclasses.dataclass(frozen=True, slots=True)
class Muting:
    """A thing that can be muted from a notification."""

    scope: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One line of the list: the newest of its thread that still shows, and some of the others. `gone`: none does."""

    row: Notification
    words: Notification
    blocks: Sequence[Block]
    earlier: Sequence[Notification]
    mutings: Sequence[Muting]
    gone: bool

    @property
    def more(self) -> int:
        """How many were joined with it."""
        return self.row.count - 1


def told_to(user: User, rows: Sequence[Notification]) -> list[Told]:
    """Return the lines of these, which are `user`'s own: a fixed number of queries."""
    parts = joined_with(rows)
    scopes = {scope for whole in parts for one in whole for scope in one.all_scopes}
    known = named(user, scopes)
    muted = set(user.mutes.filter(scope__in=scopes).values_list("scope", flat=True)) if scopes else set()
    greeting = _("Hello %(name)s,") % {"name": user.name}
    return [told(whole, known, muted, greeting) for whole in parts]


def joined_with(rows: Sequence[Notification]) -> list[list[Notification]]:
    """Return each of these with the newest of those that were joined with it."""
    several = [row for row in rows if row.count > 1]
    newest = Notification.objects.order_by("-pk")[:EARLIER_SHOWN]
    if several:
        prefetch_related_objects(several, Prefetch("joined", queryset=newest, to_attr="newest_joined"))
    return [[row, *getattr(row, "newest_joined", [])] for row in rows]


def told(whole: Sequence[Notification], known: dict[str, Named], muted: set[str], greeting: str) -> Told:
    seen = [one for one in whole if shows(one, known)]
    words = seen[0] if seen else whole[0]
    mutings = [
        Muting(scope, known[scope].name)
        for scope in words.scopes
        if seen and can_be_muted(scope) and scope not in muted
    ]
    own_door = settings.SITE_URL + words.url  # the title leads there
    blocks = [
        block
        for block in (blocks_of(essence(body_of(words, known), greeting)) if seen else [])
        if block.door != own_door
    ]
    return Told(whole[0], words, blocks, seen[1:], mutings, gone=not seen)
