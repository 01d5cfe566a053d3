"""A card is drawn when it is written; whatever it may look like is asked of the release that runs."""

import pytest

from community import look
from community.cards import store_cards
from community.models import Card, Contribution
from community.stream import cards
from community.tasks import draw_missing_cards
from tests.cast import make_recap, make_talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(event, moderator):
    """A public talk and recap with their cards, and one of each that is not public."""
    public = [make_talk(event, moderator), make_recap(event, moderator)]
    store_cards([item.pk for item in public])
    return public


def test_a_card_of_another_release_is_not_shown_but_drawn_live(shown):
    Card.objects.update(look="of another one", html="old")
    assert [entry.html == "old" for entry in cards(Contribution.objects.public())] == [False, False]


def test_cards_of_another_release_are_drawn_again_by_the_worker(shown):
    Card.objects.update(look="of another one", html="old")
    assert Contribution.objects.without_card().count() == 2
    draw_missing_cards.func()
    assert Contribution.objects.without_card().count() == 0
    assert not Card.objects.filter(html="old").exists()
    assert Card.objects.count() == 6


def test_a_card_that_lacks_one_language_is_drawn_again(shown):
    Card.objects.filter(contribution=shown[0].pk, language="fr").delete()
    assert list(Contribution.objects.without_card().values_list("pk", flat=True)) == [shown[0].pk]


def test_the_look_takes_in_the_cards_parts(monkeypatch):
    names = {template.name for template in look.with_parts(look.get_template("talks/_card.html").template)}
    assert names == {"talks/_card.html", "partials/_icon.html", "community/_chips.html"}
