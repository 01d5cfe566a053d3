"""Two entries of the same thing become one: what people said about the one is said about the other; back for 30 days.

All that points at the one points at the other afterwards (people.merging), whatever kind it is and whatever points at
it. Its own versions and decisions stay with it. The other takes over what it lacked (`merge_fills`), as a version.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from people.decisions import StateConflict, Verb
from people.merging import move_back, move_rows
from people.models import Mute

from .locking import hold
from .models import Contribution, Merge, Tag, TaggedContribution
from .stream import load

State = Contribution.State
UNDO_FOR = datetime.timedelta(days=30)
# What can be joined: what shows, or may soon.
OPEN = [State.PUBLIC, State.WAITING]
TAGS = f"{TaggedContribution._meta.label_lower}.content_object"


@transaction.atomic
def join(source_id: int, target_id: int, *, by: Any) -> Merge:
    """Let the one be part of the other from now on. Raises StateConflict where that cannot be."""
    source, target = both(source_id, target_id)
    check(source, target)
    was_edited = source.unreviewed_edit
    source._move(Verb.MERGE, State.MERGED, by=by, allowed=OPEN)
    moved = move_rows(source, target)
    Contribution.objects.filter(pk=source.pk).update(merged_into=target.pk)
    carry_tags(moved.get(TAGS, []), target)
    mutes = Mute.objects.carry(f"item:{source.pk}", f"item:{target.pk}")
    said = {"rows": moved, "mutes": mutes, "was_edited": was_edited, **fill(source, target, by)}
    merge = Merge.objects.create(source_id=source.pk, target_id=target.pk, by=by, moved=said)
    settle(source, target)
    return merge


def check(source: Contribution, target: Contribution) -> None:
    """Raise StateConflict, in words, where the two cannot become one."""
    if source.pk == target.pk:
        raise StateConflict(_("This is the same one. Pick another one."))
    if type(source) is not type(target) or not source.can_be_merged:
        raise StateConflict(_("These two are not of the same kind."))
    if source.main_event_id != target.main_event_id:
        raise StateConflict(_("These two are at different events, so they stay two."))
    for item in (source, target):
        if item.state not in OPEN:
            words = {"title": item, "state": item.get_state_display()}
            raise StateConflict(
                _("“%(title)s” is %(state)s, so it cannot be merged with another now.") % words
            )


def can_be_undone(merge: Merge) -> bool:
    return merge.undone_at is None and merge.merged_at > timezone.now() - UNDO_FOR


@transaction.atomic
def part(merge_id: int, *, by: Any) -> None:
    """Let the two be two again. What came to the other since stays there. Raises StateConflict once it is too late,
    done already, or the other has become part of a third.
    """
    merge = Merge.objects.select_for_update(no_key=True).get(pk=merge_id)
    source, target = both(merge.source_id, merge.target_id)
    if not can_be_undone(merge):
        raise StateConflict(_("This can no longer be undone."))
    if source.merged_into_id != target.pk or target.state == State.ERASED:
        raise StateConflict(
            _("“%(title)s” has changed too much since. First undo what it was merged with later.")
            % {"title": target}
        )
    moved = merge.moved["rows"]
    here = TaggedContribution.objects.filter(pk__in=moved.get(TAGS, []), content_object_id=target.pk)
    if target.is_public:
        count_tags(here, -1)
    move_back(moved, source, target)
    Mute.objects.carry_back(merge.moved.get("mutes", []), f"item:{source.pk}")
    # Whether they are public is said with the state, below.
    copies = copies_of(source) | {"public": False}
    TaggedContribution.objects.filter(pk__in=moved.get(TAGS, []), content_object_id=source.pk).update(
        **copies
    )
    was = source.decisions.filter(verb=Verb.MERGE).order_by("-pk")[0].from_state
    source._move(Verb.UNDO, was, by=by, allowed=[State.MERGED], reopen=merge.moved["was_edited"])
    Contribution.objects.filter(pk=source.pk).update(merged_into=None)
    unfill(target, merge.moved, by)
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
    settle(source, target)


def both(source_id: int, target_id: int) -> tuple[Any, Any]:
    """Return the two items as their kinds, locked with their tags. Raises StateConflict where one is gone."""
    ids = [source_id, target_id]
    hold(Contribution.objects.filter(pk__in=ids))
    hold(Tag.objects.filter(pk__in=TaggedContribution.objects.filter(content_object__in=ids).values("tag")))
    found = {item.pk: item for item in load(ids)}
    if len(found) < len(set(ids)):
        raise StateConflict(_("It is no longer here."))
    return found[source_id], found[target_id]


def settle(source: Contribution, target: Contribution) -> None:
    """Keep true what is kept of the two elsewhere: search, cards, what counts recommendations."""
    for item in (source, target):
        item._update_search()
        item.forget_cards()
    for path in settings.CONTRIBUTIONS_MERGED:
        import_string(path)([source.pk, target.pk])


# --- Tags: their rows hold copies -------------------------------------------------------------------------------------


def copies_of(item: Contribution) -> dict[str, Any]:
    return {
        "public": item.is_public,
        "published_at": item.published_at,
        "event_id": item.event_id,
        "main_event_id": item.main_event_id,
        "year": item.event.starts_on.year,
    }


def carry_tags(ids: list[int], target: Contribution) -> None:
    """Let the copies on these tag rows, which came to `target`, say what it says, and the tags count them."""
    rows = TaggedContribution.objects.filter(pk__in=ids)
    rows.update(**copies_of(target))
    if target.is_public:
        count_tags(rows, 1)


def count_tags(rows: Any, step: int) -> None:
    Tag.add(dict.fromkeys(rows.values_list("tag", flat=True), step))


# --- What the other takes over ----------------------------------------------------------------------------------------


def fill(source: Any, target: Any, by: Any) -> dict[str, Any]:
    """Let `target` say what only `source` says, as its next version; return what it said before and says since."""
    changed = {name for name in target.merge_fills if is_empty(target, name) and not is_empty(source, name)}
    before = {name: written(target, name) for name in changed}
    for name in changed:
        setattr(target, field_of(target, name).attname, getattr(source, field_of(source, name).attname))
    if changed:
        keep(target, by)
    return {"before": before, "after": {name: written(target, name) for name in changed}}


def unfill(target: Any, moved: dict[str, Any], by: Any) -> None:
    """Let `target` say again what it said before, where nobody has changed that since."""
    same = {name for name, value in moved["after"].items() if written(target, name) == value}
    for name in same:
        value = moved["before"][name]
        field = field_of(target, name)
        setattr(target, field.attname, value if value is None else field.to_python(value))
    if same:
        keep(target, by)


def keep(target: Any, by: Any) -> None:
    target.version += 1
    target.edited_at = timezone.now()
    target.search_text = target.searchable()
    target.save()
    target._keep_version(by)


def field_of(item: Any, name: str) -> Any:
    field: models.Field[Any, Any] = item._meta.get_field(name)
    return field


def is_empty(item: Any, name: str) -> bool:
    """Whether a field says nothing: nothing at all, or what it says where nobody said anything."""
    value = getattr(item, field_of(item, name).attname)
    return value in (None, "") or (
        field_of(item, name).has_default() and value == field_of(item, name).get_default()
    )


def written(item: Any, name: str) -> str | None:
    """Return a field's value as it is kept in JSON."""
    field = field_of(item, name)
    return None if getattr(item, field.attname) is None else field.value_to_string(item)
