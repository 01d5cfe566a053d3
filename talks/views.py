"""Pages of talks: one talk, the form of a new one, the form that changes one."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community import contributing
from community.item import leads_on, page_context
from community.linked import link_of, threads_of
from community.shared import whole
from discussion import commenting, mentioned, recommending
from discussion.known import sent_before
from discussion.webmention_views import takes_webmentions
from events.models import Event
from links.embeds import embed_for
from links.models import Link
from links.pictures import pictures

from . import bringing, private_words
from .forms import PlayForm, SuggestionForm, TalkForm
from .models import Talk
from .suggesting import known

FORM = "talks/form.html"


@takes_webmentions
@leads_on
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One talk: why to watch it, its video after a click, its speakers, who recommends it."""
    talk = get_object_or_404(Talk.objects.visible_to(request.user).for_cards(), pk=pk)
    context = page_context(talk, request.user) | recommending.context(talk, request.user)
    context |= mentioned.context(talk, request.user)
    context |= commenting.context(talk, request)
    # The player is another site: it loads only once somebody has asked for it, with or without JavaScript.
    embed = embed_for(talk.shown_video, start=PlayForm.start_in(request.GET)) if talk.shown_video else None
    link = link_of(talk)
    if context["shared"]:
        context["shared"] = context["shared"].with_data(**about_video(talk, link))
    context |= {
        "play": "play" in request.GET,
        "embed": embed,
        "link": link,
        "threads": threads_of(talk),
    }
    context["is_listed"] = (
        request.user.is_authenticated and talk.watched_by.filter(user=request.user).exists()
    )
    context |= private_words.context(talk, request.user)
    context |= bringing.context(talk, request.user)
    context["also_given"] = talk.also_given(request.user)
    return render(request, "talks/detail.html", context)


def about_video(talk: Talk, link: Link | None) -> dict[str, str]:
    """Return what the page of the video tells of it, in the words of schema.org: its day, and our copy of its
    picture.
    """
    if link is None or link.is_gone:
        return {}
    return {
        "thumbnailUrl": whole(reverse("talks:picture", args=[talk.pk])) if link.picture else "",
        "uploadDate": str(link.published_on or ""),
    }


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a talk's video: our own small copy, to whoever may see the talk."""
    talk = get_object_or_404(Talk.objects.visible_to(request.user), pk=pk)
    link = link_of(talk)
    if link is None or not link.picture:
        raise Http404
    return pictures().answer(request, link.picture, is_for_all=talk.is_public)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The public talks that may be meant by ?q=, a part of a title or an address, those of ?event= first; as JSON."""
    found = known(*SuggestionForm.asked(request.GET))
    return JsonResponse({"talks": [one.as_json() for one in found]})


def add(request: HttpRequest, event: str) -> HttpResponse:
    """Add a talk worth watching; a title is enough."""
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    return contributing.add(request, at, TalkForm, FORM, sent_before=sent_before)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a talk."""
    return contributing.change(request, Talk.objects.editable_by(request.user), pk, TalkForm, FORM)
