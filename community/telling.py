"""Telling the owner of a contribution what moderators decided."""

from people.guests import return_link
from people.models import User
from people.notifications import tell_member, write_to_guest

from .models import Contribution, Decision


def tell_owner(item: Contribution, decision: Decision) -> None:
    """Tell whoever added `item` of `decision`, with its reason and note, inside the caller's transaction."""
    owner = item.owner
    context = {"item": item, "decision": decision}
    if isinstance(owner, User):
        tell_member(owner, "decision", context, url=item.get_absolute_url())
    elif owner is not None:
        write_to_guest(owner, "decision", {**context, "link": return_link(owner)})
