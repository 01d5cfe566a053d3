"""Where in a recording to begin, as people type it and read it: “12:30”."""

import re

LONGEST = 24 * 3600 - 1
# 12:30 or 1:02:03; then 1h2m3s, each part of it optional. A bare number could be minutes or seconds: it is neither.
CLOCK = re.compile(r"(?:(?P<h>[0-9]{1,2}):)?(?P<m>[0-9]{1,3}):(?P<s>[0-9]{2})")
SPAN = re.compile(
    r"(?:(?P<h>[0-9]{1,2})\s*h(?:ours?)?)?\s*(?:(?P<m>[0-9]{1,4})\s*m(?:in)?)?\s*(?:(?P<s>[0-9]{1,5})\s*s(?:ec)?)?"
)


def read_start(text: str) -> int:
    """Return the seconds that “12:30”, “1:02:03”, “90s” or “1h2m” mean. Raises ValueError for anything else."""
    text = text.strip().lower()
    found = CLOCK.fullmatch(text) or (SPAN.fullmatch(text) if text else None)
    if not found or (":" in text and int(found["s"]) > 59) or (found["h"] and int(found["m"] or 0) > 59):
        raise ValueError("not a time in a recording")
    hours, minutes, seconds = (int(found[name] or 0) for name in "hms")
    total = hours * 3600 + minutes * 60 + seconds
    if total > LONGEST:
        raise ValueError("longer than a day")
    return total


def write_start(seconds: int) -> str:
    """Return the seconds as people read them: “12:30”, “1:02:03”."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
