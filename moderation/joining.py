"""Before two entries, or two people, become one: which other one is meant, and what would move."""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from community.merging import OPEN
from community.models import Contribution
from community.search import words_of
from community.stream import load
from community.versions import as_text, label_of
from people.merging import relations_to
from people.models import Person, PersonMerge
from people.models.person import fold

MOST_FOUND = 8
# As many titles of an event are compared with the one at hand.
MOST_COMPARED = 3_000
AT_THE_END = re.compile(r"/(\d{1,18})/?(?:[?#].*)?$", re.ASCII)
PERSON_ADDRESS = re.compile(r"(?:.*/people/|@)([-\w]{1,60})/?(?:[?#].*)?$", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Line:
    """One fact of the two: what each says, and whether it is the first one's that stays."""

    label: Any
    source: str
    target: str
    takes_source: bool = False


@dataclasses.dataclass(frozen=True)
class Preview:
    """What would become of two: `source` is part of `target` then. `moving`: (what, how many)."""

    source: Any
    target: Any
    lines: Sequence[Line]
    moving: Sequence[tuple[Any, int]]
    # Where the other one would be part of this one; empty where that cannot be.
    swap_url: str = ""


def moving_from(thing: Any) -> list[tuple[Any, int]]:
    """Return what points at this, and how many rows of each: one query for each sort."""
    counts: dict[Any, int] = {}
    for of, name in relations_to(type(thing)):
        if count := of._base_manager.filter(**{name: thing.pk}).count():
            label = capfirst(of._meta.verbose_name_plural)
            counts[label] = counts.get(label, 0) + count
    return list(counts.items())


# --- Contributions ----------------------------------------------------------------------------------------------------


def entries_like(item: Contribution, asked: str) -> list[Contribution]:
    """Return entries of the same kind and event that `item` may be one with: by address, words, or its own title."""
    rows = Contribution.objects.filter(kind=item.kind, main_event=item.main_event_id, state__in=OPEN)
    rows = rows.exclude(pk=item.pk).order_by("pk")
    if match := AT_THE_END.search(asked):
        return load(list(rows.filter(pk=match[1]).values_list("pk", flat=True)))
    wanted = set(words_of(asked or item.title))
    found = []
    for pk, title in rows.values_list("pk", "title")[:MOST_COMPARED]:
        shared = len(wanted & set(words_of(title)))
        if shared * 2 >= len(wanted) or (asked and shared):
            found.append((-shared, pk))
    return load([pk for _shared, pk in sorted(found)[:MOST_FOUND]])


def preview_of_entries(source: Contribution, target: Contribution) -> Preview:
    """Return what would become of two entries of the same kind."""
    lines = [Line(_("Title"), source.title, target.title)]
    for name in source.merge_fills:
        field: Any = source._meta.get_field(name)
        said = [as_text(one, name, field.value_to_string(one)) for one in (source, target)]
        if getattr(source, field.attname) is None:
            said[0] = ""
        if getattr(target, field.attname) is None:
            said[1] = ""
        if said[0] != said[1]:
            empty = getattr(target, field.attname) in (None, "", field.get_default())
            lines.append(Line(label_of(source, name), said[0][:300], said[1][:300], takes_source=empty))
    lines += [
        Line(_("Added by"), source.contributor_name, target.contributor_name),
        Line(_("Credited"), credited(source), credited(target)),
    ]
    swap_url = f"{reverse('moderation:merge', args=[target.pk])}?other={source.pk}"
    return Preview(source, target, lines, moving_from(source), swap_url)


def credited(item: Any) -> str:
    return ", ".join(credit.person.name for credit in item.shown_credits)


# --- People -----------------------------------------------------------------------------------------------------------


def people_like(person: Person, asked: str) -> list[Person]:
    """Return people that `person` may be one with: by address, handle or a part of the name, or by the last name."""
    rows = (
        Person.objects.standing()
        .exclude(pk=person.pk)
        .select_related("account")
        .order_by("folded_name", "pk")
    )
    if match := PERSON_ADDRESS.fullmatch(asked.strip()):
        return list(rows.filter(handle=match[1].lower()))
    words = fold(asked or person.name).split() or [""]
    by_name = Q(folded_name__contains=" ".join(words) if asked else words[-1])
    return list(rows.filter(by_name | Q(handle=words[0]))[:MOST_FOUND])


def preview_of_people(one: Person, other: Person) -> Preview:
    """Return what would become of two people; who has an account stays. Raises StateConflict where both have one."""
    source, target = PersonMerge.in_order(one, other)
    lines = [
        Line(_("Name"), source.name, target.name),
        Line(_("Handle"), f"@{source.handle}", f"@{target.handle}"),
        Line(_("Account"), "", _("yes") if hasattr(target, "account") else ""),
        Line(_("About"), source.bio, target.bio, takes_source=not target.bio),
        Line(_("Links"), " ".join(source.links), " ".join(target.links)),
    ]
    said = [line for line in lines if line.source or line.target]
    swap_url = f"{reverse('moderation:person_merge', args=[target.handle])}?other={source.pk}"
    return Preview(source, target, said, moving_from(source), "" if hasattr(target, "account") else swap_url)
