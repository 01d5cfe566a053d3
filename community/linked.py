"""The addresses out in the world that contributions lead to: which of their columns they are, kinds say
(`Contribution.address_fields`); what is known of them stands in links/.
"""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, Q

from events.models import Event
from links.canonical import BadAddress, clean
from links.models import Link, Replacement, Thread, key_of
from links.short import is_short
from links.tasks import archive_link, follow_link, read_link
from links.threads import place_of

from .kinds import kinds
from .models import Contribution
from .stream import load
from .tasks import look_into_page

# So many addresses are replaced at once; of more, the next replacement does the rest.
MOST_MOVED = 2000
MOVED_IN_ONE_GO = 25
MOVABLE = (Contribution.State.PUBLIC, Contribution.State.WAITING)


class LinkUses:
    """See links.uses.Uses."""

    def used(self, keys: Collection[str]) -> set[str]:
        return set(leading_to(keys)) | {key_of(event.discussion_url) for event in discussed_at(keys)}

    def thread_changed(self, thread: Thread) -> None:
        ids = [event.pk for event in discussed_at([thread.key])]
        Event.objects.filter(pk__in=ids).update(discussion_count=thread.count)

    def changed(self, link: Link) -> None:
        for kind in kinds():
            if kind.address_fields:
                kind.link_changed(link.key, is_gone=link.is_gone)

    @transaction.atomic
    def leads_on(self, link: Link, url: str) -> None:
        # Nobody's own edit: the site of the short address said so.
        for kind in kinds():
            if kind.address_fields:
                kind.lead_on(link.key, url, by=AnonymousUser())


def discussed_at(keys: Collection[str]) -> list[Event]:
    """Return the public events that are discussed at the pages with these keys."""
    hosts = {urlsplit(key).hostname or "" for key in keys if place_of(key)}
    named = Q(pk__in=[])
    for host in hosts:
        named |= Q(discussion_url__contains=host)
    found = Event.objects.public().filter(named).only("discussion_url") if hosts else ()
    return [event for event in found if key_of(event.discussion_url) in keys]


def threads_of(item: Contribution) -> list[Thread]:
    """Return the conversations elsewhere that `item`, which is of its kind, leads to."""
    return Thread.objects.at([*item.addresses(), *item.further_addresses()])


def leading_to(keys: Collection[str]) -> dict[str, list[Contribution]]:
    """Return the public items that lead to the pages with these keys, by key."""
    found: dict[str, list[Contribution]] = {}
    for kind in kinds():
        for key, items in kind.led_to_by(keys).items():
            found.setdefault(key, []).extend(items)
    return found


def link_of(item: Contribution) -> Link | None:
    """Return what is known of the page that `item`, which is of its kind, leads to; of several the first."""
    return Link.objects.leading_to(item.addresses()).order_by("pk").first()


def look_after(contribution_ids: Sequence[int]) -> None:
    """Have the pages that the public ones of these items lead to read and looked after."""
    for item in load(contribution_ids):
        for address in [*item.addresses(), *item.further_addresses()] if item.is_public else ():
            try:
                link = Link.objects.at(address)
            except BadAddress:
                continue  # from before an address like this was refused
            link.look_after()
            Thread.objects.follow(link.url)
            if is_short(link.url):
                follow_link.enqueue(link.pk)
                continue
            if address == item.page_it_is():
                look_into_page.enqueue(item.pk)
            elif link.read_at is None:
                read_link.enqueue(link.pk)
            if settings.ARCHIVE_LINKS and link.archived_on is None:
                archive_link.enqueue(link.pk)
            if link.is_gone:
                item.link_changed(link.key, is_gone=True)


# --- Replacing the addresses of a site that has moved -----------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """That all addresses which begin with `old` are to begin with `new` instead; http and https are one here."""

    old: str
    new: str

    @property
    def starts(self) -> list[str]:
        rest = self.old.partition("://")[2]
        return [f"https://{rest}", f"http://{rest}"]

    def of(self, address: str) -> str:
        """Return what becomes of an address; one that begins otherwise, or would be none any more, stays."""
        start = next((start for start in self.starts if address.startswith(start)), None)
        if start is None:
            return address
        try:
            return clean(self.new + address[len(start) :])
        except BadAddress:
            return address

    def ids(self) -> list[int]:
        """Return the contributions whose addresses may begin so, MOST_MOVED at most."""
        rows = (kind.beginning_with(self.starts).order_by("pk") for kind in kinds() if kind.address_fields)
        found = (ids.values_list("pk", flat=True)[:MOST_MOVED] for ids in rows)
        return list(itertools.islice(itertools.chain.from_iterable(found), MOST_MOVED))

    def examples(self, items: Sequence[Contribution]) -> list[tuple[Contribution, str, str]]:
        """Return (item, address, what becomes of it) for those of `items` whose address changes."""
        each = ((item, getattr(item, field)) for item in items for field in item.address_fields)
        return [(item, old, self.of(old)) for item, old in each if old and self.of(old) != old]


@transaction.atomic
def move_some(replacement: Replacement, ids: Sequence[int]) -> None:
    """Replace the addresses of these few contributions, each as a version of its own, and count them."""
    move = Move(replacement.old, replacement.new)
    moved = sum(
        item.move_addresses(move.of, by=replacement.by) for item in load(ids) if item.state in MOVABLE
    )
    Replacement.objects.filter(pk=replacement.pk).update(count=F("count") + moved)
