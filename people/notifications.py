"""Telling people: a notification on the site, and an e-mail, in the language that they read.

A member's e-mails are gathered (people.mailing), and come as they chose (people.models.preference); what they have
muted is not told at all.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from .models import Guest, Mute, Notification, User
from .models.notification import Topic


def write(template: str, context: dict[str, Any], language: str) -> tuple[str, str]:
    """Return subject and body of people/mail/<template>.txt: its first line, and the rest."""
    with override(language or settings.LANGUAGE_CODE):
        text = render_to_string(
            f"people/mail/{template}.txt",
            {**context, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL},
        )
    subject, _newline, body = text.strip().partition("\n")
    # What a template leaves out leaves empty lines.
    return " ".join(subject.split())[:250], re.sub(r"\n\s*\n", "\n\n", body.strip())


def tell_member(
    user: User,
    template: str,
    context: dict[str, Any],
    *,
    url: str,
    topic: Topic = Topic.YOURS,
    thread: str = "",
    scopes: Sequence[str] = (),
    entries: Mapping[str, str] | None = None,
) -> None:
    """Notify a member on the site, and by e-mail where they wish it, as part of the caller's transaction.

    `thread` names what belongs together: the newest that is unread stands for all of it. `scopes` are what it is about
    (“item:7”, “event:3”, “person:9”, see people.scopes): what a member can mute, unless the topic is about their own;
    and what has to show to them still when the e-mail goes out, and when they look. `entries`, of a text that lists
    things: by the address that a paragraph ends with, the scope without which that paragraph is left out.
    """
    if Mute.objects.silences(user, topic, scopes):
        return
    subject, body = write(
        template, {**context, "name": user.name, "url": settings.SITE_URL + url}, user.language
    )
    Notification.objects.tell(
        user,
        subject,
        body,
        url=url,
        topic=topic,
        thread=thread[:60],
        scopes=list(scopes),
        entries=dict(entries or {}),
    )


def write_to_guest(guest: Guest, template: str, context: dict[str, Any]) -> None:
    """E-mail a guest who left an address, as part of the caller's transaction; without an address do nothing."""
    if guest.email:
        _send(template, {**context, "name": guest.name}, guest.language, guest.email)


def write_to(address: str, template: str, context: dict[str, Any], *, language: str) -> None:
    """E-mail somebody of whom we know nothing but the address, as part of the caller's transaction."""
    _send(template, context, language, address)


def _send(template: str, context: dict[str, Any], language: str, address: str) -> None:
    from .tasks import send_mail

    send_mail.enqueue(*write(template, context, language), address, language)
