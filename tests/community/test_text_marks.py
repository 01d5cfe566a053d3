"""What people say stands between quotation marks, which the page sets; their own marks are not set twice."""

import pytest

from community.text import between_marks


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
