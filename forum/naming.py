"""The names under comments that came from a forum are those of guests: they follow the persons who wrote them."""

from people.models import Guest, Person
from people.models.identity import Identity


def forget_old_name(person: Person, before: Identity) -> None:
    """Let the comments of `person` bear the name of today. Called inside the transaction (PERSON_CHANGED)."""
    if person.name != before.name:
        Guest.objects.filter(comments__imported_parts__author=person).update(name=person.name)
