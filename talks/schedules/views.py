"""Pages of whoever looks after an event: bringing its schedule in. First what would change, then the doing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Event
from people.decisions import StateConflict

from ..models import ScheduleImport
from .forms import ImportForm, PlacesForm


def looked_after(request: HttpRequest, slug: str) -> Event:
    """Return the public event of that address, if the visitor looks after it."""
    events = Event.objects.public().editable_by(request.user)
    return get_object_or_404(events.select_related("parent"), slug=slug)


def brought(request: HttpRequest, slug: str, pk: int) -> ScheduleImport:
    """Return an import of that event, if the visitor looks after it."""
    found = get_object_or_404(ScheduleImport, event=looked_after(request, slug), pk=pk)
    found.event = looked_after(request, slug)
    return found


@login_required
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that takes a schedule, and what was brought in before."""
    event = looked_after(request, slug)
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        event=event,
        user=request.user,
    )
    if form.is_valid():
        return redirect(form.begin())
    rows = ScheduleImport.objects.filter(event=event).defer("content", "report").select_related("by__person")
    context = {"event": event, "form": form, "rows": rows}
    return render(request, "talks/schedule/imports.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One import: what it would change, that it is on its way, or what became of it."""
    return page(request, brought(request, slug, pk))


def page(request: HttpRequest, row: ScheduleImport, form: PlacesForm | None = None) -> HttpResponse:
    is_planned = row.state == ScheduleImport.State.PLANNED
    context: dict[str, Any] = {
        "event": row.event,
        "row": row,
        "report": row.report,
        "is_planned": is_planned,
        "is_done": row.state == ScheduleImport.State.DONE,
        "form": (form or PlacesForm(None, brought=row)) if is_planned else None,
    }
    return render(request, "talks/schedule/import.html", context, status=422 if form else 200)


@login_required
@require_POST
def places(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look at it once more, with the tracks where they were put."""
    row = brought(request, slug, pk)
    if row.state != ScheduleImport.State.PLANNED:
        return redirect(row)
    form = PlacesForm(request.POST, brought=row)
    if not form.is_valid():
        return page(request, row, form)
    row.look(form.places())
    return redirect(row)


@login_required
@require_POST
def confirmation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Have it brought in."""
    row = brought(request, slug, pk)
    if row.state != ScheduleImport.State.PLANNED:
        return redirect(row)
    form = PlacesForm(request.POST, brought=row)
    if not form.is_valid():
        return page(request, row, form)
    try:
        row.queue(by=request.user, places=form.places(), cancel=form.cleaned_data["cancel"])
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It is being brought in. You can leave this page; nothing stops."))
    return redirect(row)
