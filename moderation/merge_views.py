"""For moderators: making two entries one, or two people, and taking that back; taking a name off everything."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kinds import kinds
from community.merging import OPEN, UNDO_FOR, part
from community.models import Contribution, Merge
from community.stream import load
from people.decisions import StateConflict
from people.models import Person, PersonMerge

from .access import for_moderators
from .joining import Preview, entries_like, people_like, preview_of_entries, preview_of_people
from .merge_forms import OtherForm, RemovalForm
from .models import PersonRemoval

MOST_SHOWN = 100


@for_moderators
@never_cache
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make this entry part of another one of the same thing: find it, look at both, then do it."""
    merged = [kind.KIND for kind in kinds() if kind.can_be_merged]
    get_object_or_404(Contribution.objects.filter(kind__in=merged, state__in=OPEN), pk=pk)
    item = load([pk])[0]
    asked, number = OtherForm.read(request.POST if request.method == "POST" else request.GET)
    other = next(iter(load([number])), None) if number else None
    if request.method == "POST":
        try:
            item.merge_into(other or item, by=request.user)
        except StateConflict as conflict:
            messages.warning(request, str(conflict))
            return redirect("moderation:merge", pk)
        messages.success(request, _("They are merged. You can undo that for 30 days."))
        return redirect(other or item)
    preview = preview_of_entries(item, other) if other and type(other) is type(item) else None
    found = [] if preview else entries_like(item, asked)
    return page(request, item, preview, found, asked)


@for_moderators
@never_cache
@require_http_methods(["GET", "POST"])
def person_merge(request: HttpRequest, handle: str) -> HttpResponse:
    """Make this person part of another page of the same person."""
    person = get_object_or_404(Person.objects.standing().select_related("account"), handle=handle)
    asked, number = OtherForm.read(request.POST if request.method == "POST" else request.GET)
    other = Person.objects.standing().select_related("account").filter(pk=number).first() if number else None
    preview = None
    try:
        if request.method == "POST":
            target = PersonMerge.make(person, other or person, by=request.user).target
            messages.success(request, _("They are merged. You can undo that for 30 days."))
            return redirect(target)
        preview = preview_of_people(person, other) if other else None
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
        if request.method == "POST":
            return redirect("moderation:person_merge", handle)
    return page(request, person, preview, [] if preview else people_like(person, asked), asked)


@for_moderators
@never_cache
@require_http_methods(["GET", "POST"])
def person_removal(request: HttpRequest, handle: str) -> HttpResponse:
    """Take the name of somebody without account off everything; says first what that does."""
    person = get_object_or_404(Person.objects.standing().filter(account=None), handle=handle)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = PersonRemoval.make(person, reason=form.cleaned_data["reason"], by=request.user)
        words = ngettext(
            "The name is gone from %(n)s thing.", "The name is gone from %(n)s things.", done.credits_removed
        )
        messages.success(request, words % {"n": done.credits_removed})
        return redirect("moderation:log")
    context = {"person": person, "form": form, "count": person.credits.count()}
    return render(request, "moderation/person_removal.html", context, status=422 if form.is_bound else 200)


def page(
    request: HttpRequest, thing: Any, preview: Preview | None, found: list[Any], asked: str
) -> HttpResponse:
    context = {
        "thing": thing,
        "preview": preview,
        "found": found,
        "form": OtherForm({"q": asked}),
        "asked": asked,
    }
    return render(request, "moderation/merge.html", context)


@for_moderators
@never_cache
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """What became one in the last 30 days, with the way back."""
    since: datetime.datetime = timezone.now() - UNDO_FOR
    lately = {"merged_at__gt": since}
    people = PersonMerge.objects.filter(**lately).select_related("source", "target", "by__person")
    entries = list(Merge.objects.filter(**lately).select_related("by__person")[:MOST_SHOWN])
    ids = {pk for one in entries for pk in (one.source_id, one.target_id)}
    items = {item.pk: item for item in load(list(ids))}
    shown = [
        (one, items[one.source_id], items[one.target_id])
        for one in entries
        if one.source_id in items and one.target_id in items
    ]
    context = {"people": people[:MOST_SHOWN], "entries": shown}
    return render(request, "moderation/merges.html", context)


@for_moderators
@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let two entries be two again."""
    get_object_or_404(Merge, pk=pk)
    return taken_back(request, lambda: part(pk, by=request.user))


@for_moderators
@require_POST
def person_merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let two people be two again."""
    found = get_object_or_404(PersonMerge, pk=pk)
    return taken_back(request, lambda: found.undo(by=request.user))


def taken_back(request: HttpRequest, undo: Any) -> HttpResponse:
    """Undo, and say what became of it."""
    try:
        undo()
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    except Contribution.DoesNotExist as gone:
        raise Http404 from gone
    else:
        messages.success(request, _("They are two again."))
    return redirect("moderation:merges")
