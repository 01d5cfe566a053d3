"""The tags that an event itself carries."""

from typing import Any

from django.db import transaction

from events.models import Event

from .models import Tag, TaggedEvent


@transaction.atomic
def set_event_tags(event: Event, words: list[str], *, by: Any) -> None:
    """Give `event` exactly the tags that `words` mean; unknown words are proposed by `by`."""
    meant = {tag.pk: tag for tag in Tag.objects.meant_by(list(words), by=by)}
    rows = TaggedEvent.objects.filter(event=event)
    had = set(rows.values_list("tag", flat=True))
    rows.exclude(tag__in=meant).delete()
    TaggedEvent.objects.bulk_create(
        TaggedEvent(event=event, tag=tag) for pk, tag in meant.items() if pk not in had
    )


def words_of_event(event: Event) -> list[str]:
    """Return the words on `event` as its form shows them, proposed ones too."""
    return list(event.tagged_items.order_by("pk").values_list("tag__name", flat=True))
