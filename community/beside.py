"""What stands on a page beside the thing that it is about: what goes with it, a group for each kind."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .kinds import kinds
from .models import Contribution, Relation
from .stream import CARD_COLUMNS, entries_of, together

MOST_RELATED = 24


@dataclasses.dataclass(frozen=True, slots=True)
class Beside:
    """One group: its heading, and its cards, or else `items` for a template of its kind's own. `url` leads to more."""

    name: str
    label: Any
    cards: SafeString | None = None
    items: Sequence[Any] = ()
    template: str = "community/_beside_cards.html"
    url: str = ""


def beside(item: Contribution) -> list[Beside]:
    """Return what everybody may see of what goes with `item`, in whichever direction that was said: what it names in
    its order, then what names it, the newest first.

    Queries: three, and a fixed number for each kind that draws its own things.
    """
    out = Relation.objects.filter(source=item.pk).order_by("pk").values_list("target", flat=True)
    into = Relation.objects.filter(target=item.pk).order_by("-pk").values_list("source", flat=True)
    ids = list(dict.fromkeys([*out[:MOST_RELATED], *into[:MOST_RELATED]]))
    rows = Contribution.objects.public().filter(pk__in=ids).with_card().values_list("kind", *CARD_COLUMNS)
    others = sorted(rows, key=lambda row: ids.index(row[1])) if ids else []
    groups = (kind.beside(item, others) for kind in kinds())
    return [group for group in groups if group]


def cards_beside(
    kind: type[Contribution], item: Contribution, others: Sequence[Sequence[Any]]
) -> Beside | None:
    """Return the cards of those of the others that are of this kind."""
    own = [tuple(columns) for name, *columns in others if name == kind.KIND]
    if not own:
        return None
    # A text is about a thing, and not a thing about another or a text about a text.
    is_about = kind.names_others != item.model.names_others
    label = kind.beside_label if is_about else _("Goes with it")
    return Beside(kind.slug, label, cards=together(entries_of(own), here=item.event_id))
