"""Reading pages in tests: what stands on them, and what they cost."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Contribution
from events.models import Event
from people.decisions import Reason
from tests.cast import MAKERS, client_of

HIDDEN_STATES = ["waiting", "rejected", "hidden", "withdrawn", "not ready"]


def get(address: str, user: Any = None, status: int = 200) -> str:
    response = client_of(user).get(address)
    assert response.status_code == status, address
    return response.content.decode()


def titles(page: str) -> list[str]:
    """The titles of the cards on a page, in their order."""
    return re.findall(r'<h3 class="card-title"><a href="[^"]*">([^<]*)</a>', page)


def links(page: str, pattern: str) -> list[str]:
    """The addresses on a page that fit a pattern, in their order."""
    return re.findall(rf'href="({pattern})"', page)


def bring_to(item: Contribution, state: str, moderator: Any) -> None:
    """Move a waiting item to a state in which strangers do not see it."""
    row = Contribution.objects.get(pk=item.pk)
    if state == "rejected":
        row.reject(by=moderator, reason=Reason.OTHER)
    elif state != "waiting":
        row.publish(by=moderator)
    if state == "hidden":
        row.hide(by=moderator, reason=Reason.PRIVACY)
    if state == "withdrawn":
        row.withdraw(by=row.contributor)
    if state == "not ready":
        row.break_down("It cannot be read.")


def hidden_things(
    event: Event, by: Any, moderator: Any, *, more: Mapping[str, dict[str, Any]] = {}, **fields: Any
) -> dict[tuple[str, str], Contribution]:
    """Make something of every kind in every state in which strangers do not see it; it is called by both. `more`: the
    fields of a kind of its own."""
    made = {
        (kind, state): make(event, by, title=f"Canary {kind} {state}", **fields, **more.get(kind, {}))
        for kind, make in MAKERS.items()
        for state in HIDDEN_STATES
    }
    for (_kind, state), item in made.items():
        bring_to(item, state, moderator)
    return made


def walk(address: str, user: Any = None, word: str = "older") -> Iterator[str]:
    """Yield the pages of a list from `address` on, following its own links."""
    rel = {"older": "next", "newer": "prev"}[word]
    while address:
        page = get(address, user)
        yield page
        found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
        address = address.partition("?")[0] + found[1].replace("&amp;", "&") if found else ""


def cost(call: Callable[[], Any]) -> int:
    """Return how many queries `call` makes."""
    call()  # what is made once a process is not the page's
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)
