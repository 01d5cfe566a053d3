"""Webmentions that come in: which of our pages is meant, and what the page says that mentions it.

See https://www.w3.org/TR/webmention/ and docs/decisions/0021-webmention.md. A request only makes a job; the job asks
the page, by links.fetching. Nothing is kept of a page that does not lead here.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve
from django_tasks_db.models import DBTaskResult

from community.kinds import kinds
from community.models import Contribution
from links.canonical import BadAddress, canonical, parse
from links.fetching import NotFetched, fetch
from links.microformats import post_leading

from .models import BlockedSource, Webmention

MOST_BYTES = 1_000_000
SECONDS = 10.0
PAGES = {"text/html", "application/xhtml+xml"}
GONE = {404, 410}
# Why a page was not fetched, where trying again may help.
PASSING = {"unreachable", "slow", "broken"}


def number_at(url: str) -> int | None:
    """Return the number of the contribution whose page stands at `url`; None where that is no such page of ours."""
    try:
        parts = urlsplit(url)
        if parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
            return None
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    is_item = match.view_name in {kind.detail_route for kind in kinds()}
    return match.kwargs["pk"] if is_item else None


def item_at(url: str) -> Contribution | None:
    """Return the public contribution whose page stands at `url`, or that this one became part of."""
    number = number_at(url)
    if number is None:
        return None
    return Contribution.objects.public().filter(Q(pk=number) | Q(merged_from=number)).first()


def host_of(url: str) -> str:
    return parse(url).host.strip("[]").lower()


def is_waiting(source: str, target: str) -> bool:
    """Whether the worker has been told of this already, and has not begun: it will find what is there then."""
    from .tasks import read_webmention

    asked = {"args": [source, target], "kwargs": {}}
    waiting = DBTaskResult.objects.ready().filter(task_path=read_webmention.module_path, args_kwargs=asked)
    return waiting.exists()


def read(source: str, target: str) -> None:
    """Ask the page at `source`, and keep what it says of what stands at `target`. Safe to run twice.

    Raises NotFetched where it does not answer now and may later.
    """
    item = item_at(target)
    if item is None or BlockedSource.objects.covers(host_of(source)):
        return
    key = canonical(source)
    known = Webmention.objects.filter(contribution=item, source_key=key).first()
    try:
        answer = fetch(source, accept="text/html", most_bytes=MOST_BYTES, cut=True, seconds=SECONDS)
    except NotFetched as problem:
        if problem.code in PASSING:
            raise
        return
    if answer.status >= 500 or answer.status == 429:
        raise NotFetched("unreachable", f"status {answer.status}")
    if is_refused(answer.url) or not (answer.is_ok or answer.status in GONE):
        return
    readable = answer.is_ok and answer.content_type in PAGES
    found = (
        post_leading(answer.text, answer.url, lambda url: leads_to(url, target, item)) if readable else None
    )
    if found:
        Webmention.take(item.pk, source=source, key=key, host=host_of(source), found=found)
    elif known and not answer.is_cut:
        known.lose()


def leads_to(url: str, target: str, item: Contribution) -> bool:
    """Whether `url` is the page of `item`: as it was named to us, or in another form."""
    return url == target or number_at(url) == item.pk


def is_refused(url: str) -> bool:
    """Whether a page led on to a site from which we take nothing."""
    try:
        return BlockedSource.objects.covers(host_of(url))
    except BadAddress:
        return True
