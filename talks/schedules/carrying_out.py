"""Doing what a plan says, inside one transaction of the caller's: all of it or nothing."""

import datetime
from typing import Any

from django.conf import settings

from community import bringing_in
from community.bringing_in import AT_ONCE, Arrival, Update
from links.canonical import canonical
from people.decisions import Verb
from people.models import Person
from people.models.person import fold

from ..models import Resource, ResourceDecision, ScheduleEntry, Talk
from .planning import EMPTY, PLAIN, SOURCE, Plan, Step

COLUMNS = (*PLAIN, "starts_at", "day", "event", "cancelled", "video_url", "video_state")


def carry_out(plan: Plan, *, by: Any, cancel: bool) -> None:
    """Bring the talks in, change those that the plan changes, and remember what the schedule said of each.

    `cancel`: also mark as called off what the schedule no longer has.
    """
    people = people_of(plan)
    for step in plan.added:
        step.talk = new_talk(step, plan)
    arrivals = [
        Arrival(step.talk, step.item.tags, credited(step, people)) for step in plan.added if step.talk
    ]
    bringing_in.bring_in(arrivals, by=by)
    updates = [update_of(step, step.talk, people, plan) for step in plan.changed if step.talk]
    for _entry, talk in plan.cancelled if cancel else ():
        talk.cancelled = True
        updates.append(Update(talk, ["cancelled"]))
    bringing_in.bring_up_to_date(updates, by=by)
    remember(plan, people, cancel=cancel)
    attach(plan, by)


# --- People ----------------------------------------------------------------------------------------------------------


def people_of(plan: Plan) -> dict[Any, Person]:
    """Make the persons that are new, and return all by what a step calls them; keep addresses for claims, unseen."""
    made = Person.objects.named_in_import(plan.new_names.values())
    people: dict[Any, Person] = {person.pk: person for person in plan.people.values() if person}
    people |= {key: person for key, name in plan.new_names.items() if (person := made.get(name))}
    emails = {one.name: one.email for item in plan.schedule.items for one in item.speakers if one.email}
    reachable = []
    for name, email in emails.items():
        person = made.get(name) or plan.people.get(fold(name))
        if person and not person.contact_email:
            person.contact_email = email
            reachable.append(person)
    Person.objects.bulk_update(reachable, ["contact_email"], AT_ONCE)
    return people


def credited(step: Step, people: dict[Any, Person]) -> list[Person]:
    return [people[key] for key in step.said["people"] if key in people]


# --- Talks -----------------------------------------------------------------------------------------------------------


def new_talk(step: Step, plan: Plan) -> Talk:
    talk = Talk()
    for name in COLUMNS:
        if name in ("event", "cancelled") or step.said[name] not in EMPTY:
            put(talk, name, step.said[name], plan)
    return talk


def put(talk: Talk, name: str, value: Any, plan: Plan) -> None:
    if name == "starts_at":
        talk.starts_at = datetime.datetime.fromisoformat(value)
    elif name == "day":
        talk.day_id = plan.days[datetime.date.fromisoformat(value)]
    elif name == "event":
        talk.event = plan.parts[value]
    else:
        setattr(talk, name, value)


def update_of(step: Step, talk: Talk, people: dict[Any, Person], plan: Plan) -> Update:
    changed = {change.field: change.there for change in step.changes}
    before = None
    if "event" in changed:
        before = Talk(pk=talk.pk, kind=talk.kind, event=talk.event, main_event_id=talk.main_event_id)
    for name, value in changed.items():
        if name != "people":
            put(talk, name, value, plan)
    fields = [name for name in changed if name != "people"]
    return Update(talk, fields, credited(step, people) if "people" in changed else None, before)


# --- What the schedule said, and what it attaches --------------------------------------------------------------------


def remember(plan: Plan, people: dict[Any, Person], *, cancel: bool) -> None:
    new: list[ScheduleEntry] = []
    changed: list[ScheduleEntry] = []
    for step in (*plan.added, *plan.changed, *plan.same):
        if step.is_ours:
            continue
        entry = step.entry or ScheduleEntry(
            event_id=plan.event.main_event_id, guid=step.item.guid, talk=step.talk
        )
        said = {name: value for name, value in step.said.items() if value not in EMPTY}
        if "people" in said:
            said["people"] = [person.pk for person in credited(step, people)]
        imported = {SOURCE: plan.event.pk, **entry.imported, **said}
        if entry.pk is None or imported != entry.imported:
            entry.imported = imported
            (changed if entry.pk else new).append(entry)
    for entry, _talk in plan.cancelled if cancel else ():
        entry.imported["cancelled"] = True
        changed.append(entry)
    ScheduleEntry.objects.bulk_create(new, AT_ONCE)
    ScheduleEntry.objects.bulk_update(changed, ["imported"], 100)


def attach(plan: Plan, by: Any) -> None:
    """Put slides, code and the like beside the talks, each once; videos are a talk's own."""
    wanted = [
        (step.talk, one)
        for step in (*plan.added, *plan.changed, *plan.same)
        if step.talk
        for one in step.item.attached
        # Our own pages come back in our own schedules; a talk has them already.
        if one.kind != Resource.Kind.VIDEO and not one.url.startswith(settings.SITE_URL)
    ]
    if not wanted:
        return
    there = set(
        Resource.objects.filter(talk__main_event=plan.event.main_event_id).values_list(
            "talk", "kind", "url_key"
        )
    )
    made = []
    for talk, one in wanted:
        key = (talk.pk, one.kind, canonical(one.url))
        if key not in there:
            there.add(key)
            made.append(
                Resource(talk=talk, kind=one.kind, url=one.url, url_key=key[2], state=Resource.State.PUBLIC)
            )
    Resource.objects.bulk_create(made, AT_ONCE)
    ResourceDecision.objects.bulk_create(
        [
            ResourceDecision(resource=row, verb=Verb.SUBMIT, from_state="", to_state=row.state, actor=by)
            for row in made
        ],
        AT_ONCE,
    )
