"""The pictures of an event that somebody may put into a text: a part of a page, fetched by `js/editor.js`."""

from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from community.models.contribution import owner_is
from events.models import Event

from .models import MIDDLE, Photo

MOST = 30
ROUND = str.maketrans("[]\\", "()/")


class Picture(NamedTuple):
    """A photo as it goes into a text: `words` is the Markdown that shows it."""

    pk: int
    words: str
    small: Any
    alt: str


@require_GET
def pictures(request: HttpRequest, event: str) -> JsonResponse:
    """What `pictures_of` finds for whoever asks, as JSON: a list to pick from."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    context = {"pictures": pictures_of(at, request.user), "event": at.parent or at}
    return JsonResponse({"html": render_to_string("photos/_pictures.html", context, request)})


def pictures_of(event: Event, user: Any) -> list[Picture]:
    """Return the newest photos of the event that everybody sees, and the user's own that wait. Two queries."""
    own = owner_is(user) & Q(state__in=[Photo.State.WAITING, Photo.State.PUBLIC], ready=True)
    shown = Photo.objects.filter(Q(pk__in=Photo.objects.public().values("pk")) | own)
    newest = shown.filter(main_event=event.main_event_id).order_by("-submitted_at", "-pk")[:MOST]
    return [
        Picture(photo.pk, words_for(photo), photo.small, photo.alt or photo.title)
        for photo in newest.prefetch_related("renditions")
        if photo.small
    ]


def words_for(photo: Photo) -> str:
    """Return the Markdown that shows the photo in a text, and leads to its page, where its credit stands."""
    fitting = [file for file in photo.shown_files if max(file.width, file.height) <= MIDDLE]
    file = (fitting or photo.shown_files)[-1 if fitting else 0]
    # Brackets would end the words, and escaped ones are lost in what a picture is called.
    words = " ".join((photo.alt or photo.title).translate(ROUND).split())
    return f"[![{words}]({file.get_absolute_url()})]({photo.get_absolute_url()})"
