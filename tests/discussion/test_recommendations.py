import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Contribution
from discussion import recommending
from discussion.models import Favourite, FavouriteDecision
from people.decisions import StateConflict
from people.guests import COOKIE
from people.models import Guest
from tests.cast import client_of, make_talk, make_user


def address(item: Contribution) -> str:
    return reverse("discussion:recommendation", args=[item.pk])


def reasons(item: Contribution, who: Any) -> list[str]:
    from django.contrib.auth.models import AnonymousUser

    return [one.reason for one in recommending.context(item, who or AnonymousUser())["recommendations"]]


@pytest.fixture
def talk(event, member):
    return make_talk(event, member)


def test_a_trusted_members_recommendation_is_public_at_once(talk, member):
    answer = client_of(member).post(address(talk), {"reason": "  it is   short "})
    assert answer.url == talk.get_absolute_url() + "#recommendations"
    assert reasons(talk, None) == ["it is short"]


def test_a_newcomers_and_a_guests_wait_and_only_they_and_moderators_see_them(
    talk, newcomer, guest, outsider, moderator
):
    client_of(newcomer).post(address(talk), {"reason": "newcomer's"})
    client_of(guest).post(address(talk), {"reason": "guest's"})
    assert [one.state for one in Favourite.objects.all()] == ["waiting", "waiting"]
    for who in (None, outsider):
        assert reasons(talk, who) == []
        body = client_of(who).get(talk.get_absolute_url()).content.decode()
        assert ("newcomer's" in body, "guest's" in body) == (False, False)
    assert recommending.context(talk, newcomer)["own_recommendation"].reason == "newcomer's"
    assert recommending.context(talk, guest)["own_recommendation"].reason == "guest's"
    waiting = recommending.context(talk, moderator)["waiting_recommendations"]
    assert [one.reason for one in waiting] == ["newcomer's", "guest's"]


def test_a_visitor_without_account_gives_a_name_and_is_remembered(talk):
    browser = client_of(None)
    nameless = browser.post(address(talk), {"reason": "so"})
    assert (nameless.status_code, Favourite.objects.count()) == (422, 0)
    key = str(uuid.uuid4())
    answers = [
        browser.post(address(talk), {"reason": "so", "guest_name": "A visitor", "submission_key": key})
    ]
    # The same form again from a browser that has no cookie yet: a double click.
    answers.append(
        client_of(None).post(
            address(talk), {"reason": "so", "guest_name": "A visitor", "submission_key": key}
        )
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert COOKIE in answers[0].cookies
    assert (Favourite.objects.count(), Guest.objects.count()) == (1, 1)


def test_recommending_again_changes_the_reason(talk, member):
    browser = client_of(member)
    for reason in ("one", "two", "two", ""):
        browser.post(address(talk), {"reason": reason})
    favourite = Favourite.objects.get()
    assert (favourite.reason, favourite.state, favourite.version) == ("", "public", 3)


def test_a_newcomers_changed_reason_waits_again(talk, newcomer, moderator):
    favourite = Favourite.give(talk, by=newcomer, reason="one")
    favourite.publish(by=moderator)
    assert reasons(talk, None) == ["one"]
    client_of(newcomer).post(address(talk), {"reason": "two"})
    assert reasons(talk, None) == []


def test_what_was_turned_down_waits_again_once_reworded_whoever_wrote_it(talk, member, moderator):
    favourite = Favourite.give(talk, by=member, reason="one")
    favourite.reject(by=moderator, reason="advert")
    client_of(member).post(address(talk), {"reason": "two"})
    favourite.refresh_from_db()
    assert (favourite.state, favourite.reason) == ("waiting", "two")


def test_it_is_taken_back_and_given_again(talk, member, outsider):
    withdrawal = reverse("discussion:recommendation_withdrawal", args=[talk.pk])
    browser = client_of(member)
    browser.post(address(talk), {"reason": "one"})
    assert client_of(outsider).post(withdrawal).status_code == 404
    assert reasons(talk, None) == ["one"]
    assert [browser.post(withdrawal).status_code for _ in range(2)] == [302, 302]
    assert (reasons(talk, None), recommending.context(talk, member)["own_recommendation"]) == ([], None)
    browser.post(address(talk), {"reason": "again"})
    assert reasons(talk, None) == ["again"]


def test_nobody_recommends_what_they_cannot_see(event, newcomer, member, guest, moderator):
    waiting = make_talk(event, newcomer)
    answers = [
        client_of(who).post(address(waiting), {"reason": "so"}).status_code for who in (None, guest, member)
    ]
    assert (answers, Favourite.objects.count()) == ([404, 404, 404], 0)


def test_a_reason_is_one_short_line_without_markup(talk, member):
    browser = client_of(member)
    assert browser.post(address(talk), {"reason": "x" * 281}).status_code == 422
    browser.post(address(talk), {"reason": "<img src=x onerror=alert(1)> **so**"})
    html = Favourite.objects.get().reason_html
    assert html == "&lt;img src=x onerror=alert(1)&gt; <strong>so</strong>"


def test_two_moderators_decide_once(talk, newcomer, moderator):
    favourite = Favourite.give(talk, by=newcomer, reason="so")
    same = Favourite.objects.get()
    favourite.reject(by=moderator, reason="advert")
    with pytest.raises(StateConflict, match="Already turned down by the moderator"):
        same.reject(by=moderator, reason="advert")
    written = [(one.verb, one.to_state, one.as_moderator) for one in FavouriteDecision.objects.order_by("pk")]
    assert written == [("submit", "waiting", False), ("reject", "rejected", True)]


@pytest.mark.parametrize("number", [1, 30, 300])
def test_the_recommendations_cost_the_same_queries_however_many(talk, member, moderator, number):
    for index in range(number):
        user = make_user(f"member {index}")
        Favourite.objects.create(contribution_id=talk.pk, user=user, reason="so", state="public")
    with CaptureQueriesContext(connection) as captured:
        context = recommending.context(talk, moderator)
        names = [(one.name, one.reason_html) for one in context["recommendations"]]
    assert (len(captured), len(names)) == (2, min(number, recommending.SHOWN_AT_MOST))
