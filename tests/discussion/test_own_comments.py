"""What one said about things, with its state, on a page of one's own; one changes, deletes and brings back there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.models import Contribution
from discussion.models import Comment
from people.models import User
from talks.models import Talk
from tests.cast import client_of, make_talk
from tests.community.pages import cost, get

ADDRESS = "/mine/comments/"


@pytest.fixture
def talk(event: Any, member: User) -> Talk:
    return make_talk(event, member, title="How eBPF works")


def said(page: str) -> list[str]:
    return re.findall(r'<div class="prose"><p>(.*?)</p>', page)


def test_all_that_one_said_stands_there_newest_first_with_its_state(
    talk: Talk, newcomer: User, member: User, moderator: User
) -> None:
    Comment.say(talk, by=member, body="Somebody else's")
    rows = {
        body: Comment.say(talk, by=newcomer, body=body)
        for body in ("Waits", "Turned down", "Hidden", "Deleted", "Forgotten", "Public")
    }
    rows["Turned down"].reject(by=moderator, reason="unclear", note="Which stage?")
    rows["Hidden"].publish(by=moderator)
    rows["Hidden"].hide(by=moderator, reason="privacy", note="A name.")
    rows["Deleted"].withdraw(by=newcomer)
    rows["Forgotten"].withdraw(by=newcomer)
    Comment.objects.filter(body="Forgotten").update(body="")
    rows["Public"].publish(by=moderator)
    page = get(ADDRESS, newcomer)
    assert said(page) == ["Public", "Hidden", "Turned down", "Waits"]
    states = re.findall(r'<span class="state state-(\w+)">', page)
    assert states == ["published", "withdrawn", "hidden", "rejected", "pending"]
    assert ("Which stage?" in page, "A name." in page) == (True, True)
    assert said(get(ADDRESS, member)) == ["Somebody else's"]
    assert said(get(ADDRESS, moderator)) == []
    assert f'href="{ADDRESS}"' in get("/mine/", newcomer)


def test_a_guest_sees_theirs_and_a_stranger_is_told_how(talk: Talk, guest: Any) -> None:
    Comment.say(talk, by=guest, body="A guest was here")
    assert said(get(ADDRESS, guest)) == ["A guest was here"]
    page = get(ADDRESS, None)
    assert (said(page), "What you say shows here" in page) == ([], True)


def test_one_deletes_and_brings_back_there(talk: Talk, member: User) -> None:
    comment = Comment.say(talk, by=member, body="Mine")
    client = client_of(member)
    page = client.post(f"/comments/{comment.pk}/withdrawal/", {"back": "mine"}, follow=True)
    assert page.redirect_chain == [(ADDRESS, 302)]
    # The undo of the message, and the row's own button.
    assert page.content.decode().count(f'action="/comments/{comment.pk}/return/"') == 2
    page = client.post(f"/comments/{comment.pk}/return/", {"back": "mine"}, follow=True)
    assert (page.redirect_chain, "state-published" in page.content.decode()) == ([(ADDRESS, 302)], True)
    # After a day there is no way back.
    comment.withdraw(by=member)
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=1))
    assert "/return/" not in get(ADDRESS, member)


def test_of_what_does_not_show_any_more_one_sees_ones_own_words_alone(
    talk: Talk, outsider: User, moderator: User
) -> None:
    comment = Comment.say(talk, by=outsider, body="About the talk")
    Contribution.objects.get(pk=talk.pk).hide(by=moderator, reason="privacy")
    page = get(ADDRESS, outsider)
    assert (said(page), "How eBPF works" in page, "/edit/" in page) == (["About the talk"], False, False)
    client_of(outsider).post(f"/comments/{comment.pk}/withdrawal/", {"back": "mine"})
    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_pages_lead_to_each_other_and_cost_the_same_however_long(
    talk: Talk, member: User, event: Any
) -> None:
    client, costs = client_of(member), []
    for more in (1, 3, 40):
        other = make_talk(event, member)
        for place in range(more):
            Comment.say(other if place % 2 else talk, by=member, body=f"Number {place}")
        costs.append(cost(lambda: client.get(ADDRESS)))
    assert (costs[0] >= costs[1] >= costs[2], costs[0] <= 12) == (True, True), costs
    first = get(ADDRESS, member)
    older = re.search(r'rel="next" href="([^"]*)"', first)
    assert older
    second = get(ADDRESS + older[1], member)
    assert len(said(first) + said(second)) == Comment.objects.count()
    newer = re.search(r'rel="prev" href="([^"]*)"', second)
    assert newer
    assert said(get(ADDRESS + newer[1], member)) == said(first)
    assert said(get(f"{ADDRESS}?before=nonsense", member)) == said(first)
