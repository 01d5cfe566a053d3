"""Topics of forums that were brought in, and what became of each of their posts."""

import datetime
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
    from .planning import Plan
    from .topic import Topic

# How many imports of an event are kept to be looked up.
KEPT = 20
# How long a file that nobody said yes to is kept.
WAITS = datetime.timedelta(days=7)


class TopicImportQuerySet(models.QuerySet["TopicImport"]):
    def abandoned(self) -> "TopicImportQuerySet":
        """What was looked into long ago, and never brought in."""
        states = TopicImport.State
        waiting = [states.FETCHING, states.PLANNED, states.FAILED]
        return self.filter(state__in=waiting, created_at__lt=timezone.now() - WAITS)


class TopicImport(models.Model):
    """A topic that somebody who looks after an event brought: what would come of it, and what did."""

    class State(models.TextChoices):
        FETCHING = "fetching", _("being fetched")
        PLANNED = "planned", _("ready to look at")
        QUEUED = "queued", _("waiting for its turn")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("nothing was changed")

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="topic_imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Where the topic stands; of a file it may be unknown.
    url = models.URLField(_("address"), max_length=2000, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    # The topic as it came: the worker reads the very bytes of which the dry run told. Emptied once it is done.
    content = models.BinaryField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED, editable=False)
    # What the dry run found, and what was done (forum/report.py).
    report = models.JSONField(default=dict, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    language = models.CharField(max_length=10, blank=True, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TopicImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a topic")
        verbose_name_plural = _("imports of topics")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["queued", "running"]),
                name="topic_import_one_at_a_time",
                violation_error_message=_("Another topic is being imported into this event."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.file_name or self.url}"

    def get_absolute_url(self) -> str:
        return f"/events/{self.event.slug}/forum/{self.pk}/"

    @property
    def is_on_its_way(self) -> bool:
        """Whether the worker has it, and there is nothing to do but wait."""
        return self.state in (self.State.FETCHING, self.State.QUEUED, self.State.RUNNING)

    # --- Verbs: nothing else writes `state` ---------------------------------------------------------------------------

    def begin(self, content: bytes | None = None) -> None:
        """Save this new import and look into it, or have its address fetched. Older ones of the event make room."""
        from .tasks import fetch_topic

        self.language = get_language() or ""
        self.state, self.content = self.State.FETCHING, content
        with transaction.atomic():
            self.save()
            self._make_room()
            if content is None:
                fetch_topic.enqueue(self.pk)
        # Reading takes a moment: nobody else has to wait for it.
        if content is not None:
            self.look()

    def _make_room(self) -> None:
        others = TopicImport.objects.filter(event=self.event).exclude(pk=self.pk)
        # What was never confirmed holds a whole file.
        others.filter(state__in=[self.State.FETCHING, self.State.PLANNED, self.State.FAILED]).delete()
        old = others.filter(state=self.State.DONE).values_list("pk", flat=True)
        TopicImport.objects.filter(pk__in=list(old[KEPT:])).delete()

    def fetch(self) -> None:
        """Fetch the topic from its address, and look into it. Safe to run twice."""
        from links.fetching import NotFetched

        from .fetching import fetch_topic
        from .topic import Unreadable

        if self.state != self.State.FETCHING:
            return
        with override(self.language or None):
            try:
                self.content = fetch_topic(self.url)
            except (NotFetched, Unreadable) as problem:
                self.fail(str(problem))
                return
            self.look()

    def look(self) -> None:
        """Read the topic, and say what would come of it."""
        from .topic import Unreadable

        with override(self.language or None):
            try:
                self.tell(self.plan(self.read()))
            except Unreadable as problem:
                self.fail(str(problem))
                return
        self.state, self.problem = self.State.PLANNED, ""
        self.save()

    @transaction.atomic
    def queue(self, *, by: Any) -> None:
        """Have the worker bring it in. Raises StateConflict where it is on its way already, or another one is."""
        from .tasks import bring_in_topic

        current = TopicImport.objects.select_for_update(no_key=True).get(pk=self.pk)
        if current.state != self.State.PLANNED:
            raise StateConflict(
                gettext("This no longer waits for your word: it was imported, or is being imported.")
            )
        self.by, self.state = by, self.State.QUEUED
        try:
            with transaction.atomic():
                self.save(update_fields=["by", "state"])
        except IntegrityError as error:
            raise StateConflict(
                gettext("Another topic is being imported into this event. Wait until it is done.")
            ) from error
        bring_in_topic.enqueue(self.pk)

    def carry_out(self) -> None:
        """Bring it in, all or nothing; its pictures follow, one by one. Safe to run twice: whoever comes second finds
        it done.
        """
        from .carrying_out import carry_out
        from .topic import Unreadable

        states = self.State
        waiting = TopicImport.objects.filter(pk=self.pk, state__in=[states.QUEUED, states.RUNNING])
        if not waiting.update(state=states.RUNNING):
            return
        with override(self.language or None):
            try:
                topic = self.read()
            except Unreadable as problem:
                self.fail(str(problem))
                return
            with transaction.atomic():
                # One import to a conference at a time, whichever of its parts it is to.
                Event.objects.select_for_update(no_key=True).get(pk=self.event.main_event_id)
                if TopicImport.objects.select_for_update(no_key=True).get(pk=self.pk).state != states.RUNNING:
                    return
                plan = self.plan(topic, lock=True)
                # Told first: afterwards all of it is here.
                self.tell(plan, with_names=False)
                carry_out(plan, by=self.by, brought_by=self)
                self.state, self.content, self.finished_at = states.DONE, None, timezone.now()
                self.save()

    def fail(self, problem: str) -> None:
        """Say in words why nothing was changed."""
        self.state, self.problem, self.content = self.State.FAILED, problem[:500], None
        self.finished_at = timezone.now()
        self.save()

    # --- Parts --------------------------------------------------------------------------------------------------------

    def read(self) -> "Topic":
        from .topic import read

        return read(bytes(self.content or b""))

    def plan(self, topic: "Topic", *, lock: bool = False) -> "Plan":
        from .planning import plan

        return plan(topic, self.event, self.url, lock=lock)

    def tell(self, plan: "Plan", *, with_names: bool = True) -> None:
        from .report import report

        self.report = report(plan, with_names=with_names)


class ImportedPart(models.Model):
    """What became of one part of a post: the post itself, a link in it, a picture.

    It knows nothing of what the post said but a hash, and the version of the contribution that came of it: where that
    has another version now, somebody has edited it, and no import changes it. The row stays where the contribution is
    deleted for good, so that no import brings it back.
    """

    outlives_its_thing = True

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+")
    # forum.topic.Post.key, and which part of it: "post", "comment", "link:…", "picture:…".
    post = models.CharField(max_length=80)
    part = models.CharField(max_length=60)
    contribution = models.ForeignKey(
        "community.Contribution", models.SET_NULL, null=True, blank=True, related_name="imported_parts"
    )
    comment = models.ForeignKey(
        "discussion.Comment", models.SET_NULL, null=True, blank=True, related_name="imported_parts"
    )
    # Who wrote it: a comment bears the name of a guest, which follows this person's (forum/naming.py).
    author = models.ForeignKey("people.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    # Of a picture that is still to be fetched: where it is, and what its photo will say (`words`, `at`, and the ids
    # `event`, `related`); or else why it could not be.
    address = models.URLField(max_length=2000, blank=True)
    wanted = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    brought_by = models.ForeignKey(
        "forum.TopicImport", models.SET_NULL, null=True, blank=True, related_name="parts"
    )

    class Meta:
        verbose_name = _("part of a topic")
        verbose_name_plural = _("parts of topics")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "post", "part"],
                name="imported_part_once",
                violation_error_message=_("This part of the topic is already here."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.part}"

    def give_up(self, problem: str) -> None:
        """Say in words why its picture could not be had; the next import of the topic tries again."""
        self.address, self.wanted, self.problem = "", {}, problem[:300]
        self.save(update_fields=["address", "wanted", "problem"])

    def become(self, item: Any) -> None:
        """Say that this contribution came of it."""
        self.contribution_id, self.version = item.pk, item.version
        self.address, self.wanted, self.problem = "", {}, ""
        self.save(update_fields=["contribution", "version", "address", "wanted", "problem"])
