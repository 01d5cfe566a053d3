"""Talks as iCalendar (RFC 5545), for calendars that subscribe to an address."""

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Component, Event, Timezone, Todo

USUAL_MINUTES = 30


def calendar(talks: Iterable[Any], name: str) -> bytes:
    """Return a calendar of that name with these talks, loaded `for_cards`: CRLF, folded, UTF-8.

    Each talk is an event at its time; one whose time nobody knows is a thing to do. What is cancelled says so.
    """
    made = Calendar()
    made.add("prodid", "-//Hallway//Talks//EN")
    made.add("version", "2.0")
    made.add("name", name)
    # What most programs read instead of NAME (RFC 7986).
    made.add("x-wr-calname", name)
    for talk in talks:
        made.add_component(entry_of(talk))
    if not made.subcomponents:
        # A calendar without any component is none.
        made.add_component(
            Timezone.from_tzid(
                "UTC", first_date=datetime.date(2000, 1, 1), last_date=datetime.date(2000, 1, 2)
            )
        )
    return made.to_ical()


def entry_of(talk: Any) -> Component:
    entry: Component = Event() if talk.starts_at else Todo()
    # The same for as long as the talk is here, whatever else changes.
    entry.add("uid", calendar_id(talk))
    changed = (talk.edited_at or talk.published_at or talk.submitted_at).astimezone(datetime.UTC)
    entry.add("dtstamp", changed.replace(microsecond=0))
    entry.add("summary", talk.title)
    entry.add("url", settings.SITE_URL + talk.get_absolute_url())
    speakers = ", ".join(credit.person.name for credit in talk.shown_credits)
    if text := "\n\n".join(filter(None, (talk.reason, speakers, talk.shown_video))):
        entry.add("description", text)
    if talk.starts_at:
        begins = talk.starts_at.astimezone(datetime.UTC)
        entry.add("dtstart", begins)
        entry.add("dtend", begins + datetime.timedelta(minutes=talk.minutes or USUAL_MINUTES))
        place = ", ".join(filter(None, (talk.room, talk.event.venue, talk.event.city)))
        if place:
            entry.add("location", place)
        entry.add("status", "CANCELLED" if talk.cancelled else "CONFIRMED")
    return entry


def calendar_id(talk: Any) -> str:
    return f"talk-{talk.pk}@{urlsplit(settings.SITE_URL).hostname}"
