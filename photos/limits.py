"""How much the site takes: said before files are chosen, and in the error of whoever comes over it.

The counts are read and not locked: two forms at the same moment may go a few photos over. They keep a disk from
filling up, not a promise.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.models import Contribution
from events.models import Event
from events.numbers import file_size
from people import rates

from .models import Photo, Upload

FULL = gettext_lazy(
    "There is no room left for photos on this site, so nothing was saved. Your photos are still on "
    "your device: try again later, and tell the people who run this site."
)
AWAY = gettext_lazy(
    "The place for photos does not answer, so nothing was saved. Your photos are still on your "
    "device: try again in a few minutes."
)


class LimitReached(ValidationError):  # noqa: N818 - it reads as what happened
    """Something is over a limit; `messages` holds a sentence for the sender, `status` the answer's where no form is
    shown."""

    status = 422


class TooManyUploads(LimitReached):
    """Too many uploads are open; later there is room again."""

    status = 429


def words() -> str:
    """Return the limits that people meet, for the help text of the files. The others are said to whoever meets them."""
    most = settings.PHOTOS_PER_UPLOAD
    each = ngettext(
        "One at a time, at most %(size)s.",
        "Up to %(most)s at a time, at most %(size)s each.",
        most,
    )
    return each % {"size": file_size(settings.PHOTO_MAX_BYTES), "most": most}


def too_large(size: str) -> str:
    """Return what to say of a file of `size`, in words, that is over the limit of bytes."""
    message = _("This file has %(size)s; the limit is %(limit)s. Send a smaller version.")
    return message % {"size": size, "limit": file_size(settings.PHOTO_MAX_BYTES)}


def is_free_of_limits(event: Event, user: Any) -> bool:
    """Whether `user` may add any number of photos to `event`: moderators, and who looks after the event."""
    return user.is_authenticated and Event.objects.editable_by(user).filter(pk=event.pk).exists()


def check_photos(event: Event, user: Any, count: int) -> None:
    """Raise LimitReached where `count` more photos of `user` at `event`, a main event, are more than it takes."""
    if not count:
        return
    check_event(event, count)
    if is_free_of_limits(event, user):
        return
    mine = Photo.objects.owned_by(user).filter(main_event=event)
    left = settings.PHOTOS_PER_PERSON - mine.exclude(state=Photo.State.WITHDRAWN).count()
    if left <= 0:
        raise LimitReached(
            _("You have reached the limit of %(most)s photos from one person at one event."),
            params={"most": settings.PHOTOS_PER_PERSON},
        )
    if count > left:
        raise LimitReached(
            ngettext(
                "The limit is %(most)s photos from one person at one event. You can add one more.",
                "The limit is %(most)s photos from one person at one event. You can add %(left)s more.",
                left,
            ),
            params={"most": settings.PHOTOS_PER_PERSON, "left": left},
        )


def check_event(event: Event, count: int = 1) -> None:
    """Raise LimitReached where `event`, a main event, has no room for `count` more photos. All count whose files are
    kept, withdrawn ones too."""
    kept = Contribution.objects.filter(main_event=event, kind=Photo.KIND).count()
    if kept + count > settings.PHOTOS_PER_EVENT:
        raise LimitReached(
            _("This event has as many photos as this site takes. If yours is missing, tell the organisers.")
        )


def check_uploads(event: Event | None, sender: str) -> None:
    """Raise TooManyUploads where `sender`, or everybody together at `event` (None: where nobody has said yet at which),
    has too many uploads open.
    """
    waiting = Upload.objects.unexpired()
    if waiting.filter(sender=sender).count() >= settings.UPLOADS_PER_ADDRESS:
        raise TooManyUploads(
            _(
                "Too many photos are on their way from your network. First send the form with those that have arrived."
            )
        )
    if waiting.filter(event=event).count() >= settings.UPLOADS_PER_EVENT:
        raise TooManyUploads(
            _("Too many photos are on their way to this event right now. Try again in a while.")
        )


def sender_of(request: HttpRequest) -> str:
    """Return what stands for the client's network address in an upload: a keyed hash, 32 hex digits."""
    hashed = salted_hmac("photos.limits", rates.address_of(request), algorithm="sha256")
    return hashed.hexdigest()[:32]
