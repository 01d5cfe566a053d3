"""Making parts of a photo unrecognisable: draw, look at it, then for good."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people.decisions import StateConflict

from .blur_form import BasePlaces, places_of
from .models import Blur, Photo


def blur(request: HttpRequest, pk: int) -> HttpResponse:
    """Blur parts of one's own photo, or as a moderator of anybody's."""
    photo = get_object_or_404(Photo.objects.editable_by(request.user).for_cards(), pk=pk)
    places = places_of(request.POST if request.method == "POST" else None)
    if not places.is_bound:
        return page(request, photo, places)
    if not places.is_valid():
        return page(request, photo, places, status=422)
    if "burn" not in request.POST:
        return page(request, photo, places, looks="draw" not in request.POST)
    try:
        Blur.ask(photo, places.regions, by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(
            request, _("It is being blurred. Until that is done, only you and moderators can see the photo.")
        )
    return redirect(photo)


def page(
    request: HttpRequest, photo: Any, places: BasePlaces, *, looks: bool = False, status: int = 200
) -> HttpResponse:
    """Show the photo to draw on, or with `looks` how it will be."""
    context = {"photo": photo, "event": photo.event, "places": places, "looks": looks}
    return render(request, "photos/blur.html", context, status=status)
