"""A member's own blog, watched for an event's fortnight: posts that are about it are proposed to them, to be added."""

import datetime
from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Contribution, Tag, TaggedEvent
from events.models import Event
from links.canonical import canonical, host_label
from links.feeds import About, Post, folded, read_feed
from links.fetching import NotFetched
from links.models import OptOut
from people.notifications import tell_member

from .recap import Recap

# So long after an event's end its posts are looked for.
FORTNIGHT = datetime.timedelta(days=14)
AGAIN = datetime.timedelta(hours=12)
MOST_FEEDS = 10


def watched_until(event: Event) -> datetime.date:
    """Return the last day on which a feed is watched for `event`."""
    return event.ends_on + FORTNIGHT


class BlogFeedQuerySet(models.QuerySet["BlogFeed"]):
    def due(self) -> Self:
        """What is to be read now, the longest overdue first."""
        return self.filter(check_at__lte=timezone.now()).order_by("check_at", "pk")


class BlogFeed(models.Model):
    """The feed of a member's blog, and the event for which it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blog_feeds")
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    url = models.URLField(_("address of the feed or the blog"), max_length=2000)
    url_key = models.CharField(max_length=2000, editable=False)
    title = models.CharField(max_length=200, blank=True)
    # Why it could not be read the last time, in words for the member.
    problem = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # Nothing once the fortnight is over.
    check_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    objects = BlogFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("blog watched for an event")
        verbose_name_plural = _("blogs watched for events")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event", "url_key"],
                name="blog_feed_once",
                violation_error_message=_("This feed is already watched."),
            )
        ]
        indexes = [
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="blog_feed_due")
        ]

    def __str__(self) -> str:
        return self.title or self.host

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.url_key = canonical(self.url)
        super().save(*args, **kwargs)

    @property
    def host(self) -> str:
        return host_label(self.url)

    @property
    def until(self) -> datetime.date:
        return watched_until(self.event)

    @property
    def is_over(self) -> bool:
        return timezone.localdate() > self.until

    def read(self) -> None:
        """Read it, and propose what is new and about the event; in the worker. Safe to run twice."""
        self.check_at = None if self.is_over else timezone.now() + AGAIN
        self.read_at = timezone.now()
        try:
            feed = read_feed(self.url)
        except NotFetched as problem:
            self.problem = str(problem)
            self.save(update_fields=["problem", "read_at", "check_at"])
            return
        self.problem, self.title = "", feed.title
        self.save(update_fields=["problem", "title", "read_at", "check_at"])
        self._propose(feed.posts)

    def _propose(self, posts: list[Post]) -> None:
        """Keep those of the posts that fall into the time and are about the event, and tell the member of new ones."""
        about = about_event(self.event)
        meant = [post for post in posts if self._is_in_time(post) and about.is_meant_by(post.words)]
        with transaction.atomic():
            # Two workers at once would tell twice.
            BlogFeed.objects.select_for_update(no_key=True).get(pk=self.pk)
            known = set(self.posts.values_list("url_key", flat=True))
            new = {
                key: post
                for post in meant
                if (key := canonical(post.url)) not in known and not OptOut.objects.covers(post.url)
            }
            made = [
                FeedPost(
                    feed=self, url=post.url, url_key=key, title=post.title, published_on=post.published_on
                )
                for key, post in new.items()
            ]
            FeedPost.objects.bulk_create(made)
            proposed = list(self.posts.filter(pk__in=[one.pk for one in made]).proposed())
            if proposed:
                self._tell(proposed)

    def _is_in_time(self, post: Post) -> bool:
        day = post.published_on or timezone.localdate()
        return self.event.starts_on <= day <= self.until

    def _tell(self, proposed: "list[FeedPost]") -> None:
        tell_member(
            self.user,
            "feed_posts",
            {"feed": self, "posts": proposed},
            url=reverse("recaps:feeds"),
            thread=f"feed:{self.pk}",
            scopes=[f"event:{self.event_id}"],
        )


def about_event(event: Event) -> About:
    """Return by what a text is known to be about `event`: its name, series and tags, or two words of these."""
    tags = Tag.objects.filter(pk__in=TaggedEvent.objects.filter(event=event).values("tag"))
    names = [event.name, event.series.name if event.series else "", *tags.values_list("name", flat=True)]
    phrases = {folded(name).strip() for name in names if len(name) > 2}
    words = set(folded(" ".join([event.name, event.city, str(event.starts_on.year)])).split())
    return About(frozenset(phrases - {""}), frozenset(word for word in words if len(word) > 3))


class FeedPostQuerySet(models.QuerySet["FeedPost"]):
    def proposed(self) -> Self:
        """What nobody has added to the event yet, and its author still may."""
        standing = [Contribution.State.PUBLIC, Contribution.State.WAITING]
        here = Q(main_event=OuterRef("feed__event")) | Q(main_event=OuterRef("feed__event__parent"))
        added = Recap.objects.filter(here, url_key=OuterRef("url_key"), state__in=standing)
        return self.filter(~Exists(added), dismissed=False)


class FeedPost(models.Model):
    """A post of a watched blog that is about the event, for its author to add, or not."""

    feed = models.ForeignKey(BlogFeed, models.CASCADE, related_name="posts")
    url = models.URLField(max_length=2000)
    url_key = models.CharField(max_length=2000, editable=False)
    title = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    dismissed = models.BooleanField(default=False)

    objects = FeedPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post of a watched blog")
        verbose_name_plural = _("posts of watched blogs")
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "url_key"],
                name="feed_post_once",
                violation_error_message=_("This post is already known."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def add_url(self) -> str:
        """The form of a recap, with what is known of the post filled in."""
        form = reverse("recaps:add", args=[self.feed.event.slug])
        return f"{form}?{urlencode({'url': self.url, 'title': self.title})}"
