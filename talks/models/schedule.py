from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from events.models import Event
from people.decisions import StateConflict

if TYPE_CHECKING:
    from ..schedules.planning import Plan

# How many imports of an event are kept to be looked up.
KEPT = 20


# How long a file that nobody said yes to is kept.
WAITS = timedelta(days=7)


class ScheduleImportQuerySet(models.QuerySet["ScheduleImport"]):
    def abandoned(self) -> "ScheduleImportQuerySet":
        """What was looked into long ago, and never brought in."""
        states = ScheduleImport.State
        waiting = [states.FETCHING, states.PLANNED, states.FAILED]
        return self.filter(state__in=waiting, created_at__lt=timezone.now() - WAITS)


class ScheduleImport(models.Model):
    """A schedule that somebody who looks after an event brought: what it would change, and what became of it."""

    class State(models.TextChoices):
        FETCHING = "fetching", _("being fetched")
        PLANNED = "planned", _("ready to look at")
        QUEUED = "queued", _("waiting for its turn")
        READING = "reading", _("being read")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
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

    STEPS = (State.QUEUED, State.READING, State.RUNNING)

    objects = ScheduleImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a schedule")
        verbose_name_plural = _("imports of schedules")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["queued", "reading", "running"]),
                name="schedule_import_one_at_a_time",
                violation_error_message=_("Another schedule is being imported into this event."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.file_name or self.url}"

    def get_absolute_url(self) -> str:
        return f"/events/{self.event.slug}/schedule/import/{self.pk}/"

    @property
    def is_on_its_way(self) -> bool:
        """Whether the worker has it, and there is nothing to do but wait."""
        return self.state in (self.State.FETCHING, *self.STEPS)

    @property
    def steps(self) -> list[tuple[Any, bool]]:
        """The steps of bringing it in, each with whether it is the one in hand.

        All of it happens in one transaction, of which nobody sees a half: there is no number to show on the way.
        """
        return [(step.label, step == self.state) for step in self.STEPS]

    @property
    def asked(self) -> dict[str, Any]:
        """What whoever brought it chose: `places`, `cancel`, and the language of the report."""
        return self.report.get("asked", {})

    # --- Verbs: nothing else writes `state` ---------------------------------------------------------------------------

    def begin(self, content: bytes | None = None) -> None:
        """Save this new import and look into it, or have its address fetched. Older ones of the event make room."""
        from ..tasks import fetch_schedule

        self.report = {"asked": {"language": get_language(), "before": self.places_before()}}
        self.state = self.State.FETCHING
        self.content = content
        with transaction.atomic():
            self.save()
            self._make_room()
            if content is None:
                fetch_schedule.enqueue(self.pk)
        # Reading takes a moment: nobody else has to wait for it.
        if content is not None:
            self.look()

    def _make_room(self) -> None:
        others = ScheduleImport.objects.filter(event=self.event).exclude(pk=self.pk)
        # What was never confirmed holds a whole file.
        others.filter(state__in=[self.State.FETCHING, self.State.PLANNED, self.State.FAILED]).delete()
        old = others.filter(state=self.State.DONE).values_list("pk", flat=True)
        ScheduleImport.objects.filter(pk__in=list(old[KEPT:])).delete()

    def fetch(self) -> None:
        """Fetch the address, and look into what stands there. Safe to run twice."""
        from links.fetching import NotFetched, fetch

        from ..schedules.schedule import MOST_BYTES

        if self.state != self.State.FETCHING:
            return
        with override(self.asked.get("language")):
            try:
                answer = fetch(self.url, accept="*/*", most_bytes=MOST_BYTES, seconds=30)
            except NotFetched as problem:
                self.fail(str(problem))
                return
            if not answer.is_ok:
                self.fail(gettext("The site answered “%(status)s”.") % {"status": answer.status})
                return
            self.content = answer.body
            self.look()

    def look(self, places: dict[str, int] | None = None) -> None:
        """Read the file, and say what it would change; `places` by track, where somebody chose some."""
        from ..schedules.schedule import Unreadable

        if places is not None:
            self.report["asked"]["places"] = places
        with override(self.asked.get("language")):
            try:
                self.tell(self.plan())
            except Unreadable as problem:
                self.fail(str(problem))
                return
        self.state, self.problem = self.State.PLANNED, ""
        self.save()

    @transaction.atomic
    def queue(self, *, by: Any, places: dict[str, int] | None = None, cancel: bool = False) -> None:
        """Have the worker bring it in. Raises StateConflict where it is on its way already, or another one is."""
        from ..tasks import bring_in_schedule

        current = ScheduleImport.objects.select_for_update(no_key=True).get(pk=self.pk)
        if current.state != self.State.PLANNED:
            raise StateConflict(
                gettext("This no longer waits for your word: it was imported, or is being imported.")
            )
        asked = {**current.asked, "cancel": cancel, **({} if places is None else {"places": places})}
        self.report = {**current.report, "asked": asked}
        self.by, self.state = by, self.State.QUEUED
        try:
            with transaction.atomic():
                self.save(update_fields=["report", "by", "state"])
        except IntegrityError as error:
            raise StateConflict(
                gettext("Another schedule is being imported into this event. Wait until it is done.")
            ) from error
        bring_in_schedule.enqueue(self.pk)

    def carry_out(self) -> None:
        """Bring it in, all or nothing. Safe to run twice: whoever comes second finds it done."""
        from ..schedules.carrying_out import carry_out
        from ..schedules.report import tell_of_new
        from ..schedules.schedule import Unreadable

        states = self.State
        # One that is found in the middle, its worker had died over: nothing of it is there, so it begins anew.
        waiting = ScheduleImport.objects.filter(pk=self.pk, state__in=self.STEPS)
        if not waiting.update(state=states.READING):
            return
        with override(self.asked.get("language")):
            try:
                schedule = self.read()
            except Unreadable as problem:
                self.fail(str(problem))
                return
            waiting.update(state=states.RUNNING)
            with transaction.atomic():
                # One schedule of a conference at a time, whichever of its parts it is of.
                Event.objects.select_for_update(no_key=True).get(pk=self.event.main_event_id)
                if (
                    ScheduleImport.objects.select_for_update(no_key=True).get(pk=self.pk).state
                    != states.RUNNING
                ):
                    return
                plan = self.plan(schedule, lock=True)
                cancel = bool(self.asked.get("cancel"))
                # Told first: afterwards the talks say what the schedule says.
                self.tell(plan, with_names=False)
                carry_out(plan, by=self.by, cancel=cancel)
                tell_of_new(self.report, plan)
                self.state, self.content, self.finished_at = states.DONE, None, timezone.now()
                self.done_count = len(plan.added) + len(plan.changed)
                self.save()

    def fail(self, problem: str) -> None:
        """Say in words why nothing was changed."""
        self.state, self.problem, self.content = self.State.FAILED, problem[:500], None
        self.finished_at = timezone.now()
        self.save()

    # --- Parts --------------------------------------------------------------------------------------------------------

    def read(self) -> Any:
        from ..schedules.reading import read

        return read(bytes(self.content or b""), self.event.zone)

    def plan(self, schedule: Any = None, *, lock: bool = False) -> "Plan":
        from ..schedules.planning import plan

        schedule = schedule or self.read()
        if "places" not in self.asked:
            before = self.asked.get("before", {})
            new = {item.track for item in schedule.items if item.track} - before.keys()
            where = {track: pk for track, pk in before.items() if pk}
            self.report.setdefault("asked", {})["places"] = where | self.places_by_name(new)
        return plan(schedule, self.event, self.asked.get("places"), lock=lock)

    def tell(self, plan: "Plan", *, with_names: bool = True) -> None:
        from ..schedules.report import report

        self.format = plan.schedule.format
        self.total_count = len(plan.schedule.items)
        self.report = {**report(plan, with_names=with_names), "asked": self.asked}

    def places_before(self) -> dict[str, int]:
        """Return where the tracks went the last time, if there was one; 0 for those that stayed with the event."""
        done = ScheduleImport.objects.filter(event=self.event, state=self.State.DONE).first()
        if done is None:
            return {}
        stayed = {name: 0 for name, _count, _place in done.report.get("tracks", ())}
        return {**done.asked.get("before", {}), **stayed, **done.asked.get("places", {})}

    def places_by_name(self, tracks: Iterable[str]) -> dict[str, int]:
        """Return the co-located events that are called like a track."""
        from people.models.person import fold

        parts = dict(Event.objects.public().filter(parent=self.event).values_list("folded_name", "pk"))
        return {track: parts[fold(track)] for track in tracks if fold(track) in parts}


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
                violation_error_message=_("This id is already in the event’s schedule."),
            )
        ]

    def __str__(self) -> str:
        return self.guid
