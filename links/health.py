"""Whether what we link to is still there: asked seldom, one page of a host at a time, and only where we may.

A link counts as gone after it has failed four times over a week; a site that turns programs away (401, 403, 429, 451,
robots.txt) tells nothing about its pages. Where nothing has answered for days, it may be our own network.
"""

import datetime
import enum
import time
from dataclasses import dataclass

from django.db import transaction

from links.fetching import Answer, NotFetched, fetch
from links.models import Host, Link
from links.reading import oembed_address
from links.tasks import read_link
from links.uses import uses
from links.videos import video_at

SECONDS = 5.0
# How many are looked at in one go at most, and for how long: whoever waits for a letter waits behind it.
BATCH = 50
GO = 10.0
TURNED_AWAY = {401, 402, 403, 406, 407, 418, 429, 451, 999}
# A site that answers so to HEAD may know GET only.
ASK_PROPERLY = {400, 403, 404, 405, 406, 410, 429, 500, 501, 502, 503}
# Their pages answer 200 for a video that is gone; by oEmbed they tell the truth.
TELL_BY_OEMBED = {"youtube", "vimeo"}


class Outcome(enum.Enum):
    THERE = "there"
    MISSING = "missing"
    TURNED_AWAY = "turned away"
    # The host is in trouble, or asks to be left for a while.
    LATER = "later"


@dataclass(frozen=True)
class Look:
    """What came of looking at one link. `wait` is how long its host asks to be left alone."""

    outcome: Outcome
    status: int | None = None
    wait: datetime.timedelta = datetime.timedelta()
    is_silence: bool = False


def check_due() -> int:
    """Look at the links whose time has come, each host once; return how many were looked at."""
    until = time.monotonic() + GO
    # In no order: hosts that are silent must not stand before all others each time.
    due = list(Link.objects.due().order_by("?")[:BATCH])
    used = uses().used([link.key for link in due])
    looks: list[tuple[Link, Host, Look]] = []
    for link in due:
        if link.key not in used:
            link.leave_alone()
        elif time.monotonic() < until:
            host, _made = Host.objects.get_or_create(name=link.host)
            if host.claim():
                looks.append((link, host, look_at(link, host)))
    is_online = any(not look.is_silence for _link, _host, look in looks) or Link.objects.answered_lately()
    for link, host, look in looks:
        if look.is_silence and not is_online:
            link.look_again()
        else:
            note(link, host, look)
    return len(looks)


def look_at(link: Link, host: Host) -> Look:
    """Ask whether `link` is there, as far as its host lets us."""
    scheme = link.url.partition(":")[0]
    asked = told_by_oembed(link.url)
    try:
        if not asked and not host.allows(link.url, f"{scheme}://{link.url.split('/')[2]}/robots.txt"):
            return Look(Outcome.TURNED_AWAY)
        return judged(ask(asked or link.url), by_oembed=bool(asked))
    except NotFetched as problem:
        silent = problem.code in ("unreachable", "slow")
        return Look(Outcome.LATER if silent else Outcome.MISSING, is_silence=silent)


def told_by_oembed(url: str) -> str:
    video = video_at(url)
    return oembed_address(url) if video and video.provider in TELL_BY_OEMBED else ""


def ask(url: str) -> Answer:
    answer = fetch(url, method="HEAD", seconds=SECONDS)
    if answer.status in ASK_PROPERLY:
        answer = fetch(url, most_bytes=1000, cut=True, seconds=SECONDS)
    return answer


def judged(answer: Answer, *, by_oembed: bool) -> Look:
    """Return what an answer means. By oEmbed, 401 is a video that is there and may not be embedded."""
    status = answer.status
    if answer.is_ok or (by_oembed and status == 401):
        return Look(Outcome.THERE, status)
    if status in (429, 503):
        return Look(Outcome.LATER, status, wait=asked_to_wait(answer))
    if status in TURNED_AWAY and not by_oembed:
        return Look(Outcome.TURNED_AWAY, status)
    return Look(Outcome.LATER if status >= 500 else Outcome.MISSING, status)


def asked_to_wait(answer: Answer) -> datetime.timedelta:
    """Return for how long the site asks to be left alone (Retry-After in seconds; as a date it is not read)."""
    wanted = answer.headers.get("retry-after", "")
    return datetime.timedelta(
        seconds=min(int(wanted), 200_000) if wanted.isdecimal() and len(wanted) < 9 else 0
    )


def note(link: Link, host: Host, look: Look) -> None:
    """Write down what came of it, and tell whoever leads there where that is news."""
    if look.outcome is Outcome.LATER:
        host.rest(look.wait)
    else:
        host.answered()
    with transaction.atomic():
        news = False
        if look.outcome is Outcome.THERE:
            news = link.found(look.status or 200)
            if link.problem:
                read_link.enqueue(link.pk)
        elif look.outcome is Outcome.TURNED_AWAY or look.status == 429:
            link.turned_away(look.status)
        else:
            news = link.missed(look.status)
        if news:
            uses().changed(link)
