"""Who hears of a comment, a reply, a mention: once, and only of what shows."""

import pytest

from community.models import Mention
from discussion.models import Comment, CommentVersion, Favourite
from people.models import Person
from tests.cast import MAKERS, client_of, make_recap, make_talk


@pytest.fixture
def talk(event, member):
    return make_talk(event, member, title="How eBPF works")


def told(*people):
    """Return (whom, about what, the first words of the subject) of all that members were told, in order."""
    return [
        (str(one.recipient), one.topic, one.thread)
        for who in people
        for one in who.notifications.order_by("pk")
        if one.topic != "yours"
    ]


def test_whoever_added_the_thing_hears_of_comments_once_they_are_public(talk, member, newcomer, moderator):
    comment = Comment.say(talk, by=newcomer, body="canary words")
    assert told(member) == []
    comment.publish(by=moderator)
    assert told(member) == [("the member", "comments", f"comment:{talk.pk}")]
    one = member.notifications.get()
    assert (one.subject, "canary words" in one.body, one.url) == (
        "the newcomer commented on “How eBPF works”",
        True,
        comment.get_absolute_url(),
    )
    Comment.say(talk, by=member, body="my own")
    assert len(told(member)) == 1


def test_who_is_answered_hears_of_it_and_of_one_comment_nobody_hears_twice(
    talk, member, newcomer, outsider, moderator
):
    first = Comment.say(talk, by=outsider, body="first")
    first.publish(by=moderator)
    second = Comment.say(talk, by=newcomer, body="second", answers=first)
    second.publish(by=moderator)
    assert told(outsider) == [("the outsider", "replies", f"comment:{talk.pk}")]
    third = "@the-newcomer @the-outsider @the-member, all of you"
    Comment.say(talk, by=moderator, body=third, answers=second)
    assert [one[1] for one in told(outsider)] == ["replies", "replies"]
    assert told(newcomer) == [("the newcomer", "replies", f"comment:{talk.pk}")]
    assert [one[1] for one in told(member)] == ["comments"] * 3


def test_a_mention_is_told_once_whatever_is_edited_and_published_again(talk, member, outsider, moderator):
    Person.objects.create(name="No Account", handle="no-account")
    comment = Comment.say(talk, by=member, body="@the-outsider and @no-account, and `@the-moderator`")
    assert told(outsider, moderator) == [("the outsider", "mentions", f"mention:{talk.pk}")]
    comment.edit("@the-outsider, really, and @the-moderator", by=member, version=1)
    assert [one[:2] for one in told(outsider, moderator)] == [
        ("the outsider", "mentions"),
        ("the moderator", "mentions"),
    ]
    body = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert 'href="/people/the-outsider/" class="mention"' in body


def test_what_was_told_is_taken_back_with_what_does_not_show_any_more(talk, member, outsider, moderator):
    comment = Comment.say(talk, by=outsider, body="canary for @the-moderator")
    comment.publish(by=moderator)
    assert [one[0] for one in told(member, moderator)] == ["the member", "the moderator"]
    comment.hide(by=moderator, reason="conduct")
    assert told(member, moderator) == []


def test_a_mention_in_a_reason_is_told_once_it_is_public(talk, newcomer, outsider, moderator):
    given = Favourite.give(talk, by=newcomer, reason="because of @the-outsider")
    assert told(outsider) == []
    given.publish(by=moderator)
    given.undo(by=moderator)
    assert told(outsider) == []
    given.publish(by=moderator)
    Favourite.give(talk, by=moderator, reason="because of @the-outsider, too")
    assert [one[1] for one in told(outsider)] == ["mentions"]


def test_one_reason_that_is_turned_down_leaves_what_was_told_of_another(
    talk, member, newcomer, outsider, moderator
):
    one = Favourite.give(talk, by=newcomer, reason="first of @the-outsider")
    one.publish(by=moderator)
    Favourite.give(talk, by=member, reason="then of @the-outsider")
    one.reject(by=moderator, reason="conduct")
    (row,) = outsider.notifications.all()
    assert ("then of" in row.body, row.count) == (True, 1)
    (shown,) = client_of(outsider).get("/notifications/").context["told"]
    assert (shown.gone, shown.more) == (False, 0)
    # It leads to its own place among the reasons.
    page = client_of(outsider).get(talk.get_absolute_url()).content.decode()
    assert f' id="{row.url.partition("#")[2]}"' in page


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_mention_in_a_text_of_each_kind_is_told_once_it_is_public(
    event, newcomer, outsider, moderator, kind
):
    field = {"recap": "body", "talk": "why", "photo": "alt"}[kind]
    item = MAKERS[kind](event, newcomer, **{field: "With @the-outsider and @the-newcomer"})
    assert told(outsider, newcomer) == []
    item.publish(by=moderator)
    setattr(item, field, "With @the-outsider, and @the-moderator")
    item.edit(by=newcomer)
    # An edit that a moderator has to look at first tells nobody yet.
    assert [one[:2] for one in told(outsider, newcomer, moderator)] == [("the outsider", "mentions")]
    item.publish(by=moderator)
    assert [one[:2] for one in told(moderator)] == [("the moderator", "mentions")]
    assert Mention.objects.filter(told_at=None).count() == 0


def test_after_another_handle_comments_and_their_versions_say_the_one_of_today(
    event, member, outsider, run_jobs
):
    recap = make_recap(event, member)
    comment = Comment.say(recap, by=member, body="Thanks, @the-outsider!")
    comment.edit("Thanks again, @the-outsider!", by=member, version=1)
    outsider.person.rename("Somebody Else", "quiet-new")
    run_jobs()
    comment.refresh_from_db()
    assert (comment.body, "/people/quiet-new/" in comment.html) == ("Thanks again, @quiet-new!", True)
    assert CommentVersion.objects.get().body == "Thanks, @quiet-new!"
    assert Comment.say(recap, by=member, body="@the-outsider").body == "@quiet-new"


def test_whoever_added_a_thing_hears_that_somebody_else_recommends_it(event, member, newcomer, moderator):
    talk = make_talk(event, member, title="Ours")
    Favourite.give(talk, by=member, reason="it is mine")
    given = Favourite.give(talk, by=newcomer, reason="it is *short*")
    assert member.notifications.count() == 0
    given.publish(by=moderator)
    (told,) = member.notifications.all()
    assert (told.subject, told.topic) == ("the newcomer recommends “Ours”", "favourites")
    assert "“it is short”" in told.body
    other = Favourite.give(talk, by=moderator, reason="it is true")
    given.withdraw(by=newcomer)
    (shown,) = client_of(member).get("/notifications/").context["told"]
    assert (shown.words.subject, shown.earlier) == ("the moderator recommends “Ours”", [])
    other.withdraw(by=moderator)
    assert client_of(member).get("/notifications/").context["told"][0].gone
