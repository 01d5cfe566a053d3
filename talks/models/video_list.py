from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from ..video_lists import Video

# How long a list is kept: until its pairs have been looked at.
WAITS = timedelta(days=7)


class VideoListQuerySet(models.QuerySet["VideoList"]):
    def abandoned(self) -> "VideoListQuerySet":
        """Lists whose pairs somebody has had a week to look at."""
        return self.filter(created_at__lt=timezone.now() - WAITS)


class VideoList(models.Model):
    """A list of videos that the worker fetches from an address, for somebody who looks after an event."""

    class State(models.TextChoices):
        FETCHING = "fetching", _("being fetched")
        READY = "ready", _("ready to look at")
        FAILED = "failed", _("not read")

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="video_lists")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    url = models.URLField(_("address"), max_length=2000)
    state = models.CharField(max_length=10, choices=State, default=State.FETCHING, editable=False)
    # The videos as lines of address and title, as the form of the pairs carries them.
    listed = models.TextField(blank=True, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    language = models.CharField(max_length=10, blank=True, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VideoListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of videos")
        verbose_name_plural = _("lists of videos")

    def __str__(self) -> str:
        return f"{self.event}: {self.url}"

    def get_absolute_url(self) -> str:
        return f"/events/{self.event.slug}/videos/{self.pk}/"

    @property
    def is_on_its_way(self) -> bool:
        """Whether the worker has it, and there is nothing to do but wait."""
        return self.state == self.State.FETCHING

    def videos(self) -> list["Video"]:
        """Return the videos that were fetched; none before."""
        from ..video_lists import read_videos

        return read_videos(self.listed.encode()) if self.listed else []

    # --- Verbs: nothing else writes `state` ---------------------------------------------------------------------------

    @transaction.atomic
    def begin(self) -> None:
        """Save this new list, and have its address fetched."""
        from ..tasks import fetch_videos

        self.state, self.language = self.State.FETCHING, get_language() or ""
        self.save()
        fetch_videos.enqueue(self.pk)

    def fetch(self) -> None:
        """Fetch the address, and keep what videos it names. Takes seconds; safe to run twice."""
        from links.fetching import NotFetched

        from ..schedules.schedule import Unreadable
        from ..video_lists import fetch_list, lines_of, read_videos

        if not self.is_on_its_way:
            return
        with override(self.language or None):
            try:
                self.listed = lines_of(read_videos(fetch_list(self.url)))
            except (NotFetched, Unreadable) as problem:
                self.fail(str(problem))
                return
        self.state = self.State.READY
        self.save(update_fields=["listed", "state"])

    def give_up(self) -> None:
        """Say that nothing came of it, in the language of whoever waits for it."""
        with override(self.language or None):
            self.fail(gettext("Something went wrong on our side three times. The log says more."))

    def fail(self, problem: str) -> None:
        """Say in words why there is nothing to look at."""
        self.state, self.problem = self.State.FAILED, problem[:500]
        self.save(update_fields=["state", "problem"])
