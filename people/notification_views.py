"""What a member was told, how they want to be told, and what they want to hear nothing of."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import unsubscribing as unsubscribed
from .forms import DeliveryForm, MuteForm, PlaceForm
from .models import Mute, Notification, User
from .models.notification import Topic
from .muting import may_mute, mutes_of
from .told import told_to
from .views import MemberRequest


@login_required
@require_GET
def notifications(request: MemberRequest) -> HttpResponse:
    """What we told this member, newest first."""
    place = PlaceForm.place(request.GET)
    page = request.user.notifications.page(before=place["before"], after=place["after"])
    context = {"page": page, "told": told_to(request.user, page.notifications)}
    return render(request, "people/notifications.html", context)


@login_required
@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark all notifications of this member as read."""
    request.user.notifications.mark_read()
    return redirect("people:notifications")


@login_required
@require_POST
def open_notification(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark one as read, and go to what it is about. A POST, so that no prefetching browser marks it."""
    notification = get_object_or_404(Notification, recipient=request.user, pk=pk)
    notification.mark_read()
    return redirect(notification.url or "people:notifications")


def topics_for(user: User) -> list[Topic]:
    """Return what `user` can be told about: of the desk only those who have one."""
    has_desk = user.is_moderator or user.organised_events.exists()
    return [topic for topic in Topic if has_desk or topic != Topic.DESK]


@login_required
@require_http_methods(["GET", "POST"])
def notification_settings(request: MemberRequest) -> HttpResponse:
    """Which e-mails this member wants, and what is muted."""
    sent = request.POST if request.method == "POST" else None
    form = DeliveryForm(sent, user=request.user, topics=topics_for(request.user))
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:notification_settings")
    context = {"form": form, "mutes": mutes_of(request.user)}
    status = 422 if form.errors else 200
    return render(request, "people/notification_settings.html", context, status=status)


@login_required
@require_POST
def mute(request: MemberRequest) -> HttpResponse:
    """Let this member hear nothing of an item, an event or a person any more."""
    form = MuteForm(request.POST)
    if not form.is_valid() or not may_mute(request.user, **form.cleaned_data):
        raise Http404
    Mute.objects.get_or_create(user=request.user, scope=form.cleaned_data["scope"])
    messages.success(request, _("Muted. You can undo that in your settings."))
    return redirect(way_back(request))


@login_required
@require_POST
def unmute(request: MemberRequest, pk: int) -> HttpResponse:
    """Let this member hear of something again."""
    get_object_or_404(request.user.mutes, pk=pk).delete()
    messages.success(request, _("You will hear of it again."))
    return redirect(way_back(request))


def way_back(request: HttpRequest) -> str:
    """Return the page of ours where the button stood."""
    said = request.POST.get("next", "")
    if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return said
    return "people:notification_settings"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """End the e-mails about what the signed address says, without sign-in. Asks first, as mail scanners open every link
    that they see; the button of a mail program posts right away (RFC 8058), without our cookies.
    """
    mails = unsubscribed.read(token)
    if mails is None:
        return render(request, "people/unsubscribing_over.html", status=410)
    context: dict[str, Any] = {"mails": mails}
    if request.method == "POST" and request.POST.get("back"):
        mails.resume()
        context["state"] = "back"
    elif request.method == "POST":
        mails.stop()
        context["state"] = "done"
    return render(request, "people/unsubscribing.html", context)
