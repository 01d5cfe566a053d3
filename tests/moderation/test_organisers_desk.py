"""Organisers review the photos of their own event: what they see, what they decide, and what is not theirs."""

from typing import Any

import pytest

from community.models import Contribution, Decision
from events.models import Organiser
from people.decisions import Reason
from tests.cast import client_of, make_event, make_photo, make_recap, make_talk, make_user
from tests.moderation.test_queue import DECISIONS, QUEUE, UNDO, pick, state, tokens


@pytest.fixture
def organiser(event: Any) -> Any:
    """Looks after `event`, and is no moderator."""
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


def test_they_find_the_photos_that_wait_at_their_events_and_nothing_else(
    organiser, event, colocated, other_event, guest, newcomer
):
    here, inside = make_photo(event, guest), make_photo(colocated, newcomer)
    make_photo(other_event, guest), make_talk(event, guest), make_recap(event, guest, tags=["fresh"])
    own = make_photo(event, organiser)
    desk = client_of(organiser)
    assert tokens(desk.get(QUEUE)) == [f"contribution-{one.pk}" for one in (here, inside)]
    assert tokens(desk.get(QUEUE, {"event": colocated.slug})) == [f"contribution-{inside.pk}"]
    assert tokens(desk.get(QUEUE, {"event": other_event.slug})) == []
    assert tokens(desk.get(QUEUE, {"kind": "talk"})) == tokens(desk.get(QUEUE))
    # Their own are for somebody else to look at.
    assert state(own) == "waiting"


def test_whoever_organises_nothing_or_only_what_is_not_public_finds_no_desk(outsider, guest, member):
    proposed = make_event("Quiet Meeting", proposed_by=outsider)
    Organiser.objects.create(event=proposed, user=outsider)
    type(proposed).objects.filter(pk=proposed.pk).update(state="waiting")
    for who in (None, guest, member, outsider):
        for address in (QUEUE, DECISIONS, UNDO):
            assert client_of(who).post(address).status_code == 404
        assert client_of(who).get(QUEUE).status_code == 404


def test_they_see_the_pictures_that_they_decide_about_and_no_others(
    organiser, event, other_event, guest, moderator
):
    waiting, elsewhere = make_photo(event, guest), make_photo(other_event, guest)
    rejected, hidden, withdrawn = (make_photo(event, guest) for _ in range(3))
    talk = make_talk(event, guest)
    rejected.reject(by=moderator, reason=Reason.PRIVACY)
    hidden.publish(by=moderator)
    hidden.hide(by=moderator, reason=Reason.PRIVACY)
    withdrawn.withdraw(by=guest)
    desk = client_of(organiser)

    def statuses(photo: Any) -> tuple[int, int]:
        file = photo.renditions.get().get_absolute_url()
        return desk.get(photo.get_absolute_url()).status_code, desk.get(file).status_code

    assert statuses(waiting) == (200, 200)
    assert [statuses(one) for one in (elsewhere, rejected, hidden, withdrawn)] == [(404, 404)] * 4
    assert desk.get(talk.get_absolute_url()).status_code == 404
    assert [desk.get(f"/photos/{waiting.pk}/{page}/").status_code for page in ("edit", "blur")] == [404, 404]


def test_what_they_decide_is_written_down_and_told_and_can_be_taken_back(
    organiser, event, newcomer, run_jobs, mailoutbox
):
    first, second = make_photo(event, newcomer), make_photo(event, newcomer)
    desk = client_of(organiser)
    desk.post(DECISIONS, {"approve": pick(first)})
    desk.post(
        DECISIONS, {"pick": pick(second), "verb": "reject", "reason": Reason.UNCLEAR, "note": "Too dark"}
    )
    assert [state(first), state(second)] == ["public", "rejected"]
    last = Decision.objects.filter(contribution=second).first()
    assert (last.actor, last.as_moderator, last.note) == (organiser, True, "Too dark")
    run_jobs()
    # Both in one e-mail, as they came together.
    assert [mail.to for mail in mailoutbox] == [[newcomer.email]]
    desk.post(UNDO)
    assert [state(first), state(second)] == ["public", "waiting"]


@pytest.mark.parametrize("verb", ["hide", "merge", "undo", "confirm", "restore"])
def test_other_verbs_are_not_theirs(verb, organiser, event, guest, moderator):
    waiting, public = make_photo(event, guest), make_photo(event, guest)
    Contribution.objects.get(pk=public.pk).publish(by=moderator)
    desk = client_of(organiser)
    for photo, seen in ((waiting, ""), (public, "public"), (public, "")):
        desk.post(DECISIONS, {"pick": pick(photo), "verb": verb, "seen": seen, "reason": "other"})
    assert [state(waiting), state(public)] == ["waiting", "public"]


def test_they_bring_nothing_back_that_a_moderator_turned_down_or_hid(organiser, event, guest, moderator):
    rejected, hidden = make_photo(event, guest), make_photo(event, guest)
    rejected.reject(by=moderator, reason=Reason.PRIVACY)
    hidden.publish(by=moderator)
    hidden.hide(by=moderator, reason=Reason.PRIVACY)
    desk = client_of(organiser)
    for photo, seen in ((rejected, "rejected"), (hidden, "hidden"), (rejected, ""), (hidden, "")):
        desk.post(DECISIONS, {"pick": pick(photo), "verb": "publish", "seen": seen})
    assert [state(rejected), state(hidden)] == ["rejected", "hidden"]


def test_other_events_other_kinds_and_their_own_are_not_theirs_to_decide(
    organiser, event, other_event, guest
):
    things = [make_photo(other_event, guest), make_talk(event, guest), make_photo(event, organiser)]
    desk = client_of(organiser)
    for thing in things:
        answer = desk.post(DECISIONS, {"pick": pick(thing), "verb": "publish"}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == ["It is no longer here."]
        assert thing.title not in answer.content.decode()
    assert [state(thing) for thing in things] == ["waiting"] * 3


def test_they_read_a_name_and_nothing_else_of_whoever_added_it(organiser, event, newcomer, guest, moderator):
    photo = make_photo(event, newcomer)
    photo.reject(by=moderator, reason=Reason.OTHER, note="between us")
    photo.resubmit(by=newcomer)
    make_photo(event, guest)
    text = client_of(organiser).get(QUEUE).content.decode()
    assert [name in text for name in ("the newcomer", "the guest")] == [True, True]
    for word in (
        "Trust",
        "e-mail",
        "between us",
        "example.org",
        "the moderator",
        newcomer.person.get_absolute_url(),
    ):
        assert word not in text
    address = f"/people/{newcomer.person.handle}/trust/"
    assert client_of(organiser).post(address, {"trust": "granted"}).status_code == 404


def test_whoever_is_no_organiser_any_more_decides_nothing(organiser, event, guest):
    photo = make_photo(event, guest)
    desk = client_of(organiser)
    desk.post(DECISIONS, {"approve": pick(photo)})
    Organiser.objects.all().delete()
    assert desk.post(UNDO).status_code == 404
    assert state(photo) == "public"


def test_the_way_to_the_queue_stands_on_the_organisers_page(organiser, event):
    page = client_of(organiser).get(f"{event.get_absolute_url()}desk/").content.decode()
    assert f'href="/queue/?event={event.slug}"' in page
