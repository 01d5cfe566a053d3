"""Two pages that were one person's."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..decisions import StateConflict
from ..merging import move_back, move_rows, put_back, take_out
from .claim import Claim
from .identity import FormerName, Identity, digest_of_name
from .mute import Mute
from .person import Person

UNDO_FOR = datetime.timedelta(days=30)
LINKS_AT_MOST = 10
WISHES = ("not_in_photos", "no_recording")


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    def can_be_undone(self) -> "PersonMergeQuerySet":
        """Those that may still be taken back."""
        return self.filter(undone_at=None, merged_at__gt=timezone.now() - UNDO_FOR)


class PersonMerge(models.Model):
    """That two pages were found to be one person's, and what moved, so that it can be taken back."""

    # A record of what was done.
    stays_when_merged = True

    source = models.ForeignKey("people.Person", models.CASCADE, related_name="merges")
    target = models.ForeignKey("people.Person", models.CASCADE, related_name="merges_in")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # “rows”: by foreign key the ids of what points at `target` since; “gone”: rows that are there for the
    # target already (people.merging); “mutes”: ids of those that are about the target since; “before”: by field what
    # the target said before it took over what it lacked; “after”: what it said then.
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two persons")
        verbose_name_plural = _("merges of persons")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"

    @staticmethod
    def in_order(one: Person, other: Person) -> tuple[Person, Person]:
        """Return the two as (source, target): who has an account stays. Raises StateConflict where both have one."""
        if one.pk == other.pk or one.merged_into_id or other.merged_into_id:
            raise StateConflict(_("These two are already one person."))
        if hasattr(one, "account") and hasattr(other, "account"):
            raise StateConflict(
                _(
                    "Both have an account. Two accounts cannot be merged: one of them has to be given up first."
                )
            )
        return (other, one) if hasattr(one, "account") else (one, other)

    @classmethod
    @transaction.atomic
    def make(cls, source: Person, target: Person, *, by: Any) -> "PersonMerge":
        """Let `source` be `target` from now on: what they are credited for, their old names, their page's address.

        Raises StateConflict where that cannot be.
        """
        pks = sorted((source.pk, target.pk))
        rows = {
            person.pk: person
            for person in Person.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
        }
        source, target = cls.in_order(rows[source.pk], rows[target.pk])
        moved: dict[str, Any] = {"rows": move_rows(source, target), "gone": take_out(source)}
        moved["mutes"] = Mute.objects.carry(f"person:{source.pk}", f"person:{target.pk}")
        moved |= cls._fill(source, target)
        Person.objects.filter(pk=source.pk).update(merged_into=target)
        merge = cls.objects.create(source=source, target=target, by=by, moved=moved)
        # The credits tell search and cards of another name; those who were credited so are looked for by it.
        target._tell_of_change(Identity(source.name, source.folded_name, source.handle))
        return merge

    @staticmethod
    def _fill(source: Person, target: Person) -> dict[str, Any]:
        """Let `target` say what only `source` said; a wish of either holds. Return what changed."""
        after: dict[str, Any] = {wish: True for wish in WISHES if getattr(source, wish)}
        after["links"] = list(dict.fromkeys([*target.links, *source.links]))[:LINKS_AT_MOST]
        for name in ("bio", "contact_email"):
            after[name] = getattr(target, name) or getattr(source, name)
        after = {name: value for name, value in after.items() if value != getattr(target, name)}
        before = {name: getattr(target, name) for name in after}
        if after:
            Person.objects.filter(pk=target.pk).update(**after)
            for name, value in after.items():
                setattr(target, name, value)
        return {"before": before, "after": after}

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and self.merged_at > timezone.now() - UNDO_FOR

    @transaction.atomic
    def undo(self, *, by: Any) -> None:
        """Let the two be two again; what came to the target since stays there, and so do mentions in texts.

        Raises StateConflict once it is too late, was done already, or the target has become part of another since.
        """
        merge = PersonMerge.objects.select_for_update(no_key=True).get(pk=self.pk)
        people = Person.objects.select_for_update(no_key=True).filter(
            pk__in=(merge.source_id, merge.target_id)
        )
        rows = {person.pk: person for person in people.order_by("pk")}
        source, target = rows[merge.source_id], rows[merge.target_id]
        if not merge.can_be_undone:
            raise StateConflict(_("This can no longer be undone."))
        if source.merged_into_id != target.pk:
            raise StateConflict(
                _("“%(name)s” has been merged into somebody else since. Undo that first.") % {"name": target}
            )
        move_back(merge.moved["rows"], source, target)
        put_back(merge.moved["gone"])
        Mute.objects.carry_back(merge.moved.get("mutes", []), f"person:{source.pk}")
        kept = {
            name: value
            for name, value in merge.moved["before"].items()
            # Unless somebody has changed it since.
            if getattr(target, name) == merge.moved["after"][name]
        }
        if kept:
            Person.objects.filter(pk=target.pk).update(**kept)
        Person.objects.filter(pk=source.pk).update(merged_into=None)
        FormerName.objects.filter(digest=digest_of_name(source.folded_name), person=target).delete()
        Claim.objects.filter(person=source, user__person=target, state=Claim.State.GRANTED).update(
            state=Claim.State.REFUSED, decided_at=timezone.now(), decided_by=by
        )
        PersonMerge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
        self.undone_at = timezone.now()
        for person in (source, target):
            person.refresh_from_db()
            person._tell_of_change(Identity(person.name, person.folded_name, person.handle))
