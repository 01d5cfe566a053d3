"""What the worker draws for links."""

from datetime import timedelta

from jobs.job import job, periodic

CHUNK = 200


@job(queue="sharing")
def draw_item_pictures(contribution_ids: list[int]) -> None:
    """Draw the pictures of these contributions, or remove them. Safe to run twice: what is true already stays."""
    from .models import draw_item

    for pk in contribution_ids:
        draw_item(pk)


@job(queue="sharing")
def draw_event_pictures(event_ids: list[int]) -> None:
    """The same of events."""
    from .models import draw_event

    for pk in event_ids:
        draw_event(pk)


@job(queue="sharing")
def draw_pictures_at(event_id: int, after: int = 0) -> None:
    """Draw the pictures again of all that is public at an event, a chunk at a time. Safe to run twice."""
    from community.models import Contribution

    rows = Contribution.objects.public().filter(event=event_id, pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK])
    for pk in ids:
        draw_item_pictures.enqueue_once([pk])
    if len(ids) == CHUNK:
        draw_pictures_at.enqueue(event_id, ids[-1])


@job(queue="sharing", attempts=10)
def drop_pictures(names: list[str]) -> None:
    """Delete the files of pictures that are there no more. A name that a row still has is left alone."""
    from django.core.files.storage import default_storage

    from .models import SharePicture

    used = set(SharePicture.objects.filter(name__in=names).values_list("name", flat=True))
    for name in names:
        if name not in used:
            default_storage.delete(name)


@periodic(every=timedelta(hours=1))
@job(queue="sharing")
def draw_missing_pictures() -> None:
    """Draw what imports brought in past the verbs, and after a release all, a chunk an hour. Safe to run twice."""
    from .models import draw_event, draw_item, events_without, items_without

    for pk in events_without(CHUNK):
        draw_event(pk)
    for pk in items_without(CHUNK):
        draw_item(pk)
