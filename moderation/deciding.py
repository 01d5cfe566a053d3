"""Deciding about one thing or many: each through its own verb, in a transaction of its own."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.reviewing import Row, Source, sources_for
from people.decisions import AbstractDecision, StateConflict


@dataclasses.dataclass(frozen=True)
class Pick:
    """One thing as somebody saw it: its source, its id, and the stamp of its content (0: it has none)."""

    source: str
    pk: int
    stamp: int = 0

    @property
    def token(self) -> str:
        return f"{self.source}-{self.pk}"


@dataclasses.dataclass
class Outcome:
    """What became of it: the decisions written by thing, and why the others could not be decided."""

    done: list[tuple[Pick, int]] = dataclasses.field(default_factory=list)
    refused: list[tuple[Pick, str]] = dataclasses.field(default_factory=list)
    verb: str = ""
    # How many were done before, where this goes on with a batch.
    before: int = 0

    @property
    def text(self) -> str:
        """What was done, in one sentence; empty when nothing was."""
        number = self.before + len(self.done)
        if not number:
            return ""
        sentences = {
            "publish": ngettext("One approved.", "%(number)s approved.", number),
            "reject": ngettext("One turned down.", "%(number)s turned down.", number),
            "hide": ngettext("One hidden.", "%(number)s hidden.", number),
            "confirm": ngettext("One removed.", "%(number)s removed.", number),
            "restore": ngettext("One can be seen.", "%(number)s can be seen.", number),
            "merge": ngettext("One word is a synonym now.", "%(number)s words are synonyms now.", number),
            "undo": ngettext("One decision taken back.", "%(number)s decisions taken back.", number),
        }
        return sentences[self.verb] % {"number": number}


def decide(picks: Iterable[Pick], verb: str, *, by: Any, seen: str = "", **how: Any) -> Outcome:
    """Do `verb` as `by` to each of the picks; return what was done, and what somebody else was quicker with.

    Only what waits can be decided, or what is in the state `seen`, and only as it was seen: who approves approves
    what they have read. `how`: reason, note, other (the tag that a word is a synonym of).
    """

    def act(source: Source, thing: Any, pick: Pick) -> None:
        if not (thing.state == seen if seen and by.is_moderator else source.waits(thing)):
            raise StateConflict(who_was_quicker(source.last_decision(thing.pk)))
        if pick.stamp and pick.stamp != source.stamp(thing):
            raise StateConflict(_("It has changed since you opened it. Look at it again."))
        source.act(thing, verb, by=by, **{"reason": "", "note": "", **how})

    return _each(picks, verb, act, by)


def take_back(decided: Iterable[tuple[Pick, int]], *, by: Any) -> Outcome:
    """Undo these decisions (thing and id of the decision), each while it is the thing's last one."""
    expected = {pick.token: number for pick, number in decided}

    def act(source: Source, thing: Any, pick: Pick) -> None:
        last = source.last_decision(thing.pk)
        if last is None or last.pk != expected[pick.token]:
            raise StateConflict(who_was_quicker(last))
        source.act(thing, "undo", by=by, reason="", note="")

    return _each([pick for pick, _number in decided], "undo", act, by)


def rows_of(picks: Iterable[Pick], by: Any) -> list[Row]:
    """Return the rows of these things as they stand now and `by` may see them, in their order; what is gone is left
    out.
    """
    picks = list(picks)
    found: dict[tuple[str, int], Row] = {}
    for name, source in sources_for(by).items():
        pks = [pick.pk for pick in picks if pick.source == name]
        found |= {(name, pk): row for pk, row in source.rows(pks).items()} if pks else {}
    return [found[pick.source, pick.pk] for pick in picks if (pick.source, pick.pk) in found]


def who_was_quicker(last: AbstractDecision | None) -> str:
    """Say who decided before: “Already turned down by …”."""
    if last and last.actor:
        return _("Already %(verb)s by %(name)s.") % {"verb": last.get_verb_display(), "name": last.actor.name}
    return _("It has changed since you opened it.")


def _each(picks: Iterable[Pick], verb: str, act: Callable[[Source, Any, Pick], None], by: Any) -> Outcome:
    outcome, desk = Outcome(verb=verb), sources_for(by)
    for pick in picks:
        source = desk.get(pick.source)
        try:
            with transaction.atomic():
                thing = source.locked(pick.pk) if source else None
                if source is None or thing is None:
                    raise StateConflict(_("It is no longer here."))
                act(source, thing, pick)
                decision = source.last_decision(pick.pk)
        except StateConflict as conflict:
            outcome.refused.append((pick, str(conflict)))
        else:
            outcome.done.append((pick, decision.pk if decision else 0))
    return outcome
