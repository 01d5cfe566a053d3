"""Pages of recaps: one recap, the form of a new one, the form that changes one."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from community import contributing
from community.item import leads_on, page_context
from community.linked import link_of, threads_of
from community.measured import measured
from discussion import commenting, mentioned, recommending
from discussion.known import sent_before
from discussion.webmention_views import takes_webmentions
from events.models import Event
from links.pictures import pictures

from .forms import RecapForm
from .models import Recap
from .parts import parts_of
from .quick import QuickRecapForm

FORM = "recaps/form.html"


@takes_webmentions
@leads_on
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One recap with its text or its link, and who recommends it."""
    recap = get_object_or_404(Recap.objects.visible_to(request.user).for_cards(), pk=pk)
    context = page_context(recap, request.user) | recommending.context(recap, request.user)
    context |= mentioned.context(recap, request.user)
    context |= commenting.context(recap, request)
    link = link_of(recap)
    context |= {"link": link, "threads": threads_of(recap), "parts": parts_of(recap, request.user)}
    context["text"] = measured(recap.html, request.user)
    if context["shared"] and recap.is_also_elsewhere and not (link and link.is_gone):
        context["shared"] = replace(context["shared"], canonical=recap.url)
    return render(request, "recaps/detail.html", context)


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of the page that a recap leads to: our own small copy, to whoever may see the recap."""
    recap = get_object_or_404(Recap.objects.visible_to(request.user), pk=pk)
    link = link_of(recap)
    if link is None or not link.picture:
        raise Http404
    return pictures().answer(request, link.picture, is_for_all=recap.is_public)


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Write a recap at an event, or link to one."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    return contributing.add(request, at, RecapForm, FORM, sent_before=sent_before)


def quick(request: HttpRequest, event: str) -> HttpResponse:
    """The five-minute recap: sent at once, or gone on with in the ordinary form."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    if request.method == "POST" and "further" in request.POST:
        form = QuickRecapForm(request.POST, event=at, user=request.user)
        if form.is_valid():
            ordinary = RecapForm(event=at, user=request.user, initial=form.to_write_on())
            context = {"form": ordinary, "event": at, "action": reverse("recaps:add", args=[at.slug])}
            return render(request, FORM, context)
    return contributing.add(request, at, QuickRecapForm, "recaps/quick.html", sent_before=sent_before)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a recap."""
    return contributing.change(request, Recap.objects.editable_by(request.user), pk, RecapForm, FORM)
