"""What people say stands between quotation marks, which the page sets; their own marks are not set twice."""

import re

import pytest

from community.cards import draw
from community.stream import load
from community.text import between_marks
from discussion.models import Favourite
from tests.cast import make_recap, make_talk


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is clear.", "It is clear."),
        ('"Actually" is the word.', "‘Actually’ is the word."),
        ("Begins so, and ends “actually”", "Begins so, and ends ‘actually’"),
        ('"The best talk."', "The best talk."),
        ("« Le meilleur »", "Le meilleur"),
        ('"One" and "two"', "‘One’ and ‘two’"),
        ("A 5\" screen", "A 5\" screen"),
        ('Say `print("x")`', 'Say `print("x")`'),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_within_marks_are_single_ones(said, shown):
    assert between_marks(said) == shown


def said_on_card(item):
    return re.findall(r'<p class="card-why">(.*?)</p>', draw(load([item.pk])[0]))


@pytest.mark.django_db
def test_marks_on_cards_are_too(event, member, outsider):
    talk = make_talk(event, member, why='"Actually" is the word.')
    recap = make_recap(event, outsider)
    Favourite.give(recap, by=member, reason='"The best of all."')
    assert said_on_card(talk) == ["‘Actually’ is the word."]
    assert said_on_card(recap) == ["The best of all."]
