"""Our own schedule, as frab XML and JSON: what is public and has a time, with the ids kept that it came with.

Conference apps read it as they read the organisers' own, and show what was brought here beside it: videos, slides,
write-ups. What it looks like: https://c3voc.de/wiki/schedule
"""

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Prefetch
from django.utils.text import slugify
from django.utils.xmlutils import SimplerXMLGenerator

from community.bringing_in import in_parts
from community.kinds import kinds
from community.models import Contribution, Credit, Relation
from events.models import Event

from ..models import Resource, ScheduleEntry, Talk
from . import guids, times
from .schedule import MOST_ITEMS

GENERATOR = {"name": "Hallway", "version": "1"}
# By kind of what belongs to a talk: its word for people, and its type in the schema of frab's JSON.
TYPES = {
    "video": ("Video", "media"),
    "slides": ("Slides", "slides"),
    "code": ("Source code", "web"),
    "transcript": ("Transcript", "article"),
    "write-up": ("Write-up", "blog"),
    "thread": ("Discussion", "related"),
}
# What XML cannot hold, however it is written.
UNTELLABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    title: str
    type: str


@dataclass(slots=True)
class Told:
    """A talk as both formats tell of it."""

    talk: Talk
    guid: str
    starts_at: datetime.datetime
    links: list[Link]

    @property
    def duration(self) -> str:
        hours, minutes = divmod(self.talk.minutes or 0, 60)
        return f"{hours:02}:{minutes:02}"

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.talk.minutes or 0)

    @property
    def slug(self) -> str:
        title = slugify(self.talk.title)[:60].strip("-")
        return f"{acronym(self.talk.event)}-{self.talk.pk}-{title or 'talk'}"

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.talk.get_absolute_url()

    @property
    def people(self) -> list[tuple[int, str]]:
        return [(credit.person_id, credit.person.name) for credit in self.talk.shown_credits]  # type: ignore[attr-defined]


@dataclass(slots=True)
class TellingDay:
    index: int
    date: datetime.date
    zone: datetime.tzinfo
    rooms: dict[str, list[Told]]

    @property
    def all(self) -> list[Told]:
        return [told for talks in self.rooms.values() for told in talks]

    @property
    def starts_at(self) -> datetime.datetime:
        midnight = datetime.datetime.combine(self.date, datetime.time(), self.zone)
        return min((told.starts_at for told in self.all), default=midnight)

    @property
    def ends_at(self) -> datetime.datetime:
        return max((told.ends_at for told in self.all), default=self.starts_at)


def acronym(event: Event) -> str:
    """Return the event's short name as the schemas want it: small letters, digits and “_”, four at least."""
    return f"{event.slug.replace('-', '_'):_<4}"


def days_of(event: Event) -> list[TellingDay]:
    """Return the schedule of `event`, its co-located events included: the talks whose time is known, since each format
    is a list of days and wants one of every talk. Queries: a fixed number.
    """
    zone = event.zone
    days: dict[datetime.date, dict[str, list[Told]]] = {}
    for told in told_of(event):
        date = told.talk.day.date if told.talk.day else times.day_of(told.starts_at, zone)
        days.setdefault(date, {}).setdefault(told.talk.room, []).append(told)
    if not days:
        # The schemas want a day, if only an empty one.
        days[event.starts_on] = {}
    return [
        TellingDay(number, date, zone, dict(sorted(rooms.items())))
        for number, (date, rooms) in enumerate(sorted(days.items()), start=1)
    ]


def told_of(event: Event) -> Iterator[Told]:
    talks = (
        Talk.objects.public()
        .at(event)
        .filter(starts_at__isnull=False, cancelled=False)
        .select_related("event", "day")
        .prefetch_related(
            Prefetch("credits", queryset=Credit.objects.select_related("person"), to_attr="shown_credits"),
            Prefetch(
                "resources",
                queryset=Resource.objects.filter(state=Resource.State.PUBLIC),
                to_attr="shown_resources",
            ),
        )
        .order_by("starts_at", "room", "pk")[:MOST_ITEMS]
    )
    entries = ScheduleEntry.objects.filter(event=event.main_event_id, talk__isnull=False)
    guid_of = dict(entries.order_by("-pk").values_list("talk", "guid"))
    shown = list(talks)
    write_ups = write_ups_of([talk.pk for talk in shown])
    for talk in shown:
        guid = guids.as_uuid(guid_of[talk.pk]) if talk.pk in guid_of else guids.of_talk(talk.pk)
        assert talk.starts_at  # noqa: S101 - the query asked for it
        yield Told(
            talk, guid, talk.starts_at.astimezone(event.zone), [*links_of(talk), *write_ups.get(talk.pk, ())]
        )


def links_of(talk: Talk) -> Iterator[Link]:
    if talk.shown_video:
        yield Link(talk.shown_video, *TYPES["video"])
    for row in talk.shown_resources:  # type: ignore[attr-defined]
        if row.kind != Resource.Kind.VIDEO:
            yield Link(row.url, *TYPES[row.kind])


def write_ups_of(ids: Sequence[int]) -> dict[int, list[Link]]:
    """Return by talk the public recaps here that go with it, in whichever direction that was said."""
    pairs: set[tuple[int, int]] = set()
    for some in in_parts(ids, 1000):
        # By the talks' ids: joined by their event, PostgreSQL walked all of it for each before it knew better.
        pairs |= set(Relation.objects.filter(target__in=some).values_list("target", "source"))
        pairs |= set(Relation.objects.filter(source__in=some).values_list("source", "target"))
    names = [kind.KIND for kind in kinds() if kind.is_write_up]
    others = Contribution.objects.public().filter(pk__in={other for _talk, other in pairs}, kind__in=names)
    write_ups = {item.pk: item for item in others} if pairs else {}
    found: dict[int, list[Link]] = {}
    for talk, other in sorted(pairs):
        if item := write_ups.get(other):
            link = Link(settings.SITE_URL + item.get_absolute_url(), f"Recap: {item.title}", "blog")
            found.setdefault(talk, []).append(link)
    return found


# --- JSON ------------------------------------------------------------------------------------------------------------


def as_json(event: Event) -> dict[str, Any]:
    """Return the schedule as frab's schedule.json has it."""
    days = days_of(event)
    return {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {**GENERATOR, "url": settings.SITE_URL},
        "schedule": {
            "version": "1",
            "base_url": settings.SITE_URL + "/",
            "conference": {
                "acronym": acronym(event),
                "title": event.name,
                "start": event.starts_on.isoformat(),
                "end": event.ends_on.isoformat(),
                "daysCount": len(days),
                "timeslot_duration": "00:05",
                "time_zone_name": event.timezone,
                "url": settings.SITE_URL + event.get_absolute_url(),
                "tracks": [{"name": name} for name in tracks_of(days)],
                "rooms": [
                    {"name": name, "guid": guids.of_room(event.main_event_id, name)}
                    for name in rooms_of(days)
                ],
                "days": [
                    {
                        "index": day.index,
                        "date": day.date.isoformat(),
                        "day_start": day.starts_at.isoformat(),
                        "day_end": day.ends_at.isoformat(),
                        "rooms": {
                            room: [json_of(told) for told in talks] for room, talks in day.rooms.items()
                        },
                    }
                    for day in days
                ],
            },
        },
    }


def tracks_of(days: list[TellingDay]) -> list[str]:
    return sorted({told.talk.track for day in days for told in day.all if told.talk.track})


def rooms_of(days: list[TellingDay]) -> list[str]:
    return sorted({room for day in days for room in day.rooms})


def json_of(told: Told) -> dict[str, Any]:
    talk = told.talk
    return {
        "id": talk.pk,
        "guid": told.guid,
        "date": told.starts_at.isoformat(),
        "start": f"{told.starts_at:%H:%M}",
        "duration": told.duration,
        "room": talk.room,
        "slug": told.slug,
        "url": told.url,
        "title": talk.title,
        "subtitle": "",
        "track": talk.track,
        "type": "talk",
        "language": talk.language,
        "abstract": "",
        "description": talk.description,
        "do_not_record": talk.video_state == Talk.VideoState.NOT_RECORDED,
        "persons": [{"id": pk, "name": name, "public_name": name} for pk, name in told.people],
        "links": [{"url": link.url, "title": link.title, "type": link.type} for link in told.links],
        "attachments": [],
    }


# --- XML -------------------------------------------------------------------------------------------------------------


class Writer:
    """Writes elements one after the other, in the order that frab's schema wants."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.xml = SimplerXMLGenerator(self.stream, "utf-8", short_empty_elements=True)

    def leaf(self, element: str, words: Any = "", attributes: dict[str, Any] | None = None) -> None:
        self.open(element, attributes)
        self.xml.characters(UNTELLABLE.sub("", str(words)))
        self.close(element)

    def open(self, element: str, attributes: dict[str, Any] | None = None) -> None:
        kept = {key: UNTELLABLE.sub("", str(value)) for key, value in (attributes or {}).items()}
        self.xml.startElement(element, AttributesImpl(kept))

    def close(self, name: str) -> None:
        self.xml.endElement(name)


def as_xml(event: Event) -> str:
    """Return the schedule as frab's schedule.xml has it; valid by https://c3voc.de/schedule/schema.xsd."""
    days, to = days_of(event), Writer()
    to.xml.startDocument()
    to.open("schedule")
    to.leaf("generator", "", GENERATOR)
    to.leaf("url", f"{settings.SITE_URL}{event.get_absolute_url()}schedule.xml")
    to.leaf("version", "1")
    to.open("conference")
    to.leaf("title", event.name)
    to.leaf("acronym", acronym(event))
    to.leaf("start", event.starts_on.isoformat())
    to.leaf("end", event.ends_on.isoformat())
    to.leaf("days", len(days))
    to.leaf("timeslot_duration", "00:05")
    to.leaf("base_url", settings.SITE_URL + "/")
    to.leaf("url", settings.SITE_URL + event.get_absolute_url())
    to.leaf("time_zone_name", event.timezone)
    for name in tracks_of(days):
        to.leaf("track", "", {"name": name})
    to.close("conference")
    for day in days:
        write_day(to, day)
    to.close("schedule")
    return to.stream.getvalue()


def write_day(to: Writer, day: TellingDay) -> None:
    begins, ends = day.starts_at.isoformat(), day.ends_at.isoformat()
    to.open("day", {"index": day.index, "date": day.date.isoformat(), "start": begins, "end": ends})
    for room, talks in day.rooms.items():
        to.open("room", {"name": room})
        for told in talks:
            write_talk(to, told)
        to.close("room")
    to.close("day")


def write_talk(to: Writer, told: Told) -> None:
    talk = told.talk
    to.open("event", {"guid": told.guid, "id": talk.pk})
    for name, words in (
        ("room", talk.room),
        ("title", talk.title),
        ("subtitle", ""),
        ("type", "talk"),
        ("date", told.starts_at.isoformat()),
        ("start", f"{told.starts_at:%H:%M}"),
        ("duration", told.duration),
        ("abstract", ""),
        ("slug", told.slug),
        ("track", talk.track),
        ("language", talk.language),
        ("description", talk.description),
        ("url", told.url),
    ):
        to.leaf(name, words)
    to.open("persons")
    for pk, name in told.people:
        to.leaf("person", name, {"id": pk})
    to.close("persons")
    if talk.video_state == Talk.VideoState.NOT_RECORDED:
        to.open("recording")
        to.leaf("license")
        to.leaf("optout", "true")
        to.close("recording")
    to.open("links")
    for link in told.links:
        to.leaf("link", link.title, {"href": link.url, "type": link.type})
    to.close("links")
    to.close("event")
