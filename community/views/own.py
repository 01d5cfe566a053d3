"""Taking back all of an event, and deleting for good: what one can do with what one added, for members and guests."""

import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from community.models import Contribution
from community.removing import remove
from community.stream import load
from community.withdrawing import return_all, standing, withdraw_all
from events.models import Event
from people.decisions import StateConflict
from people.views import MemberRequest

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


class SinceForm(forms.Form):
    """From when on things were withdrawn, in microseconds since 1970."""

    since = forms.IntegerField(min_value=0, max_value=2**52)


@require_http_methods(["GET", "POST"])
def event_withdrawal(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back everything that one added to an event; asks first."""
    event = get_object_or_404(
        Event, slug=slug, pk__in=Contribution.objects.owned_by(request.user).values("main_event")
    )
    if request.method == "GET":
        return render(
            request,
            "community/withdraw_all.html",
            {"event": event, "count": standing(request.user).at(event).count()},
        )
    count, since = withdraw_all(request.user, event)
    if count:
        undo = {"event": event, "count": count, "since": (since - EPOCH) // MICROSECOND}
        messages.success(request, render_to_string("community/_withdrawn_all.html", undo, request))
    return redirect("community:mine")


@require_POST
def event_return(request: HttpRequest, slug: str) -> HttpResponse:
    """Undo that."""
    event = get_object_or_404(
        Event, slug=slug, pk__in=Contribution.objects.owned_by(request.user).values("main_event")
    )
    form = SinceForm(request.POST)
    if form.is_valid():
        count = return_all(request.user, event, EPOCH + form.cleaned_data["since"] * MICROSECOND)
        words = ngettext("%(count)s thing is back.", "%(count)s things are back.", count)
        messages.success(request, words % {"count": count})
    return redirect("community:mine")


@require_http_methods(["GET", "POST"])
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete for good what one has withdrawn; asks first, as nothing brings it back."""
    mine = Contribution.objects.owned_by(request.user).filter(state=Contribution.State.WITHDRAWN)
    get_object_or_404(mine, pk=pk)
    item = load([pk])[0]
    if request.method == "GET":
        return render(request, "community/deletion.html", {"item": item, "event": item.event})
    try:
        item.erase(by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It is deleted for good."))
    return redirect("community:mine")


@login_required
@require_http_methods(["GET", "POST"])
def name_removal(request: MemberRequest) -> HttpResponse:
    """Take one's own name off everything; asks first, as nothing brings it back."""
    person = request.user.person
    if request.method == "GET":
        context = {"person": person, "count": person.credits.count()}
        return render(request, "community/name_removal.html", context)
    count = remove(person)
    words = ngettext(
        "Your name is gone from %(count)s thing, and from your page.",
        "Your name is gone from %(count)s things, and from your page.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect("people:settings")
