"""The XML of frab, pentabarf, pretalx and the Congress's hub: days, in them rooms, in them events.

Read in one pass without building the whole tree. Entities and document types are refused by defusedxml before they
are expanded; depth and number of elements are counted here.
"""

import datetime
from typing import Any
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser
from django.utils.translation import gettext as _

from . import schedule as made
from . import times
from .schedule import Item, Schedule, Unreadable

# MOST_ITEMS talks, with thirty elements each.
MOST_ELEMENTS = 150_000
DEEPEST = 24
MOST_ATTRIBUTES = 50


def read(content: bytes, zone: datetime.tzinfo) -> Schedule:
    """Return the schedule; times without an offset are in its own zone, or else in `zone`. Raises Unreadable."""
    reader = Reader(zone)
    parser = XMLParser(target=reader, forbid_dtd=True)
    reader.parser = parser
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException as error:
        raise Unreadable(
            _(
                "This XML brings a document type or entities of its own. No schedule needs them, "
                "and they can be used to attack the people who read them."
            )
        ) from error
    except (ExpatError, SyntaxError, ValueError, LookupError) as error:
        raise Unreadable(broken(error)) from error
    if not reader.is_schedule:
        raise Unreadable(_("This is XML, but not a schedule: it does not begin with <schedule>."))
    return reader.schedule


def broken(error: Exception) -> str:
    line = getattr(error, "position", (getattr(error, "lineno", 0), 0))[0]
    if line:
        return _("This XML is broken on line %(line)s, so nothing was read.") % {"line": line}
    return _("We cannot read the way this XML is written. Save it as UTF-8.")


class Reader:
    """The target that the parser tells of each tag."""

    def __init__(self, zone: datetime.tzinfo) -> None:
        self.schedule = Schedule("frab-xml")
        self.zone = zone
        self.parser: Any = None
        self.is_schedule = False
        self.path: list[str] = []
        self.elements = 0
        self.words: list[str] = []
        self.date: datetime.date | None = None
        self.room = ""
        # Of the event that is being read: the texts of its plain elements, and what comes several times.
        self.event: dict[str, str] | None = None
        self.line = 0
        self.people: list[str] = []
        self.links: list[tuple[dict[str, str], str]] = []
        self.attributes: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Unreadable(_("There is more in this XML than in any schedule, so nothing was read."))
        if len(self.path) >= DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise Unreadable(_("This XML is nested more deeply than any schedule, so nothing was read."))
        if not self.path:
            self.is_schedule = tag == "schedule"
            if tag.lower().endswith("html"):
                raise Unreadable(
                    _(
                        "This is a web page, not a schedule. Look there for a link to the schedule as XML or JSON."
                    )
                )
        self.path.append(tag)
        self.words, self.attributes = [], attributes
        opened = getattr(self, f"open_{tag}", None)
        if opened:
            opened(attributes)

    def data(self, words: str) -> None:
        self.words.append(words)

    def end(self, tag: str) -> None:
        self.path.pop()
        words = "".join(self.words)
        closed = getattr(self, f"close_{tag}", None)
        if closed:
            closed(words)
        elif self.event is not None and self.path[-1:] == ["event"]:
            self.event[tag] = words
        elif self.event is None and self.path == ["schedule", "conference"]:
            self.about_the_conference(tag, words)
        self.words = []

    def close(self) -> None:
        """Called by the parser once the document is complete."""

    # --- What the elements mean -------------------------------------------------------------------------------------

    def about_the_conference(self, tag: str, words: str) -> None:
        if tag == "time_zone_name":
            self.zone = times.zone_named(words, self.zone)
        elif tag == "title":
            self.schedule.title = made.line_of_text(words, 160)

    def open_generator(self, attributes: dict[str, str]) -> None:
        # Ours tells of what is public and has a time: what is missing in it was not called off.
        if attributes.get("name") == "Hallway" and self.path == ["schedule", "generator"]:
            self.schedule.is_whole = False

    def open_day(self, attributes: dict[str, str]) -> None:
        try:
            self.date = times.date(attributes.get("date"))
        except ValueError:
            self.date = None
            self.schedule.fault(self.here, _("A day whose date we cannot read."))

    def open_room(self, attributes: dict[str, str]) -> None:
        if self.event is None:
            self.room = attributes.get("name", "")

    def open_event(self, attributes: dict[str, str]) -> None:
        if self.event is not None:
            raise Unreadable(_("This XML has an event inside an event, so nothing was read."))
        self.event, self.line, self.people, self.links = {"@": attributes.get("guid", "")}, self.here, [], []
        self.event["@id"] = attributes.get("id", "")

    def close_person(self, words: str) -> None:
        if self.event is not None and self.path[-1:] == ["persons"]:
            self.people.append(words)

    def close_link(self, words: str) -> None:
        self.links.append((self.attributes, words))

    close_attachment = close_link

    def close_license(self, words: str) -> None:
        if self.event is not None and self.path[-1:] == ["recording"]:
            self.event["@licence"] = words

    def close_optout(self, words: str) -> None:
        if self.event is not None and self.path[-1:] == ["recording"]:
            self.event["@optout"] = words

    def close_event(self, _words: str) -> None:
        said, self.event = self.event or {}, None
        item = Item(self.line, made.line_of_text(said.get("title"), made.LONGEST_TITLE), date=self.date)
        item.guid = made.guid(said["@"].strip() or (said["@id"].strip() and f"id:{said['@id'].strip()}"))
        item.description = made.paragraphs(
            said.get("subtitle"), said.get("abstract"), said.get("description")
        )
        item.speakers = made.speakers((name, "") for name in self.people)
        item.room = made.line_of_text(said.get("room") or self.room, 100)
        item.track = made.line_of_text(said.get("track"), 100)
        item.language = made.language(said.get("language"))
        item.url = made.address(said.get("url"))
        item.do_not_record = said.get("@optout", "").strip().lower() in ("true", "1")
        item.licence = made.line_of_text(said.get("@licence"), 100)
        self.when(item, said)
        pairs = [
            (given.get("href"), words, given.get("type"), given.get("service")) for given, words in self.links
        ]
        found = [made.attached(*pair) for pair in pairs[:100]]
        found.append(made.attached(said.get("video_download_url"), "video"))
        item.attached = [one for one in found if one]
        self.schedule.add(item)

    def when(self, item: Item, said: dict[str, str]) -> None:
        fault = self.schedule.fault
        try:
            item.starts_at = times.moment(said.get("date"), self.zone)
            if item.starts_at is None and self.date and said.get("start", "").strip():
                item.starts_at = times.moment(f"{self.date}T{said['start'].strip():0>5}", self.zone)
        except (ValueError, OverflowError):
            fault(item.line, _("“%(title)s”: we cannot read when it begins.") % {"title": item.title})
        try:
            item.minutes = times.minutes(said.get("duration"))
        except ValueError:
            fault(item.line, _("“%(title)s”: we cannot read how long it is.") % {"title": item.title})
        if item.date is None and item.starts_at:
            item.date = times.day_of(item.starts_at, self.zone)

    @property
    def here(self) -> int:
        return self.parser.parser.CurrentLineNumber
