"""What notifications are about, named by words such as “item:7”, “event:3”, “person:9”.

This floor knows neither items nor events: what a word stands for is asked of whoever NOTIFICATION_SCOPES names for it,
once for all that a page shows. What they do not answer for does not show to this member any more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from .models import Notification, User

MUTABLE = ("item", "event", "person")


class Named(NamedTuple):
    """What a scope stands for, as a member may read it. `url` is empty where it has no page for them."""

    name: str
    url: str


Answer = Callable[["User", Collection[int]], dict[int, Named]]


def parts_of(scope: str) -> tuple[str, int]:
    """Return the word and the id of a scope. Raises ValueError for what is none."""
    word, _colon, number = scope.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise ValueError("not a scope")
    return word, int(number)


def named(user: "User", scopes: Iterable[str]) -> dict[str, Named]:
    """Return what these scopes stand for, as far as `user` may see it: a fixed number of queries for each word."""
    asked: dict[str, set[int]] = defaultdict(set)
    for scope in scopes:
        word, pk = parts_of(scope)
        asked[word].add(pk)
    found: dict[str, Named] = {}
    for word, ids in asked.items():
        if word in settings.NOTIFICATION_SCOPES:
            answer: Answer = import_string(settings.NOTIFICATION_SCOPES[word])
            found |= {f"{word}:{pk}": name for pk, name in answer(user, ids).items()}
    return found


def can_be_muted(scope: str) -> bool:
    return scope.partition(":")[0] in MUTABLE


def shows(notification: "Notification", known: dict[str, Named]) -> bool:
    """Return whether all that a notification is about still shows, and of what it lists anything; `known` is what
    `named` said of `all_scopes`.
    """
    listed = notification.entries.values()
    return all(scope in known for scope in notification.scopes) and (
        not listed or any(scope in known for scope in listed)
    )


def body_of(notification: "Notification", known: dict[str, Named]) -> str:
    """Return the text of a notification without the paragraphs about what does not show any more, and without headings
    that nothing is left below of.
    """
    gone = {settings.SITE_URL + url for url, scope in notification.entries.items() if scope not in known}
    if not gone:
        return notification.body
    kept: list[str] = []
    for paragraph in filter(None, (part.strip("\n") for part in notification.body.split("\n\n"))):
        if paragraph.rpartition("\n")[2] in gone:
            continue
        if is_heading(paragraph) and kept and is_heading(kept[-1]):
            kept.pop()
        kept.append(paragraph)
    return "\n\n".join(kept)


def is_heading(paragraph: str) -> bool:
    _words, gap, line = paragraph.partition("\n")
    return bool(gap) and set(line) == {"-"}
