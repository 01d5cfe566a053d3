"""The moderators' desk: the queue, what is decided there, trust; and the log that everybody may read."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community.forms import PageForm
from community.reviewing import sources_for, trust_rule
from people.decisions import Reason, StateConflict
from people.models import User

from .access import for_moderators, for_reviewers
from .deciding import Outcome, Pick, decide, rows_of, take_back
from .forms import DecisionForm, FilterForm, TrustForm, UndoForm
from .lists import log_page, queue_page
from .models import set_trust

# The last decisions of this browser's moderator, so that they can be taken back together: [[source, id, decision]].
LAST = "moderation_last"


@for_reviewers
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits, oldest first; for organisers what they review of their events."""
    word, event = FilterForm.read(request.GET, request.user)
    page = queue_page(request.user, word=word, event=event, **PageForm.place(request.GET))
    kept = {name: value for name, value in (("kind", word), ("event", event.slug if event else "")) if value}
    context = {
        "page": page,
        "word": word,
        "event": event,
        **words(request.user, word),
        "query_without_kind": urlencode({"event": event.slug}) if event else "",
        "query_without_event": urlencode({"kind": word}) if word else "",
        "start_url": address("moderation:queue", kept),
        "earlier_url": address("moderation:queue", kept, before=page.earlier),
        "later_url": address("moderation:queue", kept, after=page.later),
        "can_undo": bool(request.session.get(LAST)),
    }
    return render(request, "moderation/queue.html", context | desk(request.get_full_path()))


def words(user: Any, chosen: str) -> dict[str, Any]:
    """Return the words that the queue can be filtered by: the usual ones and the chosen one, and the others."""
    usual: list[tuple[str, Any]] = []
    others: list[tuple[str, Any]] = []
    for source in sources_for(user).values():
        for choice in source.choices():
            (usual if source.is_usual or choice[0] == chosen else others).append(choice)
    return {"words": usual, "other_words": others}


def desk(place: str) -> dict[str, Any]:
    """Return what every row of the queue needs, whatever it is about; `place` is the page to come back to."""
    return {"place": place, "reasons": Reason.choices, "trust_rule": trust_rule()}


def address(route: str, kept: dict[str, str], **key: str | None) -> str:
    """Return the address of a page of a list with its filters, or nothing where there is no such page."""
    if key and not any(key.values()):
        return ""
    query = urlencode(kept | {name: value for name, value in key.items() if value})
    return reverse(route) + (f"?{query}" if query else "")


@for_reviewers
@require_POST
def decisions(request: HttpRequest) -> HttpResponse:
    """Decide about one thing or several: approve, turn down, hide, make a synonym."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return not_understood(request, form)
    data = form.cleaned_data
    outcome = decide(
        data["pick"],
        data["verb"],
        by=request.user,
        seen=data["seen"],
        reason=data["reason"],
        note=data["note"],
        other=data["synonym_of"],
    )
    outcome.before = data["before"] or 0
    if outcome.done and data["verb"] != "undo":
        last = request.session.get(LAST, []) if outcome.before else []
        request.session[LAST] = last + [[pick.source, pick.pk, number] for pick, number in outcome.done]
    return answer(request, outcome, data["pick"], data["next"])


@for_reviewers
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last decisions back that were made in this browser: all of a batch together."""
    form = UndoForm(request.POST)
    whole = request.session.pop(LAST, [])
    most = (form.is_valid() and form.cleaned_data["most"]) or len(whole)
    if len(whole) > most:
        request.session[LAST] = whole[:-most]
    last = [(Pick(source, pk), number) for source, pk, number in whole[-most:]]
    outcome = take_back(last, by=request.user)
    outcome.before = form.cleaned_data.get("before") or 0
    if not last:
        messages.info(request, _("There is nothing to undo here."))
    place = form.cleaned_data.get("next") or reverse("moderation:queue")
    return answer(request, outcome, [pick for pick, _number in last], place)


def answer(request: HttpRequest, outcome: Outcome, picks: list[Pick], place: str) -> HttpResponse:
    """Tell what was done: to a script as the rows as they are now, else on the page that the moderator came from."""
    if is_script(request):
        rows, why = rows_of(picks, request.user), {pick.token: text for pick, text in outcome.refused}
        for row in rows:
            row.outcome = why.get(row.token, "")
        context = {"rows": rows, "outcome": outcome, "can_undo": bool(request.session.get(LAST))}
        return render(request, "moderation/_answer.html", context | desk(place))
    if outcome.text:
        messages.success(request, outcome.text)
    titles = {
        row.token: row.title for row in rows_of([pick for pick, _text in outcome.refused], request.user)
    }
    for pick, text in outcome.refused:
        messages.warning(request, f"{titles.get(pick.token, '')}: {text}".lstrip(": "))
    return redirect(place)


def not_understood(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    """Say what is missing, and change nothing."""
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    if is_script(request):
        return render(request, "moderation/_answer.html", {"sentences": sentences}, status=422)
    for sentence in sentences:
        messages.error(request, sentence)
    place = form.cleaned_data.get("next") or reverse("moderation:queue")
    return redirect(place)


def is_script(request: HttpRequest) -> bool:
    """Whether queue.js asks, which swaps rows instead of loading the page again."""
    return request.headers.get("X-Requested-With") == "fetch"


@for_moderators
@require_POST
def trust(request: HttpRequest, handle: str) -> HttpResponse:
    """Grant trust to a member, withhold it, or let it be earned."""
    member = get_object_or_404(User.objects.filter(is_active=True), person__handle=handle)
    form = TrustForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Pick one of the three."))
        return redirect(form.cleaned_data.get("next") or member.person)
    try:
        decision = set_trust(member, form.cleaned_data["trust"], by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        words = {"name": member.name, "trust": decision.get_to_trust_display()}
        messages.success(request, _("Trust of %(name)s: %(trust)s.") % words)
    return redirect(form.cleaned_data["next"])


def log(request: HttpRequest) -> HttpResponse:
    """What moderators decided and what became public, newest first; private words only for moderators."""
    _word, event = FilterForm.read(request.GET, request.user)
    page = log_page(request.user, event=event, **PageForm.place(request.GET))
    kept = {"event": event.slug} if event else {}
    context = {
        "lines": page.lines,
        "event": event,
        "page": {
            "newer_url": address("moderation:log", kept, after=page.newer),
            "older_url": address("moderation:log", kept, before=page.older),
        },
    }
    return render(request, "moderation/log.html", context)
