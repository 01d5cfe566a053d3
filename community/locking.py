"""In which order rows are locked, so that of two who change things at once neither waits for the other for ever.

Contributions come first, then what belongs to one (a comment, a link), then tags, then events, and of each the lower
ids. Nobody waits for the rows of jobs (`enqueue_once`). A lock leaves a row's key alone (`no_key`), as keys never
change: whoever writes a row that only points at a locked one need not wait.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people.decisions import StateConflict


def hold(rows: "QuerySet[Any]") -> list[int]:
    """Lock these rows until the caller's transaction is over; return their ids."""
    return list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def hold_below(rows: "QuerySet[Any]", owner: str) -> Any:
    """Lock the contribution that this row belongs to (`owner` names the field), then the row. Return it as it is now,
    or None where it is gone. Raises StateConflict where it came to another contribution meanwhile, by a merge.
    """
    field = rows.model._meta.get_field(owner)
    kind = field.related_model
    # A kind's own row is never locked: that of its parent stands for both.
    contributions = (kind._meta.get_parent_list() or [kind])[-1]._base_manager
    held = hold(contributions.filter(pk__in=rows.values(field.attname)))
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row and getattr(row, field.attname) not in held:
        raise StateConflict(_("It has changed since you opened it."))
    return row
