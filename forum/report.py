"""What a plan says, as the dry run and the report after it show it: plain words and numbers, kept as JSON."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.dates import say
from links.canonical import host_label

from .planning import Plan, Step
from .topic import Post

# Of each list; more, nobody reads.
SHOWN = 200


def report(plan: Plan, *, with_names: bool = True) -> dict[str, Any]:
    """Return what the pages of an import need. Rows are (title, facts).

    `with_names`: what is kept once all is done names nobody, so that a name that is taken back does not live on in it.
    """
    names = list(plan.new_names.values())
    known = [person for person in plan.people.values() if person]
    return {
        "title": plan.topic.title,
        "total": len(plan.topic.posts),
        "sections": [section for section in sections(plan, with_names=with_names) if section["count"]],
        "people": {
            "known": len(known),
            "new": len(names),
            "names": names[:SHOWN] if with_names else [],
            "left_out": len(plan.people) - len(known),
        },
        "faults": plan.topic.faults[:SHOWN],
        "more_faults": len(plan.topic.faults[SHOWN:]) + plan.topic.more_faults,
        "changes_nothing": plan.changes_nothing,
    }


def sections(plan: Plan, *, with_names: bool) -> Iterable[dict[str, Any]]:
    def of(name: str, steps: Sequence[Step], words: Callable[[int], str]) -> dict[str, Any]:
        return section(
            name, [[step.title or host_label(step.url), facts(step, with_names)] for step in steps], words
        )

    yield of(
        "write_ups",
        plan.write_ups,
        lambda n: ngettext("%(n)s post becomes a recap here", "%(n)s posts become recaps here", n),
    )
    yield of(
        "links",
        plan.links,
        lambda n: ngettext("%(n)s link becomes a recap elsewhere", "%(n)s links become recaps elsewhere", n),
    )
    yield of(
        "talks", plan.talks, lambda n: ngettext("%(n)s video becomes a talk", "%(n)s videos become talks", n)
    )
    yield of(
        "pictures",
        plan.pictures,
        lambda n: ngettext("%(n)s picture becomes a photo", "%(n)s pictures become photos", n),
    )
    yield of(
        "comments",
        plan.comments,
        lambda n: ngettext("%(n)s reply becomes a comment", "%(n)s replies become comments", n),
    )
    yield of(
        "changed", plan.changed, lambda n: ngettext("%(n)s text is changed", "%(n)s texts are changed", n)
    )
    yield of(
        "kept",
        plan.kept,
        lambda n: ngettext(
            "%(n)s text keeps what somebody wrote here", "%(n)s texts keep what somebody wrote here", n
        ),
    )
    yield of(
        "known",
        plan.known,
        lambda n: ngettext("%(n)s link is already here", "%(n)s links are already here", n),
    )
    yield of(
        "left_out",
        plan.left_out,
        lambda n: ngettext(
            "%(n)s thing is left out: it was hidden or withdrawn here",
            "%(n)s things are left out: they were hidden or withdrawn here",
            n,
        ),
    )
    yield section(
        "same",
        [],
        lambda n: ngettext("%(n)s thing stays as it is", "%(n)s things stay as they are", n),
        len(plan.same),
    )
    yield section(
        "passed_over",
        [],
        lambda n: ngettext(
            "%(n)s post is the forum’s own, or not public there",
            "%(n)s posts are the forum’s own, or not public there",
            n,
        ),
        plan.topic.passed_over,
    )


def section(
    name: str, rows: list[list[Any]], words: Callable[[int], str], count: int | None = None
) -> dict[str, Any]:
    count = len(rows) if count is None else count
    return {
        "name": name,
        "title": words(count) % {"n": count},
        "count": count,
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
    }


def facts(step: Step, with_names: bool) -> list[str]:
    """Return who posted it, when, and where it leads."""
    found = [step.post.name] if with_names else []
    found.append(date_of(step.post))
    if step.url and step.part != "post":
        found.append(host_label(step.url))
    return [fact for fact in found if fact]


def date_of(post: Post) -> str:
    return say(post.at, _("j M Y")) if post.at else _("without date")
