"""What one can do with a contribution of any kind: withdraw it, bring it back, read its versions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.item import line
from community.models import Contribution, Revision
from community.recognising import answer
from community.stream import load
from community.versions import changes
from people.decisions import StateConflict
from people.views import MemberRequest

VERSIONS_SHOWN = 50


@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one added."""
    item = get_object_or_404(Contribution.objects.owned_by(request.user), pk=pk)
    try:
        item.withdraw(by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        undo = {"item": item, "url": reverse("community:return", args=[item.pk]), "back": back(request)}
        messages.success(request, render_to_string("community/_withdrawn.html", undo, request))
    return redirect(back(request) or item.get_absolute_url())


@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a withdrawal."""
    item = get_object_or_404(Contribution.objects.owned_by(request.user), pk=pk)
    try:
        item.restore(by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("It is back: %(state)s.") % {"state": item.get_state_display()})
    return redirect(back(request) or item.get_absolute_url())


def back(request: HttpRequest) -> str:
    """Return the list to go back to, when the button stood in one."""
    return reverse("community:mine") if request.POST.get("back") else ""


@require_POST
def named(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Say whether one's text names a thing of which it is asked."""
    item = get_object_or_404(Contribution.objects.editable_by(request.user), pk=pk)
    asked = item.guesses_out.filter(denied=False).values("target")
    other = get_object_or_404(Contribution.objects.public().filter(pk__in=asked), pk=target)
    is_named = request.POST.get("is") == "named"
    answer(item, other.pk, is_named=is_named)
    words = _("Linked. It shows on both pages now.") if is_named else _("Noted. We will not ask again.")
    messages.success(request, words)
    return redirect(item.get_absolute_url())


@require_POST
@login_required
def credit_removal(request: MemberRequest, pk: int) -> HttpResponse:
    """Take one's own name off what somebody else added, of kinds that name people."""
    item = get_object_or_404(
        Contribution.objects.visible_to(request.user).filter(credits__person=request.user.person_id), pk=pk
    )
    if not item.model.tells_credited or item.is_owned_by(request.user):
        raise Http404
    item.take_name_off(by=request.user)
    messages.success(request, _("Your name is removed."))
    return redirect(item.get_absolute_url())


@require_POST
def restoration(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Let a contribution say again what it said in an older version: as its next version, so nothing is lost."""
    mine = Contribution.objects.answered_for_by(request.user) & Contribution.objects.editable_by(request.user)
    revision = get_object_or_404(Revision, contribution=get_object_or_404(mine, pk=pk), number=number)
    item = load([pk])[0]
    try:
        item.bring_back_version(revision, by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("Version %(number)s is back, as the newest one.") % {"number": number})
    return redirect("community:history", pk)


def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every saved version with what it changed, and every decision: for the owner and moderators."""
    item = get_object_or_404(
        Contribution.objects.answered_for_by(request.user).select_related(
            "event", "contributor__person", "guest"
        ),
        pk=pk,
    )
    can_moderate = request.user.is_authenticated and request.user.is_moderator
    revisions = list(item.revisions.select_related("editor__person", "guest")[: VERSIONS_SHOWN + 1])
    Revision.with_names(revisions)
    pairs = zip(revisions, [*revisions[1:], None], strict=True)
    versions = [(after, changes(item, before, after)) for after, before in pairs][:VERSIONS_SHOWN]
    decisions = item.decisions.select_related("actor__person", "guest")[:VERSIONS_SHOWN]
    context = {
        "item": item,
        "event": item.event,
        "versions": versions,
        "can_restore": Contribution.objects.editable_by(request.user).filter(pk=pk).exists(),
        "timeline": [line(decision, True, can_moderate) for decision in decisions],
    }
    return render(request, "community/history.html", context)
