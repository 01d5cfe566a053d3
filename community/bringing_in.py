"""What an import does to many things at once: what `Contribution.submit` and `publish`, and `edit`, do to one.

The same rows come out of it (state, decisions, tags, credits, mentions, versions, search, tallies, counts, cards), with
a number of queries that grows with the hundreds of things and not with each. Like the verbs it stands for, it may write
`state`.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from events.models import Event
from people.decisions import Verb
from people.models import Person
from people.models.person import fold

from .cards import DRAWN_AT_ONCE
from .locking import hold
from .mentions import Settled, handles_in, text_fields
from .models import (
    Card,
    Contribution,
    Credit,
    Decision,
    Mention,
    Relation,
    Revision,
    Tag,
    TaggedContribution,
    Tally,
)
from .search import update_index

T = TypeVar("T")
AT_ONCE = 500
# How many words that the vocabulary does not know one import may propose: those that most things carry. Somebody has
# to look at each.
NEW_WORDS = 60


@dataclass
class Arrival:
    """A new contribution, not saved yet, with the words and the people that belong to it, and the ids of what it goes
    with.

    `at` is when it was published where it comes from; None: now. What is not `ready` yet shows once it is.
    """

    item: Contribution
    tags: Sequence[str] = ()
    credit: Sequence[Person] = ()
    related: Sequence[int] = ()
    at: datetime.datetime | None = None


@dataclass
class Update:
    """A contribution whose fields have been set anew, and `credit` where the people changed, too.

    `before` is the row as it was where its event changed: its counts move along.
    """

    item: Contribution
    fields: Sequence[str]
    credit: Sequence[Person] | None = None
    before: Contribution | None = field(default=None)


@transaction.atomic
def bring_in(arrivals: Sequence[Arrival], *, by: Any) -> None:
    """Save these contributions, all of one kind, as public ones that nobody added: no news, until somebody cares.

    `by` answers for it. The log says that they were added, and by whom.
    """
    if not arrivals:
        return
    items, now = [arrival.item for arrival in arrivals], timezone.now()
    settle_mentions(items)
    for item, arrival in zip(items, arrivals, strict=True):
        item.state, item.quiet = Contribution.State.PUBLIC, True
        item.published_at = item.submitted_at = min(arrival.at or now, now)
        item.compute_columns()
        item.search_text = item.searchable()
    insert(items)
    keep_mentions(items)
    words = tag_rows(arrivals, by)
    write_credits({arrival.item.pk: arrival.credit for arrival in arrivals})
    write_relations(arrivals)
    write_versions([(arrival.item, words[arrival.item.pk], arrival.credit) for arrival in arrivals], by)
    Decision.objects.bulk_create(
        [
            Decision(contribution_id=item.pk, verb=Verb.SUBMIT, from_state="", to_state=item.state, actor=by)
            for item in items
        ],
        AT_ONCE,
    )
    count_arrivals([item for item in items if item.ready])
    find_and_draw([item.pk for item in items])
    look_into(items)


@transaction.atomic
def bring_up_to_date(updates: Sequence[Update], *, by: Any) -> None:
    """Save the changed fields of these contributions as their next version, whatever state they are in.

    The caller holds their rows (`select_for_update`) since before it read them. No moderator is asked to look.
    """
    if not updates:
        return
    now = timezone.now()
    items = [update.item for update in updates]
    settle_mentions(items)
    moved = [item for update in updates if update.before for item in (update.before, update.item)]
    hold(Event.objects.filter(pk__in={pk for item in moved for pk in (item.event_id, item.main_event_id)}))
    for update in updates:
        item = update.item
        item.version += 1
        item.edited_at = now
        item.search_text = item.searchable()
        computed = ("version", "edited_at", "search_text", "main_event")
        item.save(update_fields=[*update.fields, *computed, *item.computed_columns])
        if update.before:
            item._move_to_event(update.before)
    changed = {update.item.pk: update.credit for update in updates if update.credit is not None}
    Credit.objects.filter(contribution__in=changed).delete()
    write_credits(changed)
    keep_mentions(items)
    names, words = names_of(items), words_of(items)
    write_versions([(item, words.get(item.pk, []), names.get(item.pk, [])) for item in items], by)
    ids = [item.pk for item in items]
    for some in in_parts(ids):
        Card.objects.filter(contribution__in=some).delete()
    find_and_draw(ids)
    look_into(items)


# --- Parts ------------------------------------------------------------------------------------------------------------


def in_parts(rows: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def insert(items: Sequence[Contribution]) -> None:
    """Insert the rows of the parent table, then those of the kind's own, which Django's `bulk_create` will not do."""
    columns = [column.attname for column in Contribution._meta.concrete_fields if not column.primary_key]
    parents = [Contribution(**{name: getattr(item, name) for name in columns}) for item in items]
    Contribution._base_manager.bulk_create(parents, AT_ONCE)
    for item, parent in zip(items, parents, strict=True):
        item.pk = item.id = parent.pk
        item._state.adding = False
    own = items[0]._meta.local_concrete_fields
    manager = cast(Any, type(items[0])._base_manager)
    for some in in_parts(items, max(1, connection.ops.bulk_batch_size(own, items))):
        manager._insert(some, fields=own, using=connection.alias)


def tag_rows(arrivals: Sequence[Arrival], by: Any) -> dict[int, list[str]]:
    """Write the rows of the tags; return the words of each contribution."""
    often = Counter(fold(word).lstrip("#").strip() for arrival in arrivals for word in arrival.tags)
    known = tags_called(often)
    new = [word for word, _number in often.most_common() if word and word not in known][:NEW_WORDS]
    if new:
        as_typed = {fold(word).lstrip("#").strip(): word for one in arrivals for word in one.tags}
        Tag.objects.meant_by([as_typed[word] for word in new], by=by)
        known |= tags_called(new)
    rows, words = [], {}
    for arrival in arrivals:
        item = arrival.item
        meant = {tag.pk: tag for word in arrival.tags if (tag := known.get(fold(word).lstrip("#").strip()))}
        words[item.pk] = sorted(tag.name for tag in meant.values())
        rows += [
            TaggedContribution(
                content_object_id=item.pk,
                tag=tag,
                public=item.ready,
                published_at=item.published_at,
                kind=item.kind,
                event_id=item.event_id,
                main_event_id=item.main_event_id,
                year=item.event.starts_on.year,
            )
            for tag in meant.values()
        ]
    TaggedContribution.objects.bulk_create(rows, AT_ONCE)
    uses = Counter(row.tag_id for row in rows if row.public)
    for some in in_parts(sorted(uses)):
        Tag.add({pk: uses[pk] for pk in some})
    return words


def tags_called(words: Iterable[str]) -> dict[str, Tag]:
    """Return the tags that these folded words mean, as far as there are any."""
    found: dict[str, Tag] = {}
    for some in in_parts(list(words)):
        rows = Tag.objects.filter(folded__in=some).select_related("canonical")
        found |= {tag.folded: tag.canonical or tag for tag in rows}
    return found


def write_credits(people: dict[int, Sequence[Person]]) -> None:
    Credit.objects.bulk_create(
        [
            Credit(contribution_id=pk, person=person, position=place)
            for pk, persons in people.items()
            for place, person in enumerate({person.pk: person for person in persons}.values())
        ],
        AT_ONCE,
    )


def write_relations(arrivals: Sequence[Arrival]) -> None:
    rows = [
        Relation(source_id=arrival.item.pk, target_id=target)
        for arrival in arrivals
        for target in sorted(set(arrival.related) - {arrival.item.pk})
    ]
    Relation.objects.bulk_create(rows, AT_ONCE, ignore_conflicts=True)


def write_versions(written: Sequence[tuple[Contribution, Sequence[str], Sequence[Person]]], by: Any) -> None:
    Revision.objects.bulk_create(
        [
            Revision(
                contribution_id=item.pk,
                number=item.version,
                editor=by,
                fields={
                    **{column.name: column.value_to_string(item) for column in columns_of_versions(item)},
                    "tags": sorted(words),
                    "credit": [person.pk for person in people],
                },
            )
            for item, words, people in written
        ],
        AT_ONCE,
    )


def columns_of_versions(item: Contribution) -> list[models.Field]:
    return [cast("models.Field", item._meta.get_field(name)) for name in item.revision_fields]


def names_of(items: Sequence[Contribution]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    for some in in_parts(items):
        rows = Credit.objects.filter(contribution__in=[item.pk for item in some]).select_related("person")
        for row in rows.order_by("position", "pk"):
            found.setdefault(row.contribution_id, []).append(row.person)
    return found


def words_of(items: Sequence[Contribution]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in in_parts(items):
        rows = TaggedContribution.objects.filter(content_object__in=[item.pk for item in some])
        for pk, word in rows.values_list("content_object", "tag__name"):
            found.setdefault(pk, []).append(word)
    return found


def count_arrivals(items: Sequence[Contribution]) -> None:
    """Add these new public things to what is counted at their events, and at the main events above them."""
    if not items:
        return
    here = Counter(pk for item in items for pk in {item.event_id, item.main_event_id})
    is_write_up = items[0].is_write_up
    hold(Event.objects.filter(pk__in=here))
    for pk, number in sorted(here.items()):
        Tally.add({pk}, items[0].kind, number)
        Event.objects.filter(pk=pk).update(
            contribution_count=F("contribution_count") + number,
            write_up_count=F("write_up_count") + (number if is_write_up else 0),
            **({"cover": None} if items[0].gives_covers else {}),
        )


def settle_mentions(items: Sequence[Contribution]) -> None:
    """Let the texts of these items, of one kind, say the handles of today, before they are saved: two queries."""
    texts = [
        (item, name, str(getattr(item, name) or "")) for item in items for name in text_fields(type(item))
    ]
    write = Settled(text for _item, _name, text in texts)
    for item, name, text in texts:
        if (settled := write(text)) != text:
            setattr(item, name, settled)


def keep_mentions(items: Sequence[Contribution]) -> None:
    """Keep whom the texts of these items, of one kind, mention, for their pages."""
    said = {
        item.pk: {
            handle
            for name in text_fields(type(item))
            for handle in handles_in(str(getattr(item, name) or ""))
        }
        for item in items
    }
    handles = sorted(set().union(*said.values()))
    meant: dict[str, int] = {}
    for some in in_parts(handles):
        meant |= dict(Person.objects.filter(handle__in=some).values_list("handle", "pk"))
    true = {(pk, meant[handle]) for pk, mentioned in said.items() for handle in mentioned if handle in meant}
    had: dict[tuple[int, int], int] = {}
    for ids in in_parts([item.pk for item in items if item.version > 1]):
        rows = Mention.objects.filter(contribution_id__in=ids)
        had |= {(pk, person): row for row, pk, person in rows.values_list("pk", "contribution", "person")}
    for ids in in_parts([row for pair, row in had.items() if pair not in true]):
        Mention.objects.filter(pk__in=ids).delete()
    new = [Mention(contribution_id=pk, person_id=person) for pk, person in sorted(true - set(had))]
    Mention.objects.bulk_create(new, AT_ONCE, ignore_conflicts=True)


def look_into(items: Sequence[Contribution]) -> None:
    """Let what these texts, of one kind, name go with them. What the same import brings after them, the look for new
    things finds (recognising.look_at_texts).
    """
    if items[0].model.names_others:
        from .recognising import keep_named

        for item in items:
            keep_named(item)


def find_and_draw(ids: Sequence[int]) -> None:
    """Let search know these, and have the worker draw their cards."""
    from .tasks import draw_cards

    for some in in_parts(ids):
        update_index(some)
    for some in in_parts(ids, DRAWN_AT_ONCE):
        draw_cards.enqueue(list(some))
