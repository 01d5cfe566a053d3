"""The pictures of an event that somebody may put into a text, and the way in which one that is dropped into a text is
added: parts of a page, fetched by `js/editor.js`.
"""

import re
from collections.abc import Collection
from functools import partial
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from community import contributing
from community.contributing import Sent
from community.models import Contribution
from community.models.contribution import owner_is
from events.models import Event

from . import views
from .forms import PictureForTextForm
from .links import link_of
from .models import Photo
from .serving import stored_file

MOST = 30
# As `words_for` writes it into texts.
PICTURE_ADDRESS = re.compile(r"/photos/([0-9]{1,18})/picture/")
ROUND = str.maketrans("[]\\", "()/")


class Picture(NamedTuple):
    """A photo as it goes into a text: `words` is the Markdown that shows it."""

    pk: int
    words: str
    small: Any
    alt: str


def pictures(request: HttpRequest, event: str) -> HttpResponse:
    """What `pictures_of` finds for whoever asks, as JSON: a list to pick from, and the form that adds one more. It is
    sent here, too; the answer leads to the `words` of the photo.
    """
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    return contributing.add(
        request,
        at,
        partial(PictureForTextForm, link=link_of(request, at)),
        "photos/_add_to_text.html",
        sent_before=sent_before,
        after=to_words,
        show=show,
    )


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer the list and the form as HTML; what is wrong with a form that was sent, as sentences."""
    if status >= 400:
        return JsonResponse({"errors": list(views.sentences(context["form"]))}, status=status)
    at = context["event"]
    context |= {"pictures": pictures_of(at, request.user), "main_event": at.parent or at}
    return JsonResponse(
        {
            "html": render_to_string("photos/_pictures.html", context, request),
            "form": render_to_string(template, context, request),
        }
    )


def sent_before(key: str) -> Sent | None:
    """Return the photo that the form with this key has made before, if any, and where its words are."""
    sent = views.sent_before(key)
    return sent._replace(address=reverse("photos:words", args=[sent.item.pk])) if sent else None


def to_words(request: HttpRequest, photo: Contribution, form: PictureForTextForm) -> str:
    return reverse("photos:words", args=[photo.pk])


@require_GET
def words(request: HttpRequest, pk: int) -> JsonResponse:
    """What shows the photo in a text, as JSON, and what there is to be said to whoever has just added it."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user), pk=pk)
    return JsonResponse(
        {"words": words_for(photo), "notes": [str(message) for message in get_messages(request)]}
    )


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo as texts show it, for whoever may see it at this moment. Its address stays where those of the files
    change: once it was blurred, all texts show the new ones.
    """
    photo = get_object_or_404(Photo.objects.visible_to(request.user).prefetch_related("renditions"), pk=pk)
    file = photo.middle
    if file is None:
        raise Http404
    response = stored_file(request, photo, file.name, file.mime, file.sha256)
    if photo.is_public:
        # Kept, and asked for each time: what was blurred must not be shown for another minute.
        response["Cache-Control"] = "no-cache"
    return response


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


def measures_of(addresses: Collection[str], user: Any) -> dict[str, tuple[int, int]]:
    """Return how large `picture` answers those of these addresses that are its own, for `user`. Two queries."""
    found = {address: match[1] for address in addresses if (match := PICTURE_ADDRESS.fullmatch(address))}
    if not found:
        return {}
    photos = Photo.objects.visible_to(user).filter(pk__in=set(found.values())).prefetch_related("renditions")
    sizes = {photo.pk: (photo.middle.width, photo.middle.height) for photo in photos if photo.middle}
    return {address: sizes[int(pk)] for address, pk in found.items() if int(pk) in sizes}


def words_for(photo: Photo) -> str:
    """Return the Markdown that shows the photo in a text, and leads to its page, where its credit stands."""
    # Brackets would end the words, and escaped ones are lost in what a picture is called. A link needs some.
    said = " ".join((photo.alt or photo.title).translate(ROUND).split()) or _("a photo")
    return f"[![{said}]({reverse('photos:picture', args=[photo.pk])})]({photo.get_absolute_url()})"
