"""“Catch up in 15 minutes”, and what organisers put first on it."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.catching_up import choices, parts, people_of
from community.models import Contribution, Pick
from community.sections import add_menu
from community.shared import shared_catch_up
from events.models import Event
from people.decisions import StateConflict
from people.views import MemberRequest


class PickForm(forms.Form):
    """A thing to put first; `position` is where it was before it was taken off, `back` says that the button stood on
    the thing's own page.
    """

    item = forms.IntegerField(min_value=1, max_value=2**62)
    position = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    back = forms.BooleanField(required=False)


class MoveForm(forms.Form):
    to = forms.TypedChoiceField(
        choices=[("earlier", -1), ("later", 1)], coerce={"earlier": -1, "later": 1}.get
    )


@require_safe
def catch_up(request: HttpRequest, slug: str) -> HttpResponse:
    """A handful of the best of an event."""
    event = get_object_or_404(Event.objects.public().select_related("parent"), slug=slug)
    found = parts(event)
    can_pick = Event.objects.editable_by(request.user).filter(pk=event.pk).exists()
    address = request.build_absolute_uri(request.path)
    context = {
        "event": event,
        "parts": found,
        "times": " · ".join(part.time for part in found),
        "choices": choices(event, found) if can_pick else [],
        "people": people_of(found),
        "is_choosing": bool(request.GET.get("choose")),
        "address": address,
        "shared": shared_catch_up(event, request.path),
        "mail_url": mail_url(event, address),
        "add_menu": "" if found else add_menu(event),
    }
    return render(request, "community/catch_up.html", context)


def mail_url(event: Event, address: str) -> str:
    """Return what opens an e-mail to a colleague, written but for whom it goes to."""
    subject = _("What was good at %(event)s") % {"event": event.name}
    body = _("The best of it in a quarter of an hour: %(address)s") % {"address": address}
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"


def picking_event(request: HttpRequest, slug: str) -> Event:
    """Return the public event of this address, for who looks after it. Raises Http404."""
    return get_object_or_404(Event.objects.public().editable_by(request.user), slug=slug)


def picked(request: HttpRequest, slug: str, pk: int) -> Pick:
    """Return what somebody has put first at that event: the pick of contribution `pk`. Raises Http404."""
    event = picking_event(request, slug)
    return get_object_or_404(
        Pick.objects.select_related("event", "contribution"), event=event, contribution=pk
    )


@login_required
@require_POST
def picks(request: MemberRequest, slug: str) -> HttpResponse:
    """Put a thing first."""
    event = picking_event(request, slug)
    form = PickForm(request.POST)
    wanted = form.cleaned_data.get("item") if form.is_valid() else None
    item = get_object_or_404(Contribution.objects.public().at(event), pk=wanted)
    try:
        Pick.put(item, event, by=request.user, position=form.cleaned_data["position"])
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It now comes first on “Catch up in 15 minutes”."))
    return way_back(event, item, to_item=form.cleaned_data["back"])


@login_required
@require_POST
def pick_removal(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Let favourites decide about a thing again."""
    event = picking_event(request, slug)
    pick = Pick.objects.select_related("event", "contribution").filter(event=event, contribution=pk).first()
    if pick is None:
        # A second press, or somebody else was quicker.
        item = get_object_or_404(Contribution.objects.public().at(event), pk=pk)
        messages.info(request, _("It has been taken off already."))
    else:
        item = pick.contribution
        pick.take_off()
        undo: dict[str, Any] = {"url": reverse("community:picks", args=[slug]), "pick": pick}
        messages.success(request, render_to_string("community/_pick_taken_off.html", undo, request))
    return way_back(event, item, to_item=bool(request.POST.get("back")))


@login_required
@require_POST
def pick_move(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Let a pick change places with the one before or after it."""
    pick = picked(request, slug, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        pick.move(form.cleaned_data["to"])
    return way_back(pick.event, pick.contribution, to_item=False)


def way_back(event: Event, item: Contribution, *, to_item: bool) -> HttpResponse:
    """Return to where the button stood: the thing's own page, or the list of choices."""
    if to_item:
        return redirect(item.get_absolute_url())
    return redirect(f"{reverse('community:catch_up', args=[event.slug])}?choose=1#choose")
