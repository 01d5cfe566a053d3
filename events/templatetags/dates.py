"""`{{ day|say:_("j F Y") }}`: a date as the language says it; the filter `date` would write “1 mars” in French."""

import datetime

from django import template

from events import dates

register = template.Library()


@register.filter(expects_localtime=True)
def say(when: datetime.date | None, pattern: str) -> str:
    """Return a date, or a time in the current zone; nothing where there is none."""
    return dates.say(when, pattern) if when else ""
