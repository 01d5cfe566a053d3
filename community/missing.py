"""What is missing at an event: jobs of ten seconds, each done in place.

A kind says in `wants` what of its things may be missing. How much of it is kept in `Event.missing`, by name, so that
the event's page shows it without a query more. The worker counts anew when something changes (CONTRIBUTIONS_CHANGED),
and once an hour, since people and links change too.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from events.models import Event

from .kinds import kinds
from .models import Contribution

# So many stand on the page, to be done one after the other.
EXAMPLES = 6


def everybody(_user: Any, _looks_after: bool) -> bool:
    return True


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One thing that may be missing: `rows` gives the things at an event that lack it, the most wanted first; `words`
    says how many, `template` draws one of them with what brings it, for those who `may`.
    """

    name: str
    words: Callable[[int], str]
    rows: Callable[[Event], Any]
    template: str
    # Whether everybody sees that it is missing, or only who looks after the event.
    for_all: bool = True
    may: Callable[[Any, bool], bool] = everybody


@dataclasses.dataclass(frozen=True)
class Line:
    """How much of one thing is missing, and on its own page some of it."""

    wanted: Wanted
    words: str
    url: str
    may: bool = False
    examples: Sequence[Any] = ()


def all_wanted() -> list[Wanted]:
    return [wanted for model in kinds() for wanted in model.wants]


def lines(event: Event, *, looks_after: bool) -> list[Line]:
    """Return what is missing at a public event, as its page shows it: no query."""
    if not event.missing or not event.is_public:
        return []
    return [
        Line(wanted, wanted.words(count), f"{event.get_absolute_url()}missing/#missing-{wanted.name}")
        for wanted in all_wanted()
        if (count := event.missing.get(wanted.name)) and (wanted.for_all or looks_after)
    ]


def jobs(event: Event, user: Any, *, looks_after: bool) -> list[Line]:
    """Return the same with some of each, and whether `user` may bring it: a fixed number of queries for each."""
    shown = []
    for line in lines(event, looks_after=looks_after):
        examples = list(line.wanted.rows(event)[:EXAMPLES])
        if examples:
            may = line.wanted.may(user, looks_after)
            shown.append(dataclasses.replace(line, may=may, examples=examples))
    return shown


def way_back(request: HttpRequest, event: Event, name: str) -> str:
    """Return where a job was done, to go on with the next: the address that the form says, or the event's."""
    said = request.POST.get("next", "")
    if said.startswith("/events/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return said
    return f"{event.get_absolute_url()}missing/#missing-{name}"


# --- Keeping the numbers ----------------------------------------------------------------------------------------------


def contributions_changed(ids: Sequence[int]) -> None:
    """Have what is missing at the events of these contributions counted (CONTRIBUTIONS_CHANGED): once for all that
    change in one go.
    """
    from .tasks import count_missing_at

    rows = Contribution.objects.filter(pk__in=ids).values_list("event", "main_event")
    for pk in sorted({pk for pair in rows for pk in pair}):
        count_missing_at.enqueue_once(pk)


def recount_at(event_ids: Iterable[int]) -> None:
    """Count what is missing at these events, and write down what is otherwise than it was."""
    for event in Event.objects.filter(pk__in=set(event_ids)):
        found = {wanted.name: wanted.rows(event).count() for wanted in all_wanted()}
        true = {name: count for name, count in found.items() if count}
        if true != event.missing:
            Event.objects.filter(pk=event.pk).update(missing=true)
