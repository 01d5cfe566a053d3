"""What people say to each other about a contribution."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from community.locking import hold_below
from community.mentions import Settled
from community.models import Contribution
from community.models.contribution import publishes_directly
from community.text import RENDERER_VERSION, render_comment
from people.decisions import AbstractDecision, Reason, StateConflict, Verb

from .said import Said, SaidQuerySet

LONGEST = 5000
# How long whoever deleted a comment can bring it back; after that its words are gone.
RESTORE_FOR = timedelta(days=1)
DAYS_A_MONTH = 30.44


class CommentQuerySet(SaidQuerySet):
    """The only place that knows who may see which comment."""

    def visible_to(self, user: Any) -> Self:
        """What `user` may read, and that only where they may see what it is about."""
        return self.filter(readable_by(user), contribution__in=Contribution.objects.visible_to(user))

    def editable_by(self, user: Any) -> Self:
        """One's own: nobody changes somebody else's words."""
        return self.visible_to(user).owned_by(user)

    def answered_for_by(self, user: Any) -> Self:
        """What `user` may read the former versions of: one's own, and for moderators everything that stands."""
        rows = self.visible_to(user)
        return rows if user.is_authenticated and user.is_moderator else rows.owned_by(user)

    def restorable_by(self, user: Any) -> Self:
        """What `user` deleted not long ago."""
        since = timezone.now() - RESTORE_FOR
        return self.owned_by(user).filter(state=Comment.State.WITHDRAWN, submitted_at__gt=since)

    def in_threads(self, item: Contribution, user: Any) -> Self:
        """What stands on the page of `item`, which `user` may see: what they may read (`is_readable`), and the place of
        what they may not where public replies hang on it. Oldest thread first, each comment before its replies.
        """
        replies = Comment.objects.public().filter(parent=OuterRef("pk"))
        return (
            self.filter(readable_by(user) | Exists(replies), contribution=item.pk)
            .annotate(
                thread=Coalesce("parent_id", "pk"),
                is_readable=ExpressionWrapper(readable_by(user), output_field=BooleanField()),
            )
            .order_by("thread", "pk")
        )

    def to_be_forgotten(self) -> Self:
        """What was deleted, and can no longer be brought back, and still has its words."""
        since = timezone.now() - RESTORE_FOR
        return self.filter(state=Comment.State.WITHDRAWN, submitted_at__lte=since).exclude(body="")


def readable_by(user: Any) -> Q:
    """Return the condition that `user` may read a comment: what is public, one's own, and for moderators everything;
    what its author deleted nobody.
    """
    standing = ~Q(state=Comment.State.WITHDRAWN)
    if user.is_authenticated:
        return standing if user.is_moderator else Q(state=Comment.State.PUBLIC) | (Q(user=user) & standing)
    guest_id = getattr(user, "guest_id", None)
    public = Q(state=Comment.State.PUBLIC)
    return public | (Q(guest=guest_id) & standing) if guest_id else public


class Comment(Said):
    """A comment on a contribution, or a reply to one: there is one level of replies."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")
        HIDDEN = "hidden", _("hidden")
        WITHDRAWN = "withdrawn", _("deleted by its author")

    TURNED_DOWN = (State.REJECTED, State.HIDDEN)

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, related_name="comments", verbose_name=_("about")
    )
    # The comment that it hangs on, never a reply; and the one that it answers, which may be a reply.
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    answers = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    # What others answered stays where an account goes.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    guest = models.ForeignKey("people.Guest", models.SET_NULL, null=True, blank=True, related_name="comments")
    body = models.TextField(_("comment"), blank=True)
    html = models.TextField(blank=True, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Brought in from elsewhere, where it was said long ago: it is no news, and nobody is told of it, ever.
    quiet = models.BooleanField(default=False, editable=False)
    # Since when a report of it, while it is public, waits for a moderator.
    reported_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(guest=None),
                name="comment_one_author",
                violation_error_message=_("A comment is a member’s or a guest’s, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(body="") | Q(state="withdrawn"),
                name="comment_says_something",
                violation_error_message=_("Write something."),
            ),
            models.CheckConstraint(
                condition=~Q(state="public") | Q(published_at__isnull=False),
                name="comment_public_has_time",
                violation_error_message=_("What is public has the time when it became so."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(parent__lt=F("id")),
                name="comment_after_its_parent",
                violation_error_message=_("A reply comes after what it replies to."),
            ),
        ]
        indexes = [
            models.Index("contribution", Coalesce("parent_id", "id"), "id", name="comment_threads"),
            models.Index(fields=["submitted_at", "id"], condition=Q(state="waiting"), name="comment_queue"),
            models.Index(
                fields=["reported_at", "id"],
                condition=Q(state="public", reported_at__isnull=False),
                name="comment_reported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.contribution}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.render()
        super().save(*args, **kwargs)

    def render(self) -> None:
        """Make the HTML of the words as they are now."""
        self.html, self.renderer_version = render_comment(self.body), RENDERER_VERSION

    def get_absolute_url(self) -> str:
        """Return its permanent address, which leads to its place on the page of what it is about."""
        return reverse("discussion:comment", args=[self.pk])

    # --- What pages ask -------------------------------------------------------------------------------------------

    @property
    def words(self) -> SafeString:
        """The comment as HTML, safe to show: it was sanitised when it was kept."""
        return mark_safe(self.html)

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def thread_id(self) -> int:
        """The comment that begins its thread."""
        return self.parent_id or self.pk

    @property
    def mark(self) -> str:
        """Its name in the moderators' queue, and in the addresses of places on a page."""
        return f"comment-{self.pk}"

    @property
    def can_be_turned_down(self) -> bool:
        """Whether a moderator may turn it down or hide it as it is now."""
        return self.state in (self.State.WAITING, self.State.PUBLIC)

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @classmethod
    def say(
        cls,
        contribution: Contribution,
        *,
        by: Any,
        body: str,
        answers: "Comment | None" = None,
        submission_key: uuid.UUID | None = None,
    ) -> "Comment":
        """Comment on `contribution` as `by` (member or guest), or reply to the comment `answers` there. Waits where
        `by` is not trusted. Raises StateConflict where nobody may comment any more.
        """
        who = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
        with transaction.atomic():
            # Before the comment's own row, as all that changes a contribution does.
            current = Contribution.objects.select_for_update(no_key=True).get(pk=contribution.pk)
            if why := closed(current):
                raise StateConflict(why)
            is_public = publishes_directly(by)
            comment = cls.objects.create(
                contribution_id=contribution.pk,
                **who,
                parent_id=answers.thread_id if answers else None,
                answers=answers,
                body=Settled([body])(body),
                state=cls.State.PUBLIC if is_public else cls.State.WAITING,
                published_at=timezone.now() if is_public else None,
                submission_key=submission_key,
            )
            comment._decide(Verb.SUBMIT, "", comment.state, by)
            comment._publicness_changed(was_public=False, is_first=is_public)
        return comment

    @classmethod
    @transaction.atomic
    def bring_in(
        cls,
        contribution: Contribution,
        *,
        guest: Any,
        body: str,
        at: datetime,
        by: Any,
        answers: "Comment | None" = None,
    ) -> "Comment":
        """Keep as public what `guest` (None: nobody who is named) said elsewhere about `contribution` at that time.

        `by` answers for it in the log. Nobody is told, and it is no news: it was said long ago.
        """
        Contribution.objects.select_for_update(no_key=True).get(pk=contribution.pk)
        comment = cls.objects.create(
            contribution_id=contribution.pk,
            guest=guest,
            parent_id=answers.thread_id if answers else None,
            answers=answers,
            body=Settled([body])(body),
            state=cls.State.PUBLIC,
            published_at=at,
            submitted_at=at,
            quiet=True,
        )
        # Of itself it would be today.
        cls.objects.filter(pk=comment.pk).update(created_at=at)
        comment.decisions.create(verb=Verb.SUBMIT, from_state="", to_state=comment.state, actor=by)
        Contribution.objects.filter(pk=contribution.pk).update(comment_count=F("comment_count") + 1)
        return comment

    def edit(self, body: str, *, by: Any, version: int) -> None:
        """Change one's own words; those from before are kept. They wait again where `by` is not trusted, and where a
        moderator turned them down or hid them. Raises StateConflict when `version` is no longer the newest one.
        """
        body = Settled([body])(body)
        if body == self.body and self.version == version:
            return
        direct = publishes_directly(by) and not self._was_turned_down()
        self._move(
            Verb.RESUBMIT,
            self.State.PUBLIC if direct else self.State.WAITING,
            by=by,
            allowed=set(self.State) - {self.State.WITHDRAWN},
            rewrite=body,
            seen=version,
        )

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see it. Raises StateConflict when it is public already, or deleted."""
        allowed = {self.State.WAITING, *self.TURNED_DOWN}
        self._move(Verb.PUBLISH, self.State.PUBLIC, by=by, allowed=allowed, note=note)

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Keep it from everybody but its author, who is told `reason` (a people.decisions.Reason) and `note`."""
        Reason(reason)
        self._move(
            Verb.REJECT, self.State.REJECTED, by=by, allowed={self.State.WAITING}, reason=reason, note=note
        )

    def hide(self, *, by: Any, reason: str, note: str = "") -> None:
        """Take what is public out of sight; its author is told why."""
        Reason(reason)
        self._move(Verb.HIDE, self.State.HIDDEN, by=by, allowed={self.State.PUBLIC}, reason=reason, note=note)

    @transaction.atomic
    def report(self, *, by: Any, reason: str, note: str = "") -> None:
        """Ask a moderator to look at what is public: `by` a member, a guest or a stranger, each member once."""
        Reason(reason)
        user = by if by.is_authenticated else None
        said = {"reason": reason, "note": note}
        if user:
            self.reports.update_or_create(user=user, defaults=said)
        else:
            self.reports.create(guest_id=getattr(by, "guest_id", None), **said)
        Comment.objects.filter(pk=self.pk, reported_at=None).update(reported_at=timezone.now())

    def keep(self, *, by: Any, note: str = "") -> None:
        """Leave as it is what was reported; its author is not troubled with that."""
        self._move(Verb.KEEP, self.State.PUBLIC, by=by, allowed={self.State.PUBLIC}, note=note)

    def undo(self, *, by: Any) -> None:
        """Take the last decision of a moderator back, while nothing else has happened since. What was reported waits
        again.
        """
        with transaction.atomic():
            super().undo(by=by)
            if self.is_public and (last := self.reports.order_by("-pk").first()):
                Comment.objects.filter(pk=self.pk).update(reported_at=last.reported_at)

    def withdraw(self, *, by: Any) -> None:
        """Delete one's own comment: nobody reads it any more. `restore` undoes that for a day."""
        allowed = set(self.State) - {self.State.WITHDRAWN}
        self._move(Verb.WITHDRAW, self.State.WITHDRAWN, by=by, allowed=allowed)

    def restore(self, *, by: Any) -> None:
        """Undo a deletion: back to the state from before it. Raises StateConflict once its words are gone."""
        last = self.decisions.filter(verb=Verb.WITHDRAW).order_by("-pk").first()
        if not self.body:
            raise StateConflict(_("It is deleted for good."))
        to = last.from_state if last else self.State.WAITING
        self._move(Verb.RESTORE, to, by=by, allowed={self.State.WITHDRAWN})

    @transaction.atomic
    def forget(self) -> None:
        """Delete the words of what was deleted, with all versions. Safe to run twice."""
        current = Comment.objects.select_for_update(no_key=True).get(pk=self.pk)
        if current.is_withdrawn:
            current.body = ""
            current.save(update_fields=["body", "html", "renderer_version"])
            current.versions.all().delete()

    def _move(
        self,
        verb: Verb,
        to: str,
        *,
        by: Any,
        allowed: set[Any],
        reason: str = "",
        note: str = "",
        rewrite: str | None = None,
        seen: int | None = None,
    ) -> None:
        """Change the state, and with `rewrite` the words of the version `seen`, keep what counts it true, and write the
        decision, all in one transaction.
        """
        with transaction.atomic():
            current = hold_below(Comment.objects.filter(pk=self.pk), "contribution")
            self.contribution_id = current.contribution_id
            if current.state not in allowed:
                raise StateConflict(current._who_was_quicker())
            if seen is not None and seen != current.version:
                raise StateConflict(
                    _(
                        "You have changed it elsewhere meanwhile. Your text is still here: compare, then save again."
                    )
                )
            was = current.state
            if rewrite is not None:
                current._keep_version()
                current.body, current.edited_at = rewrite, timezone.now()
                current.version += 1
            if rewrite is not None or verb == Verb.WITHDRAW:
                current.submitted_at = timezone.now()
            is_first = to == self.State.PUBLIC and current.published_at is None
            if is_first:
                current.published_at = timezone.now()
            current.state = to
            if verb in (Verb.KEEP, Verb.HIDE):
                current.reported_at = None
            current.save()
            for field in current._meta.concrete_fields:
                if not field.is_relation:
                    setattr(self, field.attname, getattr(current, field.attname))
            # The words that trusted people change are no decision: the version says so.
            decision = (
                None if was == to and rewrite else self._decide(verb, was, to, by, reason=reason, note=note)
            )
            self._publicness_changed(was_public=was == self.State.PUBLIC, is_first=is_first)
            if decision and decision.as_moderator:
                from ..telling import tell_author

                tell_author(self, decision)

    def _keep_version(self) -> None:
        """Keep the words as they are now, before they change."""
        self.versions.create(
            number=self.version, body=self.body, written_at=self.edited_at or self.created_at
        )

    def _publicness_changed(self, *, was_public: bool, is_first: bool) -> None:
        """Keep true how many there are, and tell whom it concerns, once. The contribution is locked."""
        from ..telling import take_back, tell_of_comment, tell_of_mentions

        if was_public != self.is_public:
            step = 1 if self.is_public else -1
            rows = Contribution.objects.filter(pk=self.contribution_id)
            rows.update(comment_count=F("comment_count") + step)
        if self.is_public and not self.quiet:
            self.contribution.become_news()
            told = tell_of_comment(self) if is_first else set()
            tell_of_mentions(self, self.body, told=told)
        elif was_public and not self.is_public:
            others = [other.user for other in (self.answers, self.parent) if other]
            take_back(self, self.user, self.contribution.contributor, *others)


class CommentVersion(models.Model):
    """The words of a comment before they were changed."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a comment")
        verbose_name_plural = _("versions of comments")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "number"],
                name="comment_version_once",
                violation_error_message=_("This version is already kept."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.number}"


class CommentReport(models.Model):
    """That somebody asked moderators to look at a comment, and why."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest = models.ForeignKey("people.Guest", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("why"), max_length=20, choices=Reason)
    note = models.TextField(_("in their words"), max_length=500, blank=True)
    reported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "user"],
                name="comment_reported_once_a_member",
                violation_error_message=_("You have already reported this."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_reason_display()}"

    @property
    def name(self) -> str:
        """Who reported it; empty for a stranger."""
        return str(self.user or self.guest or "")


class CommentDecision(AbstractDecision):
    """One change of state of a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on a comment")
        verbose_name_plural = _("decisions on comments")
        indexes = [
            models.Index(fields=["comment", "-decided_at"], name="comment_decisions"),
            models.Index(fields=["-decided_at", "-id"], name="comment_decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_verb_display()}"


def closed(item: Contribution) -> Any:
    """Return why nobody may comment on `item` any more, in words; nothing where everybody may."""
    if item.comments_off:
        return _("Comments are closed here.")
    months = settings.COMMENTS_CLOSE_AFTER_MONTHS
    since = item.published_at
    if months and since and since < timezone.now() - timedelta(days=months * DAYS_A_MONTH):
        return _("Comments are closed: this has been here for a long time.")
    return ""
