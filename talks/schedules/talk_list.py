"""Talks as a plain JSON list, or one object a line: what pyvideo publishes, and what programs answer each other."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from . import schedule as made
from . import times
from .frab_json import dict_of, dicts_of, list_of, name_of
from .schedule import Attached, Item, Schedule

TITLES = ("title", "name")


def read(talks: Sequence[tuple[int, Any]], zone: datetime.tzinfo) -> Schedule:
    """Return the schedule of these (line, object) pairs. It never tells of all talks there were."""
    schedule = Schedule("pyvideo", is_whole=False)
    for line, talk in talks:
        if not isinstance(talk, dict):
            schedule.fault(line, _("This is not a talk."))
            continue
        schedule.add(item(schedule, line, talk, zone))
    return schedule


def item(schedule: Schedule, line: int, talk: dict[str, Any], zone: datetime.tzinfo) -> Item:
    slot = dict_of(talk.get("slot"))
    title = next((talk[key] for key in TITLES if talk.get(key)), "")
    read = Item(line, made.line_of_text(title, made.LONGEST_TITLE))
    read.guid = made.guid(talk.get("guid") or talk.get("code") or "")
    read.description = made.paragraphs(
        *(talk.get(key) for key in ("subtitle", "summary", "abstract", "description"))
    )
    several = (talk.get(key) for key in ("speakers", "persons", "presenters"))
    read.speakers = made.speakers((name_of(one), email_of(one)) for each in several for one in list_of(each))
    read.room = made.line_of_text(name_of(talk.get("room") or slot.get("room")), 100)
    read.track = made.line_of_text(name_of(talk.get("track")), 100)
    read.language = made.language(talk.get("language") or talk.get("content_locale"))
    read.url = made.address(talk.get("url") or talk.get("public_url"))
    read.tags = made.tags(list_of(talk.get("tags")))
    read.do_not_record = talk.get("do_not_record") is True
    read.licence = made.line_of_text(talk.get("copyright_text") or talk.get("recording_license"), 100)
    read.attached = list(links_of(talk))
    try:
        when(read, talk, slot, zone)
    except (ValueError, OverflowError):
        schedule.fault(line, _("“%(title)s”: we cannot read when it was given.") % {"title": read.title})
    return read


def email_of(person: Any) -> str:
    given = dict_of(person).get("email")
    return given if isinstance(given, str) else ""


def links_of(talk: dict[str, Any]) -> Iterator[Attached]:
    videos = [video.get("url") for video in dicts_of(talk.get("videos"))] or [
        talk.get("video_url") or talk.get("video")
    ]
    for url in videos[:10]:
        if kept := made.address(url):
            yield Attached("video", kept)
    others = [
        *dicts_of(talk.get("related_urls")),
        *dicts_of(talk.get("links")),
        *dicts_of(talk.get("attachments")),
    ]
    for other in others[:50]:
        if found := made.attached(
            other.get("url"), other.get("label"), other.get("title"), other.get("type")
        ):
            yield found


def when(read: Item, talk: dict[str, Any], slot: dict[str, Any], zone: datetime.tzinfo) -> None:
    begins = made.text(talk.get("start") or slot.get("start"))
    recorded = made.text(talk.get("recorded") or talk.get("date"))
    if begins:
        read.starts_at = times.moment(begins, zone)
    elif len(recorded) > 10 and not recorded[10:].strip("T0:.Z+ "):
        # Midnight is how a day without an hour is written.
        read.date = times.date(recorded)
    elif len(recorded) > 10:
        read.starts_at = times.moment(recorded, zone)
    else:
        read.date = times.date(recorded)
    if read.starts_at and read.date is None:
        read.date = times.day_of(read.starts_at, zone)
    length = talk.get("duration")
    # frab says seconds, pretalx minutes.
    if isinstance(length, int) and not isinstance(length, bool) and length >= 600:
        length //= 60
    read.minutes = times.minutes(length)
    ends_at = None if read.minutes else times.moment(slot.get("end"), zone)
    if ends_at and read.starts_at:
        read.minutes = times.minutes(max(0, int((ends_at - read.starts_at).total_seconds() // 60)))
