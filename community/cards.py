"""Drawing cards: from items to the HTML that mixed lists show.

Method: what costs most on a list page is templates and the rows behind them, so each card is drawn when its
contribution changes, once a language, and kept (community.models.Card). See docs/decisions/0003-stored-cards.md.
"""

from collections.abc import Iterable
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import override

from events.models import Event
from people.models import Person
from people.models.identity import Identity

from .look import current_look
from .models import Card, Contribution
from .stream import load

DRAWN_AT_ONCE = 100


def draw(item: Contribution) -> SafeString:
    """Return the card of `item` (as `load` gives it) in the current language."""
    return cast(SafeString, get_template(item.card_template).render({"item": item}))


def store_cards(contribution_ids: Iterable[int]) -> int:
    """Draw the cards of these contributions in every language and store them; return how many were stored.

    Only what is public is stored. The rows are locked while their cards are written, so that a change at the same
    time waits, and then throws these cards away.
    """
    stored = 0
    for pk in contribution_ids:
        with transaction.atomic():
            if not Contribution.objects.public().select_for_update(no_key=True).filter(pk=pk).exists():
                continue
            item = load([pk])[0]
            cards = []
            for language, _name in settings.LANGUAGES:
                with override(language):
                    cards.append(
                        Card(contribution_id=pk, language=language, look=current_look(), html=draw(item))
                    )
            Card.objects.bulk_create(
                cards,
                update_conflicts=True,
                unique_fields=["contribution", "language"],
                update_fields=["html", "look"],
            )
            stored += len(cards)
    return stored


def forget_cards_of(person: Person, before: Identity) -> None:
    """Throw away the stored cards of all that `person` is credited for or added, have them drawn again, and tell
    search.

    Called when the person has changed (PERSON_CHANGED in the settings), inside that transaction: cards show names.
    """
    from .tasks import index_again

    forget_cards_where(Q(pk__in=person.credits.values("contribution")) | Q(contributor__person=person))
    ids = list(person.credits.order_by("contribution").values_list("contribution", flat=True))
    for start in range(0, len(ids), DRAWN_AT_ONCE):
        index_again.enqueue(ids[start : start + DRAWN_AT_ONCE])


def forget_cards_at(event: Event) -> None:
    """Throw away the stored cards of what belongs to `event`, and have them drawn again: it is another time there.

    Called by `Event.edit` (EVENT_ZONE_CHANGED in the settings), inside its transaction.
    """
    forget_cards_where(event=event)


def forget_cards_where(*conditions: Q, **more: Any) -> None:
    """Throw away the stored cards of the contributions that the conditions choose, and have them drawn again."""
    from .tasks import draw_cards

    chosen = Contribution.objects.filter(*conditions, **more)
    Card.objects.filter(contribution__in=chosen.values("pk")).delete()
    ids = list(chosen.public().order_by("-pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(ids), DRAWN_AT_ONCE):
        draw_cards.enqueue(ids[start : start + DRAWN_AT_ONCE])
