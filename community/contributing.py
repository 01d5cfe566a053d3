"""Adding and changing contributions: the flow that all kinds share. Views of the kinds call it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from events.models import Event
from people.decisions import StateConflict
from people.guests import GuestVisitor, remember, return_link
from people.models import Guest
from people.notifications import write_to_guest

from .forms import ContributionForm
from .models import Contribution


def made_by(key: str) -> Contribution | None:
    """Return what the form with this submission key has made before, if anything."""
    try:
        return Contribution.objects.filter(submission_key=uuid.UUID(key)).select_related("guest").first()
    except ValueError:
        return None


def to_item(request: HttpRequest, item: Contribution, form: ContributionForm) -> str:
    """Return the address that follows a saved form."""
    return item.get_absolute_url()


def add(
    request: HttpRequest,
    event: Event,
    form_class: type[ContributionForm],
    template: str,
    *,
    made_already: Callable[[str], Contribution | None] = made_by,
    after: Callable[[HttpRequest, Contribution, Any], str] = to_item,
) -> HttpResponse:
    """Answer the form of a new contribution at `event`: show it, preview it, or save it and go to what was made.

    `made_already` finds what a submission key has made before; `after` gives the address to go to.
    """
    form = form_class(request.POST or None, request.FILES or None, event=event, user=request.user, **initial(request))
    if request.method == "POST":
        if made := made_already(request.POST.get("submission_key", "")):
            return go_to(request, made, made.get_absolute_url(), guest=made.guest)
        if form.is_valid() and "preview" not in request.POST:
            try:
                item, by = save_new(request, form)
                return go_to(request, item, after(request, item, form), guest=by.guest, is_new=True)
            except IntegrityError:
                # The same form came twice at the same moment: the other request has saved it.
                if made := made_already(request.POST.get("submission_key", "")):
                    return go_to(request, made, made.get_absolute_url(), guest=made.guest)
                raise
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "event": event}, status=status)


def change(
    request: HttpRequest, item: Contribution, form_class: type[ContributionForm], template: str
) -> HttpResponse:
    """Answer the form that changes `item`: show it, preview it, or save its next version and go to it."""
    form = form_class(
        request.POST or None, request.FILES or None, instance=item, event=item.event, user=request.user
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            form.save_by(request.user)
        except StateConflict as conflict:
            form.add_error(None, ValidationError(str(conflict)))
        else:
            messages.success(request, _("Saved."))
            return redirect(item.get_absolute_url())
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "item": item, "event": item.event}, status=status)


def initial(request: HttpRequest) -> dict[str, Any]:
    """Return what an address may fill in beforehand: /recaps/new/…/?url=…&title=…"""
    # Named one by one: a link must not be able to choose the submission key of somebody's form.
    return {"initial": {name: request.GET[name][:2000] for name in ("url", "title", "tags") if name in request.GET}}


def actor_of(request: HttpRequest, form: ContributionForm) -> Any:
    """Return who acts: the member, the guest whose cookie came along, or the new guest that the form describes."""
    user = request.user
    if user.is_authenticated or getattr(user, "guest", None):
        return user
    return GuestVisitor(form.new_guest().pk)


def save_new(request: HttpRequest, form: ContributionForm) -> tuple[Contribution, Any]:
    """Save the form in one transaction, guest and all; return what it made or found, and who acted."""
    with transaction.atomic():
        by = actor_of(request, form)
        item = form.save_by(by)
        if by is not request.user and by.guest.email:
            write_to_guest(by.guest, "guest_welcome", {"item": item, "link": return_link(by.guest)})
    request.user = by
    return item, by


def go_to(
    request: HttpRequest, item: Contribution, address: str, *, guest: Guest | None, is_new: bool = False
) -> HttpResponse:
    """Say what happens next with `item`, and go to `address`; the browser of `guest`, who acted, is remembered."""
    response = redirect(address)
    if not is_new:
        messages.info(request, _("You have sent this already: here it is."))
    elif not item.is_owned_by(request.user):
        messages.success(request, _("It is here already. We have noted that you recommend it too."))
    elif item.state == item.State.PUBLIC:
        messages.success(request, _("Thank you! It is public now."))
    else:
        messages.success(request, _("Thank you! Only you see it until a moderator has looked at it."))
    if guest is not None and not request.user.is_authenticated:
        remember(response, guest)
    return response
