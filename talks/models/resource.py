import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.locking import hold_below
from community.models import Contribution
from community.models.contribution import publishes_directly
from community.tasks import look_after_links
from events.models import Event
from links.canonical import canonical, host_label
from links.models import key_of
from people.decisions import AbstractDecision, Reason, StateConflict, Verb
from people.guests import return_link
from people.notifications import tell_member, write_to_guest

if TYPE_CHECKING:
    from .talk import Talk


class ResourceQuerySet(models.QuerySet["Resource"]):
    """The only place that knows who may see which link."""

    def public(self) -> Self:
        return self.filter(state=Resource.State.PUBLIC)

    def shown(self) -> Self:
        """What was brought beside the video, and everybody sees; the video itself stands in the talk's own row."""
        about_video = [Resource.Kind.VIDEO, Resource.Kind.NO_VIDEO]
        return self.public().exclude(kind__in=about_video).exclude(url="")

    def owned_by(self, user: Any) -> Self:
        """What `user` brought: a member, a guest, or nobody."""
        if user.is_authenticated:
            return self.filter(user=user)
        guest_id = getattr(user, "guest_id", None)
        return self.filter(guest=guest_id) if guest_id else self.none()

    def visible_to(self, user: Any) -> Self:
        """What is public, and one's own."""
        if user.is_authenticated:
            return self.filter(Q(state=Resource.State.PUBLIC) | Q(user=user))
        guest_id = getattr(user, "guest_id", None)
        return self.filter(Q(state=Resource.State.PUBLIC) | Q(guest=guest_id)) if guest_id else self.public()

    def with_wrong_keys(self) -> Iterator[tuple["Resource", str]]:
        """Yield each link whose key is not today's key of its address, with that."""
        for one in self.exclude(url="").order_by("pk").iterator():
            if one.url_key != (true := key_of(one.url)):
                yield one, true


class Resource(models.Model):
    """An address that somebody brought for a talk: its video, its slides, its code, a thread about it.

    One row for each who says so: of a video, two who agree make it the talk's.
    """

    class Kind(models.TextChoices):
        VIDEO = "video", _("video")
        SLIDES = "slides", _("slides")
        CODE = "code", _("code")
        TRANSCRIPT = "transcript", _("transcript")
        WRITE_UP = "write-up", _("article")
        THREAD = "thread", _("discussion")
        # No address: somebody says that there is no video, and will be none.
        NO_VIDEO = "no-video", _("not recorded")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")

    talk = models.ForeignKey("talks.Talk", models.CASCADE, related_name="resources")
    kind = models.CharField(_("what it is"), max_length=12, choices=Kind)
    url = models.URLField(_("link"), max_length=2000)
    # links.canonical of it: by this two addresses are the same.
    url_key = models.CharField(max_length=2000, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="resources"
    )
    guest = models.ForeignKey(
        "people.Guest", models.SET_NULL, null=True, blank=True, related_name="resources"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    # A keyed hash of where it was sent from, which says nothing beside another one of the same talk; emptied as soon as
    # it does not wait any more. Without account, one person could be two.
    network = models.CharField(max_length=64, blank=True, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a talk")
        verbose_name_plural = _("links of talks")
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "kind", "url_key", "user"],
                name="resource_once_a_member",
                violation_error_message=_("You have already added this link."),
            ),
            models.UniqueConstraint(
                fields=["talk", "kind", "url_key", "guest"],
                name="resource_once_a_guest",
                violation_error_message=_("You have already added this link."),
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(guest=None),
                name="resource_one_owner",
                violation_error_message=_("Either a member or a guest added this, not both."),
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], condition=Q(state="waiting"), name="resource_queue"),
            models.Index(fields=["url_key"], name="resource_url_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.url}"

    # --- What pages ask -------------------------------------------------------------------------------------------

    @property
    def owner(self) -> Any:
        """The member or the guest who brought it."""
        return self.user if self.user_id else self.guest

    @property
    def host(self) -> str:
        """Where it leads: “github.com”."""
        return host_label(self.url)

    @property
    def is_about_video(self) -> bool:
        """Whether it says where the video is, or that there is none: then two who agree decide."""
        return self.kind in (self.Kind.VIDEO, self.Kind.NO_VIDEO)

    def is_owned_by(self, user: Any) -> bool:
        if user.is_authenticated:
            return self.user_id == user.pk
        return self.guest_id is not None and self.guest_id == getattr(user, "guest_id", None)

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    @classmethod
    def bring(
        cls,
        talk: "Talk",
        *,
        kind: str,
        url: str = "",
        by: Any,
        network: str = "",
        submission_key: uuid.UUID | None = None,
    ) -> "Resource":
        """Say as `by` that this address belongs to `talk`, once. It shows at once where `by` is trusted, and about the
        video also where somebody else has said the same; else it waits. Raises BadAddress.
        """
        who = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
        with transaction.atomic():
            # Two who bring the same at the same moment come one after the other.
            Contribution.objects.select_for_update(no_key=True).get(pk=talk.pk)
            row, is_new = cls.objects.get_or_create(
                talk=talk,
                kind=kind,
                url_key=canonical(url) if url else "",
                **who,
                defaults={"url": url, "network": network, "submission_key": submission_key},
            )
            if is_new:
                row._record(Verb.SUBMIT, "", by)
            # What a moderator turned down waits for one again, whoever says the same.
            was_rejected = row.state == cls.State.REJECTED
            if row.state in (cls.State.WITHDRAWN, cls.State.REJECTED):
                row._move(Verb.RESUBMIT, cls.State.WAITING, by=by, allowed=[row.state])
            if (
                row.state == cls.State.WAITING
                and not was_rejected
                and (row.is_settled_by(by) or row.has_company())
            ):
                row.publish(by=by)
        return row

    def is_settled_by(self, by: Any) -> bool:
        """Return whether what `by` says needs nobody else: of who looks after the event, who spoke, and members with
        trust. That there is no video also whoever added the talk can say, and trust alone does not tell.
        """
        if self.kind == self.Kind.NO_VIDEO and self.talk.is_owned_by(by):
            return True
        if not by.is_authenticated:
            return False
        trusted = by.is_moderator or (self.kind != self.Kind.NO_VIDEO and publishes_directly(by))
        return (
            trusted
            or self.talk.credits.filter(person=by.person_id).exists()
            or Event.objects.editable_by(by).filter(pk=self.talk.event_id).exists()
        )

    def has_company(self) -> bool:
        """Return whether somebody else says the same about the video."""
        return self.is_about_video and any(self.is_of_another_than(other) for other in self._the_same())

    def is_of_another_than(self, other: "Resource") -> bool:
        """Return whether this and `other` were surely brought by two people."""
        if self.user_id and other.user_id:
            return self.user_id != other.user_id
        return bool(self.network and other.network) and self.network != other.network

    def _the_same(self) -> "ResourceQuerySet":
        """The others that wait and say the same."""
        rows = Resource.objects.filter(talk=self.talk_id, kind=self.kind, url_key=self.url_key)
        return rows.filter(state=self.State.WAITING).exclude(pk=self.pk)

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see it; about the video: let the talk say so. Who said the same is answered too."""
        with transaction.atomic():
            allowed = [self.State.WAITING, self.State.REJECTED]
            self._move(Verb.PUBLISH, self.State.PUBLIC, by=by, allowed=allowed, note=note)
            self._let_talk_say_so(by)
            for other in self._the_same():
                other._move(Verb.PUBLISH, self.State.PUBLIC, by=by, allowed=[self.State.WAITING])

    @transaction.atomic
    def take_address(self, url: str) -> None:
        """Lead to `url`, by today's key of it. Where the same person brought that for the talk already, one row of the
        two says so from now on, the public one first.
        """
        key = key_of(url)
        mine = {"user": self.user_id} if self.user_id else {"guest": self.guest_id}
        twin = Resource.objects.filter(talk=self.talk_id, kind=self.kind, url_key=key, **mine).exclude(
            pk=self.pk
        )
        if self.owner and (other := twin.first()):
            if other.state == self.State.PUBLIC or self.state != self.State.PUBLIC:
                self.delete()
                return
            other.delete()
        self.url, self.url_key = url, key
        self.save(update_fields=["url", "url_key"])

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Keep it from everybody but who brought it, who is told `reason` (a people.decisions.Reason) and `note`."""
        Reason(reason)
        allowed = [self.State.WAITING, self.State.PUBLIC]
        self._move(Verb.REJECT, self.State.REJECTED, by=by, allowed=allowed, reason=reason, note=note)

    def withdraw(self, *, by: Any) -> None:
        """Take one's own link back; a video that the talk has already stays there."""
        allowed = [self.State.WAITING, self.State.PUBLIC, self.State.REJECTED]
        self._move(Verb.WITHDRAW, self.State.WITHDRAWN, by=by, allowed=allowed)

    def undo(self, *, by: Any) -> None:
        """Take the last decision of a moderator back, while nothing else has happened since."""
        last = self.decisions.order_by("-pk").first()
        if last is None or not last.as_moderator or last.verb == Verb.UNDO:
            raise StateConflict(_("There is nothing to undo here."))
        with transaction.atomic():
            self._move(Verb.UNDO, last.from_state, by=by, allowed=[last.to_state])
            if self.state == self.State.PUBLIC:
                self._let_talk_say_so(by)

    def _let_talk_say_so(self, by: Any) -> None:
        if self.kind == self.Kind.VIDEO:
            self.talk.take_video(self.url, by=by, brought=self.pk)
        elif self.kind == self.Kind.NO_VIDEO:
            self.talk.say_not_recorded(by=by)
        else:
            self.talk.become_news()

    def _move(
        self, verb: Verb, to: str, *, by: Any, allowed: Sequence[Any], reason: str = "", note: str = ""
    ) -> None:
        """Change the state and write the decision, all in one transaction; what was public about the video and is not
        any more is taken from the talk too, unless its owner only takes back that it was they.
        """
        with transaction.atomic():
            current = hold_below(Resource.objects.filter(pk=self.pk), "talk")
            self.talk_id = current.talk_id
            if current.state not in allowed:
                raise StateConflict(_("It has changed since you opened it."))
            self.state, self.network = to, ""
            if to == self.State.WAITING:
                self.submitted_at = timezone.now()
            self.save(update_fields=["state", "network", "submitted_at"])
            decision = self._record(verb, current.state, by, reason=reason, note=note)
            if to == self.State.PUBLIC:
                look_after_links.enqueue([self.talk_id])
            if current.state == self.State.PUBLIC and verb != Verb.WITHDRAW and self.is_about_video:
                self.talk.give_video_back(self.url_key, by=by)
            if self.State.PUBLIC in (to, current.state):
                # With the card, what is missing at the event is looked at anew. After the talk's own change: whoever
                # changes a talk locks it before the job that draws it.
                self.talk.forget_cards()
            if decision.as_moderator:
                self._tell_owner(decision)

    def _tell_owner(self, decision: "ResourceDecision") -> None:
        context = {"item": self.talk, "resource": self, "decision": decision}
        if self.user:
            tell_member(self.user, "resource_decision", context, url=self.talk.get_absolute_url())
        elif self.guest:
            write_to_guest(self.guest, "resource_decision", {**context, "link": return_link(self.guest)})

    def _record(self, verb: Verb, from_state: str, by: Any, **more: str) -> "ResourceDecision":
        member = by if by is not None and by.is_authenticated else None
        return ResourceDecision.objects.create(
            resource=self,
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            actor=member,
            as_moderator=bool(member and member.is_moderator and not self.is_owned_by(member)),
            **more,
        )


class ResourceDecision(AbstractDecision):
    """One change of state of a link of a talk."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on a link of a talk")
        verbose_name_plural = _("decisions on links of talks")
        indexes = [
            models.Index(fields=["resource", "-decided_at"], name="resource_decisions"),
            models.Index(fields=["-decided_at", "-id"], name="resource_decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.get_verb_display()}"
