"""What the picture of a link shows, in words: everything that it depends on, and nothing that is not public."""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.kinds import kinds
from community.models import Contribution
from community.shared import Tile
from community.text import between_marks, plain_text
from events.models import Event

# Changes whenever drawing does: pictures that were drawn otherwise are drawn again.
LOOK = 1
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Motif:
    """The words and pictures of one picture. `line` says where and when, `by` who is behind it, `quote` why it is worth
    it and `quote_by` who says so; `tiles` make the mosaic; `hue` is the event's colour
    (Event.hue; None: the site's own).
    """

    title: str
    line: str = ""
    by: str = ""
    quote: str = ""
    quote_by: str = ""
    tiles: tuple[Tile, ...] = ()
    hue: int | None = None

    @property
    def basis(self) -> str:
        """64 hex digits that change when anything that the picture shows does."""
        told = json.dumps([LOOK, settings.SITE_NAME, asdict(self)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def motif_of_item(item: Contribution) -> Motif:
    """Return what the picture of `item` shows, which `for_cards` loaded, in the site's own language."""
    with override(settings.LANGUAGE_CODE):
        people = [credit.person.name for credit in item.shown_credits]  # type: ignore[attr-defined]
        quote = " ".join(plain_text(between_marks(getattr(item, "reason", ""))).split())
        return Motif(
            title=str(item),
            line=f"{item.event.name} · {item.event.dates}",
            by=", ".join(people[:MOST_NAMES]),
            quote=quote,
            quote_by=getattr(item, "reason_by", "") if quote else "",
            hue=item.event.hue,
        )


def motif_of_event(event: Event) -> Motif:
    """Return what the picture of `event` shows, in the site's own language."""
    with override(settings.LANGUAGE_CODE):
        tiles = tuple(tile for kind in kinds() for tile in kind.mosaic_of(event))
        names = dict.fromkeys(name for tile in tiles for name in tile.credit)
        return Motif(
            title=event.name,
            line=" · ".join(filter(None, (event.city, event.dates))),
            by=_("Photos: %(names)s") % {"names": ", ".join(names)} if names else "",
            tiles=tiles,
            hue=event.hue,
        )
