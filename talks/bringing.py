"""Bringing an address for a talk: its video, its slides, a thread about it; or the word that it was not recorded."""

import contextlib
import uuid
from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.contributing import actor_of, too_often
from community.missing import way_back
from discussion.models import Favourite
from links.fields import AddressField
from links.models import Link
from people import rates
from people.decisions import StateConflict
from people.guests import remember, return_link
from people.models import Guest
from people.notifications import tell_member, write_to_guest

from .models import Resource, Talk

Kind = Resource.Kind
SHOWN_AT_MOST = 50
# What is offered beside the video, which has a form of its own.
OTHERS = [choice for choice in Kind.choices if choice[0] not in (Kind.VIDEO, Kind.NO_VIDEO)]

# Of the page with nothing but the form, by what it is about.
HEADINGS = {
    Kind.VIDEO: gettext_lazy("I found the video"),
    Kind.NO_VIDEO: gettext_lazy("It was not recorded"),
    "": gettext_lazy("Add a link"),
}


class ResourceForm(forms.Form):
    """An address and what it is; a visitor without account gives a name too."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Kind.choices)
    url = AddressField(label=gettext_lazy("Its address"))
    guest_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Type a name. Any will do.")},
    )
    guest_email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        help_text=gettext_lazy("Never shown. We write to you once it is public."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, talk: Talk, user: Any, kind: str = "", **kwargs: Any) -> None:
        """`kind` is what the form is about already; "" leaves the choice."""
        kwargs.setdefault("initial", {"submission_key": uuid.uuid4(), "kind": kind})
        kwargs.setdefault("auto_id", f"bring_{kind or 'other'}_%s")
        super().__init__(*args, **kwargs)
        self.talk = talk
        if kind:
            self.fields["kind"].widget = forms.HiddenInput()
        else:
            self.fields["kind"].choices = OTHERS  # type: ignore[attr-defined]
        if kind == Kind.NO_VIDEO:
            del self.fields["url"]
        if user.is_authenticated or getattr(user, "guest", None):
            del self.fields["guest_name"], self.fields["guest_email"]

    def clean(self) -> None:
        asked = self.cleaned_data.get("kind") in (Kind.VIDEO, Kind.NO_VIDEO)
        if asked and not self.talk.wants_video:
            self.add_error(None, _("This talk no longer needs its video."))

    def new_guest(self) -> Guest:
        return Guest.objects.create(
            name=self.cleaned_data["guest_name"],
            email=self.cleaned_data.get("guest_email") or "",
            language=get_language() or "",
        )


def context(talk: Talk, user: Any) -> dict[str, Any]:
    """Return what a talk's page shows: links that are public (each with what is known of its page where that is gone),
    one's own that wait, and the forms; two queries at most.
    """
    rows = list(Resource.objects.filter(talk=talk).visible_to(user)[:SHOWN_AT_MOST])
    own = [row for row in rows if row.is_owned_by(user) and row.state != Resource.State.WITHDRAWN]
    shown = [row for row in rows if row.state == Resource.State.PUBLIC and not row.is_about_video]
    # Of an address that several have brought one's own comes last, and stands: it can be taken back.
    public = {row.url_key: row for row in sorted(shown, key=lambda row: row in own)}
    gone = gone_among(public)
    offered = talk.is_public
    wanted = offered and talk.wants_video

    def form(kind: str) -> ResourceForm:
        return ResourceForm(talk=talk, user=user, kind=kind)

    return {
        "resources": [
            (row, gone.get(key), row in own)
            for key, row in sorted(public.items(), key=lambda one: rows.index(one[1]))
        ],
        "own_resources": [row for row in own if row.state != Resource.State.PUBLIC],
        "video_form": form(Kind.VIDEO) if wanted else None,
        "no_video_form": form(Kind.NO_VIDEO) if wanted else None,
        "link_form": form("") if offered else None,
    }


def gone_among(keys: Collection[str]) -> dict[str, Link]:
    """Return the rows of those pages, by key, that are known to be no longer there."""
    return (
        {link.key: link for link in Link.objects.filter(key__in=keys, state=Link.State.GONE)} if keys else {}
    )


def links(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an address for a public talk, or say that it was not recorded."""
    talk = get_object_or_404(Talk.objects.public().for_cards(), pk=pk)
    data = request.POST if request.method == "POST" else None
    asked = (data if data is not None else request.GET).get("kind", "")
    kind = asked if asked in (Kind.VIDEO, Kind.NO_VIDEO) else ""
    form = ResourceForm(data, talk=talk, user=request.user, kind=kind)
    status = 422 if form.is_bound else 200
    if form.is_valid() and (sentence := too_often(request)):
        form.add_error(None, sentence)
        status = 429
    elif form.is_valid():
        row, guest = save(request, talk, form)
        messages.success(request, thanks(row))
        # From what is missing at an event: on with the next.
        onward = way_back(request, talk.event, "video") if "next" in request.POST else talk.get_absolute_url()
        response = redirect(onward)
        if guest is not None:
            remember(response, guest)
        return response
    return render(
        request, "talks/bring.html", {"item": talk, "form": form, "heading": HEADINGS[kind]}, status=status
    )


def save(request: HttpRequest, talk: Talk, form: ResourceForm) -> tuple[Resource, Guest | None]:
    """Save what was brought, once; return it, and the guest that it made."""
    key: uuid.UUID | None = form.cleaned_data.get("submission_key")
    if made := made_by(key, talk):
        return made, made.guest
    try:
        with transaction.atomic():
            by = actor_of(request, form)
            row = Resource.bring(
                talk,
                kind=form.cleaned_data["kind"],
                url=form.cleaned_data.get("url", ""),
                by=by,
                network=network_of(request, talk),
                submission_key=key,
            )
    except IntegrityError:
        # The same form came twice at the same moment: the other request has saved it.
        if made := made_by(key, talk):
            return made, made.guest
        raise
    return row, row.guest if by is not request.user else None


def made_by(key: uuid.UUID | None, talk: Talk) -> Resource | None:
    """Return what a guest's form with this key has made before, if anything."""
    if key is None:
        return None
    rows = Resource.objects.filter(submission_key=key, talk=talk, user=None)
    return rows.select_related("guest").first()


def network_of(request: HttpRequest, talk: Talk) -> str:
    """Return where a request comes from, as a keyed hash that differs from talk to talk."""
    return salted_hmac(
        "talks.bringing", f"{talk.pk} {rates.address_of(request)}", algorithm="sha256"
    ).hexdigest()


def thanks(row: Resource) -> str:
    if row.state == Resource.State.PUBLIC:
        if row.kind == Kind.VIDEO:
            return _(
                "Thank you! Everybody can watch it now, and the people who recommend the talk will hear of it."
            )
        return _("Thank you! Everybody can see it now.")
    if row.is_about_video:
        return _(
            "Thank you! Everybody can see it once somebody else says the same, or a moderator has looked at it."
        )
    return _("Thank you! Only you can see it until a moderator has looked at it.")


@require_POST
def link_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one has brought."""
    row = get_object_or_404(Resource.objects.owned_by(request.user).select_related("talk"), pk=pk)
    # A second press of the same button: it is taken back already.
    with contextlib.suppress(StateConflict):
        row.withdraw(by=request.user)
    messages.success(request, _("You have taken it back."))
    return redirect(row.talk.get_absolute_url())


@transaction.atomic
def tell_who_loved(resource_id: int) -> None:
    """Tell those who recommend the talk that its video is there, if it still is; not whoever brought it."""
    row = Resource.objects.select_related("talk").filter(pk=resource_id, state=Resource.State.PUBLIC).first()
    if row is not None and row.talk.video_key == row.url_key:
        tell_of_video_of(row.talk, user_id=row.user_id, guest_id=row.guest_id)


@transaction.atomic
def tell_who_loved_any(talk_ids: list[int], user_id: int | None) -> None:
    """Tell the same of each of these talks, whose videos a member has given at one go."""
    for talk in Talk.objects.filter(pk__in=talk_ids):
        tell_of_video_of(talk, user_id=user_id, guest_id=None)


def tell_of_video_of(talk: Talk, *, user_id: int | None, guest_id: uuid.UUID | None) -> None:
    """Tell all who recommend a talk but the one who brought its video, while everybody can watch it."""
    if not (talk.is_public and talk.shown_video):
        return
    states = [Favourite.State.PUBLIC, Favourite.State.WAITING, Favourite.State.PRIVATE]
    given = Favourite.objects.filter(contribution=talk.pk, state__in=states)
    for favourite in given.select_related("user__person", "guest"):
        if favourite.user and favourite.user_id != user_id:
            tell_member(
                favourite.user,
                "video_found",
                {"item": talk},
                url=talk.get_absolute_url(),
                scopes=[f"item:{talk.pk}"],
            )
        elif favourite.guest and favourite.guest_id != guest_id:
            told = {"item": talk, "link": return_link(favourite.guest)}
            write_to_guest(favourite.guest, "video_found", told)
