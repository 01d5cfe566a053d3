"""Taking photos that somebody shares with the site from their phone (W3C, Web Share Target; sharing/manifest.py).

The phone sends them without a token of ours, as no page of ours asked for them. So they are kept like any upload that
waits for its form: they are nobody's, show nowhere, count against the sender's limits and go after a day. Where they
belong is asked then, and nothing is added before the ordinary form is sent. What another site's page sends is refused.
"""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.models import Event
from sharing.manifest import FILES_FIELD
from sharing.receiving import SharedForm, events_for, searched

from . import limits
from .formats import NotAPicture
from .forms import UploadsField, about
from .models import Upload
from .models.blocked import Blocked
from .storage import StorageFull

logger = logging.getLogger("photos")


class PlaceForm(forms.Form):
    """At which event photos that wait were taken."""

    event = forms.ModelChoiceField(Event.objects.none(), to_field_name="slug")
    uploads = UploadsField()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["event"].queryset = Event.objects.public()  # type: ignore[attr-defined]
        self.fields["uploads"].offered = Upload.objects.complete().unexpired()  # type: ignore[attr-defined]

    @property
    def waiting(self) -> list[Upload]:
        """Those of the uploads that are here, whatever else is wrong."""
        self.is_valid()
        return self.fields["uploads"].good  # type: ignore[attr-defined]


@csrf_exempt
@require_http_methods(["POST"])
def shared(request: HttpRequest) -> HttpResponse:
    """Keep the photos that a phone sends; a page or a text that it sends goes on to the forms for those."""
    if not is_from_the_phone(request):
        return render(request, "csrf_failure.html", status=403)
    files = request.FILES.getlist(FILES_FIELD)
    if not files:
        return redirect(f"{reverse('sharing:link')}?{SharedForm.query(request.POST)}")
    kept = keep(request, files[: settings.PHOTOS_PER_UPLOAD])
    if len(files) > settings.PHOTOS_PER_UPLOAD:
        words = _("The limit is %(most)s photos at once; share the others afterwards.")
        messages.warning(request, words % {"most": settings.PHOTOS_PER_UPLOAD})
    return redirect(f"{reverse('photos:place')}?{urlencode([('uploads', upload.pk) for upload in kept])}")


def is_from_the_phone(request: HttpRequest) -> bool:
    """Return whether a browser sent this by itself, and not for a page of another site."""
    origin = request.headers.get("Origin", "null")
    own = (f"{request.scheme}://{request.get_host()}", settings.SITE_URL, "null")
    return request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin") and origin in own


def keep(request: HttpRequest, files: Sequence[UploadedFile]) -> list[Upload]:
    """Keep the good ones of these files, and say what is wrong with the others."""
    kept: list[Upload] = []
    for file in files:
        try:
            limits.check_uploads(None, limits.sender_of(request))
            kept.append(Upload.keep(file, limits.sender_of(request)))
        except (NotAPicture, Blocked) as error:
            messages.error(request, about(file.name or "", error))
        except limits.LimitReached as error:
            messages.error(request, error.messages[0])
            break
        except StorageFull:
            messages.error(request, limits.FULL)
            break
        except (OSError, OperationalError):
            logger.exception("a shared photo cannot be stored")
            messages.error(request, limits.AWAY)
            break
    return kept


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Ask at which event the photos were taken that a phone has sent, and go on to the form there."""
    if request.method == "POST":
        form = PlaceForm(request.POST)
        if form.is_valid():
            event, uploads = form.cleaned_data["event"], form.cleaned_data["uploads"]
            Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(event=event)
            ids = urlencode([("uploads", upload.pk) for upload in uploads])
            return redirect(f"{reverse('photos:add', args=[event.slug])}?{ids}")
    context = {
        "waiting": PlaceForm(request.POST or request.GET).waiting,
        "events": events_for(request),
        "query": searched(request),
    }
    return render(request, "photos/place.html", context, status=422 if request.method == "POST" else 200)
