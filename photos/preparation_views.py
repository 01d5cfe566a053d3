"""What the worker made of a photo, asked for once more; and the film of which the renditions show the first picture."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.decisions import StateConflict

from .models import Photo
from .serving import stored_file


@require_POST
def preparation(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a photo that could not be shown prepared once more."""
    photo = get_object_or_404(Photo.objects.editable_by(request.user), pk=pk)
    try:
        photo.prepare_again()
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It is being prepared once more."))
    return redirect(photo)


@require_safe
def moving(request: HttpRequest, key: uuid.UUID, extension: str) -> HttpResponse:
    """The film itself, free of private notes like all that is kept, for whoever may see the photo at this moment."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user), file_key=key)
    film = photo.film
    if film is None or film.extension != extension:
        raise Http404
    return stored_file(request, photo, photo.original, film.mime, photo.kept_sha256)
