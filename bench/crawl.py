"""Follows the links of a site, as a visitor would who leaves none out."""

import dataclasses
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser


@dataclasses.dataclass(frozen=True)
class Answer:
    """What was answered; `location` is where a redirect leads to."""

    status: int
    content_type: str
    location: str
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.content_type.startswith("text/html") and not self.location


def links_of(body: bytes) -> list[str]:
    return [link.attributes["href"] or "" for link in LexborHTMLParser(body).css("a[href]")]


def crawl(ask: Callable[[str], Answer], own: set[str]) -> Iterator[tuple[str, str, Answer]]:
    """Yield each address that links and redirects lead to from the home page, where it was found first, and its answer.

    `own` are the beginnings of absolute addresses that are the site's. Of addresses that differ only in what they ask
    (`?after=…`), one for each path and names of what is asked is followed.
    """
    waiting, seen = [("/", "")], set()
    while waiting:
        address, found_on = waiting.pop()
        parts = urlsplit(address)
        key = (parts.path, *sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
        if key in seen:
            continue
        seen.add(key)
        answer = ask(address)
        yield address, found_on, answer
        links = [answer.location] if answer.location else links_of(answer.body) if answer.is_page else []
        for link in links:
            whole = urlsplit(urljoin(f"http://here{address}", link))
            if f"{whole.scheme}://{whole.netloc}" in {"http://here", *own}:
                waiting.append((f"{whole.path}?{whole.query}" if whole.query else whole.path, address))
