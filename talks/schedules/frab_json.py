"""The JSON of frab and pretalx (schedule.json), and of the Congress's hub, which lists its events beside the days."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from . import schedule as made
from . import times
from .located_json import Lines
from .schedule import Item, Schedule


def read(data: dict[str, Any], lines: Lines, zone: datetime.tzinfo) -> Schedule:
    """Return the schedule of a parsed file; times without an offset are in its own zone, or else in `zone`."""
    return Reader(data, lines, zone).read()


class Reader:
    def __init__(self, data: dict[str, Any], lines: Lines, zone: datetime.tzinfo) -> None:
        self.schedule = Schedule("frab-json")
        self.lines = lines
        self.said = dict_of(data.get("schedule"))
        self.conference = dict_of(self.said.get("conference"))
        self.zone = times.zone_named(self.conference.get("time_zone_name"), zone)
        # Ours tells of what is public and has a time: what is missing in it was not called off.
        self.schedule.is_whole = dict_of(data.get("generator")).get("name") != "Hallway"
        self.tracks = {
            track.get("slug"): track.get("name") for track in dicts_of(self.conference.get("tracks"))
        }

    def read(self) -> Schedule:
        self.schedule.title = made.line_of_text(self.conference.get("title"), 160)
        for event, room, date in self.events():
            self.schedule.add(self.item(event, room, date))
        return self.schedule

    def events(self) -> Iterator[tuple[Any, str, datetime.date | None]]:
        for day in dicts_of(self.conference.get("days")):
            try:
                date = times.date(day.get("date"))
            except ValueError:
                date = None
                self.schedule.fault(self.lines.of(day), _("A day whose date we cannot read."))
            for room, events in dict_of(day.get("rooms")).items():
                if not isinstance(events, list):
                    self.schedule.fault(
                        self.lines.of(day), _("The room “%(room)s” is not a list.") % {"room": room[:50]}
                    )
                    continue
                for event in events:
                    yield event, room, date
        for event in list_of(self.said.get("events")):
            yield event, "", None

    def item(self, event: Any, room: str, date: datetime.date | None) -> Item:
        line = self.lines.of(event)
        event = dict_of(event)
        item = Item(line, made.line_of_text(event.get("title"), made.LONGEST_TITLE), date=date)
        given = made.text(event.get("guid")) or made.text(event.get("code"))
        item.guid = made.guid(given or (made.text(event.get("id")) and f"id:{made.text(event.get('id'))}"))
        item.description = made.paragraphs(
            event.get("subtitle"), event.get("abstract"), event.get("description")
        )
        people = (event.get(name) for name in ("persons", "participants", "speakers"))
        item.speakers = made.speakers(
            (name_of(person), "") for several in people for person in list_of(several)
        )
        item.room = made.line_of_text(name_of(event.get("room")) or room, 100)
        track = event.get("track")
        by_slug = self.tracks.get(dict_of(track).get("slug")) if isinstance(track, dict) else None
        item.track = made.line_of_text(by_slug or name_of(track), 100)
        item.language = made.language(event.get("language"))
        item.url = made.address(event.get("url"))
        item.do_not_record = event.get("do_not_record") is True
        item.licence = made.line_of_text(event.get("recording_license"), 100)
        links = [*dicts_of(event.get("links")), *dicts_of(event.get("attachments"))][:100]
        found = [made.attached(link.get("url"), link.get("title"), link.get("type")) for link in links]
        found.append(made.attached(event.get("video_download_url"), "video"))
        item.attached = [one for one in found if one]
        self.when(item, event)
        return item

    def when(self, item: Item, event: dict[str, Any]) -> None:
        fault = self.schedule.fault
        try:
            item.starts_at = times.moment(event.get("date") or event.get("start"), self.zone)
        except (ValueError, OverflowError):
            fault(item.line, _("“%(title)s”: we cannot read when it begins.") % {"title": item.title})
        try:
            item.minutes = times.minutes(event.get("duration"))
            ends_at = None if item.minutes else times.moment(event.get("end"), self.zone)
            if ends_at and item.starts_at:
                item.minutes = times.minutes(int((ends_at - item.starts_at).total_seconds() // 60))
        except (ValueError, OverflowError):
            fault(item.line, _("“%(title)s”: we cannot read how long it is.") % {"title": item.title})
        if item.date is None and item.starts_at:
            item.date = times.day_of(item.starts_at, self.zone)


def dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def dicts_of(value: Any) -> list[dict[str, Any]]:
    return [one for one in list_of(value) if isinstance(one, dict)]


def name_of(value: Any) -> str:
    """Return the name of a person, a room or a track, which may be a text or an object that has one."""
    if isinstance(value, dict):
        names = (
            value.get(key) for key in ("public_name", "name", "full_public_name", "full_name", "en", "de")
        )
        return next((name_of(name) for name in names if name), "")
    return made.text(value)
