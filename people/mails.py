"""E-mails as they go out: plain text, and the same as HTML that is good on a phone.

Everybody writes plain text (templates/people/mail/*.txt). The HTML is made of it by how it is laid out:

- a line above a line of dashes is a heading;
- a last line that is an address of ours is a door: after a line that ends with a colon a button, which
  says what that line says where it is short; else its first line is the link;
- a line that is nothing but a code is set large;
- a paragraph that begins with “> ” is what somebody said.

Below each heading one door is a button, the others are links: what matters most comes first.

Addresses elsewhere stay plain: somebody may have written them.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

# What stands between words and the address that they speak of, in French too.
COLON = ": \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
# How long the words of a button are at most: they stand on one line of a phone.
LABEL_AT_MOST = 36
CODE = re.compile(r"[A-Z0-9-]{6,20}", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. Of `heading`, `title`, `code` and `door` at most one says something; `lines` are HTML. `is_quote`:
    they are what somebody said.
    """

    lines: Sequence[SafeString] = ()
    heading: str = ""
    title: str = ""
    code: str = ""
    door: str = ""
    url: str = ""
    is_quote: bool = False

    @property
    def label(self) -> str:
        """What the button of a door says: the one line before it, where that is short; else nothing."""
        line = self.lines[0].rstrip(COLON) if self.door and len(self.lines) == 1 else ""
        # It is HTML already.
        return mark_safe(line) if len(line) <= LABEL_AT_MOST else ""


def blocks_of(text: str) -> list[Block]:
    """Return the paragraphs of a text of ours. Linear in its length."""
    paragraphs = [[line.strip() for line in part.split("\n") if line.strip()] for part in text.split("\n\n")]
    return one_button_each([block_of(lines) for lines in paragraphs if lines])


def one_button_each(blocks: list[Block]) -> list[Block]:
    """Return these with every door but the first below a heading as a plain link: its words, without the colon."""
    done, had = [], False
    for block in blocks:
        if block.heading:
            had = False
        elif block.door and had:
            # Lines are HTML already.
            words = mark_safe(" ".join(block.lines).rstrip(COLON))
            block = Block(title=words or block.door, url=block.door)
        had = had or bool(block.door)
        done.append(block)
    return done


def block_of(lines: list[str]) -> Block:
    *words, last = lines
    if len(words) == 1 and set(last) == {"-"}:
        return Block(heading=words[0])
    if not words and CODE.fullmatch(last):
        return Block(code=last)
    if is_ours(last):
        if words and not words[-1].endswith(":"):
            return Block(title=words[0], url=last, lines=[html_of_line(line) for line in words[1:]])
        return Block(door=last, lines=[html_of_line(line) for line in words])
    if lines[0].startswith("> "):
        lines = [lines[0].removeprefix("> "), *lines[1:]]
        return Block(lines=[html_of_line(line) for line in lines], is_quote=True)
    return Block(lines=[html_of_line(line) for line in lines])


def is_ours(word: str) -> bool:
    """Return whether this is the address of a page of ours, and nothing else."""
    return word.startswith(f"{settings.SITE_URL}/") and len(word.split()) == 1


def html_of_line(line: str) -> SafeString:
    """Return a line as HTML, our own addresses as links."""
    words = [
        f'<a href="{escape(word)}">{escape(word)}</a>' if is_ours(word) else escape(word)
        for word in line.split(" ")
    ]
    return mark_safe(" ".join(words))  # each word is escaped


def without_signature(text: str) -> str:
    """Return a text without its last paragraph where that is the site's name: whatever frames it says that."""
    body, _gap, last = text.strip().rpartition("\n\n")
    return body if last.strip().split("\n")[0] == settings.SITE_NAME else text.strip()


def message(
    subject: str,
    body: str,
    address: str,
    *,
    language: str = "",
    footer: Sequence[tuple[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Return an e-mail in plain text and HTML. `footer`: lines below it, each with its address."""
    text = "\n\n".join(
        [body.strip(), *(["-- \n" + "\n".join(f"{w}\n{u}" for w, u in footer)] if footer else [])]
    )
    context: dict[str, Any] = {
        "subject": subject,
        "blocks": blocks_of(without_signature(body)),
        "footer": footer,
        "language": language or settings.LANGUAGE_CODE,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    with override(language or settings.LANGUAGE_CODE):
        html = render_to_string("people/mail/_frame.html", context)
    # So that no program answers "I am on holiday" (RFC 3834).
    headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
    mail = EmailMultiAlternatives(subject, text, to=[address], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail
