"""A change of a public thing by somebody who is not trusted waits for a moderator, whatever happens to the thing."""

import pytest

from people.decisions import Reason
from tests.cast import make_photo, make_recap


def edited(item, by):
    item.title = "Changed"
    item.edit(by=by)
    return item


def waits(item):
    item.refresh_from_db()
    return (item.state, item.unreviewed_edit, type(item).objects.pending().filter(pk=item.pk).exists())


@pytest.fixture
def recap(event, newcomer, moderator):
    """Public, and changed since by its owner, who is not trusted."""
    recap = make_recap(event, newcomer)
    recap.publish(by=moderator)
    return edited(recap, newcomer)


def test_it_waits_when_it_was_withdrawn_and_brought_back(recap, newcomer):
    recap.withdraw(by=newcomer)
    assert waits(recap) == ("withdrawn", True, False)
    recap.restore(by=newcomer)
    assert waits(recap) == ("public", True, True)


@pytest.mark.parametrize("verb", ["reject", "hide"])
def test_it_waits_again_when_a_moderator_takes_a_no_back(verb, recap, moderator):
    getattr(recap, verb)(by=moderator, reason=Reason.UNCLEAR)
    assert waits(recap)[2] is False
    recap.undo(by=moderator)
    assert waits(recap) == ("public", True, True)


def test_it_waits_while_somebody_asks_for_its_removal(recap, moderator):
    recap.keep(by=moderator)
    assert waits(recap) == ("public", True, True)


@pytest.mark.parametrize("verb", ["publish", "hide and publish"])
def test_a_moderator_s_yes_answers_it(verb, recap, moderator):
    if verb == "hide and publish":
        recap.hide(by=moderator, reason=Reason.UNCLEAR)
    recap.publish(by=moderator)
    assert waits(recap) == ("public", False, False)


def test_the_words_of_somebody_who_is_trusted_answer_nobody_else_s(event, newcomer, member, moderator):
    photo = make_photo(event, newcomer, alt="")
    photo.publish(by=moderator)
    edited(photo, newcomer)
    photo.alt = "Two people at a door"
    photo.describe(by=member)
    assert waits(photo) == ("public", True, True)
    photo.describe(by=moderator)
    assert waits(photo) == ("public", False, False)
