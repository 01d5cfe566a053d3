"""What changed from one version of a contribution to the next, field by field."""

import dataclasses
import re
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Contribution, Revision

# Beyond these the comparison is by line, and then not made: its cost grows with the square.
MOST_WORDS = 1200
MOST_LINES = 1500
# What a version holds that is no field of the contribution.
BESIDE = {"tags": _("Tags"), "credit": _("Credited")}


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One field that changed: its name for people, and its text in pieces: (“same”, “gone” or “new”, text)."""

    label: Any
    pieces: list[tuple[str, str]]


def changes(item: Contribution, before: Revision | None, after: Revision) -> list[Change]:
    """Return what `after` changed; everything that is filled, when there is nothing before it."""
    old = before.fields if before else {}
    return [
        Change(
            label_of(item, name), differences(as_text(item, name, old.get(name)), as_text(item, name, value))
        )
        for name, value in after.fields.items()
        if old.get(name) != value and (old.get(name) or value)
    ]


def as_text(item: Contribution, name: str, value: Any) -> str:
    """Return a field's value as its readers know it: of a choice its words, not what the database keeps."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    choices = () if name in BESIDE else item.model._meta.get_field(name).flatchoices  # type: ignore[union-attr]
    return str(dict(choices).get(value, value or ""))


def label_of(item: Contribution, name: str) -> Any:
    return BESIDE.get(name) or item.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """Return the pieces that lead from `old` to `new`, by word where it is short, else by line."""
    if not old or not new:
        return [(look, text) for look, text in (("gone", old), ("new", new)) if text]
    left, right = parts(old, r"\s+"), parts(new, r"\s+")
    if len(left) + len(right) > 2 * MOST_WORDS:
        left, right = parts(old, r"\n"), parts(new, r"\n")
    if len(left) + len(right) > 2 * MOST_LINES:
        return [("gone", old), ("new", new)]
    found = []
    for step, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if step == "equal":
            found.append(("same", "".join(left[a:b])))
        else:
            found += [
                (look, text)
                for look, text in (("gone", "".join(left[a:b])), ("new", "".join(right[c:d])))
                if text
            ]
    return found


def parts(text: str, between: str) -> list[str]:
    """Split `text`, keeping what stands between, so that the pieces join to the text again."""
    return [part for part in re.split(f"({between})", text) if part]
