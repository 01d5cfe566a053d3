"""Looking at photos, and taking them home: the page of one, and a gallery as a ZIP file.

The gallery itself is the list of this kind at an event: community.views.event.kind_list, with photos.gallery.
"""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from community.item import page_context
from community.sections import visible_event
from discussion import commenting, mentioned, recommending
from discussion.webmention_views import takes_webmentions

from . import archive as zipping
from .gallery import Gallery, give_talks
from .models import Photo


class PartForm(forms.Form):
    """Which part of a large archive: ?part=2."""

    part = forms.IntegerField(required=False, min_value=1, max_value=1000)


@takes_webmentions
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One photo, large, with what it shows, credit and licence, and the way to those beside it."""
    photo = get_object_or_404(
        Photo.objects.visible_to(request.user).select_related("event__parent").for_cards(), pk=pk
    )
    main = photo.event.parent or photo.event
    gallery = Gallery(main, request.GET)
    if gallery.is_wrong:
        gallery = Gallery(main, {})
    give_talks([photo])
    context = page_context(photo, request.user) | recommending.context(photo, request.user)
    context |= mentioned.context(photo, request.user)
    context |= commenting.context(photo, request)
    previous, following = gallery.beside(photo)
    beside = {"gallery": gallery, "previous_url": previous, "next_url": following}
    return render(request, "photos/detail.html", {**context, **beside, "zone": main.timezone})


@require_safe
def archive(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """The photos of a gallery as one ZIP file, or as much of it as a download that broke still lacks."""
    event, _counts = visible_event(slug, request.user)
    form, gallery = PartForm(request.GET), Gallery(event, request.GET)
    if not form.is_valid() or gallery.is_wrong:
        raise Http404
    if zipping.places.are_taken:
        busy = render(request, "photos/archive_busy.html", {"gallery": gallery}, status=503)
        busy["Retry-After"] = "60"
        return busy
    found = zipping.plan(gallery, form.cleaned_data["part"] or 1, request.build_absolute_uri)
    if found is None:
        raise Http404
    name = f"{event.slug}-photos" + (f"-{form.cleaned_data['part']}" if form.cleaned_data["part"] else "")
    return zip_response(request, found, name)


def zip_response(request: HttpRequest, plan: zipping.Plan, name: str) -> HttpResponse | StreamingHttpResponse:
    """Return the whole file, or the range of it that was asked for."""
    size, wanted = plan.archive.size, None
    headers = {
        "ETag": plan.etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{name}.zip"',
    }
    unchanged = get_conditional_response(request, etag=plan.etag)
    if unchanged is not None:
        return unchanged
    # Half of another file is of no use: whoever names the file that they have a part of gets the rest of that one only.
    if request.headers.get("If-Range", plan.etag) == plan.etag:
        try:
            wanted = zipping.wanted_range(request.headers.get("Range", ""), size)
        except ValueError:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted or (0, size)
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip", headers=headers)
    content = zipping.places.send(plan.archive.bytes_between(start, end))
    status = 206 if wanted else 200
    return StreamingHttpResponse(content, status=status, content_type="application/zip", headers=headers)
