"""The page from which people look after an event."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.models import Event

from ..desk import ways


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """All that there is to do for those who look after an event."""
    event = get_object_or_404(Event.objects.editable_by(request.user), slug=slug)
    return render(request, "community/desk.html", {"event": event, "parts": ways(event)})
