"""Comments in the moderators' queue and log, reports of them, and what their authors hear."""

import pytest

from discussion.models import Comment, CommentReport
from tests.cast import client_of, make_talk


@pytest.fixture
def talk(event, member):
    return make_talk(event, member, title="How eBPF works")


def queue(moderator, word=""):
    return client_of(moderator).get("/queue/", {"kind": word}).context["page"].rows


def decide(moderator, verb, pick, **more):
    return client_of(moderator).post("/queue/decisions/", {"verb": verb, "pick": pick, **more})


def test_a_comment_waits_in_the_queue_and_is_approved_there(talk, newcomer, moderator):
    comment = Comment.say(talk, by=newcomer, body="so *it* is")
    (row,) = queue(moderator, "comment")
    assert (row.title, row.pick, row.owner.name) == (
        "How eBPF works",
        f"comment-{comment.pk}.1",
        "the newcomer",
    )
    assert "so <em>it</em> is" in client_of(moderator).get("/queue/").content.decode()
    decide(moderator, "publish", row.pick)
    comment.refresh_from_db()
    assert (comment.state, queue(moderator)) == ("public", [])
    told = newcomer.notifications.get()
    assert (told.subject, told.url) == (
        "Your comment on “How eBPF works” is public",
        comment.get_absolute_url(),
    )


def test_words_that_changed_meanwhile_are_not_let_through(talk, newcomer, moderator):
    comment = Comment.say(talk, by=newcomer, body="one")
    (row,) = queue(moderator)
    comment.edit("two", by=newcomer, version=1)
    decide(moderator, "publish", row.pick)
    comment.refresh_from_db()
    assert comment.state == "waiting"


def test_one_that_is_turned_down_tells_its_author_why_and_can_be_taken_back(
    talk, newcomer, outsider, moderator
):
    comment = Comment.say(talk, by=newcomer, body="canary")
    decide(moderator, "reject", f"comment-{comment.pk}.1", reason="advert", note="Too loud.")
    told = newcomer.notifications.get()
    assert ("turned down" in told.subject, "Too loud." in told.body) == (True, True)
    log = client_of(moderator).get("/log/").content.decode()
    assert log.count(comment.get_absolute_url()) == 2
    for who in (None, outsider, newcomer):
        assert comment.get_absolute_url() not in client_of(who).get("/log/").content.decode()
    comment.undo(by=moderator)
    assert comment.state == "waiting"


def test_a_moderator_hides_a_public_comment_on_its_page_and_brings_it_back(talk, member, moderator):
    comment = Comment.say(talk, by=member, body="one")
    assert "Moderate" in client_of(moderator).get(talk.get_absolute_url()).content.decode()
    pick = f"comment-{comment.pk}.1"
    decide(moderator, "hide", pick, seen="public", reason="conduct")
    comment.refresh_from_db()
    assert comment.state == "hidden"
    decide(moderator, "publish", pick, seen="hidden")
    comment.refresh_from_db()
    assert comment.state == "public"


def test_a_report_by_anybody_brings_a_comment_to_the_queue_and_nothing_else(
    talk, member, outsider, moderator
):
    comment = Comment.say(talk, by=member, body="one")
    address = f"/comments/{comment.pk}/report/"
    assert client_of(None).post(address, {}).status_code == 422
    assert client_of(None).post(address, {"reason": "conduct", "note": "It is rude."}).status_code == 302
    for _ in range(2):
        assert client_of(outsider).post(address, {"reason": "advert"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.state, CommentReport.objects.count()) == ("public", 2)
    (row,) = queue(moderator, "report")
    body = client_of(moderator).get("/queue/").content.decode()
    assert ("It is rude." in body, "a visitor" in body, "the outsider" in body) == (True, True, True)
    decide(moderator, "publish", row.pick)
    comment.refresh_from_db()
    # Its author hears nothing of it.
    assert (comment.state, queue(moderator), member.notifications.count()) == ("public", [], 0)
    comment.undo(by=moderator)
    (row,) = queue(moderator, "report")
    decide(moderator, "reject", row.pick, reason="conduct")
    comment.refresh_from_db()
    assert (comment.state, queue(moderator)) == ("hidden", [])


def test_the_queue_asks_the_same_queries_for_one_comment_and_for_many(
    talk, newcomer, moderator, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, costs = client_of(moderator), []
    for number in (1, 5):
        for index in range(number):
            Comment.say(talk, by=newcomer, body=str(index))
        with CaptureQueriesContext(connection) as captured:
            browser.get("/queue/?kind=comment")
        costs.append(len(captured))
    assert costs[0] == costs[1]
