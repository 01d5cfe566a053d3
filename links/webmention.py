"""Telling a site that a page here leads to one of its own (https://www.w3.org/TR/webmention/)."""

import re
from urllib.parse import urljoin

from . import elements
from .canonical import BadAddress, parse
from .fetching import Answer, NotFetched, fetch, post

MOST_BYTES = 500_000
SECONDS = 10.0
# One link of a Link header: its address, and what else is said of it.
LINK = re.compile(r'<([^<>]*+)>((?:[^,<>"]++|"[^"]*+")*+)')
REL = re.compile(r'\brel\s*+=\s*+(?:"([^"]*+)"|([^\s;,"]++))', re.IGNORECASE)
# What may help if it is tried again.
PASSING = {429, 500, 502, 503, 504}


def endpoint_of(url: str) -> str:
    """Return where the site of the page at `url` takes webmentions about it; "" where it takes none.

    The first of the header, the link and a elements in their order, as the recommendation says. Raises NotFetched.
    """
    answer = fetch(url, accept="text/html, */*;q=0.5", most_bytes=MOST_BYTES, cut=True, seconds=SECONDS)
    if answer.status in PASSING:
        raise NotFetched("unreachable", f"status {answer.status}")
    found = in_headers(answer)
    if found is None and "html" in answer.content_type:
        found = in_page(answer.text)
    if found is None:
        return ""
    try:
        # An empty one is the page itself.
        return str(parse(urljoin(answer.url, found.strip())))
    except (BadAddress, ValueError):
        return ""


def in_headers(answer: Answer) -> str | None:
    for header in answer.headers.get_all("link") or []:
        for address, rest in LINK.findall(str(header)[:10_000]):
            rel = REL.search(rest)
            if rel and "webmention" in (rel[1] or rel[2] or "").lower().split():
                return str(address)
    return None


def in_page(markup: str) -> str | None:
    for element in elements.read(markup).elements:
        named = element.name in ("a", "link") and "href" in element.attributes
        if named and "webmention" in element.get("rel").lower().split():
            return element.get("href")
    return None


def tell(endpoint: str, source: str, target: str) -> bool:
    """Send a webmention; return whether it was taken. Raises NotFetched where trying again may help."""
    answer = post(endpoint, {"source": source, "target": target}, seconds=SECONDS)
    if answer.status in PASSING:
        raise NotFetched("unreachable", f"status {answer.status}")
    return answer.is_ok
