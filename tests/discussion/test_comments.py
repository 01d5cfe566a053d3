"""Comments: who may say something, who reads it when, replies, edits, and what is left of what was deleted."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import Contribution
from discussion import commenting
from discussion.models import Comment, CommentDecision
from people.decisions import StateConflict
from people.guests import COOKIE
from people.models import Guest
from tests.cast import MAKERS, client_of, make_talk


def address(item: Contribution) -> str:
    return f"/contributions/{item.pk}/comments/"


def page(item: Contribution, who: Any = None, **query: str) -> dict[str, Any]:
    request = RequestFactory().get("/", query)
    request.user = who or AnonymousUser()
    return commenting.context(item, request)


def read(item: Contribution, who: Any = None, **query: str) -> list[str]:
    """What somebody reads on the item's page, the tombstones included."""
    found = page(item, who, **query)["comments"]
    return [one.body if one.is_readable else f"({one.state})" for one in found]


def count(item: Contribution) -> int:
    return Contribution.objects.get(pk=item.pk).comment_count


@pytest.fixture
def talk(event, member):
    return make_talk(event, member)


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_trusted_members_comment_is_public_at_once_on_every_kind(event, member, kind):
    item = MAKERS[kind](event, member)
    answer = client_of(member).post(address(item), {"body": "It is *short*.\n\n# loud ![x](/y.png)"})
    comment = Comment.objects.get()
    assert answer.url == f"{item.get_absolute_url()}#comment-{comment.pk}"
    body = client_of(None).get(item.get_absolute_url()).content.decode()
    # A heading and a picture stay text, and a link.
    assert '<p>It is <em>short</em>.</p>\n<p># loud !<a href="/y.png"' in body
    assert (body.count("It is <em>"), "1 comment</a>" in body, count(item)) == (1, True, 1)


def test_a_newcomers_and_a_guests_wait_and_only_they_and_moderators_read_them(
    talk, newcomer, guest, outsider, moderator
):
    client_of(newcomer).post(address(talk), {"body": "newcomer's"})
    client_of(guest).post(address(talk), {"body": "guest's"})
    assert (read(talk), read(talk, outsider), count(talk)) == ([], [], 0)
    assert (read(talk, newcomer), read(talk, guest)) == (["newcomer's"], ["guest's"])
    assert read(talk, moderator) == ["newcomer's", "guest's"]
    for comment in Comment.objects.all():
        comment.publish(by=moderator)
    assert (read(talk), count(talk)) == (["newcomer's", "guest's"], 2)


def test_a_visitor_without_account_gives_a_name_once_and_is_remembered(talk):
    browser, key = client_of(None), str(uuid.uuid4())
    nameless = browser.post(address(talk), {"body": "so"})
    assert (nameless.status_code, Comment.objects.count()) == (422, 0)
    assert ">\nso</textarea>" in nameless.content.decode()
    data = {"body": "so", "guest_name": "A visitor", "submission_key": key}
    # The second from a browser that has no cookie yet: a double click.
    answers = [one.post(address(talk), data) for one in (browser, client_of(None))]
    assert [(answer.status_code, COOKIE in answer.cookies) for answer in answers] == [
        (302, True),
        (302, True),
    ]
    assert (Comment.objects.count(), Guest.objects.count()) == (1, 1)


def test_nothing_is_said_about_what_one_cannot_see_or_that_does_not_show(event, newcomer, member, guest):
    waiting = make_talk(event, newcomer)
    answers = [
        client_of(who).post(address(waiting), {"body": "so"}).status_code
        for who in (None, guest, member, newcomer)
    ]
    assert (answers, Comment.objects.count()) == ([404] * 4, 0)


def test_an_empty_or_endless_comment_comes_back_with_what_was_typed(talk, member):
    browser = client_of(member)
    assert browser.post(address(talk), {"body": "  \n "}).status_code == 422
    long = browser.post(address(talk), {"body": "x" * 5001})
    assert (long.status_code, "x" * 5001 in long.content.decode()) == (422, True)
    assert Comment.objects.count() == 0


# --- Replies -----------------------------------------------------------------------------------------------------


def test_a_reply_to_a_reply_hangs_on_the_same_comment(talk, member, outsider, moderator):
    first, second = (Comment.say(talk, by=member, body=word) for word in ("first", "second"))
    reply = Comment.say(talk, by=moderator, body="reply", answers=first)
    client_of(member).post(f"/comments/{reply.pk}/reply/", {"body": "to the reply"})
    last = Comment.objects.latest("pk")
    assert (last.parent, last.answers) == (first, reply)
    assert read(talk) == ["first", "reply", "to the reply", "second"]
    assert second.parent is None


def test_a_page_of_comments_goes_on_where_the_last_one_ended(talk, member, monkeypatch):
    monkeypatch.setattr(commenting, "PAGE_SIZE", 3)
    said = [Comment.say(talk, by=member, body=str(number)) for number in range(4)]
    said += [Comment.say(talk, by=member, body=f"0.{number}", answers=said[0]) for number in range(4)]
    seen, start = [], ""
    while True:
        shown = page(talk, comments=start)
        seen.append([one.body for one in shown["comments"]])
        if not (start := shown["comments_later"]):
            break
    assert seen == [["0", "0.0", "0.1"], ["0.2", "0.3", "1"], ["2", "3"]]
    assert [one.body for one in page(talk, comments=shown["comments_earlier"])["comments"]] == seen[1]
    # Its own address leads to the page that it stands on.
    for comment in said:
        place = client_of(None).get(comment.get_absolute_url()).url
        query, _hash, _name = place.partition("?comments=")[2].partition("#")
        assert comment.body in read(talk, comments=query), comment.body
    for nonsense in ("x", "1", "1-", "9" * 30 + "-1", "1-1-1"):
        assert read(talk, comments=nonsense) == seen[0]


@pytest.mark.parametrize("number", [1, 30])
def test_comments_cost_the_same_queries_however_many(talk, member, number):
    for index in range(number):
        Comment.say(talk, by=member, body=str(index))
    start = f"{Comment.objects.first().pk}-{Comment.objects.first().pk}"
    for query, budget in (("", 1), (start, 2)):
        with CaptureQueriesContext(connection) as captured:
            names = [(one.name, one.words, one.has_page) for one in page(talk, comments=query)["comments"]]
        assert (len(captured), len(names)) == (budget, number)


# --- Changing and deleting -----------------------------------------------------------------------------------------


def test_an_edit_leaves_a_trace_and_only_the_author_and_moderators_read_what_was(
    talk, member, outsider, moderator
):
    comment = Comment.say(talk, by=member, body="canary words")
    answer = client_of(member).post(f"/comments/{comment.pk}/edit/", {"body": "other words", "version": "1"})
    assert answer.status_code == 302
    assert read(talk) == ["other words"]
    body = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert ("edited" in body, "canary" in body) == (True, False)
    for who, status in ((None, 404), (outsider, 404), (member, 200), (moderator, 200)):
        history = client_of(who).get(f"/comments/{comment.pk}/history/")
        assert (history.status_code, "canary" in history.content.decode()) == (status, status == 200)
    # Nothing else is written about it than the version.
    assert [one.verb for one in CommentDecision.objects.all()] == ["submit"]


def test_of_two_tabs_the_second_keeps_its_text_and_is_told(talk, member):
    comment = Comment.say(talk, by=member, body="one")
    browser = client_of(member)
    browser.post(f"/comments/{comment.pk}/edit/", {"body": "two", "version": "1"})
    late = browser.post(f"/comments/{comment.pk}/edit/", {"body": "three", "version": "1"})
    assert (late.status_code, ">\nthree</textarea>" in late.content.decode()) == (422, True)
    assert read(talk) == ["two"]
    assert 'name="version" value="2"' in late.content.decode()


def test_an_edit_by_somebody_without_trust_waits_again(talk, newcomer, moderator):
    comment = Comment.say(talk, by=newcomer, body="one")
    comment.publish(by=moderator)
    comment.edit("two", by=newcomer, version=1)
    assert (read(talk), read(talk, newcomer), count(talk)) == ([], ["two"], 0)


def test_what_was_hidden_waits_again_whoever_changes_it(talk, member, moderator):
    comment = Comment.say(talk, by=member, body="one")
    comment.hide(by=moderator, reason="conduct")
    assert (read(talk), read(talk, member)) == ([], ["one"])
    comment.edit("two", by=member, version=1)
    assert comment.state == "waiting"


def test_nobody_changes_or_deletes_somebody_elses(talk, member, outsider, guest, moderator):
    comment = Comment.say(talk, by=member, body="one")
    for who in (None, guest, outsider, moderator):
        browser = client_of(who)
        assert browser.get(f"/comments/{comment.pk}/edit/").status_code == 404
        for part in ("withdrawal", "return"):
            assert browser.post(f"/comments/{comment.pk}/{part}/").status_code == 404
    assert read(talk) == ["one"]


def test_what_was_deleted_vanishes_unless_replies_hang_on_it(talk, member, moderator):
    lonely, answered = (Comment.say(talk, by=member, body=word) for word in ("lonely", "answered"))
    Comment.say(talk, by=moderator, body="reply", answers=answered)
    browser = client_of(member)
    for comment in (lonely, answered):
        gone = browser.post(f"/comments/{comment.pk}/withdrawal/", follow=True)
        assert "Your comment is deleted." in gone.content.decode()
    for who in (None, member, moderator):
        assert read(talk, who) == ["(withdrawn)", "reply"]
        assert client_of(who).get(lonely.get_absolute_url()).status_code == 404
    body = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert ("Deleted by its author." in body, "answered" in body, count(talk)) == (True, False, 1)


def test_for_a_day_it_comes_back_and_then_its_words_are_gone(talk, member, run_jobs):
    from discussion.tasks import forget_deleted_comments

    comment = Comment.say(talk, by=member, body="one")
    comment.edit("two", by=member, version=1)
    comment.withdraw(by=member)
    forget_deleted_comments.call()
    client_of(member).post(f"/comments/{comment.pk}/return/")
    assert (read(talk), count(talk)) == (["two"], 1)
    comment.withdraw(by=member)
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=1))
    assert client_of(member).post(f"/comments/{comment.pk}/return/").status_code == 404
    forget_deleted_comments.call()
    comment.refresh_from_db()
    assert (comment.body, comment.html, comment.versions.count()) == ("", "", 0)


# --- Ending them -----------------------------------------------------------------------------------------------------


def test_the_owner_ends_comments_and_takes_them_again(talk, member, outsider, moderator):
    Comment.say(talk, by=member, body="before")
    for who in (None, outsider):
        assert client_of(who).post(f"{address(talk)}closing/").status_code == 404
    assert client_of(member).post(f"{address(talk)}closing/").status_code == 302
    answer = client_of(outsider).post(address(talk), {"body": "after"})
    assert (answer.status_code, ">\nafter</textarea>" in answer.content.decode()) == (422, True)
    assert (read(talk), Comment.objects.count()) == (["before"], 1)
    body = client_of(outsider).get(talk.get_absolute_url()).content.decode()
    assert ("Comments are closed here." in body, "Your comment" in body) == (True, False)
    client_of(moderator).post(f"{address(talk)}opening/")
    assert client_of(outsider).post(address(talk), {"body": "after"}).status_code == 302


def test_ending_comments_stands_in_the_log_and_is_taken_back_as_every_decision(
    talk, member, outsider, moderator
):
    client_of(moderator).post(f"{address(talk)}closing/")
    client_of(member).post(f"{address(talk)}closing/")
    lines = [
        (one.verb, one.from_state, one.to_state, one.actor, one.as_moderator)
        for one in talk.decisions.order_by("pk")[2:]
    ]
    assert lines == [("end-comments", "public", "public", moderator, True)]
    log = client_of(None).get("/log/").content.decode()
    assert ("<b>closed to comments</b>" in log, "the moderator" in log) == (True, False)
    page = client_of(member).get(talk.get_absolute_url()).content.decode()
    assert "<b>Closed to comments</b> by a moderator" in page
    Contribution.objects.get(pk=talk.pk).undo(by=moderator)
    talk.refresh_from_db()
    last = talk.decisions.order_by("-pk")[0]
    assert (talk.comments_off, talk.state, last.verb) == (False, "public", "take-comments")


def test_comments_close_some_months_after_the_thing_came(talk, member, settings):
    Contribution.objects.filter(pk=talk.pk).update(published_at=timezone.now() - timedelta(days=100))
    talk = Contribution.objects.get(pk=talk.pk)
    Comment.say(talk, by=member, body="with no end")
    settings.COMMENTS_CLOSE_AFTER_MONTHS = 3
    with pytest.raises(StateConflict, match="Comments are closed"):
        Comment.say(talk, by=member, body="too late")
    assert page(talk)["comment_form"] is None
    settings.COMMENTS_CLOSE_AFTER_MONTHS = 4
    Comment.say(talk, by=member, body="in time")
    assert count(talk) == 2


# --- Where it shows, and what follows it -----------------------------------------------------------------------------


def test_a_comment_is_to_be_seen_only_where_its_thing_is(talk, member, outsider, moderator):
    comment = Comment.say(talk, by=outsider, body="canary")
    comment.publish(by=moderator)
    Contribution.objects.get(pk=talk.pk).hide(by=moderator, reason="privacy")
    for who, status in ((None, 404), (outsider, 404), (member, 302), (moderator, 302)):
        assert client_of(who).get(comment.get_absolute_url()).status_code == status
    for part in ("reply", "report"):
        assert client_of(None).get(f"/comments/{comment.pk}/{part}/").status_code == 404
    # One's own words can be deleted all the same.
    assert client_of(outsider).post(f"/comments/{comment.pk}/withdrawal/").status_code == 302
    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_kept_numbers_are_right_after_all_that_verbs_do_and_mended_where_not(
    talk, member, newcomer, moderator
):
    from community.counters import differences

    said = [Comment.say(talk, by=who, body="x") for who in (member, member, member, newcomer, newcomer)]
    said[0].hide(by=moderator, reason="other")
    said[1].hide(by=moderator, reason="other")
    said[1].undo(by=moderator)
    said[2].withdraw(by=member)
    said[2].restore(by=member)
    said[3].publish(by=moderator)
    said[4].reject(by=moderator, reason="other")
    assert (count(talk), list(differences())) == (3, [])
    Contribution.objects.update(comment_count=9)
    assert [str(one) for one in differences()] == [f"comments on contribution {talk.pk}: kept 9, true 3"]
    call_command("check_counters", "--mend")
    assert count(talk) == 3


def test_comments_go_with_a_talk_that_becomes_part_of_another_and_back(event, member, moderator):
    from community.counters import differences

    source, target = make_talk(event, member), make_talk(event, member)
    first = Comment.say(source, by=member, body="of the source")
    Comment.say(target, by=member, body="of the target")
    source.merge_into(target, by=moderator)
    assert (read(target), count(target), count(source)) == (["of the source", "of the target"], 2, 0)
    answered = Comment.objects.get(pk=first.pk)
    Comment.say(Contribution.objects.get(pk=target.pk), by=moderator, body="since", answers=answered)
    source.undo(by=moderator)
    assert (read(source), read(target)) == (["of the source", "since"], ["of the target"])
    assert list(differences()) == []


def test_what_a_guest_said_is_the_members_own_once_they_sign_in(talk, guest, newcomer, moderator):
    from community.taking_over import count_of, take_over
    from discussion.models import Favourite

    comment = Comment.say(talk, by=guest, body="so")
    other = make_talk(talk.event, moderator)
    given = [Favourite.give(item, by=guest, reason="guest's") for item in (talk, other)]
    own = Favourite.give(other, by=newcomer, reason="own")
    assert (count_of(guest, newcomer), take_over(guest, newcomer), count_of(guest, newcomer)) == (2, 2, 0)
    assert list(Comment.objects.owned_by(newcomer)) == [comment]
    assert list(Favourite.objects.owned_by(newcomer).order_by("pk")) == [given[0], own]
    assert list(Favourite.objects.owned_by(guest)) == [given[1]]


def test_comments_are_deleted_for_good_with_what_they_are_about(talk, member, moderator):
    first = Comment.say(talk, by=moderator, body="first")
    Comment.say(talk, by=member, body="@the-moderator", answers=first)
    item = Contribution.objects.get(pk=talk.pk)
    item.withdraw(by=member)
    item.erase(by=member)
    assert (Comment.objects.count(), CommentDecision.objects.count()) == (0, 0)
