"""Names that people gave up."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
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
