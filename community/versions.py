"""What changed from one version of a contribution to the next, field by field."""

import dataclasses
import re
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Contribution, Revision

# Beyond these the comparison is by line, and then not made: its cost grows with the square.
MOST_WORDS = 1200
MOST_LINES = 1500
# So many characters of what stayed the same are shown beside what changed.
AROUND = 150
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
            label_of(item, name),
            shortened(differences(as_text(item, name, old.get(name)), as_text(item, name, value))),
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
    """Return the pieces that lead from `old` to `new`: by word; where that is too long by line, and then by word within
    the lines that changed.
    """
    if pieces := compared(old, new, r"\s+", MOST_WORDS):
        return pieces
    made: list[tuple[str, str]] = []
    for look, text in compared(old, new, r"\n", MOST_LINES) or [("gone", old), ("new", new)]:
        if look == "new" and made and made[-1][0] == "gone":
            gone = made.pop()[1]
            made += compared(gone, text, r"\s+", MOST_WORDS) or [("gone", gone), ("new", text)]
        else:
            made.append((look, text))
    return made


def compared(old: str, new: str, between: str, most: int) -> list[tuple[str, str]]:
    """Return the pieces by parts that `between` keeps apart; nothing where too many of them (twice `most`) stand
    between the same beginning and the same end.
    """
    if not old or not new:
        return [(look, text) for look, text in (("gone", old), ("new", new)) if text]
    left, right = parts(old, between), parts(new, between)
    head = shared(left, right)
    tail = shared(left[head:][::-1], right[head:][::-1])
    found = [("same", "".join(left[:head]))]
    left, right, end = (
        left[head : len(left) - tail],
        right[head : len(right) - tail],
        left[len(left) - tail :],
    )
    if len(left) + len(right) > 2 * most:
        return []
    for step, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        looks = (("same", left[a:b]),) if step == "equal" else (("gone", left[a:b]), ("new", right[c:d]))
        found += [(look, "".join(texts)) for look, texts in looks]
    return [(look, text) for look, text in [*found, ("same", "".join(end))] if text]


def shared(left: list[str], right: list[str]) -> int:
    """Return with how many equal parts both begin."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(left), len(right)))


def shortened(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pieces with what stayed the same cut to AROUND characters beside each change."""
    joined = [
        (look, "".join(text for _look, text in alike)) for look, alike in groupby(pieces, key=itemgetter(0))
    ]
    last = len(joined) - 1
    made = []
    for number, (look, text) in enumerate(joined):
        head, tail = text[:AROUND] if number else "", text[-AROUND:] if number < last else ""
        is_long = look == "same" and last and len(text) > len(head) + len(tail) + AROUND
        # The space beside a change stays: without it the change would run into the next word.
        cut = f"{head} … {tail}" if head and tail else f"{head} …" if head else f"… {tail}"
        made.append((look, cut if is_long else text))
    return made


def parts(text: str, between: str) -> list[str]:
    """Split `text`, keeping what stands between, so that the pieces join to the text again."""
    return [part for part in re.split(f"({between})", text) if part]
