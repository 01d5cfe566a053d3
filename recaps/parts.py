"""Recaps in several parts: what the page of one of them shows of the others."""

from typing import Any, NamedTuple

from .models import Recap

MOST_PARTS = 50


class Parts(NamedTuple):
    """The parts that somebody may see, in order, and where among them the one at hand stands (from 1)."""

    all: list[Recap]
    number: int
    before: Recap | None
    after: Recap | None


def parts_of(recap: Recap, user: Any) -> Parts | None:
    """Return the parts beside `recap` that `user` may see; None where it stands alone. One query."""
    found = list(Recap.objects.visible_to(user).parts_with(recap).only("title", "kind", "part")[:MOST_PARTS])
    place = next((at for at, part in enumerate(found) if part.pk == recap.pk), None)
    if place is None or len(found) < 2:
        return None
    return Parts(
        found,
        place + 1,
        found[place - 1] if place else None,
        found[place + 1] if place + 1 < len(found) else None,
    )
