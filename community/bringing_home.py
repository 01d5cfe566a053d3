"""Who brought something home from an event: a few of them on its page, all of them on a page of their own.

Members only, as guests have no page, and by what is public only. See docs/decisions/0033-who-brought-this-home.md.
"""

from typing import Any, NamedTuple

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Event
from events.numbers import grouped

from .gathered import Gathered, read
from .models import Bringer
from .stream import Page, cut

# So many the event's page names, and so many more it counts: counting a thousand takes a tenth of the page's time.
NAMED, COUNTED = 6, 100


class Bringing(NamedTuple):
    """Somebody who brought something home: where their page is, what they are called, and the avatar's letter."""

    url: str
    name: str
    letter: str
    things: str = ""


class People(NamedTuple):
    """Those whom an event's page names, and in words how many more there are (empty: none)."""

    named: list[Bringing]
    more: str


def columns_of_people() -> list[Any]:
    """Return what the query of an event brings along, for `people`: the first of them, and how many there are."""
    rows = Bringer.objects.filter(event=OuterRef("pk"))
    first = Gathered(rows.order_by("-count", "pk")[:NAMED], "user__person__handle", "user__person__name")
    return [first, HowMany(rows.order_by().values("pk")[: NAMED + COUNTED + 1])]


class HowMany(Subquery):
    """How many rows a query has that stops at some number."""

    output_field = IntegerField()
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"


def people(said: str | None, number: int) -> People:
    """Return what these columns mean."""
    named = [bringing(handle, name) for handle, name in read(said)]
    more = number - len(named)
    if more > COUNTED:
        return People(named, _("and more than %(n)s others") % {"n": COUNTED})
    return People(named, ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more else "")


def bringing(handle: str, name: str, things: str = "") -> Bringing:
    return Bringing(f"/people/{handle}/", name, name[:1].upper(), things)


def page_of_people(event: Event, place: dict[str, Any]) -> Page:
    """Return one page of all of them, who came last first, with how much each brought. One query."""
    rows: QuerySet[Bringer] = Bringer.objects.filter(event=event)
    columns = ("user__person__handle", "user__person__name", "count")
    found, older, newer = cut(rows, time="since", columns=columns, **place)
    return Page(
        [bringing(handle, name, things(count)) for _since, _pk, handle, name, count in found], older, newer
    )


def things(count: int) -> str:
    return ngettext("%(n)s thing", "%(n)s things", count) % {"n": grouped(count)}
