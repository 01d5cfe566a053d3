"""Digests of an event: to whom, when, once, and only what shows and is new to them."""

import datetime
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from community.digests import events_due, step_of
from community.models import Contribution, Digest, Following
from community.tasks import find_digests
from discussion.models import Favourite
from events.models import Event
from people.decisions import Reason
from people.models import Mute, Notification, Preference, User
from people.models.notification import Topic
from people.models.preference import Delivery
from people.tasks import mail_what_is_due
from tests.cast import client_of, make_event, make_photo, make_recap, make_talk, make_user
from tests.people.test_mail import plain, rich, words_of


@pytest.fixture
def over(db: None) -> Event:
    """An event that ended three days ago."""
    today = timezone.now().date()
    return make_event(
        "Corridor Days",
        starts_on=today - timedelta(days=5),
        ends_on=today - timedelta(days=3),
        timezone="UTC",
    )


@pytest.fixture
def follower(over: Event) -> User:
    """Only reads, and asked to be kept posted."""
    user = make_user("the follower")
    assert client_of(user).post(f"/events/{over.slug}/following/").status_code == 302
    return user


def send(run_jobs: Any) -> list[Any]:
    """Let an hour's round come by, and the daily e-mails go out; return what was sent."""
    mail.outbox.clear()
    find_digests.enqueue()
    run_jobs()
    Notification.objects.exclude(mail_due_at=None).update(mail_due_at=timezone.now())
    mail_what_is_due.enqueue()
    run_jobs()
    return sorted(mail.outbox, key=lambda one: one.to[0])


def later(event: Event, days: int) -> None:
    """Let the event have ended so many days earlier, and what was said and done be as much older."""
    passed = timedelta(days=days)
    Event.objects.filter(pk=event.pk).update(
        starts_on=event.starts_on - passed, ends_on=event.ends_on - passed
    )
    for row in Digest.objects.all():
        Digest.objects.filter(pk=row.pk).update(created_at=row.created_at - passed)
    for item in Contribution.objects.exclude(published_at=None):
        assert item.published_at
        Contribution.objects.filter(pk=item.pk).update(published_at=item.published_at - passed)
    event.refresh_from_db()


def test_it_says_what_is_new_with_reasons_in_both_forms(
    over: Event, follower: User, member: User, run_jobs: Any
) -> None:
    recap = make_recap(over, member, title="The week, day by day", body="Tuesday was all about the corridor.")
    talk = make_talk(over, member, title="How it works")
    Favourite.give(talk, by=member, reason="it shows *where* the time goes")
    for _number in range(3):
        make_photo(over, member)
    sent = [one for one in send(run_jobs) if one.to == [follower.email]]
    (one,) = sent
    assert one.subject == "Corridor Days: what is new"
    for words in (
        "Hello the follower,",
        "Corridor Days is over, and this is what people brought home.",
        "The week, day by day",
        "Tuesday was all about the corridor.",
        "How it works",
        "“it shows where the time goes” – the member",
        "3 new ones",
    ):
        assert words in plain(one)
        assert words in words_of(rich(one))
    assert (
        re.findall(r"^(.+)\n-+$", plain(one), re.MULTILINE)[:3]
        == re.findall(r"<h2[^>]*>(.+?)</h2>", rich(one))[:3]
    )
    for url in (recap.get_absolute_url(), talk.get_absolute_url(), f"/events/{over.slug}/photos/"):
        assert f'href="http://localhost:8000{url}"' in rich(one)


def test_who_added_recommends_or_follows_gets_it_and_nobody_else(
    over: Event, follower: User, member: User, outsider: User, newcomer: User, run_jobs: Any
) -> None:
    talk = make_talk(over, make_user("another", trust="granted"))
    make_recap(over, member)
    newcomer.trust = "granted"
    newcomer.save()
    Favourite.give(talk, by=newcomer)
    Favourite.give(talk, by=outsider, private=True)
    told = set(Digest.objects.filter(told=True).values_list("user__email", flat=True))
    assert told == set()
    send(run_jobs)
    told = set(Digest.objects.filter(told=True).values_list("user__email", flat=True))
    assert told == {follower.email, member.email, newcomer.email, "another@example.org"}


def test_it_comes_once_however_often_the_job_runs(
    over: Event, follower: User, member: User, run_jobs: Any
) -> None:
    make_recap(over, member)
    assert len([one for one in send(run_jobs) if one.to == [follower.email]]) == 1
    make_recap(over, member)
    assert send(run_jobs) == []


def test_the_next_one_has_only_what_came_since(
    over: Event, follower: User, member: User, run_jobs: Any
) -> None:
    make_recap(over, member, title="Early bird")
    send(run_jobs)
    later(over, 11)
    make_recap(over, member, title="Late owl")
    (one,) = send(run_jobs)
    assert ("Early bird" in plain(one), "Late owl" in plain(one)) == (False, True)
    assert "This came to Corridor Days since we last wrote." in plain(one)
    later(over, 46)
    assert send(run_jobs) == []
    assert Digest.objects.filter(step=60, user=follower, told=False).count() == 1


def test_ones_own_is_no_news(over: Event, member: User, run_jobs: Any) -> None:
    make_recap(over, member)
    make_photo(over, member)
    assert send(run_jobs) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_hidden_is_in_no_digest(
    over: Event, follower: User, member: User, moderator: User, run_jobs: Any, when: str
) -> None:
    talk, recap = make_talk(over, member, title="Hidden one"), make_recap(over, member, title="Shown one")
    item = Contribution.objects.get(pk=talk.pk)
    if when == "before":
        item.hide(by=moderator, reason=Reason.PRIVACY)
    find_digests.enqueue()
    run_jobs()
    if when == "after":
        # It was told, and waits for the hour at which daily e-mails go out.
        assert "Hidden one" in follower.notifications.get().body
        item.hide(by=moderator, reason=Reason.PRIVACY)
    (one,) = [one for one in send(run_jobs) if one.to == [follower.email]]
    for words in (plain(one), rich(one), client_of(follower).get("/notifications/").content.decode()):
        assert ("Hidden one" in words, "Worth watching" in words, "Shown one" in words) == (
            False,
            False,
            True,
        )
    Contribution.objects.get(pk=recap.pk).hide(by=moderator, reason=Reason.PRIVACY)
    assert client_of(follower).get("/notifications/").context["told"][0].gone


def test_who_muted_the_event_or_a_person_hears_nothing_of_it(
    over: Event, follower: User, member: User, run_jobs: Any
) -> None:
    other = make_user("another", trust="granted")
    make_recap(over, member, title="By the member"), make_recap(over, other, title="By another")
    quiet = make_user("the quiet one")
    Following.objects.create(event=over, user=quiet)
    client_of(quiet).post("/mutes/", {"scope": f"event:{over.pk}"})
    Mute.objects.create(user=follower, scope=f"person:{other.person_id}")
    sent = {one.to[0]: plain(one) for one in send(run_jobs)}
    assert quiet.email not in sent
    assert ("By the member" in sent[follower.email], "By another" in sent[follower.email]) == (True, False)


def test_who_wants_no_mails_about_events_finds_it_on_the_site(
    over: Event, follower: User, member: User, run_jobs: Any
) -> None:
    Preference.objects.choose(follower, [Topic.EVENTS], Delivery.NEVER)
    make_recap(over, member)
    assert send(run_jobs) == []
    assert follower.notifications.get().subject == "Corridor Days: what is new"


@pytest.mark.parametrize(
    ("days", "step"),
    [(2, None), (3, 3), (9, 3), (10, None), (14, 14), (20, 14), (21, None), (60, 60), (67, None)],
)
def test_each_round_has_its_days(over: Event, days: int, step: int | None) -> None:
    now = datetime.datetime.combine(over.ends_on, datetime.time(12), tzinfo=datetime.UTC) + timedelta(
        days=days
    )
    Event.objects.update(contribution_count=1)
    assert step_of(over, now) == step
    assert events_due(now) == ([(over, step)] if step else [])


def test_a_colocated_event_is_followed_with_the_event_that_it_is_part_of(
    over: Event, member: User, run_jobs: Any
) -> None:
    part = make_event("Side Room", parent=over, starts_on=over.starts_on, ends_on=over.starts_on)
    user = make_user("the follower")
    assert "Keep me posted" in client_of(user).get(part.get_absolute_url()).content.decode()
    client_of(user).post(f"/events/{part.slug}/following/")
    make_recap(part, member, title="From the side room")
    (one,) = [one for one in send(run_jobs) if one.to == [user.email]]
    assert "From the side room" in plain(one)


def test_the_button_follows_and_the_page_takes_it_back(over: Event, newcomer: User) -> None:
    client = client_of(newcomer)
    page = f"/events/{over.slug}/follow/"
    assert "Keep me posted" in client.get(over.get_absolute_url()).content.decode()
    for _twice in range(2):
        client.post(f"/events/{over.slug}/following/")
    assert Following.objects.count() == 1
    assert "You follow this event" in client.get(over.get_absolute_url()).content.decode()
    assert client.get(page).context["follows"]
    client.post(f"/events/{over.slug}/following/removal/")
    assert not client.get(page).context["follows"]


def test_strangers_see_no_button_for_it(over: Event, client: Any) -> None:
    assert "Keep me posted" not in client.get(over.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (3, "3, 14 and 60 days"),
        (10, "14 and 60 days"),
        (21, "60 days"),
        (66, "60 days"),
    ],
)
def test_whoever_asks_late_hears_what_is_still_to_come(
    over: Event, newcomer: User, days: int, words: str
) -> None:
    later(over, days - 3)
    client = client_of(newcomer)
    assert "Keep me posted" in client.get(over.get_absolute_url()).content.decode()
    page = client.post(f"/events/{over.slug}/following/", follow=True).content.decode()
    assert f"We will keep you posted {words} after the event, if there is news." in page


def test_after_the_last_news_nobody_is_offered_any(over: Event, newcomer: User, follower: User) -> None:
    later(over, 64)
    client = client_of(newcomer)
    assert "Keep me posted" not in client.get(over.get_absolute_url()).content.decode()
    page = client.post(f"/events/{over.slug}/following/", follow=True).content.decode()
    assert page.count("That is all: nothing more comes.") == 1
    assert "Keep me posted" not in page
    assert not Following.objects.filter(user=newcomer).exists()
    # Whoever follows it finds the way to stop.
    assert "You follow this event" in client_of(follower).get(over.get_absolute_url()).content.decode()
