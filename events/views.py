"""The list of events, series, and the pages of those who look after an event. Its public page is community's."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .dates import weekday
from .forms import EventForm, InvitationForm, RemovalForm, SearchForm, ThemesForm
from .invitations import invite, is_invited
from .models import Event, Organiser, Series
from .paging import ByDate, ByYear, PlaceForm
from .rows import listing

MOST_NEAR = 8
STARTED_BY_ADDRESS = ("name", "city", "country", "website", "series")


@require_safe
def list_events(request: HttpRequest) -> HttpResponse:
    """All public main events, by year; searched by ?q=, of one ?year=."""
    wanted = SearchForm.wanted(request.GET)
    rows = Event.objects.public().main()
    years = list(rows.order_by("-starts_on__year").values_list("starts_on__year", flat=True).distinct())
    if wanted["year"]:
        rows = rows.filter(starts_on__year=wanted["year"])
    page = listing(rows.matching(wanted["q"]), ByYear, PlaceForm.place(request.GET), wanted)
    context = {
        **wanted,
        "page": page,
        "years": [(year, address(request, q=wanted["q"], year=year)) for year in years],
        "all_years_url": address(request, q=wanted["q"]),
        "near": near() if page.is_first and not (wanted["q"] or wanted["year"]) else [],
        "own": Event.objects.unpublished_of(request.user)[:20] if page.is_first else [],
    }
    return render(request, "events/list.html", context)


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """One series with its editions, newest first."""
    found = get_object_or_404(Series.objects.with_events_visible_to(request.user), slug=slug)
    rows = Event.objects.visible_to(request.user).filter(series=found)
    page = listing(rows, ByDate, PlaceForm.place(request.GET))
    return render(request, "events/series.html", {"series": found, "page": page, "count": rows.count()})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Propose an event; likely duplicates are shown before it is sent."""
    posted = request.method == "POST"
    form = EventForm(request.POST if posted else None, user=request.user, initial=started_values(request))
    alike: list[Event] = []
    if posted:
        if made := proposed_already(request):
            return go_to(request, made)
        if form.is_valid():
            alike = form.unseen_duplicates()
            if not alike:
                return propose(request, form)
    context = {"form": form, "alike": alike, "denied": " ".join(str(event.pk) for event in alike)}
    return render(request, "events/new.html", context, status=422 if form.errors else 200)


@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is known of an event."""
    event = get_object_or_404(
        Event.objects.editable_by(request.user).select_related("parent", "series"), slug=slug
    )
    was_rejected = event.state == Event.State.REJECTED
    form = EventForm(request.POST if request.method == "POST" else None, instance=event, user=request.user)
    if form.is_valid():
        kept = form.change()
        sent_again = was_rejected and event.state == Event.State.WAITING
        messages.success(request, _("Saved, and sent for review again.") if sent_again else _("Saved."))
        say_kept(request, kept)
        return redirect(event)
    # What was typed stands in the form; the rest of the page shows the event as it is.
    shown = Event.objects.get(pk=event.pk) if form.is_bound else event
    return render(
        request, "events/edit.html", {"form": form, "event": shown}, status=422 if form.errors else 200
    )


@login_required
def days(request: HttpRequest, slug: str) -> HttpResponse:
    """Give each day of an event its theme."""
    event = get_object_or_404(Event.objects.editable_by(request.user), slug=slug)
    form = ThemesForm(request.POST if request.method == "POST" else None, event=event)
    if form.is_valid():
        form.save()
        event.fit_days()
        messages.success(request, _("Saved."))
        return redirect(event)
    return render(
        request, "events/days.html", {"form": form, "event": event}, status=422 if form.errors else 200
    )


@login_required
def organisers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who looks after an event; ask somebody else to help."""
    event = get_object_or_404(Event.objects.editable_by(request.user).public(), slug=slug)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.invited:
            inviting: Any = request.user
            invite(event, form.invited, by=inviting)
        messages.success(
            request,
            _("If %(who)s has an account here, we have asked them. They join this list once they accept.")
            % {"who": form.cleaned_data["who"]},
        )
        return redirect("events:organisers", slug=event.slug)
    rows = Organiser.objects.filter(event=event).select_related("user__person").order_by("pk")
    context = {"form": form, "event": event, "organisers": rows}
    return render(request, "events/organisers.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def organiser_removal(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the rights on an event from an organiser; the last one is asked again before they take their own."""
    event = get_object_or_404(Event.objects.editable_by(request.user).public(), slug=slug)
    form = RemovalForm(request.POST, event=event)
    if not form.is_valid():
        messages.info(request, _("They no longer look after this event."))
        return redirect("events:organisers", slug=event.slug)
    organiser = form.cleaned_data["organiser"]
    is_last = not Organiser.objects.filter(event=event).exclude(pk=organiser.pk).exists()
    if is_last and not form.cleaned_data["sure"]:
        return render(request, "events/last_organiser.html", {"event": event, "organiser": organiser})
    organiser.delete()
    messages.success(request, _("%(name)s no longer looks after this event.") % {"name": organiser.user})
    still_mine = Event.objects.editable_by(request.user).filter(pk=event.pk).exists()
    return redirect("events:organisers", slug=event.slug) if still_mine else redirect(event)


@login_required
def organiser_acceptance(request: HttpRequest, slug: str) -> HttpResponse:
    """Accept to look after an event, with the link from the invitation."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    member: Any = request.user
    if not is_invited(event, member, request.GET.get("token", "")):
        raise Http404
    if request.method == "POST":
        Organiser.objects.get_or_create(event=event, user=member)
        messages.success(request, _("Thank you! You look after this event now."))
        return redirect("events:organisers", slug=event.slug)
    return render(request, "events/acceptance.html", {"event": event})


# --- Parts of these pages ---------------------------------------------------------------------------------------------


def near() -> list[Event]:
    """Return the public main events that are on, or soon, or just over, the first to begin first."""
    found = Event.objects.public().main().near()[:MOST_NEAR]
    # The database counts in whole days of UTC, events in their own.
    return [event for event in found if event.nearness]


def address(request: HttpRequest, **query: Any) -> str:
    """Return this page's address with those parts of the query that say something."""
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{request.path}?{given}" if given else request.path


def started_values(request: HttpRequest) -> dict[str, Any]:
    """Return what an address may fill in beforehand; ?parent= brings the larger event's place and dates along."""
    # Named one by one: a link must not be able to choose the submission key of somebody's form.
    values: dict[str, Any] = {
        name: request.GET[name][:500] for name in STARTED_BY_ADDRESS if name in request.GET
    }
    # PostgreSQL refuses to be asked for a zero byte.
    larger = request.GET.get("parent", "")[:80].replace("\0", "")
    parent = Event.objects.visible_to(request.user).filter(slug=larger).first()
    if parent:
        inherited = ("starts_on", "city", "country", "timezone", "venue")
        values = (
            {"parent": parent.slug, "ends_on": parent.starts_on}
            | {name: getattr(parent, name) for name in inherited}
            | values
        )
    return values


def proposed_already(request: HttpRequest) -> Event | None:
    """Return what this very form has made before, if anything."""
    try:
        key = uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
    return Event.objects.filter(submission_key=key, proposed_by=request.user.pk).first()


def propose(request: HttpRequest, form: EventForm) -> HttpResponse:
    """Save the proposal and go to it."""
    try:
        return go_to(request, form.propose(), is_new=True)
    except IntegrityError:
        # The same form, or an event of the same name, came twice at the same moment.
        if made := proposed_already(request):
            return go_to(request, made)
        form.instance.slug = ""
        return go_to(request, form.propose(), is_new=True)


def go_to(request: HttpRequest, event: Event, *, is_new: bool = False) -> HttpResponse:
    """Say what happens next with a proposal, and go to it."""
    if not is_new:
        messages.info(request, _("You have already sent this. Here it is."))
    elif event.is_public:
        messages.success(request, _("It is public now. Add what you brought home!"))
    else:
        messages.success(request, _("Thank you! Only you can see it until a moderator has looked at it."))
    return redirect(event)


def say_kept(request: HttpRequest, kept: list[Any]) -> None:
    """Say which days stayed although they are outside the dates."""
    if kept:
        names = ", ".join(weekday(day.date) for day in kept)
        messages.warning(
            request,
            _("Outside the dates now, but kept for what was added or for their theme: %(days)s.")
            % {"days": names},
        )
