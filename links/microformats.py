"""What a page elsewhere says in a post that leads to one of ours: who, what, when, whether it answers or likes it.

Read by the microformats that the IndieWeb uses (https://microformats.org/wiki/h-entry); a page without them by what it
says of itself (links/reading.py) and by the words around the link. All of it is a stranger's word: plain text.
"""

import contextlib
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urljoin

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from . import elements, reading
from .elements import Element, Page

EXCERPT = 300
BEFORE, AFTER = 120, 180
# Where an element says which address it leads to.
LEADING = {
    **dict.fromkeys(("a", "link", "area"), "href"),
    **dict.fromkeys(("img", "video", "audio", "source", "iframe", "embed"), "src"),
    **dict.fromkeys(("blockquote", "q", "del", "ins"), "cite"),
    "object": "data",
}
# What a post does with what it leads to.
WAYS = {
    "u-in-reply-to": "reply",
    "u-like-of": "like",
    "u-repost-of": "repost",
}
MOST_LINKS = 5000
MOST_EMAILS = 100
# What blogs call the part of a page in which others write.
COMMENTS = re.compile(
    r"(?:[up]-)?comments?(?:-?(?:list|area|body|author|content|section|thread|wrapper|\d+))?|(?:webmention|response)s?|respond|disqus_thread",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """What stands there: plain text of limited length, empty where it says nothing. `way` is a value of WAYS, or
    “mention”."""

    way: str = "mention"
    title: str = ""
    author: str = ""
    author_url: str = ""
    excerpt: str = ""
    published_on: datetime.date | None = None


def post_leading(markup: str, url: str, leads: Callable[[str], bool]) -> Found | None:
    """Return what the page `markup`, which came from `url`, says where it leads to an address for which `leads` is
    true; None where it leads to none.
    """
    page = elements.read(markup)
    links = [one for one, address in addresses(page, url) if leads(address)]
    if not links:
        return None
    said = reading.read_page(markup, url)
    entry = next((one for one in [links[0], *links[0].around()] if "h-entry" in one.words), None)
    if entry is None:
        return Found(
            title=said.title,
            author=said.author,
            excerpt=words_around(page, links[0], 0, len(page.pieces)),
            published_on=said.published_on,
        )
    return of_entry(page, entry, links, url, said)


def addresses(page: Page, base: str) -> Iterator[tuple[Element, str]]:
    """Yield the elements that lead somewhere, each with the complete address."""
    leading = ((one, one.get(LEADING[one.name])) for one in page.elements if one.name in LEADING)
    for count, (element, address) in enumerate(pair for pair in leading if pair[1]):
        if count >= MOST_LINKS:
            return
        try:
            yield element, urljoin(base, address.strip())
        except ValueError:
            continue


def of_entry(page: Page, entry: Element, links: list[Element], url: str, said: reading.Reading) -> Found:
    own: dict[str, Element] = {}
    for element in saying_of(page, entry):
        for word in element.words:
            own.setdefault(word, element)
    content = page.text_of(own["e-content"]) if "e-content" in own else ""
    title = reading.text(page.text_of(own["p-name"]), 300) if "p-name" in own else ""
    author, author_url = author_of(page, own.get("p-author"), url)
    day = own.get("dt-published")
    return Found(
        way=next(filter(None, (way_of(link, entry) for link in links)), "mention"),
        # A note has no title: its name is the beginning of what it says.
        title="" if title and content.startswith(title.rstrip("…")) else title,
        author=author or said.author,
        author_url=author_url,
        excerpt=excerpt_of(page, entry, own, content, links[0]),
        published_on=reading.day(day.get("datetime") or page.text_of(day, 50)) if day else said.published_on,
    )


def excerpt_of(page: Page, entry: Element, own: dict[str, Element], content: str, link: Element) -> str:
    """Return what it says, where that is short; else its summary, or what stands around the link."""
    if content and len(content) <= EXCERPT:
        return reading.text(content, EXCERPT)
    if "p-summary" in own and (summary := page.text_of(own["p-summary"])):
        return reading.text(summary, EXCERPT)
    body = own.get("e-content")
    if body is not None and body.index < link.index < body.end:
        return words_around(page, link, body.text_from, body.text_to)
    return reading.text(content, EXCERPT) or words_around(page, link, entry.text_from, entry.text_to)


def saying_of(page: Page, item: Element) -> Iterator[Element]:
    """Yield the elements that say something about a microformat, and not about another that stands in it."""
    about: dict[int, Element | None] = {}
    for element in page.within(item):
        parent = element.parent
        if parent is None:
            continue
        # Step by step: to walk up from each would take its depth each time.
        is_item = any(word.startswith("h-") for word in parent.words)
        about[element.index] = parent if is_item else about.get(parent.index)
        if about[element.index] is item:
            yield element


def author_of(page: Page, element: Element | None, url: str) -> tuple[str, str]:
    if element is None:
        return "", ""
    inner = list(saying_of(page, element))
    named = next((one for one in inner if "p-name" in one.words), element)
    led = next((one for one in [*inner, element] if "u-url" in one.words), element)
    name = reading.name(page.text_of(named, 500)) or reading.name(named.get("alt"))
    return name, reading.address(led.get("href"), url)


def author_email(markup: str) -> str:
    """Return the e-mail address that a page names as its author's, or "": by a rel="me" link, by rel="author" in its
    head, by the card (h-card) of its entry's author, or by a card that is part of nothing but the page. What stands in
    a comment or a citation is somebody else's.
    """
    page = elements.read(markup)
    entry = next((one for one in page.elements if "h-entry" in one.words and is_own(one)), None)
    author = next((one for one in saying_of(page, entry) if "p-author" in one.words), None) if entry else None
    ways: list[Callable[[Element], bool]] = [
        lambda one: "me" in one.get("rel").lower().split() or is_about_the_page(one),
        lambda one: author is not None and author.index <= one.index < author.end,
        lambda one: any(is_card_of_the_page(card) for card in [one, *one.around()]),
    ]
    found = [(one, email) for one, email in islice(emails(page), MOST_EMAILS) if is_own(one)]
    return next((email for way in ways for one, email in found if way(one)), "")


def emails(page: Page) -> Iterator[tuple[Element, str]]:
    """Yield the elements that name an e-mail address, each with the address."""
    for one in page.elements:
        scheme, _colon, rest = one.get("href").strip().partition(":")
        if scheme.lower() == "mailto":
            email = unquote(rest.partition("?")[0]).strip()
        elif "u-email" in one.words:
            email = page.text_of(one, 300)
        else:
            continue
        with contextlib.suppress(ValidationError):
            validate_email(email)
            yield one, email


def is_about_the_page(link: Element) -> bool:
    return link.name == "link" and "author" in link.get("rel").lower().split()


def is_card_of_the_page(one: Element) -> bool:
    around = (word for outer in one.around() for word in outer.words)
    return "h-card" in one.words and not any(word.startswith("h-") for word in around)


def is_own(element: Element) -> bool:
    """Whether it is the page's own words, as far as what it stands in says so."""
    return not any(
        "h-cite" in one.words or any(map(COMMENTS.fullmatch, [*one.words, one.get("id")]))
        for one in [element, *element.around()]
    )


def way_of(link: Element, entry: Element) -> str:
    """Return what the entry does with what `link` leads to: by its own class, or that of the citation around it."""
    for one in [link, *link.around()]:
        if one is entry:
            break
        for word in one.words:
            if word in WAYS:
                return WAYS[word]
    return ""


def words_around(page: Page, link: Element, start: int, end: int) -> str:
    """Return what stands around a link, between two places in the text."""
    before = page.text(max(start, link.text_from - 60), link.text_from, 10_000)
    after = page.text(link.text_from, min(end, link.text_from + 120), AFTER + 1)
    if len(before) > BEFORE:
        before = "… " + before[-BEFORE:].partition(" ")[2]
    if len(after) > AFTER:
        after = after[:AFTER].rpartition(" ")[0] + " …"
    return reading.text(f"{before} {after}", EXCERPT)
