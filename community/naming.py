"""Names of people on what others added: where they are taken away, and where an old one still leads to them."""

from django.db.models import Q

from people.models import FormerName, Person
from people.models.identity import Identity, digest_of_name

from .cards import forget_cards_where
from .kinds import kinds
from .models import Credit
from .search import update_index

CHUNK = 500


def keep_old_name(person: Person, before: Identity) -> None:
    """Let the name that `person` gave up lead to them, as a hash, where others credited them by it: the next schedule
    that is brought in knows them by no other. A name that nobody else gave them is forgotten; otherwise one could take
    the name of somebody famous, drop it, and be credited for what that somebody does next.

    Called when the person has changed (PERSON_CHANGED in the settings), inside that transaction.
    """
    if before.folded_name == person.folded_name:
        return
    if person.credits.exclude(contribution__contributor__person=person).exists():
        FormerName.objects.keep(digest_of_name(before.folded_name), person)


def take_names_away(person: Person, before: Identity) -> None:
    """Take the credit of somebody who wants never to be named on photos off everything that others added, and off that
    of people without account who are called the same. What they added themselves keeps it.

    Called when the person has changed (PERSON_CHANGED in the settings), inside that transaction.
    """
    if not person.not_in_photos:
        return
    namesakes = Q(person__folded_name=person.folded_name, person__account=None)
    given = Credit.objects.filter(
        Q(person=person) | namesakes,
        contribution__kind__in=[kind.KIND for kind in kinds() if kind.spares_people],
    ).exclude(contribution__contributor__person=person)
    ids = list(given.values_list("contribution", flat=True))
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        given.filter(contribution__in=some).delete()
        forget_cards_where(pk__in=some)
        update_index(some)
