"""What an edit changed, for whoever has to look at it."""

import dataclasses
import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from community.models import Contribution, Decision, Revision
from people.decisions import Verb

# Comparing costs the square of the lines in the worst case; longer texts are shown whole, before and after.
LINES_AT_MOST = 400
SHORT = 200


@dataclasses.dataclass(frozen=True)
class Change:
    """One field: its label, and either `before` and `after`, or `lines` of (mark, text) with mark "-", "+" or " "."""

    label: Any
    before: str = ""
    after: str = ""
    lines: Sequence[tuple[str, str]] = ()


def reviewed_number(revisions: Iterable[Revision], decisions: Iterable[Decision], owner_id: Any) -> int:
    """Return the number of the last version that a moderator has seen; 0 when there is none.

    Seen is what stood when it was published or its changes confirmed, unless that was undone, and what a moderator
    wrote who is not the owner. The revisions come with their editors.
    """
    seen = []
    for decision in sorted(decisions, key=lambda decision: decision.pk):
        if decision.verb in (Verb.PUBLISH, Verb.CONFIRM):
            seen.append(decision)
        elif decision.verb == Verb.UNDO and seen and seen[-1].to_state == decision.from_state:
            seen.pop()
    until = seen[-1].decided_at if seen else None
    numbers = [
        revision.number
        for revision in revisions
        if (until and revision.created_at <= until)
        or (revision.editor and revision.editor.is_moderator and revision.editor_id != owner_id)
    ]
    return max(numbers, default=0)


def changes_between(model: type[Contribution], old: Revision, new: Revision) -> list[Change]:
    """Return what changed from one version to the other, field by field, in the kind's own order."""
    changes = []
    for name in [*model.revision_fields, "tags", "credit"]:
        before, after = _text(old.fields.get(name)), _text(new.fields.get(name))
        if before != after:
            changes.append(_change(_label(model, name), before, after))
    return changes


def _change(label: Any, before: str, after: str) -> Change:
    old, new = before.splitlines(), after.splitlines()
    if (len(before) <= SHORT and len(after) <= SHORT) or max(len(old), len(new)) > LINES_AT_MOST:
        return Change(label, before, after)
    compared = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    return Change(
        label, lines=[(" ", "…") if line.startswith("@@") else (line[0], line[1:]) for line in compared]
    )


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _label(model: type[Contribution], name: str) -> Any:
    if name == "credit":
        return _("credited")
    if name == "tags":
        return _("tags")
    try:
        return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name
