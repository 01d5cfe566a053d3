"""iCalendar, as calendars, pretalx and Sched export it. One event at a time, so that one broken event is one fault."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import icalendar
from django.utils.translation import gettext as _
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from events.models.event import known_zones

from . import schedule as made
from . import times
from .schedule import Item, Schedule

# Of one event. What is longer is a picture, or meant to hurt.
LONGEST_EVENT = 200_000
BOUNDARY = re.compile(r"^(BEGIN|END):(VCALENDAR|VEVENT)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# “Talk about it - Jane Doe, Company & Joe Bloggs, Company”: how Sched writes speakers, who have no line of their own.
NAME = r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'()\"“”-]*){1,4}"
SPOKEN_BY = re.compile(rf"{NAME}(?:, [^;&]{{1,80}})?(?:\s*[;&]\s*{NAME}(?:, [^;&]{{1,80}})?){{0,7}}")


def read(text: str, zone: datetime.tzinfo) -> Schedule:
    """Return the schedule; times without a zone are in the calendar's own, or else in `zone`."""
    schedule = Schedule("icalendar")
    header = text[:20_000]
    schedule.title = made.line_of_text(head_line(header, "X-WR-CALNAME"), 160)
    zone = times.zone_named(head_line(header, "X-WR-TIMEZONE"), zone)
    is_sched = "sched.com" in header.lower() or "sched.org" in header.lower() or "-//sched" in header.lower()
    # Ours say in their own words what a talk is about and where: only what it is and when is taken from them.
    is_ours = "PRODID:-//Hallway//" in header
    schedule.is_whole = not is_ours
    for line, block in events(schedule, text):
        if is_ours:
            block = re.sub(r"^(?:DESCRIPTION|LOCATION|DTEND)", "X-OURS", block, flags=re.MULTILINE)
        read_event(schedule, line, block, zone, is_sched=is_sched)
    return schedule


def head_line(header: str, name: str) -> str:
    found = re.search(rf"^{name}(?:;[^:\n]*)?:(.*)$", header, re.IGNORECASE | re.MULTILINE)
    return found[1].strip().replace("\\,", ",").replace("\\;", ";") if found else ""


def events(schedule: Schedule, text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each event; one that does not end is a fault."""
    line, counted_to, begun = 1, 0, None
    for boundary in BOUNDARY.finditer(text):
        line += text.count("\n", counted_to, boundary.start())
        counted_to = boundary.start()
        word, what = boundary[1].upper(), boundary[2].upper()
        if what == "VCALENDAR":
            continue
        if word == "BEGIN":
            if begun:
                schedule.fault(begun[0], _("An event that does not end."))
            begun = (line, boundary.start())
        elif begun:
            yield begun[0], text[begun[1] : boundary.end()]
            begun = None
    if begun:
        schedule.fault(begun[0], _("An event that does not end."))


def read_event(schedule: Schedule, line: int, block: str, zone: datetime.tzinfo, *, is_sched: bool) -> None:
    if len(block) > LONGEST_EVENT:
        schedule.fault(line, _("An event longer than any talk."))
        return
    try:
        event = icalendar.Event.from_ical(block)
        item = item_of(schedule, line, event, zone)
    except Exception:
        # Whatever the library throws at a broken event: that event cannot be read, and the others can.
        schedule.fault(line, _("An event that we cannot read."))
        return
    if is_sched:
        take_speakers_out(item)
    schedule.add(item)


def item_of(schedule: Schedule, line: int, event: Any, zone: datetime.tzinfo) -> Item:
    item = Item(line, made.line_of_text(words(event.get("SUMMARY")), made.LONGEST_TITLE))
    item.guid = made.guid(words(event.get("UID")))
    if event.get("RECURRENCE-ID") is not None:
        item.guid = made.guid(f"{item.guid} {words(event['RECURRENCE-ID'].to_ical().decode())}")
    item.description = made.paragraphs(words(event.get("DESCRIPTION")))
    item.room = made.line_of_text(words(event.get("LOCATION")), 100)
    categories = event.get("CATEGORIES")
    lists = categories if isinstance(categories, list) else [categories] if categories is not None else []
    names = [made.line_of_text(str(name), 100) for one in lists for name in getattr(one, "cats", [])]
    item.track = next(filter(None, names), "")
    item.url = made.address(words(event.get("URL")))
    item.cancelled = words(event.get("STATUS")).upper() == "CANCELLED"
    item.language = made.language(getattr(event.get("SUMMARY"), "params", {}).get("LANGUAGE", ""))
    when(schedule, item, event, zone)
    if event.get("RRULE") is not None and item.title:
        schedule.fault(line, _("“%(title)s” repeats: only its first time is taken.") % {"title": item.title})
    return item


def when(schedule: Schedule, item: Item, event: Any, zone: datetime.tzinfo) -> None:
    try:
        begins, ends = point(event.get("DTSTART"), zone), point(event.get("DTEND"), zone)
        if isinstance(begins, datetime.datetime):
            item.starts_at, item.date = begins, times.day_of(begins, zone)
            length = event.get("DURATION")
            if isinstance(ends, datetime.datetime):
                item.minutes = times.minutes(max(0, int((ends - begins).total_seconds() // 60)))
            elif length is not None:
                item.minutes = times.minutes(max(0, int(length.dt.total_seconds() // 60)))
        elif begins:
            item.date = times.date(begins.isoformat())
        is_broken = begins is None and any("DTSTART" in str(error[0]) for error in event.errors)
    except (ValueError, OverflowError, AttributeError):
        is_broken = True
    if is_broken:
        schedule.fault(item.line, _("“%(title)s”: we cannot read when it is.") % {"title": item.title})


def point(given: Any, zone: datetime.tzinfo) -> datetime.datetime | datetime.date | None:
    found = getattr(given, "dt", None)
    if not isinstance(found, datetime.datetime):
        return found
    if found.tzinfo is None:
        name = str(given.params.get("TZID", ""))
        name = WINDOWS_TO_OLSON.get(name, name)
        # “/freeassociation.sourceforge.net/Europe/Berlin”: the last two parts are the name.
        name = next((one for one in (name, "/".join(name.split("/")[-2:])) if one in known_zones()), "")
        zone = times.zone_named(name, zone)
    return times.in_utc(found, zone)


def words(value: Any) -> str:
    """Return the text of a property; of one that stands there several times, the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


def take_speakers_out(item: Item) -> None:
    """Take the names of those who speak out of the title, where it ends with some."""
    title, dash, people = item.title.rpartition(" - ")
    if not dash or len(people) > 400 or not SPOKEN_BY.fullmatch(people.strip().removesuffix("…")):
        return
    item.title = title.strip()
    item.speakers = made.speakers((name.partition(",")[0], "") for name in re.split(r"[;&]", people))
