"""What is said elsewhere about a contribution, as sites tell us by Webmention (https://www.w3.org/TR/webmention/)."""

import contextlib
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Contribution
from links.canonical import host_label
from links.microformats import Found
from people.decisions import AbstractDecision, Reason, StateConflict, Verb
from people.models.notification import Topic
from people.notifications import tell_member


class BlockedSourceQuerySet(models.QuerySet["BlockedSource"]):
    def covers(self, host: str) -> bool:
        """Whether nothing is taken from `host`: it, or a domain that it is part of, is blocked."""
        return self.filter(host__in=domains_of(host)).exists()


def domains_of(host: str) -> list[str]:
    """Return `host` and the domains that it is part of, without those that everybody shares by nature (“org”)."""
    parts = host.lower().removeprefix("www.").split(".")
    return [".".join(parts[start:]) for start in range(max(len(parts) - 1, 1))]


class BlockedSource(models.Model):
    """A site from which no webmention is taken any more."""

    host = models.CharField(_("site"), max_length=253, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    blocked_at = models.DateTimeField(auto_now_add=True)

    objects = BlockedSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked site")
        verbose_name_plural = _("blocked sites")
        ordering = ["-blocked_at", "-pk"]

    def __str__(self) -> str:
        return self.host

    @classmethod
    def block(cls, host: str, *, by: Any) -> "BlockedSource":
        """Take nothing from `host` any more, and turn down what came from it and waits or shows. Safe to do twice."""
        host = host.lower().removeprefix("www.")
        with transaction.atomic():
            blocked, _is_new = cls.objects.get_or_create(host=host, defaults={"by": by})
            for mention in Webmention.objects.standing().from_host(host).order_by("pk"):
                # Somebody else may have been quicker with one of them.
                with contextlib.suppress(StateConflict):
                    mention.reject(by=by, reason=Reason.ADVERT)
        return blocked


class WebmentionQuerySet(models.QuerySet["Webmention"]):
    """The only place that knows who may see which mention."""

    def public(self) -> Self:
        return self.filter(state=Webmention.State.PUBLIC)

    def standing(self) -> Self:
        return self.filter(state__in=[Webmention.State.WAITING, Webmention.State.PUBLIC])

    def visible_to(self, user: Any) -> Self:
        """What is public, and for moderators also what waits."""
        return self.standing() if user.is_authenticated and user.is_moderator else self.public()

    def from_host(self, host: str) -> Self:
        return self.filter(Q(host=host) | Q(host__endswith=f".{host}"))


class Webmention(models.Model):
    """That a page elsewhere leads to a contribution, and what it says: one of each page on each contribution."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")
        # The page, or its link to us, is gone; its words are forgotten.
        WITHDRAWN = "withdrawn", _("no longer there")

    class Way(models.TextChoices):
        MENTION = "mention", _("mentions it")
        REPLY = "reply", _("answers")
        LIKE = "like", _("likes it")
        REPOST = "repost", _("shares it")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="webmentions")
    source = models.URLField(_("page"), max_length=2000)
    source_key = models.CharField(max_length=2000, editable=False)
    host = models.CharField(max_length=253, editable=False)
    way = models.CharField(_("what it does"), max_length=10, choices=Way, default=Way.MENTION)
    title = models.CharField(_("title"), max_length=300, blank=True)
    author = models.CharField(_("by"), max_length=100, blank=True)
    author_url = models.URLField(max_length=2000, blank=True)
    excerpt = models.CharField(_("what it says"), max_length=300, blank=True)
    published_on = models.DateField(_("of"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    # Raised by each change of the words, so that nobody lets through words that they have not seen.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)

    WORDS = ("way", "title", "author", "author_url", "excerpt", "published_on")

    objects = WebmentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention elsewhere")
        verbose_name_plural = _("mentions elsewhere")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "source_key"],
                name="webmention_once_a_page",
                violation_error_message=_("This page is already known."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state="waiting"), name="webmention_queue"
            ),
            models.Index(fields=["host"], name="webmention_host"),
        ]

    def __str__(self) -> str:
        return self.source

    # --- What pages ask -------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Who says it, as far as their page tells; else where it is said."""
        return self.author or self.host_label

    @property
    def host_label(self) -> str:
        """Where it is said: “example.org”."""
        return host_label(self.source)

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLIC

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @classmethod
    def take(cls, contribution_id: int, *, source: str, key: str, host: str, found: Found) -> "Webmention":
        """Keep what the page at `source` says of a contribution. What is new waits for a moderator, and so does what
        was public and says something else now, or is there again. What was turned down stays so.
        """
        said = {name: getattr(found, name) for name in cls.WORDS}
        with transaction.atomic():
            mention, is_new = cls.objects.select_for_update(no_key=True).get_or_create(
                contribution_id=contribution_id,
                source_key=key,
                defaults={"source": source, "host": host, **said},
            )
            if is_new:
                mention._record(Verb.SUBMIT, "", None)
            elif mention.state == cls.State.WITHDRAWN or said != mention._said():
                rejected = mention.state == cls.State.REJECTED
                to = cls.State.REJECTED if rejected else cls.State.WAITING
                mention._move(Verb.RESUBMIT, to, by=None, allowed=set(cls.State), words=said)
        return mention

    def _said(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.WORDS}

    def lose(self) -> None:
        """Forget what it said: its page, or the link to us on it, is gone. Safe to do twice."""
        nothing: dict[str, Any] = {
            "way": self.Way.MENTION,
            "title": "",
            "author": "",
            "author_url": "",
            "excerpt": "",
        }
        nothing["published_on"] = None
        if self.state != self.State.WITHDRAWN:
            allowed = set(self.State) - {self.State.WITHDRAWN}
            self._move(Verb.WITHDRAW, self.State.WITHDRAWN, by=None, allowed=allowed, words=nothing)

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see it, and tell whoever added what it is about. Raises StateConflict."""
        allowed = {self.State.WAITING, self.State.REJECTED}
        self._move(Verb.PUBLISH, self.State.PUBLIC, by=by, allowed=allowed, note=note)

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Let nobody see it. Nobody is told: who wrote it has no address here."""
        Reason(reason)
        allowed = {self.State.WAITING, self.State.PUBLIC}
        self._move(Verb.REJECT, self.State.REJECTED, by=by, allowed=allowed, reason=reason, note=note)

    def undo(self, *, by: Any) -> None:
        """Take the last decision of a moderator back, while nothing else has happened since."""
        last = self.decisions.order_by("-pk").first()
        if last is None or not last.as_moderator or last.verb == Verb.UNDO:
            raise StateConflict(_("There is nothing to undo here."))
        self._move(Verb.UNDO, last.from_state, by=by, allowed={last.to_state})

    def _move(
        self,
        verb: Verb,
        to: str,
        *,
        by: Any,
        allowed: set[Any],
        reason: str = "",
        note: str = "",
        words: dict[str, Any] | None = None,
    ) -> None:
        """Change the state, and with `words` what it says, and write the decision, all in one transaction."""
        with transaction.atomic():
            current = Webmention.objects.select_for_update(no_key=True).get(pk=self.pk)
            if current.state not in allowed:
                raise StateConflict(
                    _("It has changed since you opened it. It is now %(state)s.")
                    % {"state": current.get_state_display()}
                )
            for name, value in (words or current._said()).items():
                setattr(self, name, value)
            self.state, self.version = to, current.version
            if words is not None:
                self.version, self.submitted_at = current.version + 1, timezone.now()
            self.save(update_fields=["state", "version", "submitted_at", *self.WORDS])
            self._record(verb, current.state, by, reason=reason, note=note)
            if verb == Verb.PUBLISH:
                self._tell_owner()

    def _tell_owner(self) -> None:
        """Tell the member whose thing is mentioned, inside the caller's transaction."""
        item = self.contribution
        if item.contributor and item.is_public:
            url = f"{item.get_absolute_url()}#mentioned"
            tell_member(
                item.contributor,
                "webmention",
                {"item": item, "mention": self},
                url=url,
                topic=Topic.COMMENTS,
                thread=f"webmention:{item.pk}",
                # The mention itself is asked for, too: what is gone there is told to nobody any more.
                scopes=[f"item:{item.pk}", f"event:{item.main_event_id}", f"webmention:{self.pk}"],
            )

    def _record(
        self, verb: Verb, from_state: str, by: Any, *, reason: str = "", note: str = ""
    ) -> "WebmentionDecision":
        return WebmentionDecision.objects.create(
            webmention=self,
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            actor=by,
            as_moderator=by is not None,
            reason=reason,
            note=note,
        )


class WebmentionDecision(AbstractDecision):
    """One change of state of a mention elsewhere."""

    webmention = models.ForeignKey(Webmention, models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on a mention elsewhere")
        verbose_name_plural = _("decisions on mentions elsewhere")
        indexes = [
            models.Index(fields=["webmention", "-decided_at"], name="webmention_decisions"),
            models.Index(fields=["-decided_at", "-id"], name="webmention_decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.webmention_id}: {self.get_verb_display()}"
