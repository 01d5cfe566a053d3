import datetime

import pytest
from django.core import mail

from events.models import Event
from people.decisions import StateConflict
from people.models import Notification
from tests.cast import make_talk


@pytest.fixture
def proposal(newcomer) -> Event:
    event = Event(name="Proposal", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2))
    event.propose(by=newcomer)
    return event


def inside(whole: Event, by) -> Event:
    event = Event(name="Part", parent=whole, starts_on=whole.starts_on, ends_on=whole.starts_on)
    event.propose(by=by)
    return event


def test_the_proposer_is_told_that_it_is_public(proposal, newcomer, moderator, run_jobs):
    proposal.publish(by=moderator)
    note = Notification.objects.get()
    assert (note.recipient, note.subject, note.url) == (
        newcomer,
        "“Proposal”: published",
        "/events/proposal-2025/",
    )
    run_jobs()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["the.newcomer@example.org"], "“Proposal”: published")
    ]


def test_the_proposer_is_told_why_it_was_turned_down(proposal, moderator):
    proposal.reject(by=moderator, reason="duplicate", note="See <the other> one & add to it.")
    note = Notification.objects.get()
    assert note.subject == "“Proposal”: turned down"
    assert note.body.count("The reason: It is already here.") == 1
    assert note.body.count("See <the other> one & add to it.") == 1
    assert note.body.count("http://localhost:8000/events/proposal-2025/") == 1


def test_nobody_is_told_of_their_own_decision(moderator):
    event = Event(name="Own", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2))
    event.propose(by=moderator)
    assert (event.state, Notification.objects.count()) == ("public", 0)


@pytest.mark.parametrize("verb", ["publish", "reject"])
def test_a_decision_can_be_taken_back_once(proposal, moderator, verb: str):
    getattr(proposal, verb)(by=moderator, **({"reason": "unclear"} if verb == "reject" else {}))
    proposal.undo(by=moderator)
    assert Event.objects.get(pk=proposal.pk).state == "waiting"
    with pytest.raises(StateConflict, match="nothing to undo"):
        proposal.undo(by=moderator)


def test_what_people_have_added_to_stays_public_even_if_that_waits(proposal, moderator, newcomer):
    proposal.publish(by=moderator)
    make_talk(proposal, newcomer)
    with pytest.raises(StateConflict, match="stays public"):
        proposal.undo(by=moderator)
    assert Event.objects.get(pk=proposal.pk).state == "public"


def test_the_whole_stays_public_while_a_part_is(proposal, moderator, newcomer):
    proposal.publish(by=moderator)
    part = inside(proposal, moderator)
    with pytest.raises(StateConflict, match="stays public"):
        proposal.undo(by=moderator)
    assert part.state == "public"


def test_a_part_cannot_be_published_before_the_whole(proposal, moderator, newcomer):
    part = inside(proposal, newcomer)
    with pytest.raises(StateConflict, match="“Proposal”, which it is part of, has to be public first"):
        part.publish(by=moderator)
    proposal.publish(by=moderator)
    part = Event.objects.get(pk=part.pk)
    part.publish(by=moderator)
    assert part.state == "public"


def test_of_two_moderators_the_second_learns_that_somebody_was_quicker(proposal, moderator):
    late = Event.objects.get(pk=proposal.pk)
    proposal.publish(by=moderator)
    with pytest.raises(StateConflict, match="Somebody was quicker: “Proposal” is already public"):
        late.reject(by=moderator, reason="unclear")
    assert (Event.objects.get(pk=proposal.pk).state, proposal.decisions.count()) == ("public", 2)
