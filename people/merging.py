"""Joining two rows that stand for the same: everything that points at the one points at the other afterwards, and back.

Nothing here knows what points at them: the rows are found by their foreign keys. A model whose rows belong to the row
itself (its log, its versions) says `stays_when_merged = True` (or names the keys), or
`outlives_its_thing` as for other ends.

What would be there twice (a tag that both have, a recommendation of the same member) stays where it is, on the row that
nobody sees any more. So nothing is lost, and to take it back is to move exactly those rows that had moved. Where what
stays would still show from its other end, it is taken out whole (`take_out`) and put back.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.core import serializers
from django.db import IntegrityError, connection, models, transaction

# By “app.model.field”: the ids of the rows that were moved.
Moved = dict[str, list[int]]


def relations_to(model: Any) -> Iterator[tuple[Any, str]]:
    """Yield (model, name of its foreign key) of all that points at rows of `model`, at its parent's part too, and
    moves with them.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        # One to one means: a part of the very row.
        if not (relation.auto_created and relation.one_to_many):
            continue
        of = relation.related_model
        stays = getattr(of, "stays_when_merged", False) or getattr(of, "outlives_its_thing", False)
        # A model may say so of some of its foreign keys only.
        if not (relation.field.name in stays if isinstance(stays, tuple) else stays):
            yield of, relation.field.name


def move_rows(source: Any, target: Any) -> Moved:
    """Let what points at `source` point at `target` (two of the same model), inside the caller's transaction; return
    what moved.
    """
    moved: Moved = {}
    for of, name in relations_to(type(source)):
        rows = of._base_manager.filter(**{name: source.pk}).order_by("pk")
        # A thing cannot point at itself.
        rows = rows.exclude(pk=target.pk) if isinstance(target, of) else rows
        if ids := _move(of, name, list(rows.values_list("pk", flat=True)), target.pk):
            moved[f"{of._meta.label_lower}.{name}"] = ids
    return moved


def move_back(moved: Moved, source: Any, target: Any) -> None:
    """Let what was moved, and still points at `target`, point at `source` again."""
    for of, name in relations_to(type(source)):
        ids = moved.get(f"{of._meta.label_lower}.{name}", [])
        here = of._base_manager.filter(**{name: target.pk}, pk__in=ids)
        _move(of, name, list(here.values_list("pk", flat=True)), source.pk)


def take_out(source: Any) -> list[dict[str, Any]]:
    """Delete what still points at `source`, and return it as JSON: `put_back` makes the same rows of it."""
    rows: list[Any] = []
    for of, name in relations_to(type(source)):
        left = of._base_manager.filter(**{name: source.pk}).order_by("pk")
        rows += json.loads(serializers.serialize("json", left))
        left.delete()
    return rows


def put_back(rows: list[dict[str, Any]]) -> None:
    """Make the rows that were taken out again, but for those whose other end is gone, or that are there again."""
    for row in serializers.deserialize("json", json.dumps(rows)):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                connection.check_constraints([row.object._meta.db_table])
        except IntegrityError:
            continue


def _move(of: type[models.Model], name: str, ids: list[int], to: int) -> list[int]:
    """Let the rows of these ids point at `to`, but for those that would be there twice; return whose rows moved."""
    rows = of._base_manager
    try:
        with transaction.atomic():
            rows.filter(pk__in=ids).update(**{name: to})
        return ids
    except IntegrityError:
        pass
    done = []
    for pk in ids:
        try:
            with transaction.atomic():
                rows.filter(pk=pk).update(**{name: to})
            done.append(pk)
        except IntegrityError:
            continue
    return done
