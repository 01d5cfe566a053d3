"""What a plan says, as the dry run and the report after it show it: plain words and numbers, kept as JSON."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from django.db.models import Field
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.bringing_in import in_parts
from community.languages import language_name
from events.dates import say, weekday
from people.models.person import fold

from ..models import Talk
from .planning import Difference, Plan, names_of
from .reading import FORMATS
from .schedule import Item

# Of each list; more, nobody reads.
SHOWN = 200


def report(plan: Plan, *, with_names: bool = True) -> dict[str, Any]:
    """Return what the pages of an import need. Rows are (title, facts, changes, ids), changes (field, here, there), ids
    those of the talks that the row tells of, as far as they are here.

    `with_names`: what is kept once all is done names nobody, so that a name that is taken back does not live on in it.
    """
    return {
        "format": FORMATS[plan.schedule.format],
        "title": plan.schedule.title,
        "total": len(plan.schedule.items),
        "is_whole": plan.schedule.is_whole,
        "sections": [section for section in sections(plan, with_names=with_names) if section["count"]],
        "days": [[weekday(date), number, known] for date, number, known in plan.by_day()],
        "rooms": plan.counted("room"),
        "tracks": [[name, number, plan.places.get(name, 0)] for name, number in plan.counted("track")],
        "people": people(plan, with_names=with_names) if plan.people or plan.new_names else {},
        "faults": [[fault.line, fault.what] for fault in plan.schedule.faults[:SHOWN]],
        "more_faults": len(plan.schedule.faults[SHOWN:]) + plan.schedule.more_faults,
        "changes_nothing": not (plan.added or plan.changed or plan.cancelled),
    }


def sections(plan: Plan, *, with_names: bool) -> Iterable[dict[str, Any]]:
    yield section(
        "added",
        plan.added,
        lambda step: [step.item.title, facts(step.item, plan, with_names=with_names), [], []],
        lambda n: ngettext("%(n)s talk is new", "%(n)s talks are new", n),
    )
    yield section(
        "changed",
        plan.changed,
        lambda step: [
            step.talk.title,
            [],
            differences(step.changes, plan, with_names=with_names),
            [step.talk.pk],
        ],
        lambda n: ngettext("%(n)s talk is changed", "%(n)s talks are changed", n),
    )
    yield section(
        "kept",
        plan.edited,
        lambda step: [
            step.talk.title,
            [],
            differences(step.kept, plan, with_names=with_names),
            [step.talk.pk],
        ],
        lambda n: ngettext(
            "%(n)s talk keeps what somebody wrote here",
            "%(n)s talks keep what somebody wrote here",
            n,
        ),
    )
    yield section(
        "cancelled",
        plan.cancelled,
        lambda pair: [pair[1].title, [], [], [pair[1].pk]],
        lambda n: ngettext(
            "%(n)s talk is no longer in the schedule", "%(n)s talks are no longer in the schedule", n
        ),
    )
    yield section(
        "alike",
        plan.perhaps_same,
        lambda pair: [
            pair[0].title,
            [_("already here: “%(title)s”") % {"title": pair[1].title}],
            [],
            [pair[1].pk],
        ],
        lambda n: ngettext(
            "%(n)s talk may already be here, under another title; it is added as a new one",
            "%(n)s talks may already be here, under other titles; they are added as new ones",
            n,
        ),
    )
    yield section(
        "left_out",
        plan.left_out,
        lambda pair: [pair[0].title, [WHY[pair[1]]()], [], []],
        lambda n: ngettext("%(n)s talk is left out", "%(n)s talks are left out", n),
    )
    by_title = [step for step in (*plan.changed, *plan.same) if step.by_title]
    yield section(
        "found",
        by_title,
        lambda step: [step.talk.title, [], [], [step.talk.pk]],
        lambda n: ngettext(
            "%(n)s talk was already here and is now the schedule’s",
            "%(n)s talks were already here and are now the schedule’s",
            n,
        ),
    )
    yield {
        "name": "same",
        "title": ngettext("%(n)s talk stays as it is", "%(n)s talks stay as they are", len(plan.same))
        % {"n": len(plan.same)},
        "count": len(plan.same),
        "rows": [],
        "more": 0,
    }


def tell_of_new(told: dict[str, Any], plan: Plan) -> None:
    """Write the ids of the talks that are new into a report that was made before they were brought in."""
    new = {id(step.item): step.talk.pk for step in plan.added if step.talk}
    items = {
        "added": [step.item for step in plan.added],
        "alike": [item for item, _talk in plan.perhaps_same],
    }
    for one in told["sections"]:
        for row, item in zip(one["rows"], items.get(one["name"], ()), strict=False):
            row[3] = [*row[3], *([new[id(item)]] if id(item) in new else [])]


def as_seen_by(told: dict[str, Any], user: Any, *, is_done: bool) -> dict[str, Any]:
    """Return a kept report without what it tells of talks that `user` may not see, or not any more: of these it says in
    `unseen` how many. Of what is done only talks that are here are told; a dry run tells what is in the file, too.
    """
    ids = sorted({pk for one in told.get("sections", ()) for row in one["rows"] for pk in row[3]})
    seen: set[int] = set()
    for some in in_parts(ids):
        seen |= set(Talk.objects.visible_to(user).filter(pk__in=some).values_list("pk", flat=True))

    def shown(row: list[Any]) -> bool:
        return bool(row[3] or not is_done) and set(row[3]) <= seen

    sections = [
        {**one, "rows": [row[:3] for row in one["rows"] if shown(row)]} for one in told.get("sections", ())
    ]
    for after, before in zip(sections, told.get("sections", ()), strict=True):
        after["unseen"] = len(before["rows"]) - len(after["rows"])
    return {**told, "sections": sections} if told else told


WHY: dict[str, Callable[[], str]] = {
    "gone": lambda: _("it was deleted here, or merged with another"),
    "hidden": lambda: _("it was hidden or withdrawn here"),
}


def section(
    name: str, rows: Sequence[Any], row: Callable[[Any], list[Any]], title: Callable[[int], str]
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title(len(rows)) % {"n": len(rows)},
        "count": len(rows),
        "rows": [row(one) for one in rows[:SHOWN]],
        "more": max(0, len(rows) - SHOWN),
    }


def facts(item: Item, plan: Plan, *, with_names: bool) -> list[str]:
    when = when_of(item, plan)
    # Who asked not to be named is nobody.
    named = [one.name for one in item.speakers if plan.people.get(fold(one.name), one)]
    names = ", ".join(named) if with_names else ""
    return [fact for fact in (when, item.room, item.track, names, language_name(item.language)) if fact]


def when_of(item: Item, plan: Plan) -> str:
    if item.starts_at:
        return moment(item.starts_at, plan)
    return weekday(item.date) if item.date else ""


def moment(when: Any, plan: Plan) -> str:
    return say(timezone.localtime(when, plan.event.zone), _("D j M, H:i"))


def differences(found: Sequence[Difference], plan: Plan, *, with_names: bool) -> list[list[str]]:
    return [
        [label(one.field), in_words(one.field, one.here, plan), in_words(one.field, one.there, plan)]
        if with_names or one.field != "people"
        else [label(one.field), "", ""]
        for one in found
    ]


def label(name: str) -> str:
    return _("speakers") if name == "people" else str(cast("Field", Talk._meta.get_field(name)).verbose_name)


def in_words(name: str, value: Any, plan: Plan) -> str:
    if name == "people":
        return ", ".join(names_of(plan, value))
    if name == "event":
        return str(plan.parts.get(value) or "")
    if name == "starts_at":
        found = parse_datetime(value) if value else None
        return moment(found, plan) if found else ""
    if name == "language":
        return language_name(value)
    if name == "cancelled":
        return _("yes") if value else _("no")
    if name == "video_state":
        return str(Talk.VideoState(value).label) if value else ""
    text = str(value if value is not None else "")
    return text if len(text) <= 120 else text[:119] + "…"


def people(plan: Plan, *, with_names: bool) -> dict[str, Any]:
    names = list(plan.new_names.values())
    known = [person for person in plan.people.values() if person]
    return {
        "known": len(known),
        "new": len(names),
        "names": names[:SHOWN] if with_names else [],
        "left_out": len(plan.people) - len(known),
    }
