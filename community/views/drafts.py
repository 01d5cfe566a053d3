"""Keeping what is typed, while it is typed: asked by `js/draft.js`."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community import resending
from community.drafting import DraftForm, is_known
from community.models import Contribution, Draft
from community.models.draft import NewerDraft


@require_POST
def drafts(request: HttpRequest) -> JsonResponse:
    """Keep what was typed so far and answer its revision; where another tab has kept other words meanwhile, these."""
    if not is_known(request.user):
        return JsonResponse({}, status=403)
    form = DraftForm(request.POST, user=request.user)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    sent = form.cleaned_data
    try:
        kept = Draft.objects.keep(sent["draft"], sent["typed"], by=request.user, revision=sent["revision"])
    except NewerDraft as newer:
        return JsonResponse({"revision": newer.draft.revision, "fields": newer.draft.fields}, status=409)
    return JsonResponse({"revision": kept.revision if kept else 0, "id": kept.pk if kept else None})


@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; from its own form (`again`), begin afresh there."""
    draft = get_object_or_404(Draft.objects.owned_by(request.user).select_related("event", "item"), pk=pk)
    draft.delete()
    if "again" in request.POST:
        return redirect(draft.get_absolute_url())
    messages.success(request, _("The draft is deleted."))
    return redirect("community:mine")


@require_GET
def outcome(request: HttpRequest) -> JsonResponse:
    """Answer whether the form with this submission key has arrived: a browser that heard nothing asks before it shows
    the text again.
    """
    try:
        key = uuid.UUID(request.GET.get("key", ""))
    except ValueError:
        return JsonResponse({"saved": False})
    return JsonResponse({"saved": Contribution.objects.filter(submission_key=key).exists()})


@never_cache
@login_required
@require_GET
def send_again(request: HttpRequest) -> HttpResponse:
    """What somebody sent after their session was over, to whoever has signed in since in the same browser."""
    return resending.kept(request) or redirect("community:home")
