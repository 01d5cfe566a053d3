"""What one added: every state of it, and what one can do about it."""

import re
from typing import Any

import pytest
from django.test import Client

from community.models import Contribution
from events.models import Event
from people.decisions import Reason
from people.guests import COOKIE
from tests.cast import MAKERS, client_of, make_photo, make_recap, make_talk
from tests.community.pages import get, titles


def test_all_that_one_added_stands_there_newest_first_with_its_state(
    event: Event, newcomer: Any, moderator: Any, member: Any
) -> None:
    make_talk(event, member, title="Somebody else's")
    for title in ("Waits", "Turned down", "Hidden", "Withdrawn", "Public"):
        make_talk(event, newcomer, title=title)
    rows = {row.title: row for row in Contribution.objects.owned_by(newcomer)}
    rows["Turned down"].reject(by=moderator, reason=Reason.UNCLEAR, note="Which stage?")
    rows["Hidden"].publish(by=moderator)
    rows["Hidden"].hide(by=moderator, reason=Reason.PRIVACY, note="A face.")
    rows["Withdrawn"].withdraw(by=newcomer)
    rows["Public"].publish(by=moderator)
    page = get("/mine/", newcomer)
    assert titles(page) == ["Public", "Withdrawn", "Hidden", "Turned down", "Waits"]
    for words in (
        "waiting for review",
        "turned down",
        "hidden",
        "Which stage?",
        "A face.",
        "Bring it back",
    ):
        assert words in page
    assert titles(get("/mine/", member)) == ["Somebody else&#x27;s"]


def test_events_that_one_proposed_stand_there_until_they_are_public(
    event: Event, newcomer: Any, moderator: Any
) -> None:
    proposal = Event(name="Meetup", starts_on=event.starts_on, ends_on=event.ends_on)
    proposal.propose(by=newcomer)
    assert titles(get("/mine/", newcomer)) == ["Meetup"]
    proposal.reject(by=moderator, reason=Reason.UNCLEAR, note="Which city?")
    assert "Which city?" in get("/mine/", newcomer)
    proposal.publish(by=moderator)
    assert titles(get("/mine/", newcomer)) == []


def test_a_guest_sees_what_they_added_and_a_stranger_is_told_how(event: Event, guest: Any) -> None:
    make_talk(event, guest, title="A guest's")
    assert titles(get("/mine/", guest)) == ["A guest&#x27;s"]
    assert "You are the guest “the guest”" in get("/mine/", guest)
    assert "with or without an account" in get("/mine/", None)


@pytest.mark.parametrize("kind", sorted(MAKERS))
@pytest.mark.parametrize("who", ["newcomer", "guest"])
def test_one_withdraws_and_brings_back(
    event: Event, moderator: Any, kind: str, who: str, request: Any
) -> None:
    owner = request.getfixturevalue(who)
    item = Contribution.objects.get(pk=MAKERS[kind](event, owner).pk)
    item.publish(by=moderator)
    client = client_of(owner)
    page = client.post(
        f"/contributions/{item.pk}/withdrawal/", {"back": "mine"}, follow=True
    ).content.decode()
    item.refresh_from_db()
    assert item.state == "withdrawn"
    # The undo of the message, and the row's own button.
    assert page.count(f'<form method="post" action="/contributions/{item.pk}/return/">') == 2
    page = client.post(f"/contributions/{item.pk}/return/", follow=True).content.decode()
    item.refresh_from_db()
    assert item.state == "public"
    assert "It is back: public." in page


@pytest.mark.parametrize("verb", ["withdrawal", "return"])
def test_nobody_withdraws_or_brings_back_what_is_not_theirs(
    event: Event, member: Any, outsider: Any, moderator: Any, guest: Any, verb: str
) -> None:
    item = make_talk(event, member)
    for user in (None, outsider, guest, moderator):
        assert client_of(user).post(f"/contributions/{item.pk}/{verb}/").status_code == 404
    assert client_of(member).get(f"/contributions/{item.pk}/{verb}/").status_code == 405
    assert Contribution.objects.get(pk=item.pk).state == "public"


def test_withdrawing_twice_is_said_and_changes_nothing(event: Event, member: Any) -> None:
    item = make_talk(event, member)
    client = client_of(member)
    client.post(f"/contributions/{item.pk}/withdrawal/")
    page = client.post(f"/contributions/{item.pk}/withdrawal/", follow=True).content.decode()
    assert "Already withdrawn by the member." in page
    assert Contribution.objects.get(pk=item.pk).state == "withdrawn"


def test_a_guest_finds_what_they_added_from_every_page_on_a_phone_too(event: Event, guest: Any) -> None:
    """What the header says is hidden on a phone; its sign of a person is not."""
    signs = re.compile(r'<a href="([^"]*)"><svg class="icon phone-only"')
    heads = [client_of(who).get("/events/").content.decode() for who in (guest, None)]
    assert [signs.findall(head) for head in heads] == [["/mine/"], ["/accounts/login/"]]


def test_a_member_takes_over_what_the_browser_added_as_a_guest(
    event: Event, guest: Any, member: Any, outsider: Any
) -> None:
    make_talk(event, guest, title="Once a guest's")
    client = client_of(guest)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert "you added 1 thing as a guest" in client.get("/mine/").content.decode()
    page = client.post("/mine/take-over/", follow=True).content.decode()
    assert titles(page) == ["Once a guest&#x27;s"]
    item = Contribution.objects.get()
    assert (item.contributor, item.guest) == (member, None)
    assert client.cookies[COOKIE].value == ""
    assert "as a guest" not in client.get("/mine/").content.decode()


def test_nothing_is_taken_over_without_the_guests_own_cookie(event: Event, guest: Any, member: Any) -> None:
    make_talk(event, guest)
    client = client_of(member)
    client.cookies[COOKIE] = "forged"
    client.post("/mine/take-over/")
    assert Contribution.objects.owned_by(guest).count() == 1
    assert Client().post("/mine/take-over/").status_code == 302
    assert Contribution.objects.owned_by(guest).count() == 1


def test_versions_show_what_changed_to_the_owner_and_moderators_only(
    event: Event, newcomer: Any, moderator: Any, outsider: Any
) -> None:
    recap = make_recap(event, newcomer, title="My week", body="One two three")
    recap.body = "One four three"
    recap.edit(by=newcomer, tags=["cloud"])
    Contribution.objects.get(pk=recap.pk).reject(by=moderator, reason=Reason.UNCLEAR, note="Say more.")
    address = f"/contributions/{recap.pk}/history/"
    for user in (newcomer, moderator):
        page = get(address, user)
        assert "One <del>two</del><ins>four</ins> three" in page
        assert "<ins>cloud</ins>" in page
        assert "Say more." in page
    for user in (None, outsider):
        get(address, user, status=404)
    Contribution.objects.get(pk=recap.pk).publish(by=moderator)
    get(address, outsider, status=404)


def test_photos_stand_there_with_a_small_picture_of_them(event: Event, guest: Any) -> None:
    make_photo(event, guest, title="")
    page = get("/mine/", guest)
    assert 'class="card is-waiting with-thumb"' in page
    assert "/320.webp" in page
