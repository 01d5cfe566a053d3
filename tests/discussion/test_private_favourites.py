"""A favourite may be only for oneself: then nobody else sees it, counts it, reviews it, or hears of it."""

import pytest
from django.core import mail

from community.models import Contribution
from discussion.models import Favourite, FavouriteDecision
from tests.cast import client_of, make_talk
from tests.discussion.test_recommendations import address

SECRET = "between me and me"


@pytest.fixture
def talk(event, member):
    return make_talk(event, member)


def pages(talk, who):
    addresses = [talk.get_absolute_url(), talk.event.get_absolute_url(), "/", "/queue/", "/log/"]
    return "".join(client_of(who).get(at).content.decode() for at in addresses)


def keep(talk, who):
    client_of(who).post(address(talk), {"reason": SECRET, "private": "on"})
    return Favourite.objects.get()


@pytest.mark.parametrize("who", ["member", "newcomer", "guest"])
def test_it_is_seen_by_nobody_else_and_waits_for_nobody(who, talk, moderator, outsider, request, run_jobs):
    given = keep(talk, request.getfixturevalue(who))
    run_jobs()
    assert (given.state, given.reason) == ("private", SECRET)
    assert [pages(talk, other).count(SECRET) for other in (None, outsider, moderator)] == [0, 0, 0]
    assert SECRET in client_of(request.getfixturevalue(who)).get(talk.get_absolute_url()).content.decode()
    assert Favourite.objects.pending().count() == 0


def test_it_is_not_counted_not_logged_and_nobody_is_told(talk, newcomer, moderator, member):
    talk_before = Contribution.objects.values("favourite_count", "score", "quiet").get(pk=talk.pk)
    keep(talk, newcomer)
    assert Contribution.objects.values("favourite_count", "score", "quiet").get(pk=talk.pk) == talk_before
    assert FavouriteDecision.objects.count() == 0
    assert (mail.outbox, member.notifications.count()) == ([], 0)


def test_the_admin_has_no_place_for_it(talk, newcomer):
    from tests.cast import make_user

    keep(talk, newcomer)
    staff = make_user("the admin", is_staff=True, is_superuser=True)
    assert SECRET not in client_of(staff).get("/admin/discussion/favourite/").content.decode()


def test_what_was_public_and_becomes_private_reads_as_taken_back(talk, member, moderator):
    given = Favourite.give(talk, by=member, reason="so")
    given.reword(SECRET, by=member, private=True)
    written = [(one.verb, one.from_state, one.to_state) for one in FavouriteDecision.objects.order_by("pk")]
    assert written == [("submit", "", "public"), ("withdraw", "public", "withdrawn")]
    assert Contribution.objects.get(pk=talk.pk).favourite_count == 0
    assert "only for you" not in client_of(moderator).get("/log/").content.decode()


def test_what_was_private_is_reviewed_once_it_is_for_everybody(talk, newcomer):
    given = keep(talk, newcomer)
    given.reword("for all", by=newcomer)
    assert given.state == "waiting"
    assert [(one.from_state, one.to_state) for one in FavouriteDecision.objects.all()] == [
        ("withdrawn", "waiting")
    ]


def test_private_is_no_way_around_a_moderators_no(talk, member, moderator):
    given = Favourite.give(talk, by=member, reason="buy it")
    given.reject(by=moderator, reason="advert")
    given.reword("buy it", by=member, private=True)
    given.reword("buy it", by=member)
    assert given.state == "waiting"


def test_it_is_taken_back_without_a_trace(talk, newcomer):
    given = keep(talk, newcomer)
    given.withdraw(by=newcomer)
    assert (given.state, given.reason, FavouriteDecision.objects.count()) == ("withdrawn", "", 0)


def test_whoever_is_not_known_yet_is_not_offered_what_they_could_not_find_again(talk, member):
    offered = [
        'name="private"' in client_of(who).get(talk.get_absolute_url()).content.decode()
        for who in (None, member)
    ]
    assert offered == [False, True]
