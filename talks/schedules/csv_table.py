"""A table as spreadsheets save it: a line of headings, a talk a row. The headings may be worded in many ways."""

import csv
import datetime
import io
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.models.person import fold

from . import schedule as made
from . import times
from .schedule import Attached, Item, Schedule, Unreadable

# What is meant by a heading, and the words that it may be written in (without spaces, dashes and brackets).
HEADINGS = {
    "title": "title talk talktitle session sessiontitle name event eventtitle titel titre titolo proposaltitle",
    "speakers": "speakers speaker speakernames speakername presenters presenter persons names author authors by"
    " vortragende referent referenten orateur orateurs intervenants people",
    "email": "email emails speakeremail speakeremails emailaddress mail",
    "start": "start starts startsat starttime startdate begin begins time from datetime beginn début debut"
    " scheduledstart slotstart",
    "date": "date day tag jour recorded",
    "end": "end ends endsat endtime enddate until to ende fin slotend",
    "minutes": "minutes duration length durationminutes min dauer durée duree",
    "room": "room location stage hall venue where raum saal salle place",
    "track": "track category theme topic stream piste",
    "language": "language lang locale sprache langue",
    "description": "description abstract summary about text beschreibung résumé resume",
    "url": "url link page website address sessionurl",
    "video": "video videourl videolink recording youtube",
    "slides": "slides slidesurl slidelink presentation folien",
    "guid": "guid id uid code uuid sessionid",
    "tags": "tags tag keywords labels",
}
MEANING = {word: meaning for meaning, words in HEADINGS.items() for word in words.split()}
MOST_COLUMNS = 200


def read(text: str, zone: datetime.tzinfo) -> Schedule:
    """Return the schedule of a table. Raises Unreadable where no heading tells which column has the titles."""
    delimiter = delimiter_of(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] = {}
    schedule = Schedule("csv")
    try:
        for line, row in numbered(rows):
            if columns:
                schedule.add(item(schedule, line, row, columns, zone))
            else:
                columns = columns_of(row)
    except csv.Error as error:
        raise Unreadable(
            _("This table is broken on line %(line)s, so nothing was read.") % {"line": rows.line_num}
        ) from error
    return schedule


def numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that has something in it, with the line that it begins on."""
    line = 1
    for row in rows:
        if any(cell.strip() for cell in row):
            yield line, row
        line = rows.line_num + 1


def delimiter_of(text: str) -> str:
    first = text.lstrip().partition("\n")[0][:5000]
    return max(",;\t|", key=lambda sign: (first.count(sign), sign == ","))


def looks_like_one(text: str) -> bool:
    """Return whether the first line is that of a table of talks."""
    first = text.lstrip().partition("\n")[0][:5000]
    try:
        row = next(csv.reader([first], delimiter=delimiter_of(text)), [])
    except csv.Error:
        return False
    return "title" in meanings(row)


def meanings(row: list[str]) -> list[str]:
    return [MEANING.get(re.sub(r"\(.*\)|[\s_/.:*-]", "", fold(cell[:100])), "") for cell in row]


def columns_of(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, meaning in enumerate(meanings(row[:MOST_COLUMNS])):
        if meaning:
            found.setdefault(meaning, place)
    if "title" not in found:
        raise Unreadable(_("No column of this table is called “title”."))
    return found


def item(
    schedule: Schedule, line: int, row: list[str], columns: dict[str, int], zone: datetime.tzinfo
) -> Item:
    said = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
    read = Item(line, made.line_of_text(said["title"], made.LONGEST_TITLE))
    read.guid = made.guid(said.get("guid", ""))
    read.description = made.paragraphs(said.get("description", ""))
    read.speakers = made.speakers(people_of(said))
    read.room = made.line_of_text(said.get("room"), 100)
    read.track = made.line_of_text(said.get("track"), 100)
    read.language = made.language(said.get("language"))
    read.url = made.address(said.get("url"))
    read.tags = made.tags(re.split(r"[,;]", said.get("tags", "")))
    for kind in ("video", "slides"):
        if url := made.address(said.get(kind)):
            read.attached.append(Attached(kind, url))
        elif said.get(kind):
            schedule.fault(line, _("“%(url)s” is not an address.") % {"url": said[kind][:80]})
    try:
        when(read, said, zone)
    except (ValueError, OverflowError):
        schedule.fault(line, _("“%(title)s”: we cannot read when it is.") % {"title": read.title})
    return read


def people_of(said: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, e-mail): the addresses go with the names one by one, or with nobody."""
    names = said.get("speakers", "")
    apart = ";" if ";" in names else "\n" if "\n" in names else ","
    names_apart = [name.strip() for name in re.split(rf"[{apart}]| & | and ", names) if name.strip()]
    emails = [email for email in re.split(r"[,;\s]+", said.get("email", "")) if is_address(email)]
    if len(emails) != len(names_apart):
        emails = [""] * len(names_apart)
    return list(zip(names_apart, emails, strict=True))


def is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def when(read: Item, said: dict[str, str], zone: datetime.tzinfo) -> None:
    begins, ends = said.get("start", ""), said.get("end", "")
    day = times.date(said.get("date"))
    if day and is_clock(begins):
        begins = f"{day}T{clock(begins)}"
    if begins and not is_clock(begins):
        if len(begins) <= 10:
            read.date = times.date(begins)
        else:
            read.starts_at = times.moment(begins, zone)
    read.date = day or read.date or (times.day_of(read.starts_at, zone) if read.starts_at else None)
    read.minutes = times.minutes(said.get("minutes"))
    if ends and read.starts_at and read.minutes is None:
        if is_clock(ends):
            ends = f"{read.starts_at.astimezone(zone).date()}T{clock(ends)}"
        ends_at = times.moment(ends, zone)
        if ends_at:
            read.minutes = times.minutes(int((ends_at - read.starts_at).total_seconds() // 60) % (24 * 60))


CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*([ap]\.?m\.?)?", re.IGNORECASE)


def is_clock(written: str) -> bool:
    return bool(CLOCK.fullmatch(written))


def clock(written: str) -> str:
    found = CLOCK.fullmatch(written)
    if not found:
        raise ValueError(written)
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0)
    return f"{hour:02}:{found[2]}"
