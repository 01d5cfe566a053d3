"""What we know of addresses out in the world: what stands there, since when it does not, and how its host is asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Link(models.Model):
    """An address that something here leads to, by `links.canonical.canonical`. Knows nothing of what leads there."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("not looked at yet")
        OK = "ok", _("there")
        # It failed, and is tried again; nobody is told before it has failed several times over days.
        FAILING = "failing", _("does not answer")
        GONE = "gone", _("no longer there")
        # The site does not want to be asked by programs: nothing is known of it.
        UNASKED = "unasked", _("not looked at")

    key = models.CharField(max_length=2000, unique=True)
    url = models.URLField(max_length=2000)
    host = models.CharField(max_length=253)
    state = models.CharField(max_length=10, choices=State, default=State.UNKNOWN)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_at = models.DateTimeField(null=True, blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    # A copy in an archive, and of which day it is.
    archive_url = models.URLField(max_length=2100, blank=True)
    archived_on = models.DateField(null=True, blank=True)
    # What stands there, for the form that asks and for cards: proposals, never facts.
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=100, blank=True)
    author = models.CharField(max_length=100, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    # The name of our own small copy of the picture (LINK_PICTURES), or nothing.
    picture = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="link_due"),
            models.Index(fields=["host"], name="link_host"),
        ]

    def __str__(self) -> str:
        return self.url


class Host(models.Model):
    """A machine that we ask: what its robots.txt says, and when it may be asked again."""

    name = models.CharField(max_length=253, primary_key=True)
    robots = models.TextField(blank=True)
    robots_at = models.DateTimeField(null=True, blank=True)
    ask_again_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self) -> str:
        return self.name


class Replacement(models.Model):
    """That all addresses beginning with one were made to begin with another."""

    old = models.CharField(_("addresses that begin with"), max_length=500)
    new = models.CharField(_("begin with this instead"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    count = models.PositiveIntegerField(default=0)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("replacement of addresses")
        verbose_name_plural = _("replacements of addresses")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
