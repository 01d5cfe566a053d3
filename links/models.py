"""What we know of addresses out in the world: what stands there, since when it does not, and how its host is asked."""

import dataclasses
import datetime
import random
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from .canonical import BadAddress, canonical, clean, parse
from .fetching import NotFetched, fetch
from .pictures import keep_picture
from .prose import Prose
from .reading import Reading, read
from .short import where_it_leads
from .threads import Conversation, place_of
from .threads import read as read_thread
from .uses import uses

# What was read is asked for again after so long: a title seldom changes.
KEPT_FOR = datetime.timedelta(days=1)
# What could not be read, may be so soon.
TRIED_FOR = datetime.timedelta(minutes=10)
# A page that is read again for something new: not before all that is new now is there, and so seldom at most.
SOON, SELDOM = datetime.timedelta(minutes=10), datetime.timedelta(hours=6)
# What nothing leads to was only pasted, and is forgotten after so long.
FORGOTTEN_AFTER = datetime.timedelta(days=7)
WEEK, MONTH = datetime.timedelta(days=7), datetime.timedelta(days=30)
# What was there for so long is looked at monthly.
STABLE_AFTER = datetime.timedelta(days=28)
# A link that fails is looked at again after one, two and four days; failing a fourth time, it is gone.
AGAIN = [datetime.timedelta(days=1), datetime.timedelta(days=2), datetime.timedelta(days=4)]
ROBOTS_KEPT = datetime.timedelta(days=7)
# How long a host is left in peace between two questions, and at most after it has asked for that.
PAUSE = datetime.timedelta(seconds=10)
LONGEST_PAUSE = datetime.timedelta(days=2)
ROBOT = "Hallway"


class LinkQuerySet(models.QuerySet["Link"]):
    def at(self, url: str) -> "Link":
        """Return the row of the page at `url`, made now where there is none. Raises BadAddress."""
        kept = clean(url)
        about: dict[str, Any] = {"url": kept, "host": parse(kept).host.strip("[]")}
        link, _made = self.get_or_create(key=canonical(url), defaults=about)
        return link

    def leading_to(self, urls: Iterable[str]) -> Self:
        """Rows of the pages at these addresses; those that are none have no row."""
        return self.filter(key__in={key for url in urls if (key := key_of(url))})

    def gone(self) -> Self:
        """What is no longer there, the newest loss first, as long as something leads to it."""
        return self.filter(state=Link.State.GONE, check_at__isnull=False).order_by("-gone_since", "-pk")

    def due(self) -> Self:
        """What is to be looked at now, the longest overdue first."""
        return self.filter(check_at__lte=timezone.now()).order_by("check_at", "pk")

    def read_again(self, urls: Iterable[str]) -> None:
        """Have the pages at these addresses read again soon, as far as they have been read and are there: somebody
        looks for something else in them now. However often that is said, a page is asked seldom.
        """
        soon = timezone.now() + SOON
        links = self.leading_to(urls).filter(read_at__isnull=False, read_again_at=None)
        wanted = list(links.exclude(state=Link.State.GONE))
        for link in wanted:
            link.read_again_at = max(soon, (link.read_at or soon) + SELDOM)
        Link.objects.bulk_update(wanted, ["read_again_at"], 500)

    def to_read_again(self) -> Self:
        """What is to be read again now."""
        return self.filter(read_again_at__lte=timezone.now())

    def answered_lately(self) -> bool:
        """Whether some page was there in the last two days, so that silence is not our own network's."""
        since = timezone.now() - datetime.timedelta(days=2)
        return self.filter(state=Link.State.OK, checked_at__gte=since).exists()

    def forgotten(self) -> Self:
        """What was pasted once, and nothing leads to."""
        return self.filter(check_at=None, added_at__lt=timezone.now() - FORGOTTEN_AFTER)


def key_of(url: str) -> str:
    """Return the key by which the page at `url` is known; "" where it is no address."""
    try:
        return canonical(url) if url else ""
    except BadAddress:
        return ""


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
    # Why nothing could be read: a code of links.fetching.NotFetched.
    problem = models.CharField(max_length=300, blank=True)
    # When it is read again, whatever was found the last time. None: nobody looks for anything else in it.
    read_again_at = models.DateTimeField(null=True, blank=True)
    title = models.CharField(max_length=300, blank=True)
    site = models.CharField(max_length=100, blank=True)
    author = models.CharField(max_length=100, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    # The name of our own small copy of the picture (LINK_PICTURES), or nothing.
    picture = models.CharField(max_length=100, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="link_due"),
            models.Index(fields=["host"], name="link_host"),
            models.Index(
                fields=["read_again_at"], condition=Q(read_again_at__isnull=False), name="link_read_again"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_gone(self) -> bool:
        return self.state == self.State.GONE

    @property
    def copy_of(self) -> datetime.date:
        """The day of the archive's copy; where none was asked for, the day on which it was certainly there."""
        return self.archived_on or self.added_at.date()

    @property
    def copy_url(self) -> str:
        """Where the Internet Archive shows its copy nearest to `copy_of`."""
        escaped = quote(self.url, safe="/?:@!$&'()*+,;=-._~%[]|{}^")
        return self.archive_url or f"https://web.archive.org/web/{self.copy_of:%Y%m%d}120000/{escaped}"

    @property
    def is_fresh(self) -> bool:
        """Whether it was read lately, so that asking again would tell nothing new."""
        kept_for = TRIED_FOR if self.problem else KEPT_FOR
        return self.read_at is not None and self.read_at > timezone.now() - kept_for

    def read(self) -> Prose | None:
        """Ask what stands there, and keep it with a small copy of its picture. Takes seconds; call it in the worker.
        Return the text of the page, which is not kept.

        Where nothing can be read, return None; `problem` says why, and what was read before stays.
        """
        try:
            reading = read(self.url)
        except NotFetched as problem:
            self._keep(problem=problem.code)
            return None
        there = {"state": self.State.OK} if self.state == self.State.UNKNOWN else {}
        self._keep(problem="", **there, **self._said_by(reading))
        return reading.prose

    def read_no_more(self) -> None:
        """Have it not read again: its site does not want programs there."""
        self.read_again_at = None
        self.save(update_fields=["read_again_at"])

    def follow(self) -> None:
        """Have everything that leads to this short address lead to what stands behind it. Raises NotFetched."""
        onward = where_it_leads(self.url)
        if onward and key_of(onward) != self.key:
            uses().leads_on(self, onward)

    def look_after(self) -> None:
        """Have it looked at regularly from now on: something public leads to it."""
        if self.check_at is None:
            # Spread over a day, or what an import brought in at once would come round at once for ever.
            self.check_at = timezone.now() + AGAIN[0] * (1 + random.random())  # noqa: S311 - no secret
            self.save(update_fields=["check_at"])

    def leave_alone(self) -> None:
        """Have it looked at no more: nothing public leads to it."""
        self.check_at = None
        self.save(update_fields=["check_at"])

    def look_again(self) -> None:
        """Have it looked at tomorrow: today's look says nothing."""
        self.check_at = timezone.now() + AGAIN[0]
        self.save(update_fields=["check_at"])

    def found(self, status: int) -> bool:
        """Note that it was there; return whether that is news."""
        was_gone, now = self.is_gone, timezone.now()
        steady = self.state == self.State.OK and self.added_at < now - STABLE_AFTER
        self._looked(status, self.State.OK, MONTH if steady else WEEK, failures=0, gone_since=None)
        return was_gone

    def missed(self, status: int | None) -> bool:
        """Note that it was not there; return whether it counts as gone from now on."""
        was_gone, failures = self.is_gone, min(self.failures + 1, 1000)
        if failures <= len(AGAIN) and not was_gone:
            self._looked(status, self.State.FAILING, AGAIN[failures - 1], failures=failures)
            return False
        since = self.gone_since or timezone.now()
        self._looked(status, self.State.GONE, MONTH, failures=failures, gone_since=since)
        return not was_gone

    def turned_away(self, status: int | None) -> None:
        """Note that its site does not answer programs: whether it is there, we do not know."""
        state = self.State.GONE if self.is_gone else self.State.UNASKED
        self._looked(status, state, MONTH, failures=self.failures)

    def archive(self) -> None:
        """Ask the Internet Archive to keep a copy of the page as it is today. Raises NotFetched where it does not."""
        answer = fetch(f"https://web.archive.org/save/{self.url}", most_bytes=1000, cut=True, seconds=60)
        if not answer.is_ok:
            raise NotFetched("missing", f"status {answer.status}")
        self.archived_on = timezone.now().date()
        self.save(update_fields=["archived_on"])

    def _looked(self, status: int | None, state: str, again: datetime.timedelta, **columns: Any) -> None:
        now = timezone.now()
        columns |= {"status": status, "state": state, "checked_at": now, "check_at": now + again}
        for column, value in columns.items():
            setattr(self, column, value)
        self.save(update_fields=[*columns])

    def _said_by(self, reading: Reading) -> dict[str, Any]:
        columns = ("title", "site", "author", "published_on", "language")
        said = {column: getattr(reading, column) for column in columns}
        # One copy is enough: the next reading, most often of the same picture, keeps it.
        if reading.picture and not self.picture:
            said["picture"] = keep_picture(reading.picture)
        return said

    def _keep(self, **columns: Any) -> None:
        columns |= {"read_at": timezone.now(), "read_again_at": None}
        for column, value in columns.items():
            setattr(self, column, value)
        self.save(update_fields=[*columns])


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

    def claim(self) -> bool:
        """Take this host's turn; False where it was asked a moment ago, by whichever worker, or wants to be left."""
        now = timezone.now()
        free = Host.objects.filter(Q(ask_again_at=None) | Q(ask_again_at__lte=now), pk=self.pk)
        return bool(free.update(ask_again_at=now + PAUSE))

    def allows(self, url: str, robots_url: str) -> bool:
        """Whether its robots.txt lets us ask `url`. Raises NotFetched where nothing answers there."""
        if self.robots_at is None or self.robots_at < timezone.now() - ROBOTS_KEPT:
            answer = fetch(robots_url, accept="text/plain", most_bytes=100_000, cut=True, seconds=5)
            # A site without such a file lets everybody in; one that is broken says nothing.
            self.robots = answer.text.replace("\0", "") if answer.is_ok else ""
            self.robots_at = timezone.now()
            self.save(update_fields=["robots", "robots_at"])
        rules = RobotFileParser()
        rules.parse(self.robots.splitlines())
        return rules.can_fetch(ROBOT, url)

    def answered(self) -> None:
        if self.failures:
            self.failures = 0
            self.save(update_fields=["failures"])

    def rest(self, wanted: datetime.timedelta = datetime.timedelta()) -> None:
        """Leave it in peace for as long as it `wanted`, and after each failure twice as long as after the last."""
        self.failures = min(self.failures + 1, 10)
        pause = max(wanted, datetime.timedelta(minutes=5) * 2**self.failures)
        self.ask_again_at = timezone.now() + min(pause, LONGEST_PAUSE)
        self.save(update_fields=["failures", "ask_again_at"])


# A conversation that goes on is read every few hours; one that has come to rest, less and less often.
SOONEST, LATEST = datetime.timedelta(hours=3), datetime.timedelta(days=14)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def follow(self, url: str) -> None:
        """Have the conversation at `url` read soon, and now and then, where it is one (links/threads.py)."""
        if place_of(url):
            host = parse(url).host.strip("[]")
            thread, _made = self.get_or_create(key=key_of(url), defaults={"url": clean(url), "host": host})
            if thread.read_again_at is None:
                self.filter(pk=thread.pk).update(read_again_at=timezone.now())

    def at(self, urls: Iterable[str]) -> list["Thread"]:
        """Return what is known of the conversations at these addresses. No query where none is one."""
        keys = {key_of(url) for url in urls if place_of(url)}
        return list(self.filter(key__in=keys, read_at__isnull=False).order_by("pk")) if keys else []

    def due(self) -> Self:
        """What is to be read now, the longest overdue first."""
        return self.filter(read_again_at__lte=timezone.now()).order_by("read_again_at", "pk")


class Thread(models.Model):
    """A conversation elsewhere that something public here leads to: how many answered, and their last words, as they
    were when it was last read. What cannot be read any more keeps what was.
    """

    key = models.CharField(max_length=2000, unique=True)
    url = models.URLField(max_length=2000)
    host = models.CharField(max_length=253)
    count = models.PositiveIntegerField(default=0)
    # Of each line: author, text, at (ISO 8601), url. All of it plain text.
    lines = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True, blank=True)
    # None: nothing public leads there.
    read_again_at = models.DateTimeField(null=True, blank=True)
    pause = models.DurationField(default=SOONEST)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation elsewhere")
        verbose_name_plural = _("conversations elsewhere")
        indexes = [
            models.Index(
                fields=["read_again_at"], condition=Q(read_again_at__isnull=False), name="thread_due"
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def shown_lines(self) -> list[dict[str, Any]]:
        """The lines, with the time as one."""
        return [line | {"at": parse_datetime(line["at"])} for line in self.lines]

    def ask(self) -> Conversation:
        """Return what is said there now. Takes seconds; call it in the worker, outside of any transaction.

        Raises NotFetched; what was read before then stays, and it is asked again later, each time later still.
        """
        place = place_of(self.url)
        try:
            if place is None:
                raise NotFetched("refused", "no conversation that we know")
            return read_thread(place)
        except NotFetched:
            self._read_again_after(max(self.pause, AGAIN[0]) * 2)
            raise

    def keep(self, said: Conversation) -> bool:
        """Keep what is said there now; return whether any of it is new."""
        lines = [dataclasses.asdict(line) | {"at": line.at.isoformat()} for line in said.lines]
        is_new = self.read_at is None or (self.count, self.lines) != (said.count, lines)
        self.count, self.lines, self.read_at = said.count, lines, timezone.now()
        self.save(update_fields=["count", "lines", "read_at"])
        self._read_again_after(SOONEST if is_new else self.pause * 2)
        return is_new

    def leave_alone(self) -> None:
        """Have it read no more: nothing public leads there."""
        self.read_again_at = None
        self.save(update_fields=["read_again_at"])

    def _read_again_after(self, pause: datetime.timedelta) -> None:
        self.pause = min(pause, LATEST)
        self.read_again_at = timezone.now() + self.pause
        self.save(update_fields=["pause", "read_again_at"])


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


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def covers(self, url: str) -> bool:
        """Whether the author of the page at `url`, or of its whole site, does not want it listed here."""
        try:
            host = parse(url).host.lower().removeprefix("www.")
        except BadAddress:
            return False
        key = key_of(url)
        return self.standing().filter(Q(host=host) | (Q(key=key) if key else Q(pk__in=[]))).exists()

    def standing(self) -> Self:
        """What its author has not taken back."""
        return self.filter(lifted_at=None)


class OptOut(models.Model):
    """That a page, or all of a site, is not to be listed here: its author asked for that, and it is for good. Where its
    author asks for that, too, a moderator lifts it; the row stays, and says who did and why.
    """

    key = models.CharField(_("page"), max_length=2000, blank=True)
    host = models.CharField(_("site"), max_length=253, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    lift_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("page not to be listed")
        verbose_name_plural = _("pages not to be listed")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "host"],
                condition=Q(lifted_at=None),
                name="opt_out_once",
                violation_error_message=_("This page is already not listed."),
            ),
            models.CheckConstraint(
                condition=(Q(key="") & ~Q(host="")) | (~Q(key="") & Q(host="")),
                name="opt_out_of_page_or_site",
                violation_error_message=_("Either a page or a site."),
            ),
        ]
        indexes = [models.Index(fields=["host"], name="opt_out_host")]

    def __str__(self) -> str:
        return self.key or self.host

    def lift(self, *, by: Any, reason: str) -> bool:
        """Let it be listed again, as its author asked `by` for, a moderator; what was hidden stays so. Return whether
        it still stood.
        """
        standing = OptOut.objects.standing().filter(pk=self.pk)
        return bool(standing.update(lifted_at=timezone.now(), lifted_by=by, lift_reason=reason))
