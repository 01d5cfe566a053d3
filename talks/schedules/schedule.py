"""What every format says in the end: a Schedule of Items, and a Fault for each thing that could not be read.

Texts in it are clean: nothing that a database cannot keep or a reader cannot see, and no longer than the columns are.
"""

import datetime
import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import Any

import nh3
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from community.forms import one_line
from links.canonical import BadAddress, clean
from people.models.person import fold

# What one file may be and hold. The largest schedules that we know (FOSDEM's, the Congress's) are a third of these.
MOST_BYTES = 10_000_000
MOST_ITEMS = 5_000
MOST_FAULTS = 500
MOST_SPEAKERS = 40
MOST_TAGS = 12
LONGEST_TITLE = 200
LONGEST_NAME = 100
LONGEST_TEXT = 10_000
LONGEST_GUID = 200
# Longer than this is no talk, and more than a typing mistake.
LONGEST_MINUTES = 7 * 24 * 60
YEARS = range(1900, 2200)


class Unreadable(Exception):  # noqa: N818 - it is an answer for people more than a fault
    """Nothing can be made of the file; the text says why, for whoever brought it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that could not be read, and the line of the file that it begins on."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An address that belongs to a talk; `kind` as in talks.models.Resource.Kind."""

    kind: str
    url: str


@dataclass(slots=True)
class Item:
    """One talk as a schedule tells of it. What the file does not say is empty or None."""

    line: int
    title: str
    guid: str = ""
    description: str = ""
    speakers: list[Speaker] = field(default_factory=list)
    starts_at: datetime.datetime | None = None
    # The day that it is counted to: a talk after midnight belongs to the evening before.
    date: datetime.date | None = None
    minutes: int | None = None
    room: str = ""
    track: str = ""
    language: str = ""
    url: str = ""
    attached: list[Attached] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    do_not_record: bool = False
    licence: str = ""
    cancelled: bool = False

    @property
    def video_url(self) -> str:
        return next((one.url for one in self.attached if one.kind == "video"), "")


@dataclass(slots=True)
class Schedule:
    """A schedule as it was read."""

    format: str
    title: str = ""
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # How many faults there were beyond MOST_FAULTS.
    more_faults: int = 0
    # Whether it tells of every talk, so that what is missing in it was called off.
    is_whole: bool = True

    def fault(self, line: int, what: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, what))
        else:
            self.more_faults += 1
        if self.more_faults > MOST_ITEMS:
            raise Unreadable(
                _("Hardly anything in this file can be read as a talk, so nothing was imported.")
            )

    def add(self, item: Item) -> None:
        """Take an item in. One without title is a fault; more than MOST_ITEMS are refused."""
        if not item.title:
            self.fault(item.line, _("A talk without a title."))
            return
        if len(self.items) >= MOST_ITEMS:
            raise Unreadable(
                _("That is more than %(most)s talks. Import them in parts, one for each day or track.")
                % {"most": MOST_ITEMS}
            )
        self.items.append(item)

    def settle(self) -> "Schedule":
        """Give an id to the items that came without, drop those whose id came before, and return the schedule."""
        titles: dict[str, int] = {}
        for item in self.items:
            titles[fold(item.title)] = titles.get(fold(item.title), 0) + 1
        kept: dict[str, Item] = {}
        for item in self.items:
            item.guid = item.guid or derived_guid(item, is_only_one=titles[fold(item.title)] == 1)
            if before := kept.get(item.guid):
                self.fault(
                    item.line,
                    _("“%(title)s” has the same id as the talk on line %(line)s, and was left out.")
                    % {"title": item.title, "line": before.line},
                )
            else:
                kept[item.guid] = item
        self.items = list(kept.values())
        self.faults.sort(key=lambda fault: fault.line)
        return self


def derived_guid(item: Item, *, is_only_one: bool) -> str:
    """Return an id for an item that has none: its title, and where several have that title, also when it begins.

    A talk that moves to another hour stays the same talk as long as no other is called like it.
    """
    of = [fold(item.title)]
    if not is_only_one:
        of.append(item.starts_at.isoformat() if item.starts_at else str(item.date or ""))
    return "title:" + hashlib.sha256("\n".join(of).encode()).hexdigest()[:40]


# --- Parts of an item, whatever the format --------------------------------------------------------------------------


def text(value: Any) -> str:
    """Return a value of a file as text; of what is no text or number, nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def line_of_text(value: Any, longest: int) -> str:
    """Return `value` as one line that fits, and that ends with an ellipsis where it had to be cut."""
    # Once more: what could not be seen may have stood between two spaces.
    line = " ".join(one_line(text(value)[: 20 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


TAG = re.compile(r"</?(?:p|br|a|li|ul|ol|b|i|em|strong|div|span|h[1-6])\b[^>]{0,500}>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/li|/div|/h[1-6])\b[^>]{0,100}>", re.IGNORECASE)


def paragraphs(*values: Any) -> str:
    """Return the texts one after the other, each once, as plain text that fits; HTML in them is taken off."""
    parts: list[str] = []
    for value in values:
        part = plain(text(value)[: 4 * LONGEST_TEXT])
        if part and not any(part in before for before in parts):
            parts = [before for before in parts if before not in part]
            parts.append(part)
    whole = "\n\n".join(parts)
    return whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1].rstrip() + "…"


def plain(value: str) -> str:
    if TAG.search(value):
        value = html.unescape(nh3.clean(BREAK.sub("\n", value), tags=set()))
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    # Files are often indented as a whole: what stands before a line says nothing.
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(one_line, value.split("\n")))).strip()


def guid(value: Any) -> str:
    """Return an id as it is kept; one that is too long as its hash, so that two do not become one by being cut."""
    given = one_line(text(value)[:5000])
    if len(given) <= LONGEST_GUID:
        return given
    return "long:" + hashlib.sha256(given.encode()).hexdigest()


def address(value: Any) -> str:
    """Return an address as it is kept, or nothing where it is none that others can open."""
    given = text(value).strip()
    if not given.lower().startswith(("http://", "https://")):
        return ""
    try:
        return clean(given)
    except BadAddress:
        return ""


def speakers(names: Any) -> list[Speaker]:
    """Return the people of these (name, e-mail) pairs, each name once."""
    found: dict[str, Speaker] = {}
    for name, email in names:
        known_as = line_of_text(name, LONGEST_NAME)
        if known_as:
            found.setdefault(fold(known_as), Speaker(known_as, email))
    return list(found.values())[:MOST_SPEAKERS]


def tags(words: Any) -> list[str]:
    """Return the words as tags; what is too long for one is left out."""
    found = (line_of_text(word, 100).lstrip("#").strip(" ,") for word in words)
    return list(dict.fromkeys(word for word in found if word and len(word) <= 50 and "," not in word))[
        :MOST_TAGS
    ]


# Words in the titles and addresses of what is attached to a talk, and what it is then.
KINDS = (
    ("video", ("video", "recording", "aufzeichnung", "youtube.com", "youtu.be", "vimeo.com", "media.ccc.de")),
    ("slides", ("slide", "folien", "presentation", "speakerdeck", "slideshare", ".pptx", ".odp", ".key")),
    ("transcript", ("transcript", "subtitle")),
    ("code", ("github.com", "gitlab.", "codeberg.org", "source code", "repository")),
    ("write-up", ("write-up", "writeup", "blog", "article")),
    ("thread", ("thread", "discussion", "forum")),
)


def attached(url: Any, *words: Any) -> Attached | None:
    """Return what an address beside a talk is, as far as its title, its type or itself tells; else None."""
    kept = address(url)
    said = " ".join((*map(text, words), kept)).lower()[:2000]
    kind = next((kind for kind, signs in KINDS if any(sign in said for sign in signs)), "")
    if not kind and kept.lower().endswith(".pdf"):
        kind = "slides"
    return Attached(kind, kept) if kept and kind else None


def language(value: Any) -> str:
    """Return the code of a language as we keep it ("de" of "de-formal", "deu" or "German"), or nothing."""
    return LANGUAGES.get(text(value).strip().lower().replace("_", "-"), "") or LANGUAGES.get(
        re.split(r"[-_ ]", text(value).strip().lower())[0], ""
    )


# ISO 639-2 and -3, as pyvideo and libraries write the languages that talks are held in.
THREE_LETTERS = (
    "eng:en fra:fr fre:fr deu:de ger:de spa:es ita:it por:pt nld:nl dut:nl pol:pl jpn:ja kor:ko ukr:uk rus:ru ces:cs"
    " cze:cs slk:sk slo:sk swe:sv dan:da nor:nb nob:nb fin:fi hun:hu ron:ro rum:ro bul:bg hrv:hr srp:sr slv:sl ell:el"
    " gre:el tur:tr heb:he ara:ar fas:fa per:fa hin:hi ind:id vie:vi tha:th cat:ca eus:eu glg:gl zho:zh-hans"
    " chi:zh-hans zh:zh-hans lit:lt lav:lv est:et tam:ta tel:te ben:bn mya:my gle:ga"
)


def known_languages() -> dict[str, str]:
    named = {code: info for code, info in LANG_INFO.items() if "name_local" in info}
    by_name = {info["name"].lower(): code for code, info in named.items()}
    by_own_name = {info["name_local"].lower(): code for code, info in named.items()}
    three = dict(pair.split(":") for pair in THREE_LETTERS.split())
    return {**by_name, **by_own_name, **three, **{code: code for code in named}}


LANGUAGES = known_languages()
