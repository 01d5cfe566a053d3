"""Mentions by a handle that somebody gave up: they say the handle of today, in the texts themselves.

Method: whoever takes another handle keeps the old one as a hash (people.FormerName). A job goes through all texts and
versions that hold an @, looks the hashes of what is mentioned there up, and writes today's handle, as the forums do. So
the old one is gone from pages, search, versions and exports alike, and rendering a text asks nothing of the database.
What somebody types afterwards is settled as it is saved.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from people.models import FormerName, Notification, Person, User
from people.models.identity import Identity
from people.models.notification import Topic
from people.notifications import tell_member

from .models import Contribution, Mention, Revision
from .stream import load

# As community.text finds them, not with a backslash before them; and code, in which an @ is something else.
MENTION = re.compile(r"(?<![\w/@.+\\-])@([A-Za-z0-9_][A-Za-z0-9_.-]{0,79}+)(?!@)", re.ASCII)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
# What stands for whoever asked not to be named.
NOBODY = "@…"
TOLD_AT_ONCE = 20


@cache
def text_fields(model: type[Contribution]) -> tuple[str, ...]:
    """Return the fields of a kind that hold sentences of people, as far as versions of them are kept."""
    fields = (model._meta.get_field(name) for name in model.revision_fields)
    return tuple(
        field.name
        for field in fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField)
        and not field.choices
    )


def handles_in(text: str) -> set[str]:
    """Return the handles that `text` mentions, in small letters."""
    if "@" not in text:
        return set()
    words = CODE.split(text)[::2]
    return {match[1].rstrip(".-").lower() for part in words for match in MENTION.finditer(part)}


class Settled:
    """What to write for the handles in some texts: asked for all of them in two queries."""

    def __init__(self, texts: Iterable[str]) -> None:
        handles = {handle for text in texts for handle in handles_in(text)}
        former = FormerName.objects.of_handles(handles)
        self.today = {
            handle: f"@{row.person.now.handle}" if row.person else NOBODY for handle, row in former.items()
        }
        others = Person.objects.filter(handle__in=handles - set(former)) if handles else Person.objects.none()
        for person in others.exclude(merged_into=None).select_related("merged_into"):
            self.today[person.handle] = f"@{person.now.handle}"

    def __call__(self, text: str) -> str:
        """Return `text` with the handles of today."""
        if not self.today or "@" not in text:
            return text
        parts = CODE.split(text)
        parts[::2] = [MENTION.sub(self._write, part) for part in parts[::2]]
        return "".join(parts)

    def _write(self, match: re.Match[str]) -> str:
        handle = match[1].rstrip(".-")
        today = self.today.get(handle.lower())
        return match[0] if today is None else today + match[1][len(handle) :]


def settle(item: Contribution) -> bool:
    """Let the texts of `item` say the handles of today, before it is saved; return whether that changed any."""
    old = {name: str(getattr(item, name) or "") for name in text_fields(type(item))}
    write = Settled(old.values())
    new = {name: write(text) for name, text in old.items()}
    for name, text in new.items():
        if text != old[name]:
            setattr(item, name, text)
    return new != old


def keep_mentions(item: Contribution) -> None:
    """Keep whom the texts of `item` mention, for their pages."""
    handles = {
        handle for name in text_fields(type(item)) for handle in handles_in(str(getattr(item, name) or ""))
    }
    if not handles and item.version == 1:
        return  # new, and nobody: most are so
    meant = set(Person.objects.filter(handle__in=handles).values_list("pk", flat=True)) if handles else set()
    kept = Mention.objects.filter(contribution_id=item.pk)
    had = set(kept.values_list("person", flat=True))
    if had - meant:
        kept.exclude(person__in=meant).delete()
    Mention.objects.bulk_create(
        [Mention(contribution_id=item.pk, person_id=pk) for pk in sorted(meant - had)], ignore_conflicts=True
    )


def tell_mentioned(item: Contribution) -> None:
    """Tell the members whom the texts of `item`, which is public, mention: each once, and nobody of their own. Part of
    the caller's transaction.
    """
    # Who mentions more people than this at once calls nobody.
    new = list(item.mentions.filter(told_at=None).order_by("pk").values_list("pk", "person")[:TOLD_AT_ONCE])
    if not new:
        return
    # To the second: what a merge takes out and puts back goes through JSON, which knows no microseconds.
    item.mentions.filter(pk__in=[pk for pk, _person in new]).update(
        told_at=timezone.now().replace(microsecond=0)
    )
    by = item.contributor
    scopes = [f"item:{item.pk}", f"event:{item.main_event_id}", *([f"person:{by.person_id}"] if by else [])]
    context = {"who": item.contributor_name, "title": item.title or item.kind_label}
    members = User.objects.filter(person__in=[person for _pk, person in new], is_active=True)
    for user in members.exclude(pk=by.pk if by else 0).order_by("pk"):
        tell_member(
            user,
            "mention",
            context,
            url=item.get_absolute_url(),
            topic=Topic.MENTIONS,
            thread=f"mention:{item.pk}",
            scopes=scopes,
        )


def person_changed(person: Person, before: Identity) -> None:
    """Have the texts settled, where the handle is another. Called inside the transaction (PERSON_CHANGED)."""
    from .tasks import settle_mentions

    if person.handle != before.handle:
        settle_mentions.enqueue()


def settle_texts(after: int, size: int) -> int:
    """Settle the texts of the `size` contributions behind the id `after`; return the last id, 0 at the end."""
    rows = Contribution.objects.filter(pk__gt=after, search_text__contains="@").order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:size])
    for pk in ids:
        with transaction.atomic():
            Contribution.objects.select_for_update(no_key=True).get(pk=pk)
            for item in load([pk]):
                if settle(item):
                    item.search_text = item.searchable()
                    item.save()
                    keep_mentions(item)
                    item._update_search()
                    item.forget_cards()
    return ids[-1] if len(ids) == size else 0


def settle_saved_versions(after: int, size: int) -> int:
    """The same for versions."""
    rows = Revision.objects.annotate(text=Cast("fields", TextField())).filter(
        pk__gt=after, text__contains="@"
    )
    versions = list(rows.order_by("pk")[:size])
    write = Settled(text for version in versions for text in texts_of(version.fields).values())
    for version in versions:
        settled = {name: write(text) for name, text in texts_of(version.fields).items()}
        if any(version.fields[name] != text for name, text in settled.items()):
            Revision.objects.filter(pk=version.pk).update(fields=version.fields | settled)
    return versions[-1].pk if len(versions) == size else 0


def settle_notifications(after: int, size: int) -> int:
    """The same for what we told people: it quotes what they wrote."""
    told = list(Notification.objects.filter(pk__gt=after, body__contains="@").order_by("pk")[:size])
    write = Settled(one.body for one in told)
    for one in told:
        if (body := write(one.body)) != one.body:
            Notification.objects.filter(pk=one.pk).update(body=body)
    return told[-1].pk if len(told) == size else 0


def texts_of(fields: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if isinstance(value, str)}
