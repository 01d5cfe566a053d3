"""Being kept posted about an event."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from events.models import Event
from people.models import Preference
from people.models.notification import Topic
from people.models.preference import Delivery
from people.muting import mute_state
from people.views import MemberRequest

from ..models import Following


def main_event(slug: str) -> Event:
    """Return the public main event of this address, or the one that the event is a part of."""
    event = get_object_or_404(Event.objects.public().select_related("parent"), slug=slug)
    return event.parent or event


@login_required
@require_GET
def follow(request: MemberRequest, slug: str) -> HttpResponse:
    """What a member hears of an event, and how to hear more or nothing."""
    event = main_event(slug)
    url = f"/events/{event.slug}/follow/"
    context = {
        "event": event,
        "follows": Following.is_kept(event.pk, request.user),
        "mute": mute_state(request.user, f"event:{event.pk}", url),
        "by_mail": Preference.objects.delivery_of(request.user, Topic.EVENTS) != Delivery.NEVER,
    }
    return render(request, "community/follow.html", context)


@login_required
@require_POST
def following(request: MemberRequest, slug: str) -> HttpResponse:
    """Keep a member posted."""
    event = main_event(slug)
    Following.objects.get_or_create(event=event, user=request.user)
    messages.success(
        request, _("We will keep you posted 3, 14 and 60 days after the event, if there is news.")
    )
    return redirect("community:follow", event.slug)


@login_required
@require_POST
def unfollowing(request: MemberRequest, slug: str) -> HttpResponse:
    """Keep a member posted no more."""
    event = main_event(slug)
    Following.objects.filter(event=event, user=request.user).delete()
    messages.success(request, _("You no longer follow this event."))
    return redirect("community:follow", event.slug)
