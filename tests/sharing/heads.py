"""Reading what the head of a page tells programs."""

import json
import re
from html import unescape
from typing import Any

from tests.cast import client_of

META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def page(address: str, user: Any = None) -> str:
    return client_of(user).get(address).content.decode()


def told(html: str) -> dict[str, str]:
    """The og:, article: and twitter: lines, and robots, by name."""
    found = {name: unescape(content) for name, content in META.findall(html)}
    kept = ("og:", "article:", "twitter:", "robots")
    return {name: content for name, content in found.items() if name.startswith(kept)}


def data_of(html: str) -> Any:
    """The JSON-LD of a page, or None."""
    found = DATA.search(html)
    return json.loads(found[1]) if found else None
