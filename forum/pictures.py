"""A picture of a post becomes a photo: fetched like all that stands at strangers' addresses, opened like all photos."""

import uuid
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from community.bringing_in import Arrival, bring_in
from community.models import Contribution
from events.models import Event
from links.fetching import NotFetched, fetch
from people.licences import Licence
from photos import limits
from photos.formats import NotAPicture, identify
from photos.models import BlockedPicture, Photo
from photos.models.blocked import Blocked
from photos.models.upload import remove
from photos.storage import Saved, picture_store
from photos.tasks import prepare_photo

from .models import ImportedPart

SECONDS = 60.0


def bring(part: ImportedPart) -> None:
    """Fetch the picture of this part, and make a photo of it; or say why not. Safe to run twice."""
    if not part.address:
        return
    with override(part.brought_by.language or None if part.brought_by else None):
        try:
            limits.check_event(part.event)
            kept, format_name = fetched(part.address)
        except NotFetched as problem:
            part.give_up(str(problem))
        except limits.LimitReached as problem:
            part.give_up(problem.messages[0])
        except (NotAPicture, Blocked) as problem:
            part.give_up(str(problem))
        else:
            take(part, kept, format_name)


def fetched(url: str) -> tuple[Saved, str]:
    """Fetch and store a picture; return the file, and its format. Raises NotFetched, NotAPicture, Blocked, OSError."""
    answer = fetch(url, accept="image/*", most_bytes=settings.PHOTO_MAX_BYTES, seconds=SECONDS)
    if not answer.is_ok:
        raise NotFetched("missing", f"status {answer.status}")
    file = File(BytesIO(answer.body), name="picture")
    found = identify(file)
    name = uuid.uuid4().hex
    kept = picture_store().save_hashed(f"originals/{name[:2]}/{name}.{found.extension}", file)
    try:
        BlockedPicture.objects.refuse(kept.sha256)
    except Blocked:
        remove([kept.name])
        raise
    return kept, found.name[:10]


@transaction.atomic
def take(part: ImportedPart, kept: Saved, format_name: str) -> None:
    """Make a photo of the stored file, unless another worker has, or the same picture is at the event already."""
    current = (
        ImportedPart.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event", "author", "brought_by__by")
        .get(pk=part.pk)
    )
    same = Photo.objects.filter(main_event=current.event_id, sha256=kept.sha256).order_by("pk").first()
    if not current.address or same:
        transaction.on_commit(lambda: remove([kept.name]))
        if current.address and same:
            current.become(same)
        return
    photo = photo_of(current, kept, format_name)
    by = current.brought_by.by if current.brought_by else None
    bring_in([arrival_of(current, photo)], by=by)
    current.become(photo)
    prepare_photo.enqueue(photo.pk)


def photo_of(part: ImportedPart, kept: Saved, format_name: str) -> Photo:
    event = (
        Event.objects.filter(pk=part.wanted.get("event") or 0).select_related("parent").first() or part.event
    )
    return Photo(
        event=event,
        alt=part.wanted.get("words", ""),
        # Nobody said what may be done with it.
        licence=Licence.ASK,
        original=kept.name,
        sha256=kept.sha256,
        bytes=kept.size,
        format=format_name,
        ready=False,
    )


def arrival_of(part: ImportedPart, photo: Photo) -> Arrival:
    wanted: dict[str, Any] = part.wanted
    credit = [part.author] if part.author and not part.author.not_in_photos else []
    related = Contribution.objects.filter(pk=wanted.get("related") or 0).values_list("pk", flat=True)
    at = parse_datetime(wanted.get("at") or "")
    return Arrival(photo, credit=credit, related=list(related), at=at)
