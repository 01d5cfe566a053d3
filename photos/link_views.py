"""Pages around guests' links: the organisers' list of them, what they print and project, and the door they lead to."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from events.models import Event
from people import rates
from people.decisions import StateConflict

from . import links
from .link_forms import LinkForm, PinForm, WallForm
from .models import UploadLink
from .posters import LOOKS, SIZES, poster_of


@login_required
def photo_links(request: HttpRequest, slug: str) -> HttpResponse:
    """The links of an event and of its co-located events, and the form of a new one."""
    event = looked_after(request, slug)
    form = LinkForm(request.POST if request.method == "POST" else None, event=event, user=request.user)
    if form.is_valid():
        made = form.make()
        messages.success(
            request, _("Here is the link. Print its poster, show its slide, or send its address.")
        )
        return redirect(f"{request.path}#{made.pk}")
    return links_page(request, event, form=form)


@login_required
@require_POST
def revocation(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Let a link lead nowhere from now on."""
    event, link = looked_after(request, slug), managed(request, slug, pk)
    link.revoke(by=request.user)
    messages.success(request, _("Revoked. Nobody can add photos with this link any more."))
    return to_links(event, link)


@login_required
@require_POST
def return_of_link(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Undo a revocation."""
    event, link = looked_after(request, slug), managed(request, slug, pk)
    try:
        link.bring_back()
        messages.success(request, _("It works again."))
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    return to_links(event, link)


@login_required
@require_POST
def wall_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what stands in the corner of the wall of an event."""
    event = looked_after(request, slug)
    form = WallForm(request.POST, event=event)
    if not form.is_valid():
        return links_page(request, event, wall_form=form)
    form.save()
    messages.success(request, _("Saved. The wall shows it within a minute."))
    return to_links(event)


@login_required
def poster(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A link to print, on ?size=a4 or a6. Its PIN stands on it once somebody types it: it is kept as a hash only."""
    return printed(request, managed(request, slug, pk), "photos/poster.html", "size", SIZES)


@login_required
def slide(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A link for the last talk of the day, ?look=dark or light."""
    return printed(request, managed(request, slug, pk), "photos/slide.html", "look", LOOKS)


@never_cache
def entrance(request: HttpRequest, code: str) -> HttpResponse:
    """Where a link leads: on to the form of photos, past the PIN where there is one."""
    link = links.link_with(code)
    if link is None or not link.event.is_public:
        raise Http404
    if not link.is_open:
        return render(request, "photos/link_over.html", {"link": link, "event": link.event}, status=410)
    # Whoever has come through this door does not have to know the PIN once more.
    knows_pin = not link.pin or links.link_of(request, link.event) == link
    form = None if knows_pin else PinForm(request.POST if request.method == "POST" else None, link=link)
    if form and is_guessing(request, link):
        too_many = _("Too many tries. Try again in an hour, or ask the organisers for the PIN.")
        return ask_pin(request, link, form, sentence=too_many, status=429)
    if form and not form.is_valid():
        if form.errors:
            rates.hit("pin", whose(request, link))
        return ask_pin(request, link, form, status=422 if form.errors else 200)
    response = redirect("photos:add", event=link.event.slug)
    links.remember(response, link)
    return response


# --- Parts of these pages -------------------------------------------------------------------------------------------


def looked_after(request: HttpRequest, slug: str) -> Event:
    """Return the public event of that address, if the visitor looks after it."""
    events = Event.objects.public().editable_by(request.user)
    return get_object_or_404(events.select_related("parent"), slug=slug)


def managed(request: HttpRequest, slug: str, pk: UUID) -> UploadLink:
    """Return a link of the event of that address, or of its co-located events, if the visitor looks after it."""
    event = looked_after(request, slug)
    managed = UploadLink.objects.managed_by(request.user).at(event)
    return get_object_or_404(managed.select_related("event__parent"), pk=pk)


def to_links(event: Event, link: UploadLink | None = None) -> HttpResponse:
    place = f"#{link.pk}" if link else ""
    response = redirect("photos:links", slug=event.slug)
    response["Location"] += place
    return response


def links_page(request: HttpRequest, event: Event, **forms: Any) -> HttpResponse:
    rows = UploadLink.objects.at(event).select_related("event", "made_by__person", "revoked_by__person")
    forms.setdefault("form", LinkForm(event=event, user=request.user))
    forms.setdefault("wall_form", WallForm(event=event))
    faulty = any(form.errors for form in forms.values())
    shown = [(link, links.short_address_of(link)) for link in rows]
    context = {"event": event, "rows": shown, **forms}
    return render(request, "photos/links.html", context, status=422 if faulty else 200)


def printed(
    request: HttpRequest, link: UploadLink, template: str, name: str, offered: dict[str, Any]
) -> HttpResponse:
    """Answer a page that shows a link to a room; `name` is the part of the query that chooses among `offered`."""
    form = PinForm(request.POST if request.method == "POST" else None, link=link) if link.pin else None
    pin = form.cleaned_data["pin"] if form and form.is_valid() else ""
    chosen = request.GET.get(name)
    context = {
        "event": link.event,
        "link": link,
        "poster": poster_of(link, pin),
        "form": form,
        "chosen": chosen if chosen in offered else next(iter(offered)),
        "offered": offered,
        "query": name,
    }
    return render(request, template, context, status=422 if form and form.errors else 200)


def whose(request: HttpRequest, link: UploadLink) -> str:
    return f"{link.pk} {rates.address_of(request)}"


def is_guessing(request: HttpRequest, link: UploadLink) -> bool:
    """Return whether too many wrong PINs of this link came from there lately."""
    return request.method == "POST" and rates.used("pin", whose(request, link)) >= settings.PIN_TRIES_PER_HOUR


def ask_pin(
    request: HttpRequest, link: UploadLink, form: PinForm, *, sentence: str = "", status: int
) -> HttpResponse:
    if sentence:
        form = PinForm(link=link)
    context = {"form": form, "event": link.event, "sentence": sentence}
    return render(request, "photos/link_pin.html", context, status=status)
