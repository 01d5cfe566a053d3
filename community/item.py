"""What the pages about one contribution show around it, whatever its kind."""

import dataclasses
import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people.decisions import Reason, Verb
from people.muting import mute_state

from .beside import beside
from .catching_up import pick_state
from .happening import Happening
from .models import Contribution, Decision, Tag
from .recognising import Choice, choices
from .shared import shared_item

State = Contribution.State
MOST_DECISIONS = 50
# How long after it is public whoever added something may finish it, such as describe photos, before it says “edited”.
FINISHING = datetime.timedelta(minutes=15)
# What takes something out of sight, and gives a reason.
TURNED_DOWN = (Verb.REJECT, Verb.HIDE, Verb.TAKE_DOWN)


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    """The mark of a state: its words, its icon, and the name that the style sheet knows it by."""

    label: Any
    icon: str
    look: str


LOOKS = {
    State.WAITING: ("clock", "pending"),
    State.PUBLIC: ("check", "published"),
    State.REJECTED: ("flag", "rejected"),
    State.HIDDEN: ("eye-off", "hidden"),
    State.WITHDRAWN: ("undo", "withdrawn"),
    State.ERASED: ("close", "withdrawn"),
    State.MERGED: ("link", "withdrawn"),
}


def leads_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the address of what became part of another entry (community/merging.py) lead there, whoever may see that one;
    for all others it is not there.
    """

    @wraps(view)
    def leading(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Http404:
            target = Contribution.objects.visible_to(request.user).filter(merged_from=pk).first()
            if target is None:
                raise
            # Not remembered by browsers: it can be taken back.
            response = redirect(target.get_absolute_url(), permanent=True)
            response["Cache-Control"] = "no-cache"
            return response

    return leading


def chip_of(item: Contribution) -> Chip:
    """Return the mark of the item's state, as its owner and moderators see it."""
    if item.problem:
        return Chip(_("cannot be shown"), "warning", "rejected")
    if not item.ready and item.state in (State.WAITING, State.PUBLIC):
        return Chip(_("being prepared"), "clock", "pending")
    if item.unreviewed_edit and item.state == State.PUBLIC:
        return Chip(_("public, changes wait for review"), "clock", "pending")
    return Chip(item.get_state_display(), *LOOKS[State(item.state)])


def page_context(item: Contribution, user: Any) -> dict[str, Any]:
    """Return what community/item_base.html needs of `item`, which came through `visible_to(user)` and `for_cards()`."""
    is_owner = item.is_owned_by(user)
    can_moderate = bool(user.is_authenticated and user.is_moderator)
    sees_all = is_owner or can_moderate
    decisions = list(item.decisions.select_related("actor__person", "guest")[:MOST_DECISIONS])
    return {
        "item": item,
        "event": item.event,
        "parent": item.event.parent if item.event.parent_id else None,
        "is_owner": is_owner,
        "can_edit": can_moderate
        or (is_owner and item.state != State.WITHDRAWN)
        or item.is_changed_by_credit(user),
        "can_leave": item.model.tells_credited and is_credited(item, user) and not is_owner,
        "can_withdraw": is_owner and item.state != State.WITHDRAWN,
        "can_return": is_owner and item.can_be_returned,
        "can_moderate": can_moderate,
        "sees_all": sees_all,
        "chip": chip_of(item) if sees_all and not (item.is_public and not item.unreviewed_edit) else None,
        "review": last_review(item, decisions) if sees_all else None,
        "timeline": timeline(item, decisions, sees_all, can_moderate),
        "decisions": decisions,
        "was_edited": was_edited(item),
        "beside": beside(item),
        "shared": (shared := shared_item(item)),
        "noindex": shared is None,
        "guesses": guesses(item) if sees_all else [],
        "shown_tags": item.shown_tags,
        "shown_credits": (people := item.shown_credits),  # type: ignore[attr-defined]
        "credit_label": item.credit_label % len(people) if people else "",
        "proposed_tags": proposed_tags(item) if sees_all else [],
        "pick": pick_state(item, user),
        "mute": mute_state(user, f"item:{item.pk}", item.get_absolute_url()),
    }


def was_edited(item: Contribution) -> bool:
    """Return whether it was changed once others could read it; to finish it just after it came is no change."""
    edited, published = item.edited_at, item.published_at
    return bool(edited and published and edited - published > FINISHING)


def guesses(item: Contribution) -> list[Choice]:
    """Return what the text of this may name, for its owner and moderators to say."""
    asked = item.guesses_out.filter(denied=False).order_by("pk").values_list("target", flat=True)
    return choices(dict.fromkeys(asked, False)) if item.model.names_others else []


def is_credited(item: Contribution, user: Any) -> bool:
    """Return whether the member `user` is among the people of `item`, which came through `for_cards()`."""
    return user.is_authenticated and any(
        credit.person_id == user.person_id
        for credit in item.shown_credits  # type: ignore[attr-defined]
    )


def proposed_tags(item: Contribution) -> list[Tag]:
    """Return the words that nobody but the owner and moderators sees yet."""
    return list(Tag.objects.pending().filter(tagged_contributions__content_object=item.pk))


def last_review(item: Contribution, decisions: list[Decision]) -> Decision | None:
    """Return the decision that turned this down or hid it, while it stands."""
    if item.state not in (State.REJECTED, State.HIDDEN):
        return None
    return next((one for one in decisions if one.verb in TURNED_DOWN), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One decision, as much of it as somebody may read."""

    verb: Any
    when: Any
    by: str
    look: str
    reason: Any = ""
    note: str = ""


def timeline(item: Contribution, decisions: list[Decision], sees_all: bool, can_moderate: bool) -> list[Line]:
    """Return what was decided, and for the owner and moderators also what else was done, newest first."""
    lines = [line(decision, sees_all, can_moderate) for decision in decisions]
    if sees_all:
        lines += [
            Line(verb=one.label, when=one.when, by=who(one, can_moderate), look="")
            for one in item.happenings()
        ]
    return sorted(lines, key=lambda line: line.when, reverse=True)


def who(done: Decision | Happening, can_moderate: bool) -> str:
    """Return who did it, for whoever sees all: of moderators the name only for other moderators."""
    if done.as_moderator:
        return str(done.actor) if can_moderate and done.actor else _("a moderator")
    return str(done.actor or getattr(done, "guest", None) or "")


def line(decision: Decision, sees_all: bool, can_moderate: bool) -> Line:
    """Return a decision for a page: strangers get what and when, the owner also why, moderators also who."""
    look = "is-published" if decision.verb == Verb.PUBLISH else ""
    look = "is-rejected" if decision.verb in TURNED_DOWN else look
    return Line(
        verb=decision.in_words,
        when=decision.decided_at,
        by=who(decision, can_moderate) if sees_all or decision.as_moderator else "",
        look=look,
        reason=Reason(decision.reason).label if sees_all and decision.reason else "",
        note=decision.note if sees_all else "",
    )
