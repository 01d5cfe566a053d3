"""An event on other sites: the widget, and the page that says how to put it there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from community.embedding import (
    HEIGHT,
    WIDTH,
    WidgetForm,
    frames_own_pages,
    snippet,
    widget_address,
    widget_answer,
)
from events.models import Event


@require_safe
@xframe_options_exempt
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """The few best things of an event, as other sites show them in a frame."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    return widget_answer(event, **WidgetForm.chosen(request.GET))


@login_required
@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The lines that put the widget on one's own site, and how it looks there."""
    event = get_object_or_404(Event.objects.editable_by(request.user).public(), slug=slug)
    chosen = WidgetForm.chosen(request.GET)
    context = {
        "event": event,
        "form": WidgetForm(initial=chosen),
        "snippet": snippet(event, **chosen),
        "address": widget_address(event, **chosen),
        "width": WIDTH,
        "height": HEIGHT,
    }
    return frames_own_pages(render(request, "community/embed.html", context))
