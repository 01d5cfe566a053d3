"""What a page is made of, as tests ask for it."""

import re
from html.parser import HTMLParser
from typing import Any

# What stands in a <script> and is never run.
DATA = ("application/json", "application/ld+json")
# What is another at each asking.
MASKS = [
    # In JSON a quotation mark has a backslash before it.
    (re.compile(r'name=\\?"csrfmiddlewaretoken\\?" value=\\?"[^"]*"'), "token"),
    (re.compile(r'name="submission_key" value="[^"]*"'), "key"),
]


class Markup(HTMLParser):
    """Reads a page: what it links to, what it loads, and what a strict policy or a screen reader would mind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.title = ""
        self.headings = 0
        self.links: list[str] = []
        self.actions: list[tuple[str, str]] = []
        self.files: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open = tag
        self._note(tag, given)
        self.faults += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in DATA):
            self.faults.append(f"inline <{tag}>")
        if tag == "img" and "alt" not in given:
            self.faults.append(f"<img src={given.get('src')}> without alt")

    def _note(self, tag: str, given: dict[str, Any]) -> None:
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.actions.append((given.get("method", "get").lower(), given.get("action", "")))
        if tag in ("script", "img", "source") and "src" in given:
            self.files.append(given["src"])
        if tag == "link" and "href" in given:
            self.files.append(given["href"])

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    @property
    def everything_wrong(self) -> list[str]:
        """What no page may have."""
        twice = sorted({name for name in self.ids if self.ids.count(name) > 1})
        return [
            *self.faults,
            *([f"{self.headings} h1"] if self.headings != 1 else []),
            *(["no title"] if not self.title.strip() else []),
            *(["no language"] if not self.language else []),
            *(f"id {name} twice" for name in twice),
        ]


def masked(response: Any) -> str:
    """Return what an answer says, without what is another at each asking."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text


def text_of(response: Any) -> str:
    """Return all that an answer says, its headers and cookies included, in small letters."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers}{response.cookies}{body.decode('utf-8', 'replace')}".lower()
