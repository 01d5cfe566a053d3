"""From the bytes of a file to a Schedule. What it is, its content tells: names and types of files are often wrong."""

import datetime
import json
from typing import Any

from django.utils.translation import gettext as _

from . import csv_table, frab_json, frab_xml, icalendar_file, talk_list
from .located_json import Lines, parse
from .schedule import MOST_BYTES, Schedule, Unreadable

FORMATS = {
    "frab-xml": "frab XML",
    "frab-json": "frab JSON",
    "icalendar": "iCalendar",
    "pyvideo": "JSON",
    "csv": "CSV",
}


def read(content: bytes, zone: datetime.tzinfo) -> Schedule:
    """Return what the file says; times without a zone are in `zone`. Raises Unreadable, in words for people."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("This file is larger than %(most)s MB. That is too large for a schedule; import it in parts.")
            % {"most": MOST_BYTES // 1_000_000}
        )
    if not content.strip():
        raise Unreadable(_("This file is empty."))
    if begins_as_xml(content):
        schedule = frab_xml.read(content, zone)
    else:
        schedule = read_text(as_text(content), zone)
    if not schedule.items and not schedule.faults:
        raise Unreadable(_("There is no talk in this file."))
    return schedule.settle()


BEGINNINGS = [
    start.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be") for start in ("<", "\ufeff<")
]


def begins_as_xml(content: bytes) -> bool:
    # Its encoding is told inside of it, so that only its own parser can know.
    return content[:200].lstrip(b" \t\r\n").startswith(tuple(BEGINNINGS))


def as_text(content: bytes) -> str:
    """Return the text of a file in UTF-8 or, with its mark, UTF-16. Raises Unreadable."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\x00" in content[:1000]:
            raise not_known() from error
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            _("This file is not written in UTF-8: we cannot read line %(line)s. Save it as UTF-8.")
            % {"line": line}
        ) from error
    if "\x00" in text:
        raise Unreadable(
            _("There are zero bytes in this file, on line %(line)s, so it is not text.")
            % {"line": text.count("\n", 0, text.index("\x00")) + 1}
        )
    return text


def not_known() -> Unreadable:
    return Unreadable(
        _(
            "We cannot read this as a schedule. We take frab and pretalx XML and JSON, iCalendar, "
            "a JSON list of talks, and CSV with a column called “title”."
        )
    )


def read_text(text: str, zone: datetime.tzinfo) -> Schedule:
    begins = text[:2000].lstrip()
    if begins[:6].upper() == "BEGIN:":
        return icalendar_file.read(text, zone)
    if begins[:1] in ("{", "["):
        return read_json(text, zone)
    if csv_table.looks_like_one(text):
        return csv_table.read(text, zone)
    raise not_known()


def read_json(text: str, zone: datetime.tzinfo) -> Schedule:
    if (talks := talks_by_line(text)) is not None:
        return talk_list.read(talks, zone)
    lines, data = Lines(text), parse(text)
    if isinstance(data, dict):
        if isinstance(data.get("schedule"), dict):
            return frab_json.read(data, lines, zone)
        data = next(
            (
                data[key]
                for key in ("results", "talks", "sessions", "videos")
                if isinstance(data.get(key), list) and not data.get("title")
            ),
            [data],
        )
    if not any(isinstance(one, dict) and (one.get("title") or one.get("name")) for one in data):
        raise not_known()
    return talk_list.read([(lines.of(one), one) for one in data], zone)


def talks_by_line(text: str) -> list[tuple[int, Any]] | None:
    """Return the objects of a file that has one on each line, with None for a broken one; None for any other file."""
    rows = [(number, row) for number, row in enumerate(text.split("\n"), 1) if row.strip()]
    if len(rows) < 2 or not all(row.lstrip()[:1] == "{" for number, row in rows):
        return None
    try:
        if not isinstance(json.loads(rows[0][1]), dict):
            return None
    except (ValueError, RecursionError):
        return None
    return [(number, object_of(row)) for number, row in rows]


def object_of(row: str) -> Any:
    try:
        return json.loads(row)
    except (ValueError, RecursionError):
        return None
