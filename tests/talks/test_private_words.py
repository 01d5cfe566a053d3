"""A private word to a speaker who wants such words: nobody else reads it, and only moderators see whose it is."""

import uuid

import pytest
from django.core import mail

from community.models import Contribution
from people.models import Guest
from talks.models import Suggestion
from talks.private_words import WORDS_PER_HOUR
from tests.cast import client_of, make_talk

SECRET = "speak a little slower"


@pytest.fixture
def speaker(outsider):
    outsider.person.takes_suggestions = True
    outsider.person.save()
    return outsider


@pytest.fixture
def talk(event, member, speaker):
    return make_talk(event, member, credit=[speaker.person])


def address(talk):
    return f"/talks/{talk.pk}/private-word/"


def send(talk, who, **fields):
    return client_of(who).post(address(talk), {"text": SECRET, "submission_key": str(uuid.uuid4()), **fields})


def page(talk, who):
    return client_of(who).get(talk.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["member", "newcomer", "guest"])
def test_the_speaker_reads_it_and_nobody_else_not_even_a_moderator(
    who, talk, speaker, moderator, request, run_jobs
):
    sender = request.getfixturevalue(who)
    assert send(talk, sender).url == talk.get_absolute_url()
    run_jobs()
    readers = [SECRET in page(talk, reader) for reader in (speaker, sender, moderator, None)]
    assert readers == [True, False, False, False]
    assert sender.name not in page(talk, speaker).partition('id="private-words"')[2]
    assert SECRET not in client_of(moderator).get("/queue/").content.decode()


def test_the_speaker_is_told_without_the_senders_name(talk, speaker, newcomer, run_jobs):
    send(talk, newcomer)
    run_jobs()
    [letter] = mail.outbox
    assert (letter.to, SECRET in letter.body, "the newcomer" in letter.body) == ([speaker.email], True, False)
    assert speaker.notifications.count() == 1


def test_where_nobody_takes_any_nothing_is_offered_and_nothing_arrives(talk, speaker, newcomer):
    speaker.person.takes_suggestions = False
    speaker.person.save()
    assert "private-word" not in page(talk, newcomer)
    send(talk, newcomer)
    assert Suggestion.objects.count() == 0


def test_a_speaker_without_account_has_nobody_to_read_it(event, member, newcomer):
    from people.models import Person

    nobody = Person.objects.create(name="Somebody", takes_suggestions=True)
    talk = make_talk(event, member, credit=[nobody])
    assert "private-word" not in page(talk, newcomer)


def test_a_visitor_gives_a_name_and_a_double_click_sends_once(talk):
    assert send(talk, None).status_code == 422
    fields = {"guest_name": "A visitor", "submission_key": str(uuid.uuid4())}
    answers = [send(talk, None, **fields).status_code for _ in range(2)]
    assert (answers, Suggestion.objects.count(), Guest.objects.count()) == ([302, 302], 1, 1)


def test_what_is_empty_or_too_long_is_handed_back(talk, newcomer):
    long = "x" * 1001
    answers = [send(talk, newcomer, text=text) for text in ("", " \n ", long)]
    assert ([answer.status_code for answer in answers], Suggestion.objects.count()) == ([422] * 3, 0)
    assert long in answers[2].content.decode()


def test_so_many_an_hour_and_what_was_typed_is_kept(talk, newcomer):
    answers = [send(talk, newcomer) for _ in range(WORDS_PER_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [302] * WORDS_PER_HOUR + [429]
    assert SECRET in answers[-1].content.decode()


def test_the_speaker_takes_it_away(talk, speaker, newcomer, member):
    send(talk, newcomer)
    word = Suggestion.objects.get()
    dismissal = f"/talks/private-words/{word.pk}/dismissal/"
    assert [client_of(who).post(dismissal).status_code for who in (member, newcomer)] == [404, 404]
    client_of(speaker).post(dismissal)
    assert SECRET not in page(talk, speaker)


@pytest.mark.parametrize(("verb", "stays"), [("publish", True), ("reject", False)])
def test_what_the_speaker_reports_a_moderator_decides_and_sees_whose_it_is(
    verb, stays, talk, speaker, newcomer, moderator, member
):
    send(talk, newcomer)
    word = Suggestion.objects.get()
    report = f"/talks/private-words/{word.pk}/report/"
    assert client_of(member).post(report).status_code == 404
    client_of(speaker).post(report)
    queue = client_of(moderator).get("/queue/").content.decode()
    assert (SECRET in queue, "the newcomer" in queue) == (True, True)
    client_of(moderator).post("/queue/decisions/", {"pick": f"suggestion-{word.pk}", "verb": verb})
    assert (SECRET in page(talk, speaker)) == stays
    assert SECRET not in client_of(moderator).get("/queue/").content.decode()
    assert SECRET not in client_of(moderator).get("/log/").content.decode()


def test_it_is_erased_with_its_talk(talk, member, newcomer):
    send(talk, newcomer)
    own = Contribution.objects.get(pk=talk.pk)
    own.withdraw(by=member)
    own.erase(by=member)
    assert Suggestion.objects.count() == 0


def test_nobody_writes_to_the_speaker_of_a_talk_that_they_cannot_see(event, newcomer, member, speaker):
    waiting = make_talk(event, newcomer, credit=[speaker.person])
    assert send(waiting, member).status_code == 404
