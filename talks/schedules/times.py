"""Reading times and lengths as schedules write them."""

import datetime
import re
import zoneinfo
from typing import Any

from events.models.event import known_zones

from .schedule import LONGEST_MINUTES, YEARS, text

# Before this hour a talk belongs to the evening before, where the schedule does not say so itself.
MORNING = datetime.time(5)


def moment(value: Any, zone: datetime.tzinfo) -> datetime.datetime | None:
    """Return a point in time, in UTC; one without an offset is in `zone`. None where nothing stands there.

    Raises ValueError for what is no time, or one of a year that no talk was in.
    """
    written = text(value).strip()
    if not written:
        return None
    found = datetime.datetime.fromisoformat(as_iso(written)) if len(written) < 50 else None
    if found is None:
        raise ValueError(written)
    return in_utc(found, zone)


def in_utc(found: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    if found.year not in YEARS:
        raise ValueError(str(found.year))
    return found.astimezone(datetime.UTC).replace(microsecond=0)


# 24/12/2024 18:30, 24.12.2024, 2024/12/24, 12/24/2024 6:30 PM: as spreadsheets write them.
WRITTEN = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[,T\s]+(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*([ap]\.?m\.?)?)?",
    re.IGNORECASE,
)


def as_iso(written: str) -> str:
    """Return a date or time as ISO writes it; what is not known otherwise is returned as it is."""
    parts = WRITTEN.fullmatch(written)
    if not parts:
        return re.sub(r"([+-]\d):(\d\d)$", r"\g<1>:\g<2>", written.replace("UTC", "+00:00").strip())
    first, second, third = (int(part) for part in parts.groups()[:3])
    if first > 31:
        year, month, day = first, second, third
    elif second > 12:
        year, month, day = third, first, second
    else:
        year, month, day = third, second, first
    if parts[4] is None:
        return datetime.date(year, month, day).isoformat()
    hour = int(parts[4])
    if parts[6]:
        hour = hour % 12 + (12 if parts[6][0] in "pP" else 0)
    return datetime.datetime(year, month, day, hour, int(parts[5])).isoformat()  # noqa: DTZ001 - no zone is written there


def date(value: Any) -> datetime.date | None:
    """Return a day; None where nothing stands there. Raises ValueError."""
    written = text(value).strip()
    if not written:
        return None
    found = datetime.date.fromisoformat(as_iso(written[:40])[:10])
    if found.year not in YEARS:
        raise ValueError(written)
    return found


def day_of(starts_at: datetime.datetime, zone: datetime.tzinfo) -> datetime.date:
    """Return the day that a talk is counted to."""
    local = starts_at.astimezone(zone)
    return (local - datetime.timedelta(days=1)).date() if local.time() < MORNING else local.date()


def minutes(value: Any) -> int | None:
    """Return the length that "00:45", "1:05:00", "PT45M", "45" or "45 min" say; None where it is nothing.

    Raises ValueError.
    """
    written = text(value).strip().lower()
    if not written:
        return None
    if clock := re.fullmatch(r"(\d{1,3}):(\d{2})(?::\d{1,2})?", written):
        found = int(clock[1]) * 60 + int(clock[2])
    elif period := re.fullmatch(
        r"p?t?(?:(\d{1,3})h)?\s*(?:(\d{1,5})(?:m|min|mins|minutes|minuten)?)?", written
    ):
        found = int(period[1] or 0) * 60 + int(period[2] or 0)
    elif re.fullmatch(r"\d{1,5}\.0*", written):
        found = int(written.split(".")[0])
    else:
        raise ValueError(written)
    if found > LONGEST_MINUTES:
        raise ValueError(written)
    return found or None


def zone_named(name: Any, otherwise: datetime.tzinfo) -> datetime.tzinfo:
    """Return the zone of that name, or the other where nobody knows it."""
    written = text(name).strip()
    return zoneinfo.ZoneInfo(written) if written in known_zones() else otherwise
