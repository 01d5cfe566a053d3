from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScheduleImport(models.Model):
    """A schedule that somebody who looks after an event brought: what it would change, and what became of it."""

    class State(models.TextChoices):
        FETCHING = "fetching", _("being fetched")
        PLANNED = "planned", _("ready to be looked at")
        QUEUED = "queued", _("waiting for its turn")
        RUNNING = "running", _("being brought in")
        DONE = "done", _("brought in")
        FAILED = "failed", _("nothing was changed")

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="schedule_imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    url = models.URLField(_("address"), max_length=2000, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    # The file as it came: the worker reads the very bytes of which the dry run told. Emptied once it is done.
    content = models.BinaryField(null=True, editable=False)
    format = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED, editable=False)
    # What the dry run found, and what was done: talks/schedules/planning.py says what stands in it.
    report = models.JSONField(default=dict, editable=False)
    done_count = models.PositiveIntegerField(default=0, editable=False)
    total_count = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("import of a schedule")
        verbose_name_plural = _("imports of schedules")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["queued", "running"]),
                name="schedule_import_one_at_a_time",
                violation_error_message=_("Another schedule of this event is being brought in."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.file_name or self.url}"


class ScheduleEntry(models.Model):
    """That a talk stands in an event's schedule under an id, and what the schedule last said of it.

    Where the talk says otherwise than `imported`, a person has edited it, and the next import leaves that alone. The
    row stays where its talk is deleted for good or joined with another, so that an import does not bring it back.
    """

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="schedule_entries")
    guid = models.CharField(max_length=200)
    talk = models.ForeignKey(
        "talks.Talk", models.SET_NULL, null=True, blank=True, related_name="schedule_entries"
    )
    # By field of Talk; people as ids of persons, so that a name that somebody gave up does not live on here.
    imported = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("entry of a schedule")
        verbose_name_plural = _("entries of schedules")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "guid"],
                name="schedule_entry_once",
                violation_error_message=_("This id stands in the event's schedule already."),
            )
        ]

    def __str__(self) -> str:
        return self.guid
