"""Being kept posted about an event."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from events.models import Event
from people.models import Preference
from people.models.notification import Topic
from people.models.preference import Delivery
from people.muting import mute_state
from people.views import MemberRequest

from ..digests import steps_left
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
        "is_over": not steps_left(event, timezone.now()),
        "follows": Following.is_kept(event.pk, request.user),
        "mute": mute_state(request.user, f"event:{event.pk}", url),
        "by_mail": Preference.objects.delivery_of(request.user, Topic.EVENTS) != Delivery.NEVER,
    }
    return render(request, "community/follow.html", context)


@login_required
@require_POST
def following(request: MemberRequest, slug: str) -> HttpResponse:
    """Keep a member posted, while there are news to come: the page says where they all have been sent."""
    event = main_event(slug)
    if steps := steps_left(event, timezone.now()):
        Following.objects.get_or_create(event=event, user=request.user)
        messages.success(request, what_comes(len(steps)))
    return redirect("community:follow", event.slug)


def what_comes(rounds: int) -> str:
    """Return in words when the last so many `rounds` of news come."""
    return (
        _("We will keep you posted 60 days after the event, if there is news."),
        _("We will keep you posted 14 and 60 days after the event, if there is news."),
        _("We will keep you posted 3, 14 and 60 days after the event, if there is news."),
    )[rounds - 1]


@login_required
@require_POST
def unfollowing(request: MemberRequest, slug: str) -> HttpResponse:
    """Keep a member posted no more."""
    event = main_event(slug)
    Following.objects.filter(event=event, user=request.user).delete()
    messages.success(request, _("You no longer follow this event."))
    return redirect("community:follow", event.slug)
