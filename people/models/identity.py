"""Who somebody is: names given up, claims to a page of one's own, two pages that were one person's."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Identity(NamedTuple):
    """What a person was called before a change: PERSON_CHANGED is told it, and nothing keeps it."""

    name: str
    folded_name: str
    handle: str


def digest_of_name(folded: str) -> str:
    """Return the keyed hash of a folded name: without SECRET_KEY nobody can try names until one fits."""
    return salted_hmac("people.FormerName.name", folded, algorithm="sha256").hexdigest()


def digest_of_handle(handle: str) -> str:
    """Return the keyed hash of a handle; capital letters make no difference."""
    return salted_hmac("people.FormerName.handle", handle.lower(), algorithm="sha256").hexdigest()


class FormerNameQuerySet(models.QuerySet["FormerName"]):
    def keep(self, digest: str, person: Any) -> None:
        """Let `digest` lead to `person`, or with None to nobody. Where it leads already, it stays: who came first."""
        self.get_or_create(digest=digest, defaults={"person": person})

    def bury(self, digests: Iterable[str]) -> None:
        """Make tombstones of these, whomever they led to."""
        for digest in digests:
            self.update_or_create(digest=digest, defaults={"person": None})

    def of_handles(self, handles: Iterable[str]) -> "dict[str, FormerName]":
        """Return by handle (lower case) those that somebody gave up, with their person. One query."""
        digests = {digest_of_handle(handle): handle.lower() for handle in handles}
        found = self.filter(digest__in=digests).select_related("person__merged_into") if digests else ()
        return {digests[row.digest]: row for row in found}


class FormerName(models.Model):
    """A name or a handle that a person gave up, kept only as a keyed hash: it leads an old address and the next import
    to the person, and nobody can read it. Without a person it is a tombstone: whoever it was asked to be removed.
    """

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, null=True, blank=True, related_name="former_names"
    )
    given_up_at = models.DateTimeField(auto_now_add=True)

    objects = FormerNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")

    def __str__(self) -> str:
        return self.digest[:8]


class Claim(models.Model):
    """“This is me”: a member says that a person without account is they."""

    class Way(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        SITE = "site", _("by a link from their site")
        MODERATOR = "moderator", _("by a moderator")

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("turned down")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    way = models.CharField(_("proven"), max_length=10, choices=Way)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    # Of a site: the listed address that should link back; and what was found wrong there, in words for the member.
    url = models.URLField(max_length=500, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    # For a moderator: how they could be sure.
    note = models.TextField(_("how we can be sure"), blank=True, max_length=1000)
    claimed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["claimed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "user"],
                condition=Q(state="open"),
                name="claim_once",
                violation_error_message=_("You have asked for this page already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} = {self.person}"


class PersonMerge(models.Model):
    """That two pages were found to be one person's, and what moved, so that it can be taken back."""

    source = models.ForeignKey("people.Person", models.CASCADE, related_name="merges")
    target = models.ForeignKey("people.Person", models.CASCADE, related_name="merges_in")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # By model label: the ids of the rows that name `target` since, and rows that had to go, whole.
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("merge of two persons")
        verbose_name_plural = _("merges of persons")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
