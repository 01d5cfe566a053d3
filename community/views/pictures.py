"""Pictures of an event in numbers: its days hour by hour, and its tags by what carries them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from community.drawing import toned_kinds
from community.tag_bars import tag_bars
from community.week import Week
from events.models import Event


def week(request: HttpRequest, slug: str) -> HttpResponse:
    """The days of an event, hour by hour."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    return render(request, "community/week.html", {"event": event, "week": Week(event)})


def event_tags(request: HttpRequest, slug: str) -> HttpResponse:
    """The tags at an event, by how many things carry them."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    bars, others, more = tag_bars(event)
    context = {"event": event, "kinds": toned_kinds(), "bars": bars, "others": others, "more": more}
    context["can_edit"] = Event.objects.editable_by(request.user).filter(pk=event.pk).exists()
    return render(request, "community/event_tags.html", context)
