"""A topic of a forum coming in, for whoever looks after the event: first what would come of it, then the doing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Event
from people.decisions import StateConflict

from .forms import TopicForm
from .models import TopicImport


def looked_after(request: HttpRequest, slug: str) -> Event:
    """Return the public event of that address, if the visitor looks after it."""
    events = Event.objects.public().editable_by(request.user)
    return get_object_or_404(events.select_related("parent"), slug=slug)


def brought(request: HttpRequest, slug: str, pk: int) -> TopicImport:
    """Return an import of that event, if the visitor looks after it."""
    event = looked_after(request, slug)
    found = get_object_or_404(TopicImport.objects.select_related("by__person"), event=event, pk=pk)
    found.event = event
    return found


@login_required
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that takes a topic, and what was brought in before."""
    event = looked_after(request, slug)
    is_sent = request.method == "POST"
    form = TopicForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        event=event,
        user=request.user,
        initial={"url": event.discussion_url},
    )
    if form.is_valid():
        return redirect(form.begin())
    rows = TopicImport.objects.filter(event=event).defer("content", "report").select_related("by__person")
    context = {"event": event, "form": form, "rows": rows}
    return render(request, "forum/imports.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One import: what would come of it, that it is on its way, or what became of it."""
    row = brought(request, slug, pk)
    context = {
        "event": row.event,
        "row": row,
        "report": row.report,
        "is_planned": row.state == TopicImport.State.PLANNED,
        "is_done": row.state == TopicImport.State.DONE,
        "pictures_waiting": row.parts.exclude(address="").count(),
        "pictures_failed": list(row.parts.exclude(problem="").values_list("problem", flat=True)[:20]),
    }
    return render(request, "forum/import.html", context)


@login_required
@require_POST
def confirmation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Have it brought in."""
    row = brought(request, slug, pk)
    if row.state == TopicImport.State.PLANNED:
        try:
            row.queue(by=request.user)
        except StateConflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(request, _("It is being imported. You can leave this page; it goes on."))
    return redirect(row)
