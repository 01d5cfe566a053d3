"""Schedules coming in, for whoever looks after an event: first what would change, then the doing. And going out again,
for everybody's apps and calendars.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from community.models import Tag, TaggedContribution
from events.models import Event
from people.decisions import StateConflict

from ..models import ScheduleImport, Talk
from .calendar import calendar
from .forms import ImportForm, PlacesForm
from .report import as_seen_by
from .schedule import MOST_ITEMS
from .telling import as_json, as_xml


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
    is_done = row.state == ScheduleImport.State.DONE
    context: dict[str, Any] = {
        "event": row.event,
        "row": row,
        "report": as_seen_by(row.report, request.user, is_done=is_done),
        "is_planned": is_planned,
        "is_done": is_done,
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
        messages.success(request, _("It is being imported. You can leave this page; it goes on."))
    return redirect(row)


# --- Going out --------------------------------------------------------------------------------------------------------

# Of a tag's talks: its newest.
OF_A_TAG = 500
# What is hidden must be gone everywhere within a minute.
a_minute = cache_control(public=True, max_age=60)


def shown_event(slug: str) -> Event:
    return get_object_or_404(Event.objects.public().select_related("parent"), slug=slug)


@require_safe
@a_minute
def schedule_xml(request: HttpRequest, slug: str) -> HttpResponse:
    """The schedule of an event as frab XML, with our links in it."""
    return HttpResponse(as_xml(shown_event(slug)), content_type="application/xml; charset=utf-8")


@require_safe
@a_minute
def schedule_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as frab JSON."""
    return JsonResponse(as_json(shown_event(slug)), json_dumps_params={"ensure_ascii": False})


@require_safe
@a_minute
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The talks of an event as iCalendar: those that have a time."""
    event = shown_event(slug)
    talks = Talk.objects.public().at(event).filter(starts_at__isnull=False).for_cards()
    return as_calendar(list(talks.order_by("starts_at", "pk")[:MOST_ITEMS]), event.name, f"{event.slug}.ics")


@require_safe
@a_minute
def tag_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest talks under a tag as iCalendar: those that have a time."""
    if "\0" in slug:
        raise Http404  # PostgreSQL refuses to be asked for it
    tag = get_object_or_404(Tag.objects.accepted(), slug=slug)
    rows = TaggedContribution.objects.filter(tag=tag.pk, public=True, kind=Talk.KIND)
    ids = list(
        rows.order_by("-published_at", "-content_object").values_list("content_object", flat=True)[:OF_A_TAG]
    )
    talks = Talk.objects.public().filter(pk__in=ids, starts_at__isnull=False).for_cards()
    return as_calendar(list(talks.order_by("starts_at", "pk")), tag.name, f"{tag.slug}.ics")


def as_calendar(talks: list[Talk], name: str, file_name: str) -> HttpResponse:
    response = HttpResponse(calendar(talks, name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(False, file_name) or "inline"
    return response
