"""Dates as people say them, in the language that they read."""

import datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext


def span(first: datetime.date, last: datetime.date) -> str:
    """Return the days from `first` to `last`: “19–22 March 2024”, “30 April – 2 May 2024”, “19 March 2024”."""
    return span_in(get_language(), first, last)


def short(day: datetime.date) -> str:
    """Return one day among others of its event: “Tue 19”."""
    return short_in(get_language(), day)


def say(when: datetime.date, pattern: str) -> str:
    """Return a date or time in the language's own `pattern` of Django's letters: “1er mars 2024”, “1. März 2024”."""
    if when.day == 1:
        # No letter stands for “1er”, so it goes in as it is.
        pattern = pattern.replace("j", "".join(f"\\{letter}" for letter in number(when)))
    return date_format(when, pattern)


# Kept, as the same few dates stand on page after page, and writing one takes as long as a query.
@lru_cache(maxsize=1000)
def short_in(language: str | None, day: datetime.date) -> str:
    return say(day, gettext("D j"))


@lru_cache(maxsize=1000)
def span_in(language: str | None, first: datetime.date, last: datetime.date) -> str:
    words = {
        "first": number(first),
        "first_month": month(first),
        "first_year": first.year,
        "last": number(last),
        "month": month(last),
        "year": last.year,
    }
    if first == last:
        return pgettext("one day", "%(last)s %(month)s %(year)s") % words
    if first.year != last.year:
        pattern = pgettext(
            "days across years", "%(first)s %(first_month)s %(first_year)s – %(last)s %(month)s %(year)s"
        )
    elif first.month != last.month:
        pattern = pgettext("days across months", "%(first)s %(first_month)s – %(last)s %(month)s %(year)s")
    else:
        pattern = pgettext("days of one month", "%(first)s–%(last)s %(month)s %(year)s")
    return pattern % words


def weekday(day: datetime.date) -> str:
    """Return one day of an event, short: “Tue 19 March”."""
    return pgettext("day of an event", "%(weekday)s %(number)s %(month)s") % {
        "weekday": date_format(day, "D"),
        "number": number(day),
        "month": month(day),
    }


def number(day: datetime.date) -> str:
    # French says “1er mars”, and “2 mars”.
    return pgettext("the first day of a month", "1") if day.day == 1 else str(day.day)


def month(day: datetime.date) -> str:
    # "E" instead of "F" is right for languages that bend a month's name when it stands beside a day.
    return date_format(day, pgettext("format of a month beside its day", "F"))
