"""Pages of recaps: one recap, the form of a new one, the form that changes one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from community import contributing
from community.item import leads_on, page_context
from community.linked import link_of, threads_of
from discussion import commenting, mentioned, recommending
from discussion.known import sent_before
from discussion.webmention_views import takes_webmentions
from events.models import Event

from .forms import RecapForm
from .models import Recap

FORM = "recaps/form.html"


@takes_webmentions
@leads_on
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One recap with its text or its link, and who recommends it."""
    recap = get_object_or_404(Recap.objects.visible_to(request.user).for_cards(), pk=pk)
    context = page_context(recap, request.user) | recommending.context(recap, request.user)
    context |= mentioned.context(recap, request.user)
    context |= commenting.context(recap, request)
    return render(
        request, "recaps/detail.html", context | {"link": link_of(recap), "threads": threads_of(recap)}
    )


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Write a recap at an event, or link to one."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    return contributing.add(request, at, RecapForm, FORM, sent_before=sent_before)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a recap."""
    return contributing.change(request, Recap.objects.editable_by(request.user), pk, RecapForm, FORM)
