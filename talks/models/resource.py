from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.decisions import AbstractDecision


class Resource(models.Model):
    """An address that somebody brought for a talk: its video, its slides, its code, a thread about it.

    One row for each who says so: of a video, two who agree make it the talk's.
    """

    class Kind(models.TextChoices):
        VIDEO = "video", _("video")
        SLIDES = "slides", _("slides")
        CODE = "code", _("code")
        TRANSCRIPT = "transcript", _("transcript")
        WRITE_UP = "write-up", _("write-up")
        THREAD = "thread", _("discussion")

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

    class Meta:
        verbose_name = _("link of a talk")
        verbose_name_plural = _("links of talks")
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "kind", "url_key", "user"],
                name="resource_once_a_member",
                violation_error_message=_("You have brought this link already."),
            ),
            models.UniqueConstraint(
                fields=["talk", "kind", "url_key", "guest"],
                name="resource_once_a_guest",
                violation_error_message=_("You have brought this link already."),
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(guest=None),
                name="resource_one_owner",
                violation_error_message=_("Either a member or a guest brought this, not both."),
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], condition=Q(state="waiting"), name="resource_queue"),
            models.Index(fields=["url_key"], name="resource_url_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.url}"


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
