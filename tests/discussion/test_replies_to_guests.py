"""A guest who left an e-mail address hears of replies: one e-mail for what comes together, until they want no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from community.models import Contribution
from discussion.models import Comment, ReplyToGuest
from discussion.tasks import mail_replies, mail_replies_due
from people.guests import GuestVisitor
from people.models import Guest, User
from talks.models import Talk
from tests.cast import client_of, make_talk
from tests.people.test_mail import header, path_of, plain, rich, words_of


@pytest.fixture
def talk(event: Any, member: User) -> Talk:
    return make_talk(event, member, title="How eBPF works")


@pytest.fixture
def comment(talk: Talk, guest: GuestVisitor, moderator: User, run_jobs: Any) -> Comment:
    """A guest's comment that is public, of which they know."""
    said = Comment.say(talk, by=guest, body="Where are the slides?")
    said.publish(by=moderator)
    run_jobs()
    mail.outbox.clear()
    return said


def test_a_guest_reads_the_reply_in_both_forms_and_comes_to_it(
    comment: Comment, member: User, run_jobs: Any
) -> None:
    reply = Comment.say(comment.contribution, by=member, body="On *my* site.", answers=comment)
    run_jobs()
    (one,) = mail.outbox
    assert (one.to, one.subject) == (["guest@example.org"], "the member answered you at “How eBPF works”")
    address = f"http://localhost:8000{reply.get_absolute_url()}"
    for text in (plain(one), words_of(rich(one))):
        for words in ("Hello the guest,", "On my site.", address, "No more e-mails about replies to you"):
            assert words in text
    assert f'href="{address}"' in rich(one)
    assert (
        client_of(None).get(reply.get_absolute_url()).url
        == f"{comment.contribution.get_absolute_url()}#{reply.mark}"
    )
    assert header(one, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert ReplyToGuest.objects.count() == 0


def test_what_comes_in_a_short_while_is_one_mail(
    comment: Comment, member: User, moderator: User, settings: Any, run_jobs: Any
) -> None:
    settings.MAIL_WINDOW_MINUTES = 5
    for by, body in ((member, "first words"), (moderator, "second words"), (member, "third words")):
        Comment.say(comment.contribution, by=by, body=body, answers=comment)
    run_jobs()
    assert mail.outbox == []
    ReplyToGuest.objects.update(due_at=timezone.now())
    run_jobs(later=timedelta(minutes=5))
    (one,) = mail.outbox
    assert one.subject == "the member answered you at “How eBPF works”, and 2 more"
    assert [plain(one).count(body) for body in ("first words", "second words", "third words", "Hello")] == [
        1,
        1,
        1,
        1,
    ]
    # A job that runs again, or the one that looks for what was left over, sends nothing more.
    mail_replies.call(str(comment.guest_id))
    mail_replies_due.call()
    run_jobs()
    assert len(mail.outbox) == 1


def test_what_was_left_over_by_a_job_that_was_given_up_goes_out(
    comment: Comment, member: User, settings: Any, run_jobs: Any
) -> None:
    settings.MAIL_WINDOW_MINUTES = 60
    Comment.say(comment.contribution, by=member, body="Here", answers=comment)
    ReplyToGuest.objects.update(due_at=timezone.now() - timedelta(minutes=11))
    mail_replies_due.call()
    run_jobs()
    assert len(mail.outbox) == 1


def test_only_what_shows_is_told(
    comment: Comment,
    guest: GuestVisitor,
    newcomer: User,
    member: User,
    moderator: User,
    settings: Any,
    run_jobs: Any,
) -> None:
    # One's own, and what waits: nothing; the latter once it is public.
    Comment.say(comment.contribution, by=guest, body="Me again", answers=comment).publish(by=moderator)
    waiting = Comment.say(comment.contribution, by=newcomer, body="It waits", answers=comment)
    assert ReplyToGuest.objects.count() == 0
    waiting.publish(by=moderator)
    assert [row.reply for row in ReplyToGuest.objects.all()] == [waiting]
    # Hidden before the e-mail went, and let show again: told of no more.
    waiting.hide(by=moderator, reason="conduct")
    mail_replies.call(str(comment.guest_id))
    waiting.publish(by=moderator)
    # One of which the guest's own comment, or the thing itself, shows no more.
    for hides in (comment, Contribution.objects.get(pk=comment.contribution_id)):
        Comment.say(comment.contribution, by=member, body="canary", answers=comment)
        hides.hide(by=moderator, reason="conduct")
        mail_replies.call(str(comment.guest_id))
        hides.publish(by=moderator)
    run_jobs()
    assert [one.subject for one in mail.outbox if "answered you" in one.subject] == []


def test_nobody_is_written_to_without_an_address(
    talk: Talk, member: User, moderator: User, run_jobs: Any
) -> None:
    nameless = GuestVisitor(Guest.objects.create(name="No Address").pk)
    said = Comment.say(talk, by=nameless, body="Hello")
    said.publish(by=moderator)
    Comment.say(talk, by=member, body="Hello yourself", answers=said)
    assert ReplyToGuest.objects.count() == 0


def test_one_press_stops_them_for_the_address_and_can_be_taken_back(
    comment: Comment, member: User, moderator: User, run_jobs: Any
) -> None:
    def answer(to: Comment) -> int:
        Comment.say(comment.contribution, by=member, body="A reply", answers=to)
        run_jobs()
        return len(mail.outbox)

    assert answer(comment) == 1
    path = path_of(mail.outbox[0])
    program, stranger = Client(enforce_csrf_checks=True), Client()
    page = stranger.get(path).content.decode()
    assert ("<li>Replies to you</li>" in page, "Choose for each sort" in page) == (True, False)
    assert answer(comment) == 2
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    # Nor where the same address is left again, by whomever.
    other = GuestVisitor(Guest.objects.create(name="Other", email="Guest@example.org").pk)
    elsewhere = Comment.say(comment.contribution, by=other, body="It is me")
    elsewhere.publish(by=moderator)
    run_jobs()
    mail.outbox.clear()
    assert [answer(comment), answer(elsewhere)] == [0, 0]
    assert "You will get these e-mails again" in stranger.post(path, {"back": "1"}).content.decode()
    assert answer(elsewhere) == 1
