"""What a schedule would change at an event: the dry run shows it, and the job does it.

An entry of a schedule and a talk belong together by the schedule's id (ScheduleEntry). Field by field:

    the talk says what the schedule says       nothing to do
    the schedule says it for the first time    an empty field is filled in; what stands there is kept
    the schedule says what it said before      nothing to do; where the talk says otherwise, somebody has edited it
    the schedule says something new            changed, if the talk still says what the schedule said before; else kept

What a schedule leaves empty it does not say. Queries: a fixed number, however many talks.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from community.locking import hold
from community.mentions import Settled
from community.models import Contribution, Credit
from events.models import Day, Event
from links.canonical import canonical
from people.models import Person
from people.models.person import fold

from ..matching import PERHAPS, Titles
from ..models import ScheduleEntry, Talk
from . import guids
from .calendar import calendar_id
from .schedule import Item, Schedule

State = Contribution.State
# By what name an entry keeps at which event its schedule was brought in: the parent's and a child's are two.
SOURCE = "source"
PLAIN = ("title", "description", "language", "minutes", "room", "track")
# What of it may mention people.
MENTIONING = ("title", "description")
EMPTY: tuple[Any, ...] = ("", None, [], Talk.VideoState.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, what the talk says, and what the schedule says."""

    field: str
    here: Any
    there: Any


@dataclass(slots=True)
class Step:
    """An item of the schedule, and what becomes of it. `talk` is None where it will be new."""

    item: Item
    said: dict[str, Any]
    talk: Talk | None = None
    entry: ScheduleEntry | None = None
    changes: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)
    # Whether the two were brought together by their title, and not by an id.
    by_title: bool = False
    # Whether the talk needs no entry: we know it by an id of our own.
    is_ours: bool = False


@dataclass(slots=True)
class Plan:
    event: Event
    schedule: Schedule
    places: dict[str, int]
    added: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    # Nothing to change; some of them were edited here.
    same: list[Step] = field(default_factory=list)
    cancelled: list[tuple[ScheduleEntry, Talk]] = field(default_factory=list)
    # Left out, with a word that says why: "gone", "hidden".
    left_out: list[tuple[Item, str]] = field(default_factory=list)
    perhaps_same: list[tuple[Item, Talk]] = field(default_factory=list)
    people: dict[str, Person | None] = field(default_factory=dict)
    new_names: dict[str, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    days: dict[datetime.date, int] = field(default_factory=dict)
    parts: dict[int, Event] = field(default_factory=dict)

    @property
    def edited(self) -> list[Step]:
        """The steps in which something is kept because somebody has edited it."""
        return [step for step in (*self.changed, *self.same) if step.kept]

    def by_day(self) -> list[tuple[datetime.date, int, bool]]:
        """Return (day, number of talks, whether the event has that day)."""
        counted = Counter(item.date for item in self.schedule.items if item.date)
        return [(date, number, date in self.days) for date, number in sorted(counted.items())]

    def counted(self, name: str) -> list[tuple[str, int]]:
        """Return the rooms or the tracks, and how many talks each has."""
        counted = Counter(getattr(item, name) for item in self.schedule.items if getattr(item, name))
        return sorted(counted.items())


def plan(
    schedule: Schedule, event: Event, places: dict[str, int] | None = None, *, lock: bool = False
) -> Plan:
    """Return what `schedule` would change at `event`. `places` says which tracks belong to which co-located event (id).

    `lock` holds the talks that are there until the end of the caller's transaction.
    """
    return Planner(schedule, event, places or {}, lock=lock).plan()


class Planner:
    def __init__(self, schedule: Schedule, event: Event, places: dict[str, int], *, lock: bool) -> None:
        self.schedule, self.event = schedule, event
        parts = Event.objects.public().filter(parent=event.main_event_id)
        self.parts = {part.pk: part for part in parts} | {event.pk: event}
        if event.parent_id:
            self.parts[event.parent_id] = event.parent  # type: ignore[assignment]
        # Only from an event down to what is inside of it.
        self.places = {} if event.parent_id else {k: v for k, v in places.items() if v in self.parts}
        self.result = Plan(event, schedule, self.places, parts=self.parts)
        rows = Day.objects.filter(event=event.main_event_id)
        self.result.days = {day.date: day.pk for day in rows}
        self.dates = {pk: date for date, pk in self.result.days.items()}
        self.load_talks(lock)
        self.load_people()
        self.settle_mentions()

    # --- What is there ----------------------------------------------------------------------------------------------

    def load_talks(self, lock: bool) -> None:
        rows = Talk.objects.filter(main_event=self.event.main_event_id).order_by("pk")
        if lock:
            hold(Contribution.objects.filter(main_event=self.event.main_event_id, kind=Talk.KIND))
        self.talks = {talk.pk: talk for talk in rows}
        for talk in self.talks.values():
            if talk.event_id in self.parts:
                talk.event = self.parts[talk.event_id]
        self.credits: dict[int, list[int]] = {}
        rows_of_credits = Credit.objects.filter(
            contribution__main_event=self.event.main_event_id, contribution__kind=Talk.KIND
        )
        for pk, person in rows_of_credits.order_by("position", "pk").values_list("contribution", "person"):
            self.credits.setdefault(pk, []).append(person)
        self.entries = list(ScheduleEntry.objects.filter(event=self.event.main_event_id))
        self.of_talk: dict[int, list[ScheduleEntry]] = {}
        self.by_guid: dict[str, ScheduleEntry] = {}
        for entry in self.entries:
            if entry.talk_id:
                self.of_talk.setdefault(entry.talk_id, []).append(entry)
            self.by_guid[guids.as_uuid(entry.guid)] = entry
        self.by_guid |= {entry.guid: entry for entry in self.entries}
        # Ids that we give ourselves: in our schedules to what had none, and in calendars to all.
        self.ours = {guids.of_talk(pk): talk for pk, talk in self.talks.items() if pk not in self.of_talk}
        self.ours |= {calendar_id(talk): talk for talk in self.talks.values()}

    def load_people(self) -> None:
        names = {fold(one.name): one.name for item in self.schedule.items for one in item.speakers}
        self.result.people = Person.objects.known_in_import(names.values())
        self.result.new_names = {key: name for key, name in names.items() if key not in self.result.people}
        told = {pk for entry in self.entries for pk in entry.imported.get("people", ())}
        # Who became one with somebody else is that one now; who is gone is left out.
        self.now: dict[int, int] = {}
        ids = sorted(told)
        for start in range(0, len(ids), 500):
            rows = Person.objects.filter(pk__in=ids[start : start + 500])
            self.now |= {pk: into or pk for pk, into in rows.values_list("pk", "merged_into")}

    def settle_mentions(self) -> None:
        """Let both schedules mention people by the handles of today, as the talks do: else these would look edited."""
        now = [getattr(item, name) for item in self.schedule.items for name in MENTIONING]
        before = [entry.imported.get(name, "") for entry in self.entries for name in MENTIONING]
        write = Settled([*now, *before])
        for item in self.schedule.items:
            for name in MENTIONING:
                setattr(item, name, write(getattr(item, name)))
        for entry in self.entries:
            entry.imported |= {
                name: write(entry.imported[name]) for name in MENTIONING if name in entry.imported
            }

    # --- The two sides, field by field ------------------------------------------------------------------------------

    def said(self, item: Item) -> dict[str, Any]:
        """Return what the schedule says of a talk, as ScheduleEntry keeps it; new people by their folded names."""
        said: dict[str, Any] = {name: getattr(item, name) for name in PLAIN}
        said["starts_at"] = item.starts_at.isoformat() if item.starts_at else ""
        said["day"] = item.date.isoformat() if item.date in self.result.days else ""
        said["event"] = self.places.get(item.track, self.event.pk)
        said["cancelled"] = item.cancelled
        keys = [fold(one.name) for one in item.speakers]
        people = [(key, self.result.people.get(key)) for key in keys]
        found = [
            person.pk if person else key for key, person in people if person or key in self.result.new_names
        ]
        said["people"] = list(dict.fromkeys(found))
        said["video_url"] = item.video_url
        said["video_state"] = Talk.VideoState.NOT_RECORDED.value if item.do_not_record else ""
        return said

    def says(self, talk: Talk) -> dict[str, Any]:
        """Return what the talk says, in the same words."""
        says: dict[str, Any] = {name: getattr(talk, name) for name in PLAIN}
        says["description"] = talk.description.replace("\r\n", "\n")
        says["starts_at"] = talk.starts_at.astimezone(datetime.UTC).isoformat() if talk.starts_at else ""
        date = self.dates.get(talk.day_id) if talk.day_id else None
        says["day"] = date.isoformat() if date else ""
        says |= {"event": talk.event_id, "cancelled": talk.cancelled, "video_url": talk.video_url}
        says |= {"people": self.credits.get(talk.pk, []), "video_state": talk.video_state}
        return says

    def before(self, entry: ScheduleEntry | None) -> dict[str, Any]:
        """Return what the schedule said the last time."""
        if entry is None:
            return {}
        people = [self.now[pk] for pk in entry.imported.get("people", []) if pk in self.now]
        return {**entry.imported, "people": list(dict.fromkeys(people))}

    # --- The plan ---------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        steps = [
            Step(item, self.said(item), entry=self.by_guid.get(item.guid)) for item in self.schedule.items
        ]
        for step in steps:
            if step.entry:
                step.talk = self.talks.get(step.entry.talk_id or 0)
            elif step.item.guid in self.ours:
                step.talk, step.is_ours = self.ours[step.item.guid], True
        self.bring_together(steps)
        for step in steps:
            self.decide(step)
        self.look_for_cancelled(steps)
        self.name_who_was_credited()
        return self.result

    def bring_together(self, steps: list[Step]) -> None:
        """Find the talks that are here under another id, or that somebody added by hand: by their titles."""
        taken = {step.talk.pk for step in steps if step.talk}
        free = [talk for pk, talk in self.talks.items() if pk not in taken and talk.is_public]
        new = [step for step in steps if not step.talk and not step.entry]
        found: dict[int, list[tuple[Step, bool]]] = {}
        for step, pk, is_certain in alike(new, free):
            found.setdefault(pk, []).append((step, is_certain))
        for pk, claims in found.items():
            certain = [step for step, is_certain in claims if is_certain]
            if len(certain) == 1:
                certain[0].talk, certain[0].by_title = self.talks[pk], True
            self.result.perhaps_same += [
                (step.item, self.talks[pk]) for step, _certain in claims if not step.by_title
            ]

    def decide(self, step: Step) -> None:
        if step.entry and step.talk is None:
            self.result.left_out.append((step.item, "gone"))
        elif step.talk is None:
            self.result.added.append(step)
        elif step.talk.state not in (State.PUBLIC, State.WAITING):
            why = "gone" if step.talk.state in (State.ERASED, State.MERGED) else "hidden"
            self.result.left_out.append((step.item, why))
        else:
            if not step.is_ours:
                self.compare(step, step.talk)
            (self.result.changed if step.changes else self.result.same).append(step)

    def compare(self, step: Step, talk: Talk) -> None:
        says, before = self.says(talk), self.before(step.entry)
        others = [self.before(entry) for entry in self.of_talk.get(talk.pk, ())]
        for name, there in step.said.items():
            here = says[name]
            if there in EMPTY or is_same(name, here, there):
                continue
            difference = Difference(name, here, there)
            if name not in before:
                changes = here in EMPTY
            elif is_same(name, before[name], there):
                changes = False
            else:
                changes = any(is_same(name, one[name], here) for one in (before, *others) if name in one)
            (step.changes if changes else step.kept).append(difference)

    def name_who_was_credited(self) -> None:
        """Learn the names that the report tells of those whom a talk credits and the schedule does not."""
        ids = {
            pk
            for step in (*self.result.changed, *self.result.same)
            for one in (*step.changes, *step.kept)
            if one.field == "people"
            for pk in one.here
        }
        rows = Person.objects.filter(pk__in=sorted(ids)[:5_000])
        self.result.names = dict(rows.values_list("pk", "name")) if ids else {}

    def look_for_cancelled(self, steps: list[Step]) -> None:
        """Find what an earlier schedule of this event had and this one no longer has. What has a video took place."""
        seen = {step.talk.pk for step in steps if step.talk}
        for entry in self.entries:
            talk = self.talks.get(entry.talk_id or 0)
            if talk is None or talk.pk in seen or entry.imported.get(SOURCE) != self.event.pk:
                continue
            if talk.state == State.PUBLIC and not talk.cancelled and not talk.video_url:
                self.result.cancelled.append((entry, talk))
                seen.add(talk.pk)


def alike(new: list[Step], free: list[Talk]) -> Iterator[tuple[Step, int, bool]]:
    """Yield each step that seems to be one of the free talks, that talk's id, and whether there is no doubt."""
    if not (new and free):
        return
    by_title: dict[str, list[int]] = {}
    for talk in free:
        by_title.setdefault(fold(talk.title), []).append(talk.pk)
    often = Counter(fold(step.item.title) for step in new)
    rest = []
    for step in new:
        here = by_title.get(fold(step.item.title), [])
        if len(here) == 1 and often[fold(step.item.title)] == 1:
            yield step, here[0], True
        else:
            rest.append(step)
    titles = Titles((talk.pk, talk.title) for talk in free)
    for step in rest:
        match = next(iter(titles.best(step.item.title, most=1)), None)
        if match and match.score >= PERHAPS:
            yield step, cast(int, match.candidate), match.certain


def is_same(name: str, one: Any, other: Any) -> bool:
    if one == other or (one in EMPTY and other in EMPTY):
        return True
    return name == "video_url" and bool(one and other) and canonical(one) == canonical(other)


def names_of(plan: Plan, keys: Iterable[Any]) -> Iterator[str]:
    """Return the names of people as a plan has them: by id, or, where they are new, by folded name."""
    known = plan.names | {person.pk: person.name for person in plan.people.values() if person}
    for key in keys:
        yield known.get(key) or plan.new_names.get(key, "")
