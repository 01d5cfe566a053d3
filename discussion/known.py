"""Forms whose link may be here already: the second entry of a link becomes a recommendation of the first."""

import uuid
from typing import TYPE_CHECKING, Any

from community.contributing import Sent
from community.contributing import sent_before as made_before
from community.forms import ContributionForm
from community.models import Contribution, ContributionQuerySet

from .models import Favourite

if TYPE_CHECKING:
    Base = ContributionForm
else:
    Base = object


class KnownLink(Base):
    """Put this before ContributionForm; `linked` says which items have the form's link, `because` why to recommend."""

    def linked(self) -> ContributionQuerySet | None:
        """Return the items at this event that the form would only repeat; None where it has no link."""
        raise NotImplementedError

    def because(self) -> str:
        return ""

    def already_here(self) -> Contribution | None:
        """Return the item that this form would only repeat, as far as its sender may know of it.

        What waits from somebody else they do not see: then a second entry is made, and a moderator sees both.
        """
        items = self.linked() if self.is_new else None
        if items is None:
            return None
        # "public" comes before "waiting". What was withdrawn, turned down or hidden is not there to be recommended.
        standing = [Contribution.State.PUBLIC, Contribution.State.WAITING]
        return items.visible_to(self.user).filter(state__in=standing).order_by("state", "pk").first()

    def save_by(self, by: Any) -> Contribution:
        known = self.already_here()
        if known is None:
            return super().save_by(by)
        self.found = True
        if not known.is_owned_by(by):
            key = self.cleaned_data.get("submission_key")
            Favourite.give(known, by=by, reason=self.because(), submission_key=key)
        return known


def sent_before(key: str) -> Sent | None:
    """Return what the form with this submission key has made before: an item, or a recommendation of one."""
    if made := made_before(key):
        return made
    try:
        given = (
            Favourite.objects.filter(submission_key=uuid.UUID(key))
            .select_related("contribution", "guest")
            .first()
        )
    except ValueError:
        return None
    return Sent(given.contribution, given.guest, given.contribution.get_absolute_url()) if given else None
