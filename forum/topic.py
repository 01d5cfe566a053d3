"""A Discourse topic as its JSON tells of it: read whole or refused in words.

Nothing in it is believed: sizes, depth and numbers are capped, every value is looked at before it is used, and what one
post gets wrong is a fault of that post alone. What a forum keeps from the public (private messages, whispers, hidden
and deleted posts) is left out, whoever's account the file was saved with.
"""

import datetime
import html
import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .from_html import clean_words, one_line

MOST_BYTES = 10_000_000
MOST_POSTS = 1_000
MOST_FAULTS = 200
LONGEST_TITLE = 200
LONGEST_NAME = 100
YEARS = range(1995, 2200)
# Discourse's kinds of posts: 1 is anybody's, 2 a moderator's. 3 says that something was done (“closed”), 4 is a whisper
# among its staff.
SPOKEN = (1, 2)
ROBOTS = {"system", "discobot"}


class Unreadable(Exception):  # noqa: N818 - it is an answer for people more than a fault
    """Nothing can be made of the file; the text says why, for whoever brought it."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `key` tells it from all others, in every file that it comes in; `html` is what the forum made of it."""

    key: str
    number: int
    username: str
    name: str
    html: str
    at: datetime.datetime | None
    # The number of the post that it answers; 0 where it answers the whole topic.
    answers: int = 0


@dataclass(slots=True)
class Topic:
    """A topic as it was read. `posts` begin with the one that opened it."""

    title: str
    topic_id: int = 0
    slug: str = ""
    posts: list[Post] = field(default_factory=list)
    # (number of the post or 0, what is wrong with it).
    faults: list[tuple[int, str]] = field(default_factory=list)
    more_faults: int = 0
    # How many posts the forum keeps to itself, or wrote itself.
    passed_over: int = 0
    # The ids of posts that the topic has and the file has not.
    missing: list[int] = field(default_factory=list)

    def fault(self, number: int, what: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((number, what))
        else:
            self.more_faults += 1


def read(content: bytes) -> Topic:
    """Return the topic in this JSON. Raises Unreadable."""
    said = parse(content)
    if not isinstance(said, dict) or not isinstance(said.get("post_stream"), dict):
        raise Unreadable(
            _("This is not a topic of a Discourse forum. Save the topic’s address with “.json” added to it.")
        )
    if said.get("archetype") == "private_message":
        raise Unreadable(_("These are private messages, so they stay where they are."))
    if said.get("deleted_at") or said.get("visible") is False:
        raise Unreadable(_("This topic is hidden or deleted in its forum, so it stays where it is."))
    title = title_of(said)
    if not title:
        raise Unreadable(
            _("These posts came without their topic. Save the topic’s address with “.json” added to it.")
        )
    topic = Topic(title, number_in(said.get("id")), one_line(text(said.get("slug")))[:200])
    take_posts(topic, said["post_stream"])
    return topic


def parse(content: bytes) -> Any:
    """Return what the JSON says. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("This file is larger than %(most)s MB. That is too large for a topic.")
            % {"most": MOST_BYTES // 1_000_000}
        )
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(_("This is not text, so nothing was read.")) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            _("This is not JSON from line %(line)s on, so nothing was read.") % {"line": error.lineno}
        ) from error
    except RecursionError as error:
        raise Unreadable(_("This JSON is nested more deeply than any topic, so nothing was read.")) from error
    except ValueError as error:
        raise Unreadable(_("This JSON holds a number that cannot be read, so nothing was read.")) from error


def title_of(said: dict[str, Any]) -> str:
    title = one_line(text(said.get("title"))) or one_line(html.unescape(text(said.get("fancy_title"))))
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def take_posts(topic: Topic, stream: dict[str, Any]) -> None:
    given = stream.get("posts")
    rows = given if isinstance(given, list) else []
    if len(rows) > MOST_POSTS:
        topic.fault(
            0, _("More than %(most)s posts: the ones after them were left out.") % {"most": MOST_POSTS}
        )
    seen: set[str] = set()
    for place, row in enumerate(rows[:MOST_POSTS], start=1):
        post = post_of(topic, row, place)
        if post and post.key in seen:
            topic.fault(post.number, _("The same post a second time; it was left out."))
        elif post:
            seen.add(post.key)
            topic.posts.append(post)
    topic.posts.sort(key=lambda post: post.number)
    if not topic.posts or topic.posts[0].number != 1:
        raise Unreadable(
            _("The post that opens the topic is not in this file, or is not public, so nothing was imported.")
        )
    topic.missing = missing_ids(stream, rows)


def missing_ids(stream: dict[str, Any], rows: list[Any]) -> list[int]:
    ids = stream.get("stream")
    there = {number_in(row.get("id")) for row in rows if isinstance(row, dict)}
    wanted = [number_in(one) for one in ids] if isinstance(ids, list) else []
    return [one for one in dict.fromkeys(wanted) if one and one not in there]


def post_of(topic: Topic, row: Any, place: int) -> Post | None:
    """Return a post; None, with a fault or counted as passed over, for what is none for everybody."""
    if not isinstance(row, dict):
        topic.fault(place, _("This is not a post."))
        return None
    number = number_in(row.get("post_number")) or place
    username = one_line(text(row.get("username")))[:LONGEST_NAME]
    kept_back = any(row.get(name) for name in ("hidden", "deleted_at", "user_deleted"))
    spoken = (
        row.get("post_type", 1) in SPOKEN if not isinstance(row.get("post_type", 1), list | dict) else False
    )
    if kept_back or not spoken or (username in ROBOTS and number > 1):
        topic.passed_over += 1
        return None
    if not username:
        topic.fault(number, _("A post without an author."))
        return None
    cooked = text(row.get("cooked")) or paragraphs(text(row.get("raw")))
    if not cooked.strip():
        topic.fault(number, _("A post without text."))
        return None
    at = moment(row.get("created_at"))
    if at is None:
        topic.fault(number, _("It does not say when it was written, so it gets today’s date."))
    name = one_line(text(row.get("name")) or text(row.get("display_username")))[:LONGEST_NAME]
    # The number alone is one of its forum's: the time makes it one of all.
    key = f"{number_in(row.get('id')) or f'n{number}'}@{at.isoformat() if at else topic.topic_id}"
    answers = number_in(row.get("reply_to_post_number"))
    return Post(key[:80], number, username, name or username, cooked, at, answers if answers < number else 0)


def paragraphs(raw: str) -> str:
    """Return a text that came without its HTML as HTML: its words, and nothing that it might mean besides."""
    return "".join(f"<p>{html.escape(part)}</p>" for part in clean_words(raw).split("\n\n") if part.strip())


def moment(value: Any) -> datetime.datetime | None:
    try:
        found = parse_datetime(text(value)[:40])
    except ValueError:
        return None
    if found is None or found.year not in YEARS:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    return min(found.astimezone(datetime.UTC), timezone.now())


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number_in(value: Any) -> int:
    """Return an id or a number of a post; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0


def incomplete(topic: Topic) -> str:
    """Return what to say where the file does not have all posts of its topic; empty where it has."""
    count = len(topic.missing)
    return (
        ngettext(
            "The topic has %(n)s more post than this. Import it by its address, or save it with “.json?print=true”.",
            "The topic has %(n)s more posts than this. Import it by its address, or save it with “.json?print=true”.",
            count,
        )
        % {"n": count}
        if count
        else ""
    )
