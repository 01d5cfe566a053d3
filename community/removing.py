"""Taking somebody's name off everything, because they asked for it, and keeping it off.

A tombstone stays of each name and handle: a keyed hash that leads to nobody (people.FormerName). So the next schedule
that is brought in, and the next form that somebody fills in, does without the name. Nothing brings it back: for an undo
the name would have to be kept.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from people.decisions import StateConflict
from people.models import FormerName, Person
from people.models.identity import Identity, digest_of_handle, digest_of_name

from .models import Credit


@transaction.atomic
def remove(person: Person) -> int:
    """Take the name of `person` off everything; return how many things they were credited for. A member keeps their
    account, and what they added, under a name that says nothing; of anybody else nothing is left.
    """
    people = list(
        Person.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[person.pk, *person.merged_from.values_list("pk", flat=True)])
        .order_by("pk")
    )
    person = next(one for one in people if one.pk == person.pk)
    if person.merged_into_id:
        raise StateConflict(_("This page is part of another one. Ask there."))
    account = getattr(person, "account", None)
    before = Identity(person.name, person.folded_name, person.handle)
    names = [one.folded_name for one in people if one.folded_name]
    if account and not named_by_others(person):
        # Nobody else's name is kept out by somebody who only called themselves so.
        names = []
    FormerName.objects.filter(person__in=people).update(person=None)
    FormerName.objects.bury([digest_of_name(name) for name in names])
    FormerName.objects.bury(
        [digest_of_handle(one.handle) for one in people if not one.handle.startswith("~")]
    )
    anonymise(person, is_member=account is not None)
    # Before the credits go: what is kept of them elsewhere is found by them.
    person._tell_of_change(before)
    credited = Credit.objects.filter(person__in=people)
    count = credited.count()
    credited.delete()
    Person.objects.filter(pk__in=[one.pk for one in people if one.pk != person.pk]).delete()
    if account is None:
        person.delete()
    return count


def named_by_others(person: Person) -> bool:
    return Credit.objects.filter(person=person).exclude(contribution__contributor__person=person).exists()


def anonymise(person: Person, *, is_member: bool) -> None:
    """Give the row a name and a handle that say nothing, and nothing else."""
    person.name = _("A member") if is_member else "…"
    person.handle = Person.objects.free_handle("member") if is_member else f"~{person.pk}"
    person.bio, person.links, person.contact_email = "", [], ""
    person.save(update_fields=["name", "folded_name", "handle", "bio", "links", "contact_email"])
