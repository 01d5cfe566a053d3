from django.core import mail

from community.models import Contribution
from discussion.models import Favourite
from people.decisions import Reason
from people.models import Notification
from tests.cast import client_of, make_talk

DECISIONS = "/queue/decisions/"


def test_a_member_reads_the_reason_and_the_note_by_mail_and_on_the_site(event, newcomer, moderator, run_jobs):
    talk = make_talk(event, newcomer, title="How it works")
    client_of(moderator).post(
        DECISIONS,
        {
            "pick": f"contribution-{talk.pk}",
            "verb": "reject",
            "reason": Reason.UNCLEAR,
            "note": "Which room?",
        },
    )
    run_jobs()
    assert [(one.subject, one.to) for one in mail.outbox] == [
        ("“How it works” was turned down", [newcomer.email]),
    ]
    body = mail.outbox[0].body
    for words in (
        "Hello the newcomer,",
        "A moderator has turned down “How it works”, which you added to Paris Summit 2024.",
        "The reason: Something is missing or hard to make out.",
        "In the moderator’s words:\nWhich room?",
        "You can edit it and send it again:",
        talk.get_absolute_url(),
    ):
        assert words in body
    assert "the moderator\n" not in body
    note = Notification.objects.get(recipient=newcomer)
    assert (note.subject, note.url) == ("“How it works” was turned down", talk.get_absolute_url())


def test_a_guest_gets_the_link_with_which_to_mend_it(event, guest, moderator, run_jobs, client):
    talk = make_talk(event, guest, title="How it works")
    client_of(moderator).post(
        DECISIONS, {"pick": f"contribution-{talk.pk}", "verb": "reject", "reason": Reason.ADVERT}
    )
    run_jobs()
    body = mail.outbox[0].body
    assert mail.outbox[0].to == ["guest@example.org"]
    assert body.count("/guest/") == 1


def test_each_decision_has_its_own_words(event, newcomer, moderator, run_jobs):
    talk = make_talk(event, newcomer, title="Ours")
    item = Contribution.objects.get(pk=talk.pk)
    item.publish(by=moderator)
    run_jobs()
    item.hide(by=moderator, reason=Reason.PRIVACY)
    run_jobs()
    item.undo(by=moderator)
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["“Ours” is public", "“Ours” was hidden", "“Ours”: public"]


def test_who_decides_about_their_own_is_not_written_to(event, moderator, run_jobs):
    talk = make_talk(event, moderator)
    Contribution.objects.get(pk=talk.pk).hide(by=moderator, reason=Reason.OTHER)
    run_jobs()
    assert mail.outbox == []


def test_who_recommends_is_told_too(event, member, newcomer, guest, moderator, run_jobs):
    talk = make_talk(event, member, title="Ours")
    given = [Favourite.give(talk, by=who, reason="it is short") for who in (newcomer, guest)]
    client_of(moderator).post(
        DECISIONS,
        {
            "pick": [f"recommendation-{one.pk}" for one in given],
            "verb": "reject",
            "reason": Reason.CONDUCT,
            "note": "Be kind.",
        },
    )
    run_jobs()
    assert sorted((one.subject, one.to[0]) for one in mail.outbox) == [
        ("Your recommendation of “Ours” was turned down", "guest@example.org"),
        ("Your recommendation of “Ours” was turned down", newcomer.email),
    ]
    assert ["Be kind." in one.body and "it is short" in one.body for one in mail.outbox] == [True, True]
