"""Pages of photos: one photo, the form of new ones, what each of a batch shows, and the files themselves."""

import uuid
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import contributing
from community.contributing import Sent
from community.models import Contribution
from events.models import Event
from people.decisions import StateConflict

from .describing import BatchForm
from .forms import PhotoForm, PhotosForm, batch_of
from .links import link_of
from .models import Photo, Rendition
from .serving import stored_file, taken_home


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Add photos to an event, several at once; then ask what each of them shows."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    form = partial(PhotosForm, link=link_of(request, at), waiting=request.GET.getlist("uploads"))
    response = contributing.add(
        request, at, form, "photos/form.html", sent_before=sent_before, after=to_batch, show=show
    )
    if response.status_code == 302 and asks_as_script(request):
        # js/upload.js shows how far the upload is. It cannot see where a redirect leads without loading that page,
        # notices and all, so it is told.
        answer = JsonResponse({"address": response["Location"]})
        answer.cookies = response.cookies
        return answer
    return response


def asks_as_script(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show the form as a page; to a script that sent it, tell what is wrong with it."""
    if status < 400 or not asks_as_script(request):
        return render(request, template, context, status=status)
    return JsonResponse({"errors": list(sentences(context["form"]))}, status=status)


def sentences(form: PhotosForm) -> Iterator[str]:
    """Yield what is wrong with a form, each with the label of its field, as the page says it."""
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        label = f"{field.label}: " if field and field.label and name not in ("pictures", "uploads") else ""
        for error in errors:
            # Some hold a link, which a script has no use for.
            words = unescape(strip_tags(error)) if isinstance(error, SafeData) else error
            yield f"{label}{words}"


def sent_before(key: str) -> Sent | None:
    """Return a photo of the batch that the form with this key has made before, if any."""
    try:
        batch = batch_of(uuid.UUID(key))
    except ValueError:
        return None
    photo = Photo.objects.filter(batch=batch).select_related("guest").order_by("pk").first()
    return Sent(photo, photo.guest, reverse("photos:batch", args=[batch])) if photo else None


def to_batch(request: HttpRequest, photo: Contribution, form: PhotosForm) -> str:
    """Return where to go after the upload, having said which files were refused and which were here already."""
    for problem in form.refused:
        messages.error(request, problem)
    # Where nothing is new, one of them is where this leads.
    for same in form.already:
        if same != photo:
            words = _("Already here, so not added again: {link}")
            messages.info(request, format_html(words, link=contributing.link_to(same)))
    batch = photo.batch  # type: ignore[attr-defined]
    is_mine = not form.found or photo.is_owned_by(request.user)
    return reverse("photos:batch", args=[batch]) if batch and is_mine else photo.get_absolute_url()


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
        messages.success(request, _("Removed. It is still among what you added, should you want it back."))
        return redirect(request.path if count > 1 else "community:mine")
    messages.success(request, _("Thank you! People who cannot see the photos can read them now."))
    return redirect("community:mine")


@require_safe
def file(request: HttpRequest, key: uuid.UUID, width: int) -> HttpResponse:
    """One rendition's bytes, for whoever may see the photo at this moment."""
    rendition = get_object_or_404(
        Rendition.objects.select_related("photo"),
        photo__in=Photo.objects.visible_to(request.user).filter(file_key=key),
        width=width,
    )
    return stored_file(request, rendition.photo, rendition.name, rendition.mime, rendition.sha256)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept original, to take home, for whoever its licence allows it."""
    photo = get_object_or_404(Photo.objects.downloadable_by(request.user).select_related("event"), pk=pk)
    return taken_home(request, photo)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands beside a photo."""
    return contributing.change(
        request, Photo.objects.editable_by(request.user), pk, PhotoForm, "photos/form.html"
    )
