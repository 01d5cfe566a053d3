"""What the worker does for photos."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jobs.job import job, periodic

if TYPE_CHECKING:
    from events.models import Event

# So many originals of an older site are freed in a day, beside the day's own photos.
UNFREED_A_DAY = 5_000
# So many events, and photos, are looked at in one go.
CHUNK = 200


def not_prepared(photo_id: int) -> None:
    """Tell the owner of a photo that it could not be prepared, though nothing is wrong with it as far as we know."""
    from .models import Photo

    photo = Photo.objects.filter(pk=photo_id, ready=False, problem="").first()
    if photo:
        photo.break_down(_("Something went wrong on our side while we prepared it. Add it once more."))


@job(queue="pictures", given_up=not_prepared)
def prepare_photo(photo_id: int) -> None:
    """Make the renditions of this photo. Safe to run twice; nothing to do once it has them, or is gone."""
    from .models import Photo

    photo = Photo.objects.select_related("event").filter(pk=photo_id, ready=False, problem="").first()
    if photo and photo.burn_blur():
        photo.prepare()


@job(queue="pictures", attempts=10)
def drop_files(names: list[str]) -> None:
    """Delete stored files that no photo has any more. A name that a row still has is left alone."""
    from .models import Photo, Rendition
    from .storage import picture_store

    used = {
        *Photo.objects.filter(original__in=names).values_list("original", flat=True),
        *Rendition.objects.filter(name__in=names).values_list("name", flat=True),
    }
    for name in names:
        if name and name not in used:
            picture_store().delete(name)


@job(queue="pictures")
def free_original(photo_id: int) -> None:
    """Free the kept original of this photo of private notes. Safe to run twice; nothing to do where it is free."""
    from .models import Photo

    photo = Photo.objects.unfreed().filter(pk=photo_id).first()
    if photo:
        photo.free_original()


@periodic(every=timedelta(days=1))
@job()
def free_originals() -> None:
    """Have the originals freed of private notes that were kept before preparing did it."""
    from .models import Photo

    for photo_id in Photo.objects.unfreed().order_by("pk").values_list("pk", flat=True)[:UNFREED_A_DAY]:
        free_original.enqueue(photo_id)


@periodic(every=timedelta(days=1))
@job(timeout=timedelta(hours=2))
def sweep_files() -> None:
    """Delete files that no row names, forget uploads that nobody came back for, and see that every file is there."""
    from .checking import sweep

    sweep()


@periodic(every=timedelta(days=1))
@job()
def keep_hues(after: int = 0) -> None:
    """Give all public events the colour of their best photo, a chunk at a time: those that were there before events had
    colours, and what an import brought in past the verbs. Safe to run twice.
    """
    from events.models import Event

    from .hues import keep_hues_of

    rows = Event.objects.public().filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK])
    keep_hues_of(ids)
    if len(ids) == CHUNK:
        keep_hues.enqueue(ids[-1])


def event_moved(event: "Event") -> None:
    """Have the photos of `event` hung where its days are now (EVENT_DAYS_MOVED). Those of a co-located event hang by
    the days of the event that it is part of.
    """
    if not event.parent_id:
        hang_again.enqueue_once(event.pk)


@job()
def hang_again(event_id: int, after: int = 0) -> None:
    """Hang the photos of this main event, and of what is part of it, where its days are now, a chunk at a time. Safe to
    run twice.
    """
    from .models import Photo

    rows = Photo.objects.filter(gallery_main_event=event_id, pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK])
    Photo.objects.filter(pk__in=ids).hang_again()
    if len(ids) == CHUNK:
        hang_again.enqueue(event_id, ids[-1])
