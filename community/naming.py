"""Taking names away from people who do not want to be named on things of some kinds."""

from django.db.models import Q

from people.models import Person

from .cards import forget_cards_where
from .kinds import kinds
from .models import Credit
from .search import update_index

CHUNK = 500


def take_names_away(person: Person) -> None:
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
