"""Doing what a plan says, inside one transaction of the caller's: all of it or nothing. Pictures follow, one by one."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from community import bringing_in
from community.bringing_in import AT_ONCE, Arrival, Update
from community.mentions import NOBODY, Settled
from community.stream import load
from community.tasks import look_after_links
from discussion.models import Comment
from people.models import Guest, Person
from people.models.person import fold
from recaps.models import Recap
from talks.models import Talk

from .from_html import MENTIONED, name_people
from .models import ImportedPart, TopicImport
from .planning import Plan, Step
from .tasks import bring_picture


def carry_out(plan: Plan, *, by: Any, brought_by: TopicImport | None = None) -> None:
    """Bring in what is new, change what the plan changes, and remember what became of each part."""
    people = people_of(plan)
    handles = handles_of(plan, people)
    add([recap_of(step, plan, handles) for step in plan.write_ups], plan.write_ups, people, by)
    add([link_of(step, plan) for step in plan.links], plan.links, {}, by)
    related = [plan.opening.pk] if plan.opening else []
    add([talk_of(step, plan) for step in plan.talks], plan.talks, {}, by, related)
    change(plan.changed, handles, by)
    said = comment(plan, handles, by)
    for part in remember(plan, people, said, brought_by):
        bring_picture.enqueue(part)


# --- People -----------------------------------------------------------------------------------------------------------


def people_of(plan: Plan) -> dict[str, Person | None]:
    """Make the persons that are new, with the name that they have in the forum as their handle where that is free;
    return all by folded name.
    """
    made = Person.objects.named_in_import(plan.new_names.values())
    usernames = {fold(post.name): post.username for post in reversed(plan.topic.posts)}
    for key, name in plan.new_names.items():
        person, handle = made.get(name), handle_of(usernames[key])
        if person and handle and handle != person.handle and Person.objects.is_free(handle, person):
            person.handle = handle
            person.save(update_fields=["handle"])
    return plan.people | {key: made.get(name) for key, name in plan.new_names.items()}


def handle_of(username: str) -> str:
    """Return a name of a forum as a handle here; empty where it cannot be one."""
    handle = username.lower().replace(".", "_")
    return handle if re.fullmatch(r"[a-z0-9_-]{1,60}", handle) else ""


def handles_of(plan: Plan, people: dict[str, Person | None]) -> dict[str, str]:
    """Return what to write for the people who are mentioned, by their name in the forum: of those who posted there the
    handle here; of whoever asked not to be named, nothing.
    """
    handles = {}
    for post in plan.topic.posts:
        person = people.get(fold(post.name))
        handles[post.username.lower()] = f"@{person.handle}" if person else NOBODY
    steps = [*plan.write_ups, *plan.changed, *plan.comments]
    others = {name.lower() for step in steps for name in MENTIONED.findall(step.body)} - set(handles)
    gone = Settled([f"@{name}" for name in others]).today
    return handles | {name: NOBODY for name in others if gone.get(name) == NOBODY}


# --- What comes of it -------------------------------------------------------------------------------------------------


def recap_of(step: Step, plan: Plan, handles: dict[str, str]) -> Recap:
    body = name_people(step.body, handles)
    return Recap(event=plan.event, title=step.title, url=step.url, body=body, role=Recap.Role.WROTE)


def link_of(step: Step, plan: Plan) -> Recap:
    return Recap(event=plan.event, title=step.title, url=step.url, role=Recap.Role.FOUND)


def talk_of(step: Step, plan: Plan) -> Talk:
    return Talk(event=plan.event, title=step.title, video_url=step.url)


def add(
    items: Sequence[Any],
    steps: Sequence[Step],
    people: dict[str, Person | None],
    by: Any,
    related: Sequence[int] = (),
) -> None:
    """Bring in these new things, of one kind; their authors are those `people` who posted them."""
    arrivals = []
    for item, step in zip(items, steps, strict=True):
        author = people.get(fold(step.post.name))
        credit = [author] if author else []
        arrivals.append(Arrival(item, credit=credit, related=related, at=step.post.at))
        step.item = item
    bringing_in.bring_in(arrivals, by=by)
    look_after_links.enqueue([item.pk for item in items])


def change(steps: Sequence[Step], handles: dict[str, str], by: Any) -> None:
    """Let these texts, which nobody has edited here, say what the forum says now."""
    items = {item.pk: item for item in load([step.item.pk for step in steps if step.item])}
    updates = []
    for step in steps:
        if step.item is None:
            continue
        item: Any = items[step.item.pk]
        item.title, item.url, item.body = step.title, step.url or item.url, name_people(step.body, handles)
        item.compute_columns()
        updates.append(Update(item, ["title", "url", "body"]))
        step.item = item
    bringing_in.bring_up_to_date(updates, by=by)


# --- What is said about it --------------------------------------------------------------------------------------------


def comment(plan: Plan, handles: dict[str, str], by: Any) -> dict[str, Comment]:
    """Bring in the replies that become comments, oldest first; return them by the key of their post.

    Each author is a guest of that name, as guests are who say something without account.
    """
    if plan.opening is None:
        return {}
    guests: dict[str, Guest] = {}
    here = [step for step in plan.same if step.part == "comment" and step.entry]
    by_number = {step.post.number: step.entry.comment for step in here if step.entry}
    made = {}
    for step in plan.comments:
        who = fold(step.post.name)
        if who not in guests and handles[step.post.username.lower()] != NOBODY:
            guests[who] = Guest.objects.create(name=step.post.name)
        said = Comment.bring_in(
            plan.opening,
            guest=guests.get(who),
            body=name_people(step.body, handles),
            at=step.post.at or timezone.now(),
            answers=by_number.get(step.post.answers),
            by=by,
        )
        made[step.post.key] = by_number[step.post.number] = said
    return made


# --- What is remembered -----------------------------------------------------------------------------------------------


def remember(
    plan: Plan,
    people: dict[str, Person | None],
    said: dict[str, Comment],
    brought_by: TopicImport | None,
) -> list[int]:
    """Write down what became of each part; return the ids of those whose pictures are still to be fetched."""
    rows: list[ImportedPart] = []
    again: list[ImportedPart] = []
    for step in plan.new:
        row = step.entry or ImportedPart(
            event_id=plan.event.main_event_id, post=step.post.key, part=step.part
        )
        row.digest, row.brought_by, row.problem = step.digest, brought_by, ""
        row.author = people.get(fold(step.post.name))
        if step.part == "comment":
            row.comment = said.get(step.post.key)
        elif step.item:
            row.contribution_id, row.version = step.item.pk, step.item.version
        else:
            row.address, row.wanted = step.url, wanted(step, plan)
        (again if row.pk else rows).append(row)
    ImportedPart.objects.bulk_create(rows, AT_ONCE)
    for step in plan.changed:
        if step.entry and step.item:
            step.entry.version, step.entry.digest = step.item.version, step.digest
            again.append(step.entry)
    ImportedPart.objects.bulk_update(
        again, ["version", "digest", "brought_by", "problem", "address", "wanted", "author"], 100
    )
    return [row.pk for row in (*rows, *again) if row.address]


def wanted(step: Step, plan: Plan) -> dict[str, Any]:
    """Return what the photo of this picture will say, once it is fetched."""
    return {
        "words": step.title,
        "at": step.post.at.isoformat() if step.post.at else "",
        "event": plan.event.pk,
        "related": plan.opening.pk if plan.opening else None,
    }
