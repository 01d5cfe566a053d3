"""Photos that want a description, and the short form that gives them one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.forms import one_line
from community.missing import Wanted, way_back
from community.models.contribution import publishes_directly
from events.models import Event


class AltForm(forms.Form):
    """What a photo shows, in one sentence."""

    alt = forms.CharField(
        label=gettext_lazy("What does it show?"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say in a sentence what can be seen.")},
    )

    def clean_alt(self) -> str:
        line = one_line(self.cleaned_data["alt"])
        if not line:
            raise forms.ValidationError(self.fields["alt"].error_messages["required"], code="required")
        return line


def may_describe(user: Any, looks_after: bool) -> bool:
    """Whether `user` may describe what others added: who looks after the event, and members who publish directly."""
    return looks_after or publishes_directly(user)


def undescribed(event: Event) -> Any:
    from .models import Photo

    rows = Photo.objects.public().at(event).filter(alt="")
    return rows.order_by("gallery_time", "pk").for_list().select_related("event")


ALT = Wanted(
    name="alt",
    words=lambda n: (
        ngettext("%(n)s photo wants a description", "%(n)s photos want a description", n) % {"n": n}
    ),
    rows=undescribed,
    template="photos/_job_alt.html",
    may=may_describe,
)


@login_required
def description(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a photo shows, where nobody has yet: nobody's words are written over."""
    from .models import Photo

    photo = get_object_or_404(Photo.objects.public().for_list().select_related("event__parent"), pk=pk)
    looks_after = Event.objects.editable_by(request.user).filter(pk=photo.event_id).exists()
    if not may_describe(request.user, looks_after):
        raise Http404
    form = AltForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "photos/description.html", {"item": photo, "form": form}, status=status)
    with transaction.atomic():
        current = Photo.locked(photo.pk)
        if current.alt:
            messages.info(request, _("Somebody was quicker: it already has a description."))
        else:
            current.alt = form.cleaned_data["alt"]
            current.describe(by=request.user)
            messages.success(request, _("Thank you! Now everybody knows what it shows."))
    return redirect(way_back(request, photo.event.parent or photo.event, "alt"))
