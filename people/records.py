"""What remembers people by name beside their page: what we told them, and the admin's list of changes."""

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from .models import Notification, Person
from .models.identity import Identity


def forget_old_name(person: Person, before: Identity) -> None:
    """Write the name and the handle of today over the old ones. Called when the person has changed (PERSON_CHANGED),
    inside that transaction.
    """
    if (person.name, person.handle) == (before.name, before.handle):
        return
    account = getattr(person, "account", None)
    own: list[Any] = [person, *([account] if account else [])]
    entries = apps.get_model("admin", "LogEntry").objects
    for thing in own:
        kind = ContentType.objects.get_for_model(thing)
        # What was changed is told by field; only of things beside it by their name.
        entries.filter(content_type=kind, object_id=str(thing.pk)).update(object_repr=person.name)
    if account:
        forget_in_notifications(account.notifications.all(), person, before)
    forget_in_notifications(told_of(person, before), person, before)


def told_of(person: Person, before: Identity) -> models.QuerySet[Notification]:
    """Return what anybody was told of `person`: what they did, and words that mention them."""
    about = Notification.objects.annotate(about=Cast("scopes", models.TextField()))
    return about.filter(
        Q(about__contains=f'"person:{person.pk}"')
        | Q(body__contains=f"@{before.handle}")
        | Q(body__contains=f"/people/{before.handle}/")
        | Q(url__contains=f"/people/{before.handle}/")
    )


def forget_in_notifications(told: Iterable[Notification], person: Person, before: Identity) -> None:
    """Let these, which greet a member by name or say what they did, use the name and the handle of today."""
    words = {before.name: person.name, before.handle: person.handle}
    # Whole words only: somebody may be called Al, and their handle may begin another one.
    handle = rf"(?<=@){re.escape(before.handle)}(?![\w-])|(?<=/people/){re.escape(before.handle)}(?=/)"
    pattern = re.compile(rf"(?<!\w){re.escape(before.name)}(?!\w)|{handle}")
    changed = []
    for one in told:
        texts = [
            pattern.sub(lambda match: words[match[0]], text) for text in (one.subject, one.body, one.url)
        ]
        if texts != [one.subject, one.body, one.url]:
            one.subject, one.body, one.url = texts[0][:250], texts[1], texts[2][:500]
            changed.append(one)
    Notification.objects.bulk_update(changed, ["subject", "body", "url"], 100)
