"""What a page of events shows, read from its HTML."""

import re
from html import unescape
from typing import Any


def titles(response: Any) -> list[str]:
    """Return the names of the events that the page lists, in its order."""
    found = re.findall(r'<h3 class="card-title"><a href="[^"]*">([^<]*)</a>', response.content.decode())
    return [unescape(name) for name in found]


def link(response: Any, rel: str) -> str:
    """Return where the pager's link leads: `prev` is the newer page, `next` the older one; "" where there is none."""
    found = re.search(rf'rel="{rel}" href="([^"]*)"', response.content.decode())
    return unescape(found[1]) if found else ""


def text(response: Any) -> str:
    """Return the words of the page's main part, on one line."""
    main = response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def value(response: Any, field: str) -> str:
    """Return what stands in an input of that name."""
    found = re.search(rf'<input[^>]*name="{field}"[^>]*>', response.content.decode())
    assert found, f"no input {field}"
    given = re.search(r'value="([^"]*)"', found[0])
    return unescape(given[1]) if given else ""
