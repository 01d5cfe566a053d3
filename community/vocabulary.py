"""Reading the vocabulary: what stands under a tag, what goes with it, and what somebody is about to type."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import ngettext

from events.models import Event
from events.numbers import grouped
from people.models.person import fold

from .models import Contribution, Tag, TaggedContribution
from .stream import Page, cards, keys_of_page

# Related tags and the choices of the filters are read from this many items of a tag: its newest.
LOOKED_AT = 200
MOST_RELATED = 12
MOST_SUGGESTIONS = 10


def tag_page(
    tag: Tag, *, kind: str = "", event: Event | None = None, year: int | None = None, **place: Any
) -> Page:
    """Return one page of cards under `tag`, newest first, cut out of the tag's own index."""
    rows = TaggedContribution.objects.filter(tag=tag.pk, public=True)
    if kind:
        rows = rows.filter(kind=kind)
    if event:
        rows = rows.filter(event=event) if event.parent_id else rows.filter(main_event=event)
    if year:
        rows = rows.filter(year=year)
    ids, older, newer = keys_of_page(rows, pk="content_object_id", **place)
    # The tag's rows carry a copy of what is public; the rows themselves have the last word.
    return Page(cards(Contribution.objects.public().filter(pk__in=ids).newest_first()), older, newer)


def with_events(tags: Sequence[Tag]) -> Sequence[Tag]:
    """Return `tags`, of which those that only events carry say how many of these there are (`events_in_words`)."""
    silent = {tag.pk: tag for tag in tags if not tag.contribution_count}
    events = Event.objects.public().filter(tagged_items__tag__in=silent).order_by()
    for pk, number in events.values_list("tagged_items__tag").annotate(Count("pk")):
        words = ngettext("%(n)s event", "%(n)s events", number) % {"n": grouped(number)}
        silent[pk].events_in_words = words
    return tags


@dataclasses.dataclass(frozen=True)
class Around:
    """What the newest items of a tag have besides it, and of which kinds they are."""

    related: list[Tag]
    events: list[Event]
    years: list[int]
    # By the word of `Contribution.kind`.
    kinds: set[str]


def around(tag: Tag) -> Around:
    """Return the tags, events and years of the tag's newest items. Queries: four, however many items."""
    rows = TaggedContribution.objects.filter(tag=tag.pk, public=True).order_by(
        "-published_at", "-content_object_id"
    )
    newest = list(
        rows.values_list("content_object_id", "event_id", "main_event_id", "year", "kind")[:LOOKED_AT]
    )
    events = Event.objects.public().filter(pk__in={pk for row in newest for pk in row[1:3]})
    return Around(
        related=often_together(tag, [row[0] for row in newest]),
        events=list(events.only("name", "slug", "parent_id").order_by("-starts_on", "pk")),
        years=sorted({row[3] for row in newest}, reverse=True),
        kinds={row[4] for row in newest},
    )


def often_together(tag: Tag, ids: list[int]) -> list[Tag]:
    """Return the accepted tags that most of these contributions carry besides `tag`."""
    # Counted here: asked to join and count, SQLite begins with the vocabulary and reads every row of every tag.
    beside = Counter(TaggedContribution.objects.filter(content_object__in=ids).values_list("tag", flat=True))
    del beside[tag.pk]
    accepted = Tag.objects.accepted().filter(pk__in=beside)
    return sorted(accepted, key=lambda other: (-beside[other.pk], other.folded))[:MOST_RELATED]


def suggestions(text: str) -> list[str]:
    """Return accepted words for what somebody is typing: those that begin with it first, synonyms as what they mean."""
    typed = fold(text).lstrip("#").strip()
    if not typed:
        return []
    first = Case(When(folded__startswith=typed, then=Value(0)), default=Value(1), output_field=IntegerField())
    accepted = Q(state=Tag.State.ACCEPTED) & (Q(canonical=None) | Q(canonical__state=Tag.State.ACCEPTED))
    found = Tag.objects.filter(accepted, folded__contains=typed).select_related("canonical")
    ordered = found.order_by(first, "-contribution_count", "folded")[: 3 * MOST_SUGGESTIONS]
    return list(dict.fromkeys((tag.canonical or tag).name for tag in ordered))[:MOST_SUGGESTIONS]
