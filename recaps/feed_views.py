"""A member's own blogs that are watched for an event, and the posts that were found there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.forms import PageForm
from community.stream import Page, keys_of_page
from events.models import Event
from people.views import MemberRequest

from .feed_forms import BlogFeedForm
from .models import BlogFeed, FeedPost
from .models.blog_feed import watched_until
from .tasks import read_feed


@login_required
def feeds(request: MemberRequest) -> HttpResponse:
    """One's own blogs, each with the posts that could be added."""
    mine = BlogFeed.objects.filter(user=request.user, event__in=Event.objects.public())
    ids, older, newer = keys_of_page(mine, time="added_at", **PageForm.place(request.GET))
    proposed = FeedPost.objects.proposed().select_related("feed__event")
    rows: Any = BlogFeed.objects.select_related("event__parent").prefetch_related(
        Prefetch("posts", proposed, "proposed_posts")
    )
    found = rows.in_bulk(ids)
    page = Page([found[pk] for pk in ids if pk in found], older, newer)
    return render(request, "recaps/feeds.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MemberRequest, event: str) -> HttpResponse:
    """Have a blog watched for an event."""
    at = get_object_or_404(Event.objects.public(), slug=event)
    form = BlogFeedForm(request.POST if request.method == "POST" else None, user=request.user, event=at)
    if form.is_valid():
        with transaction.atomic():
            feed = form.save()
            read_feed.enqueue(feed.pk)
        messages.success(
            request, _("We are looking at it now, and again every day. We will tell you what we find.")
        )
        return redirect("recaps:feeds")
    until = watched_until(at)
    context = {"form": form, "event": at, "until": until, "is_over": timezone.localdate() > until}
    return render(request, "recaps/feed_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch a blog no more, and forget what was found there."""
    get_object_or_404(BlogFeed.objects.filter(user=request.user.pk), pk=pk).delete()
    messages.success(request, _("We no longer watch it."))
    return redirect("recaps:feeds")


@login_required
@require_POST
def dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a post is not to be added."""
    post = get_object_or_404(FeedPost.objects.filter(feed__user=request.user.pk), pk=pk)
    FeedPost.objects.filter(pk=post.pk).update(dismissed=True)
    messages.success(request, _("“%(title)s” is no longer suggested.") % {"title": post})
    return redirect("recaps:feeds")
