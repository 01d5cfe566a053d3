"""What the worker does for photos."""

from jobs.job import job


@job(queue="pictures")
def prepare_photo(photo_id: int) -> None:
    """Make the renditions of this photo. Safe to run twice; nothing to do once it has them, or is gone."""
    from .models import Photo

    photo = Photo.objects.select_related("event").filter(pk=photo_id, ready=False, problem="").first()
    if photo:
        photo.prepare()
