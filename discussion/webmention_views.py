"""The endpoint of webmentions, for sites and for people; and for moderators, the sites from which none are taken."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from community.forms import PageForm
from community.stream import Page, keys_of_page
from people import rates
from people.decisions import Reason, StateConflict

from .models import BlockedSource, Webmention
from .tasks import read_webmention
from .webmention_forms import BlockForm, WebmentionForm
from .webmentions import is_waiting


# Sites have no cookie of ours and no token, and whoever has may be led here: nothing is done in their name.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request: HttpRequest) -> HttpResponse:
    """Take a webmention: 202 and a job, or 400 in words. As a page, a form for whoever writes without such software."""
    if request.method != "POST":
        return show(request, WebmentionForm.started(request.GET))
    form = WebmentionForm(request.POST)
    if not form.is_valid():
        return show(request, form, status=400)
    source, target = form.cleaned_data["source"], form.cleaned_data["target"]
    if not is_waiting(source, target):
        if is_too_much(form):
            form.add_error(None, _("That was a lot within an hour. Send it again later."))
            return show(request, form, status=429)
        read_webmention.enqueue(source, target)
    return render(request, "discussion/webmention_taken.html", {"item": form.item}, status=202)


def show(request: HttpRequest, form: WebmentionForm, status: int = 200) -> HttpResponse:
    return render(request, "discussion/webmention.html", {"form": form}, status=status)


def is_too_much(form: WebmentionForm) -> bool:
    """Count one more for the site that it comes from and for what it is about; return whether that is one too many."""
    item: Any = form.item
    counts = [rates.hit("webmentions from", form.host), rates.hit("webmentions to", str(item.pk))]
    return max(counts) > settings.WEBMENTIONS_PER_HOUR


def takes_webmentions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say in the answer where the page takes webmentions, for sites that read no further."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["Link"] = f'<{settings.SITE_URL}{reverse("discussion:webmention")}>; rel="webmention"'
        return response

    return telling


# --- For moderators ---------------------------------------------------------------------------------------------------


def only_moderators(request: HttpRequest) -> None:
    """Raise Http404 for everybody else: the page is not there."""
    if not (request.user.is_authenticated and request.user.is_moderator):
        raise Http404


@require_POST
def webmention_rejection(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a public mention out of sight."""
    only_moderators(request)
    mention = get_object_or_404(Webmention.objects.standing(), pk=pk)
    try:
        mention.reject(by=request.user, reason=Reason.OTHER)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("Nobody can see it any more. You can undo this in the log."))
    return redirect(f"{mention.contribution.get_absolute_url()}#mentioned")


@require_http_methods(["GET", "HEAD", "POST"])
def blocked_sources(request: HttpRequest) -> HttpResponse:
    """The sites from which no webmentions are taken; sent as a POST, one more."""
    only_moderators(request)
    form = BlockForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        blocked = BlockedSource.block(form.cleaned_data["host"], by=request.user)
        words = _("We take nothing from %(host)s any more. What came from there is turned down.")
        messages.success(request, words % {"host": blocked.host})
        return redirect(back(request) or "discussion:blocked_sources")
    context = {"form": form, "page": page_of_blocked(request)}
    return render(request, "discussion/blocked_sources.html", context, status=422 if form.is_bound else 200)


def page_of_blocked(request: HttpRequest) -> Page:
    """Return one page of the blocked sites, the newest first."""
    place = PageForm.place(request.GET)
    ids, older, newer = keys_of_page(BlockedSource.objects.all(), time="blocked_at", **place)
    found = BlockedSource.objects.select_related("by__person").in_bulk(ids)
    return Page([found[pk] for pk in ids if pk in found], older, newer)


@require_POST
def blocked_source_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take webmentions from a site again."""
    only_moderators(request)
    get_object_or_404(BlockedSource, pk=pk).delete()
    messages.success(request, _("What comes from there waits for review again."))
    return redirect("discussion:blocked_sources")


def back(request: HttpRequest) -> str:
    """Return the page of ours on which the button stood; "" where none is named."""
    there = request.POST.get("next", "")
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) else ""
