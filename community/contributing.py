"""Adding and changing contributions: the flow that all kinds share. Views of the kinds call it."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from events.models import Event
from people import rates
from people.decisions import StateConflict
from people.guests import GuestVisitor, remember, return_link
from people.models import Guest
from people.notifications import write_to_guest

from . import drafting, resending
from .forms import ContributionForm
from .models import Contribution, ContributionQuerySet


class NotStored(Exception):  # noqa: N818 - it reads as what happened
    """A form's files could not be kept. `str()` is a sentence for the sender; `status` the answer's: 503 or 507."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Sent(NamedTuple):
    """What a form that arrives again has made before: the item, the guest who sent it, and where that led them."""

    item: Contribution
    guest: Guest | None
    address: str
    # What the item says; None where the form made no item of its own.
    text: str | None = None


def sent_before(key: str) -> Sent | None:
    """Return what the form with this submission key has made before, if anything."""
    try:
        item = Contribution.objects.filter(submission_key=uuid.UUID(key)).select_related("guest").first()
    except ValueError:
        return None
    return Sent(item, item.guest, item.get_absolute_url(), item.search_text) if item else None


def to_item(request: HttpRequest, item: Contribution, form: ContributionForm) -> str:
    """Return the address that follows a saved form."""
    return item.get_absolute_url()


def add(
    request: HttpRequest,
    event: Event,
    form_class: Callable[..., ContributionForm],
    template: str,
    *,
    sent_before: Callable[[str], Sent | None] = sent_before,
    after: Callable[[HttpRequest, Contribution, Any], str] = to_item,
    show: Callable[..., HttpResponse] = render,
) -> HttpResponse:
    """Answer the form of a new contribution at `event`: show it, preview it, or save it and go to what was made.

    `sent_before` finds what a submission key has made before; `after` gives the address to go to; `show` shows the
    form, with the arguments of `render`.
    """
    # An empty POST is a form sent empty, not a form to be shown: hence no `or None`.
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_class(data, files, event=event, user=request.user, **initial(request, form_class))
    context: dict[str, Any] = {"form": form, "event": event}
    if keeps_for_later(request, form):
        return drafting.keep_for_later(request, form)
    if not form.is_bound:
        form.take_up()
    if not form.is_bound or previews(form) or form.wants_another_look:
        return show(request, template, context)
    key = form.data.get("submission_key", "")
    sent = sent_before(key)
    if sent and form.repeats(sent.text):
        return go_back_to(request, sent)
    status, beside = obstacle(request, form, sent)
    if not status:
        request.user = form.user
        try:
            item, by = save_new(request, form)
            return go_to(request, item, after(request, item, form), form, by)
        except NotStored as error:
            form.add_error(None, str(error))
            status = error.status
        except IntegrityError:
            # The same form came twice at the same moment: the other request has saved it.
            if sent := sent_before(key):
                return go_back_to(request, sent)
            raise
    return show(request, template, context | beside, status=status)


def obstacle(request: HttpRequest, form: ContributionForm, sent: Sent | None) -> tuple[int, dict[str, Any]]:
    """Return the status with which a form that was sent has to be shown once more, and what stands beside it then; 0
    where it can be saved. `sent` is what it made before, with other words.
    """
    if sent and not form.joins(sent.guest):
        ask_once_more(form, sent)
        return 422, {}
    if not form.is_valid():
        return 422, {}
    if doubts := form.doubts():
        return 200, {"doubts": doubts}
    if form.is_counted and (sentence := too_often(request)):
        form.add_error(None, sentence)
        return 429, {}
    return 0, {}


def change(
    request: HttpRequest,
    editable: ContributionQuerySet,
    pk: int,
    form_class: type[ContributionForm],
    template: str,
) -> HttpResponse:
    """Answer the form that changes one of the `editable` items: show it, preview it, or save its next version.

    What is not among them is a 404, as if it were absent; a text that was sent to it is handed back all the same.
    """
    item = editable.select_related("event__parent").filter(pk=pk).first()
    if item is None:
        return resending.not_here(request)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_class(data, files, instance=item, event=item.event, user=request.user)
    context = {"form": form, "item": item, "event": item.event}
    if keeps_for_later(request, form):
        return drafting.keep_for_later(request, form)
    if not form.is_bound:
        form.take_up()
    if not form.is_bound or previews(form):
        return render(request, template, context)
    if form.is_valid() and saved_change(request, form, item):
        messages.success(request, _("Saved."))
        say_who_was_left_out(request, form)
        return redirect(item.get_absolute_url())
    return render(request, template, context, status=422)


def saved_change(request: HttpRequest, form: ContributionForm, item: Contribution) -> bool:
    """Save the next version of `item`; return False, with the form saying so, where somebody else was quicker."""
    try:
        with transaction.atomic():
            form.save_by(request.user)
            form.forget_draft()
    except StateConflict as conflict:
        meet_conflict(form, item, conflict)
        return False
    return True


def keeps_for_later(request: HttpRequest, form: ContributionForm) -> bool:
    """Return whether the form was sent to be kept as a draft, by somebody who can come back to it."""
    return form.keeps_drafts and "draft" in form.data and drafting.is_known(request.user)


def previews(form: ContributionForm) -> bool:
    """Return whether the form was sent to see its text, and there is one to be seen."""
    if not form.shown_preview:
        return False
    # Looking is not sending: nobody wants to be told what is missing before they are done.
    form.errors.clear()
    return True


def initial(request: HttpRequest, form_class: Any) -> dict[str, Any]:
    """Return what an address may fill in beforehand: /recaps/new/…/?url=…&title=…"""
    # Named one by one: a link must not be able to choose the submission key of somebody's form.
    started_by = getattr(form_class, "started_by", ContributionForm.started_by)
    names = [name for name in started_by if name in request.GET]
    return {"initial": {name: request.GET[name][:2000].replace("\0", "") for name in names}}


def too_often(request: HttpRequest) -> str:
    """Count one more form of somebody without account; return what to say once it was too many in this hour, else
    nothing. Whoever is known as a guest counts alone: at a conference, hundreds share one address.
    """
    if request.user.is_authenticated:
        return ""
    guest_id = getattr(request.user, "guest_id", None)
    whose = str(guest_id) if guest_id else rates.address_of(request)
    if rates.hit("guests' forms", whose) <= settings.GUEST_FORMS_PER_HOUR:
        return ""
    return _(
        "A lot has come from your network this hour, so this is not saved yet. What you typed is "
        "still here: send it again later, or sign in."
    )


def actor_of(request: HttpRequest, form: Any) -> Any:
    """Return who acts: the member, the guest whose cookie came along, or the new guest that the form describes."""
    if request.user.is_authenticated or getattr(request.user, "guest", None):
        return request.user
    return GuestVisitor(form.new_guest().pk)


def save_new(request: HttpRequest, form: ContributionForm) -> tuple[Contribution, Any]:
    """Save the form in one transaction, guest and all; return what it made or found, and who acted."""
    # The files before the transaction: they take long, and others wait for the database meanwhile.
    with form.files_kept(), transaction.atomic():
        by = actor_of(request, form)
        item = form.save_by(by)
        form.forget_draft()
        if by is not request.user and by.guest.email:
            write_to_guest(by.guest, "guest_welcome", {"item": item, "link": return_link(by.guest)})
    return item, by


def ask_once_more(form: ContributionForm, sent: Sent) -> None:
    """Keep what was typed into a form that has been sent before (somebody went back and wrote on), and ask."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["submission_key"] = str(uuid.uuid4())  # type: ignore[index]
    words = _(
        "You have already sent this form, with other words. To change what you sent, open it: "
        "{link}. If this is something new, send it again."
    )
    form.add_error(None, ValidationError(format_html(words, link=link_to(sent.item))))


def meet_conflict(form: ContributionForm, item: Contribution, conflict: StateConflict) -> None:
    """Say that somebody saved first; sent once more, the form answers that newer version."""
    newest = Contribution.objects.get(pk=item.pk)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(newest.version)  # type: ignore[index]
    words = _("{conflict} What stands there now: {link}")
    form.add_error(None, ValidationError(format_html(words, conflict=str(conflict), link=link_to(newest))))


def link_to(item: Contribution) -> str:
    """Return a link to what is there now, in another tab: the form with what was typed stays open."""
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', item.get_absolute_url(), item)


def go_back_to(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Go to what the form has made before."""
    messages.info(request, _("You have already sent this. Here it is."))
    response = redirect(sent.address)
    if sent.guest is not None and not request.user.is_authenticated:
        # The first answer may not have arrived, and with it the cookie.
        remember(response, sent.guest)
    return response


def go_to(
    request: HttpRequest, item: Contribution, address: str, form: ContributionForm, by: Any
) -> HttpResponse:
    """Say what happens next with `item`, which `form` has made or found, and go to `address`."""
    if form.found and item.is_owned_by(by):
        messages.info(request, _("You have already added this. Here it is."))
    elif form.found:
        messages.success(request, form.thanks_found)
    elif item.state == item.State.PUBLIC:
        messages.success(request, form.thanks_public)
    else:
        messages.success(request, form.thanks_waiting)
    if by is not request.user:
        messages.info(request, how_to_return(by.guest))
    say_who_was_left_out(request, form)
    response = redirect(address)
    if not by.is_authenticated:
        remember(response, by.guest)
    return response


def say_who_was_left_out(request: HttpRequest, form: ContributionForm) -> None:
    """Tell whoever typed a name that the site does without it, where somebody asked for that."""
    for name in form.left_out:
        words = _("%(name)s asked not to be named here, so we left the name out.")
        messages.info(request, words % {"name": name})


def how_to_return(guest: Guest) -> str:
    """Return how somebody without account gets back to what they added."""
    if guest.email:
        return _("A link to edit or withdraw it is on its way to %(address)s.") % {"address": guest.email}
    return _("This browser remembers you: to edit or withdraw it, look under “What you added”.")
