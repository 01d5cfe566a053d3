"""An event's page, the full list of one kind at an event, and the event's tags."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.bringing_home import page_of_people
from community.digests import steps_left
from community.event_tags import set_event_tags, words_of_event
from community.forms import EventTagsForm, PageForm
from community.kinds import kinds, kinds_by_slug
from community.missing import lines
from community.models import Contribution, Following
from community.sections import (
    about,
    add_menu,
    event_page,
    how_many_parts,
    sections,
    visible_event,
)
from community.shared import shared_event
from events.models import Event
from events.numbers import grouped
from links.models import Thread


def event(request: HttpRequest, slug: str) -> HttpResponse:
    """What people brought home from an event, and the way to add to it."""
    page = event_page(slug, request.user)
    shown, counts = page.event, page.counts
    # Nobody is invited to what nothing can be added to yet.
    found = [section for section in sections(shown, counts) if section.count or shown.is_public]
    context = {
        "event": shown,
        "dates": shown.dates,
        "nearness": shown.nearness,
        "about": (words := about(shown)),
        "children": page.parts,
        "shared": shared_event(shown, words, page.parts),
        "noindex": not shown.is_public,
        "how_many_parts": how_many_parts(page.parts),
        "how_many_said": how_many_said(shown),
        "days": page.days,
        "day_url": day_url(shown, counts),
        "tags": page.tags,
        "people": page.people,
        "sections": found,
        # What draws itself, such as a strip of pictures, takes the whole width; lists of cards stand side by side.
        "wide_sections": [section for section in found if section.model.lists_items],
        "side_sections": [section for section in found if not section.model.lists_items],
        "add_menu": add_menu(shown) if shown.is_public else "",
        "own_waiting": own_waiting(shown, request.user),
        **rights(shown, request.user),
    }
    context["missing"] = lines(shown, looks_after=context.get("can_edit", False))
    return render(request, "community/event.html", context)


def own_waiting(shown: Event, user: Any, **only: Any) -> str:
    """Return in words how much of what `user` added to the event waits for review, of one kind if `only` says which;
    empty where nothing does. One query for members and guests, none for strangers.
    """
    if not user.is_authenticated and getattr(user, "guest_id", None) is None:
        return ""
    own = Contribution.objects.owned_by(user).at(shown)
    n = own.filter(state=Contribution.State.WAITING, **only).count()
    words = ngettext("%(n)s of yours waits for review", "%(n)s of yours wait for review", n)
    return words % {"n": grouped(n)} if n else ""


def day_url(shown: Event, counts: dict[str, int]) -> str:
    """Return where what took place on a day is listed, to be followed by the day; empty where there is nothing yet."""
    slug = next((model.slug for model in kinds() if model.takes_place and counts[model.KIND]), "")
    return f"{shown.get_absolute_url()}{slug}/?day=" if slug else ""


def rights(shown: Event, user: Any) -> dict[str, Any]:
    """Return what `user` may do with the event, and why it is not public, if it is not."""
    if not user.is_authenticated:
        return {}
    can_edit = Event.objects.editable_by(user).filter(pk=shown.pk).exists()
    follows = shown.is_public and Following.is_kept(shown.main_event_id, user)
    return {
        "can_edit": can_edit,
        "can_moderate": user.is_moderator,
        "can_follow": shown.is_public and bool(steps_left(shown.parent or shown, timezone.now())),
        "follows": follows,
        "review": None if shown.is_public else shown.decisions.exclude(reason="").first(),
    }


def how_many_said(shown: Event) -> str:
    """Return in words how many answered in the discussion elsewhere."""
    n = shown.discussion_count
    return ngettext("%(n)s answer", "%(n)s answers", n) % {"n": grouped(n)} if n else ""


def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """The last words of an event's discussion elsewhere."""
    shown = get_object_or_404(Event.objects.public(), slug=slug)
    context = {"event": shown, "threads": Thread.objects.at([shown.discussion_url])}
    return render(request, "community/discussion.html", context)


def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who brought something home from an event, and how much."""
    shown = get_object_or_404(Event.objects.visible_to(request.user).select_related("parent"), slug=slug)
    context = {
        "event": shown,
        "page": page_of_people(shown, PageForm.place(request.GET)),
        "add_menu": add_menu(shown) if shown.is_public else "",
        "noindex": not shown.is_public,
    }
    return render(request, "community/people.html", context)


def kind_list(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Everything of one kind at an event, or the part of it that the address asks for."""
    model = kinds_by_slug().get(kind)
    if model is None:
        raise Http404
    shown, counts = visible_event(slug, request.user)
    context = {
        "event": shown,
        "kind": model,
        "count": counts[model.KIND],
        "own_waiting": own_waiting(shown, request.user, kind=model.KIND),
        **model.list_context(shown, request.GET, counts[model.KIND]),
    }
    # What was asked for can be wrong, where a kind's list can be narrowed down.
    return render(request, model.list_template, context, status=422 if context.get("failed") else 200)


def edit_tags(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the tags of an event."""
    changed = get_object_or_404(Event.objects.editable_by(request.user), slug=slug)
    form = EventTagsForm(request.POST or None, initial={"tags": words_of_event(changed)})
    if request.method == "POST" and form.is_valid():
        set_event_tags(changed, form.cleaned_data["tags"], by=request.user)
        messages.success(request, _("Saved. New tags show once a moderator has approved them."))
        return redirect(changed)
    status = 422 if form.is_bound else 200
    return render(request, "community/event_tags_form.html", {"event": changed, "form": form}, status=status)
