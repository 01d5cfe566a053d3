"""The tags at an event as bars: by how many things of each kind carry them."""

import dataclasses
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q

from events.models import Event
from events.wording import labelled

from .drawing import Bar, share, toned_kinds
from .models import TaggedContribution

# So many are drawn; the next ones are listed.
DRAWN, LISTED = 20, 200


@dataclasses.dataclass(frozen=True, slots=True)
class TagBar:
    """A tag, how many things at the event carry it, and its bar, a part of it for each kind that does.

    `cells` has every kind's number with the address of those things ("" where there is none): for the table.
    """

    name: str
    url: str
    count: int
    parts: list[Bar]
    cells: list[tuple[int, str]]

    @property
    def words(self) -> str:
        return ", ".join(part.words for part in self.parts)


def tag_bars(event: Event) -> tuple[list[TagBar], list[TagBar], int]:
    """Return the most used tags, to be drawn; the next ones; and how many more there are. Queries: two at most."""
    rows = list(counted(event)[: DRAWN + LISTED + 1])
    more = counted(event).count() - DRAWN - LISTED if len(rows) > DRAWN + LISTED else 0
    most = rows[0]["total"] if rows else 0
    bars = [tag_bar(event, row, most) for row in rows[: DRAWN + LISTED]]
    return bars[:DRAWN], bars[DRAWN:], more


def counted(event: Event) -> Any:
    """Return slug, name, total, and a number for each kind, of the accepted tags of what is public at an event."""
    rows = TaggedContribution.objects.filter(public=True, tag__state="accepted", tag__canonical=None)
    rows = rows.filter(event=event) if event.parent_id else rows.filter(main_event=event)
    of_kinds: Any = {
        f"of_{model.KIND}": Count("pk", filter=Q(kind=model.KIND)) for model, _tone in toned_kinds()
    }
    rows = rows.values("tag__slug", "tag__name").annotate(total=Count("pk"), **of_kinds)
    return rows.order_by("-total", "tag__folded")


def tag_bar(event: Event, row: dict[str, Any], most: int) -> TagBar:
    """Return a row of `counted` as a bar; the longest one, of `most` things, takes the whole width."""
    at = {"event": event.slug}
    url = f"/tags/{row['tag__slug']}/?"
    parts, cells, before = [], [], 0
    for model, tone in toned_kinds():
        count = row[f"of_{model.KIND}"]
        cells.append((count, url + urlencode({"kind": model.KIND, **at}) if count else ""))
        if count:
            words = labelled(model.plural_label, count)
            parts.append(Bar(x=share(before, most), width=share(count, most), words=words, tone=tone))
        before += count
    return TagBar(row["tag__name"], url + urlencode(at), row["total"], parts, cells)
