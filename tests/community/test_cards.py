"""A card is drawn when it is written; whatever it may look like is asked of the release that runs."""

import pytest
from django_tasks_db.models import DBTaskResult

from community import look
from community.cards import store_cards
from community.models import Card, Contribution
from community.stream import cards
from community.tasks import count_missing_at, draw_cards, draw_missing_cards
from discussion.models import Favourite
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


def test_what_changes_often_before_the_worker_comes_is_drawn_once_and_counted_once(event, member, run_jobs):
    talks = [make_talk(event, member), make_talk(event, member)]
    for number, talk in enumerate(talks):
        talk.title = f"Another title {number}"
        talk.edit(by=member)
        Favourite.give(talk, by=member, reason="Worth every minute.")
    run_jobs()
    done = (
        DBTaskResult.objects.successful()
        .order_by("enqueued_at")
        .values_list("task_path", "args_kwargs__args")
    )
    assert [args for path, args in done if path == draw_cards.module_path] == [[[talk.pk]] for talk in talks]
    assert [args for path, args in done if path == count_missing_at.module_path] == [[event.pk]]
    cards_of = Card.objects.filter(contribution__in=[talk.pk for talk in talks], language="en")
    assert all("Another title" in card.html and "Worth every minute" in card.html for card in cards_of)
    assert len(cards_of) == 2


def test_the_look_takes_in_the_cards_parts(monkeypatch):
    names = {template.name for template in look.with_parts(look.get_template("talks/_card.html").template)}
    assert names == {"talks/_card.html", "partials/_icon.html", "community/_chips.html"}
