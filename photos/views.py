"""Pages of photos: one photo, the form of new ones, what each of a batch shows, and the files themselves."""

import uuid

from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.forms import modelformset_factory
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from community import contributing
from community.item import page_context
from community.models import Contribution
from discussion import recommending
from events.models import Event

from .forms import DescriptionForm, PhotoForm, PhotosForm
from .models import Photo, Rendition
from .storage import StorageFull, StorageUnavailable


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One photo, large, with what it shows, credit and licence."""
    photo = get_object_or_404(Photo.objects.visible_to(request.user).for_cards(), pk=pk)
    context = page_context(photo, request.user) | recommending.context(photo, request.user)
    return render(request, "photos/detail.html", context)


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Add photos to an event, several at once; then ask what each of them shows."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    try:
        response = contributing.add(
            request, at, PhotosForm, "photos/form.html", made_already=made_already, after=to_batch
        )
    except StorageFull:
        return render(request, "photos/storage_full.html", {"event": at}, status=507)
    except StorageUnavailable:
        return render(request, "photos/storage_away.html", {"event": at}, status=503)
    return response


def made_already(key: str) -> Contribution | None:
    """Return a photo of the batch that the form with this key has made before, if any."""
    try:
        return Photo.objects.filter(batch=uuid.UUID(key)).select_related("guest").order_by("pk").first()
    except ValueError:
        return None


def to_batch(request: HttpRequest, photo: Contribution, form: PhotosForm) -> str:
    """Return where to go after the upload, having said which files were refused."""
    for problem in form.fields["pictures"].refused:  # type: ignore[attr-defined]
        messages.error(request, problem)
    return reverse("photos:batch", args=[photo.batch]) if photo.batch else photo.get_absolute_url()  # type: ignore[attr-defined]


def batch(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """Describe the photos that came in one form."""
    photos = Photo.objects.editable_by(request.user).owned_by(request.user).filter(batch=batch).order_by("pk")
    if not photos:
        raise Http404
    forms = modelformset_factory(Photo, DescriptionForm, extra=0)(
        request.POST or None, queryset=photos.for_cards()
    )
    if request.method == "POST" and forms.is_valid():
        with transaction.atomic():
            for form in forms:
                if form.has_changed():
                    form.instance.describe(by=request.user)
        messages.success(request, _("Thank you: whoever cannot see the photos can read them now."))
        return redirect("community:mine")
    return render(request, "photos/batch.html", {"forms": forms, "event": photos[0].event, "photos": photos})


def file(request: HttpRequest, key: uuid.UUID, width: int) -> HttpResponse:
    """One rendition's bytes, for whoever may see the photo at this moment."""
    rendition = get_object_or_404(
        Rendition.objects.select_related("photo"),
        photo__in=Photo.objects.visible_to(request.user).filter(file_key=key),
        width=width,
    )
    etag = f'"{rendition.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            stored = storages["default"].open(rendition.name)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(stored, content_type=rendition.mime)  # type: ignore[assignment]
    response["ETag"] = etag
    # A minute is how long a cache may still show what has just been hidden.
    response["Cache-Control"] = "public, max-age=60" if rendition.photo.is_public else "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands beside a photo."""
    photo = get_object_or_404(Photo.objects.editable_by(request.user).select_related("event__parent"), pk=pk)
    return contributing.change(request, photo, PhotoForm, "photos/form.html")
