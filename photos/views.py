"""Pages of photos: one photo, the form of new ones, what each of a batch shows, and the files themselves."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import contributing
from community.contributing import Sent
from community.models import Contribution
from events.models import Event
from people.decisions import StateConflict

from .describing import BatchForm
from .forms import PhotoForm, PhotosForm, batch_of
from .models import Photo, Rendition
from .storage import StorageUnavailable, picture_store


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Add photos to an event, several at once; then ask what each of them shows."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    response = contributing.add(
        request, at, PhotosForm, "photos/form.html", sent_before=sent_before, after=to_batch
    )
    if (
        response.status_code == 302
        and request.accepts("application/json")
        and not request.accepts("text/html")
    ):
        # js/upload.js shows how far the upload is. It cannot see where a redirect leads without loading that page,
        # notices and all, so it is told.
        answer = JsonResponse({"address": response["Location"]})
        answer.cookies = response.cookies
        return answer
    return response


def sent_before(key: str) -> Sent | None:
    """Return a photo of the batch that the form with this key has made before, if any."""
    try:
        batch = batch_of(uuid.UUID(key))
    except ValueError:
        return None
    photo = Photo.objects.filter(batch=batch).select_related("guest").order_by("pk").first()
    return Sent(photo, photo.guest, reverse("photos:batch", args=[batch])) if photo else None


def to_batch(request: HttpRequest, photo: Contribution, form: PhotosForm) -> str:
    """Return where to go after the upload, having said which files were refused."""
    for problem in form.fields["pictures"].refused:  # type: ignore[attr-defined]
        messages.error(request, problem)
    return reverse("photos:batch", args=[photo.batch]) if photo.batch else photo.get_absolute_url()  # type: ignore[attr-defined]


def batch(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Describe the photos that came in one form, and remove those that cannot be shown."""
    mine = Photo.objects.editable_by(request.user).owned_by(request.user).filter(batch=batch)
    photos = list(mine.for_cards().order_by("pk"))
    if not photos:
        raise Http404
    form = BatchForm(photos, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            removed = form.save_by(request.user)
        except StateConflict as conflict:
            messages.warning(request, str(conflict))
            return redirect(request.path)
        return after_batch(request, removed, len(photos))
    context = {
        "batch": form,
        "event": photos[0].event,
        "preparing": any(photo.is_being_prepared for photo in photos),
    }
    return render(request, "photos/batch.html", context, status=422 if form.is_bound else 200)


def after_batch(request: HttpRequest, removed: bool, count: int) -> HttpResponse:
    """Say what was saved, and go on: to the rest of the batch where a photo was removed from it."""
    if removed:
        messages.success(request, _("Removed. You find it among what you added, should you want it back."))
        return redirect(request.path if count > 1 else "community:mine")
    messages.success(request, _("Thank you: whoever cannot see the photos can read them now."))
    return redirect("community:mine")


@require_safe
def file(request: HttpRequest, key: uuid.UUID, width: int) -> HttpResponse:
    """One rendition's bytes, for whoever may see the photo at this moment."""
    rendition = get_object_or_404(
        Rendition.objects.select_related("photo"),
        photo__in=Photo.objects.visible_to(request.user).filter(file_key=key),
        width=width,
    )
    try:
        stored = picture_store().open(rendition.name)
    except FileNotFoundError as error:
        raise Http404 from error
    except StorageUnavailable:
        return HttpResponse(_("Photos cannot be read right now."), content_type="text/plain", status=503)
    response: HttpResponse = FileResponse(stored, content_type=rendition.mime)  # type: ignore[assignment]
    etag = f'"{rendition.sha256}"'
    response["ETag"] = etag
    # A minute is how long a cache may still show what has just been hidden.
    response["Cache-Control"] = "public, max-age=60" if rendition.photo.is_public else "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response) or response


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands beside a photo."""
    return contributing.change(
        request, Photo.objects.editable_by(request.user), pk, PhotoForm, "photos/form.html"
    )
