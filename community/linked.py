"""The addresses out in the world that contributions lead to: which of their columns they are, kinds say
(`Contribution.address_fields`); what is known of them stands in links/.
"""

from collections.abc import Collection, Sequence

from django.conf import settings

from links.canonical import BadAddress
from links.models import Link
from links.tasks import archive_link, read_link

from .kinds import kinds
from .models import Contribution
from .stream import load


class LinkUses:
    """See links.uses.Uses."""

    def used(self, keys: Collection[str]) -> set[str]:
        found: set[str] = set()
        for kind in kinds():
            for column in kind.address_fields.values():
                found |= set(kind.leading_to(keys).values_list(column, flat=True))
        return found & set(keys)

    def changed(self, link: Link) -> None:
        for kind in kinds():
            if kind.address_fields:
                kind.link_changed(link.key, is_gone=link.is_gone)


def link_of(item: Contribution) -> Link | None:
    """Return what is known of the page that `item`, which is of its kind, leads to; of several the first."""
    return Link.objects.leading_to(item.addresses()).order_by("pk").first()


def look_after(contribution_ids: Sequence[int]) -> None:
    """Have the pages that the public ones of these items lead to read and looked after."""
    for item in load(contribution_ids):
        for address in item.addresses() if item.is_public else ():
            try:
                link = Link.objects.at(address)
            except BadAddress:
                continue  # from before an address like this was refused
            link.look_after()
            if link.read_at is None:
                read_link.enqueue(link.pk)
            if settings.ARCHIVE_LINKS and link.archived_on is None:
                archive_link.enqueue(link.pk)
            if link.is_gone:
                item.link_changed(link.key, is_gone=True)
