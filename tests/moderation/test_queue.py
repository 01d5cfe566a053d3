import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Contribution, Decision, Tag
from discussion.models import Favourite
from events.models import Event
from people.decisions import Reason
from people.models import Trust
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk

QUEUE = "/queue/"
DECISIONS = "/queue/decisions/"
UNDO = "/queue/decisions/undo/"


def tokens(response: Any) -> list[str]:
    """The things on a page of the queue that wait, in their order."""
    return re.findall(r'name="pick" value="([a-z]+-\d+)[.\d]*" form="bulk"', response.content.decode())


def state(item: Any) -> str:
    return type(item).objects.get(pk=item.pk).state


def pick(item: Contribution) -> str:
    return f"contribution-{item.pk}.{Contribution.objects.get(pk=item.pk).version}"


def propose(name: str, by: Any) -> Event:
    event = Event(name=name, starts_on=datetime.date(2025, 5, 5), ends_on=datetime.date(2025, 5, 6))
    event.propose(by=by)
    return event


def test_nobody_but_a_moderator_finds_the_queue(member, newcomer, guest, moderator, event):
    make_talk(event, newcomer)
    statuses = [client_of(who).get(QUEUE).status_code for who in (None, guest, newcomer, member, moderator)]
    assert statuses == [404, 404, 404, 404, 200]


def test_nobody_but_a_moderator_decides(member, newcomer, guest, event):
    talk = make_talk(event, newcomer)
    for who in (None, guest, newcomer, member):
        for address in (DECISIONS, UNDO):
            answer = client_of(who).post(address, {"pick": pick(talk), "verb": "publish"})
            assert answer.status_code == 404
    assert state(talk) == "waiting"


def test_everything_that_waits_stands_there_oldest_first(event, newcomer, guest, member, moderator):
    public = make_talk(event, member, tags=["fresh"])
    proposed = propose("Autumn Meeting", newcomer)
    photo = make_photo(event, guest)
    talk = make_talk(event, newcomer)
    Favourite.give(public, by=newcomer, reason="it is short")
    favourite = Favourite.objects.get()
    word = Tag.objects.get(name="fresh")
    recap = make_recap(event, guest)
    assert tokens(client_of(moderator).get(QUEUE)) == [
        f"tag-{word.pk}",
        f"event-{proposed.pk}",
        f"contribution-{photo.pk}",
        f"contribution-{talk.pk}",
        f"recommendation-{favourite.pk}",
        f"contribution-{recap.pk}",
    ]


def test_the_queue_is_filtered_by_kind_and_by_event(event, colocated, other_event, newcomer, moderator):
    here, inside = make_talk(event, newcomer), make_recap(colocated, newcomer)
    elsewhere = make_recap(other_event, newcomer)
    desk = client_of(moderator)
    assert tokens(desk.get(QUEUE, {"kind": "recap"})) == [
        f"contribution-{one.pk}" for one in (inside, elsewhere)
    ]
    assert tokens(desk.get(QUEUE, {"event": event.slug})) == [
        f"contribution-{one.pk}" for one in (here, inside)
    ]
    assert tokens(desk.get(QUEUE, {"event": colocated.slug, "kind": "recap"})) == [
        f"contribution-{inside.pk}"
    ]
    assert tokens(desk.get(QUEUE, {"kind": "tag"})) == []


def test_pages_follow_each_other_without_a_gap_and_lead_back(event, newcomer, moderator):
    made = [f"contribution-{make_talk(event, newcomer).pk}" for _ in range(65)]
    # Some of the same moment: the id breaks the tie.
    Contribution.objects.filter(pk__gt=0).update(submitted_at=Contribution.objects.first().submitted_at)
    desk = client_of(moderator)
    first = desk.get(QUEUE)
    second = desk.get(first.context["later_url"])
    third = desk.get(second.context["later_url"])
    assert tokens(first) + tokens(second) + tokens(third) == made
    assert (first.context["earlier_url"], third.context["later_url"]) == ("", "")
    assert tokens(desk.get(third.context["earlier_url"])) == tokens(second)
    assert tokens(desk.get(second.context["earlier_url"])) == tokens(first)


def test_the_queue_costs_the_same_queries_at_any_length(event, guest, newcomer, moderator):
    desk = client_of(moderator)
    kinds = ["talk", "recap", "photo", "tag", "event", "recommendation", ""]

    def add(number: int) -> None:
        made = []
        for index in range(number):
            for make in (make_talk, make_recap, make_photo):
                made.append(
                    make(event, guest if index % 2 else newcomer, tags=[f"word {Tag.objects.count()}"])
                )
            propose("Meeting", newcomer)
        for item in made[::3]:
            Favourite.give(item, by=newcomer, reason="so")
        # Edits of public things are looked up too.
        edited = made[0]
        Contribution.objects.get(pk=edited.pk).publish(by=moderator)
        edited = type(edited).objects.get(pk=edited.pk)
        edited.title = "Changed"
        edited.edit(by=edited.contributor or guest)

    def queries(kind: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            response = desk.get(QUEUE, {"kind": kind} if kind else {})
        assert response.status_code == 200
        return len(captured)

    add(1)
    for kind in kinds:
        queries(kind)
    at_one = {kind: queries(kind) for kind in kinds}
    for more in (10, 20):
        add(more)
        assert {kind: count for kind in kinds if (count := queries(kind)) > at_one[kind]} == {}


def test_a_row_tells_who_sent_it_and_how_to_reach_them(event, newcomer, guest, moderator):
    for _ in range(2):
        Contribution.objects.get(pk=make_talk(event, newcomer).pk).publish(by=moderator)
    make_talk(event, newcomer)
    guests = make_recap(event, guest)
    owners = {row.token: row.owner for row in client_of(moderator).get(QUEUE).context["page"].rows}
    members = next(owner for owner in owners.values() if owner.is_member)
    assert (members.name, members.accepted, members.trust) == ("the newcomer", 2, "earned")
    of_guest = owners[f"contribution-{guests.pk}"]
    assert (of_guest.name, of_guest.is_member, of_guest.has_email) == ("the guest", False, True)


def test_photos_stand_beside_each_other_and_other_things_below_each_other(event, guest, moderator):
    make_talk(event, guest), make_photo(event, guest), make_photo(event, guest), make_recap(event, guest)
    runs = client_of(moderator).get(QUEUE).context["page"].runs
    assert [(run.layout, len(run.rows)) for run in runs] == [("row", 1), ("sheet", 2), ("row", 1)]


def test_what_a_stranger_wrote_is_markup_nowhere_in_the_queue(event, guest, moderator):
    evil = "<script>alert(1)</script>"
    make_recap(event, guest, title=evil, body=evil, disclosure=evil, tags=[evil])
    make_talk(event, guest, title=evil, why=evil, description=evil)
    make_photo(event, guest, title=evil, alt=evil)
    assert client_of(moderator).get(QUEUE).content.decode().count("<script>") == 0


def test_words_that_nobody_has_accepted_are_marked_so(event, guest, moderator):
    make_tag("known")
    make_talk(event, guest, tags=["known", "fresh"])
    row = client_of(moderator).get(QUEUE, {"kind": "talk"}).context["page"].rows[0]
    assert [(word.name, word.state) for word in row.words] == [("known", "accepted"), ("fresh", "proposed")]


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_approving_makes_it_public(event, guest, moderator):
    talk = make_talk(event, guest)
    answer = client_of(moderator).post(
        DECISIONS, {"pick": pick(talk), "verb": "publish", "next": "/queue/?kind=talk"}
    )
    assert answer.url == "/queue/?kind=talk"
    assert state(talk) == "public"


def test_turning_down_needs_a_reason_from_the_list(event, guest, moderator):
    talk = make_talk(event, guest)
    desk = client_of(moderator)
    for reason in ("", "because"):
        desk.post(DECISIONS, {"pick": pick(talk), "verb": "reject", "reason": reason})
    assert state(talk) == "waiting"
    desk.post(
        DECISIONS, {"pick": pick(talk), "verb": "reject", "reason": Reason.UNCLEAR, "note": "Which room?"}
    )
    decision = Decision.objects.filter(contribution=talk).first()
    assert (state(talk), decision.reason, decision.note) == ("rejected", "unclear", "Which room?")
    assert (decision.actor, decision.as_moderator) == (moderator, True)


def test_several_are_decided_at_once_and_what_somebody_else_was_quicker_with_is_told(event, guest, moderator):
    talks = [make_talk(event, guest, title=f"Number {index}") for index in range(3)]
    picks = [pick(talk) for talk in talks]
    other = make_other_moderator()
    Contribution.objects.get(pk=talks[1].pk).reject(by=other, reason=Reason.DUPLICATE)
    answer = client_of(moderator).post(DECISIONS, {"pick": picks, "verb": "publish"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "2 approved.",
        "Number 1: Already turned down by the other moderator.",
    ]
    assert [state(talk) for talk in talks] == ["public", "rejected", "public"]
    assert Decision.objects.filter(contribution=talks[1]).count() == 2


def make_other_moderator() -> Any:
    from tests.cast import make_user

    return make_user("the other moderator", is_moderator=True)


def test_nobody_approves_what_they_have_not_seen(event, newcomer, moderator):
    talk = make_talk(event, newcomer)
    seen = pick(talk)
    talk = type(talk).objects.get(pk=talk.pk)
    talk.title = "Something else"
    talk.edit(by=newcomer)
    client_of(moderator).post(DECISIONS, {"pick": seen, "verb": "publish"})
    assert state(talk) == "waiting"


def test_a_mangled_choice_changes_nothing_and_says_so(event, guest, moderator):
    talk = make_talk(event, guest)
    desk = client_of(moderator)
    for data in (
        {},
        {"verb": "publish"},
        {"pick": "contribution", "verb": "publish"},
        {"pick": "session-1", "verb": "publish"},
        {"pick": pick(talk), "verb": "destroy"},
        {"pick": "contribution-99999999999999999999", "verb": "publish"},
        {"pick": [f"contribution-{number}" for number in range(1, 400)], "verb": "publish"},
        {"pick": "contribution-123456", "verb": "publish"},
        {"pick": pick(talk), "verb": "merge", "synonym_of": "nothing"},
    ):
        answer = desk.post(DECISIONS, data, follow=True)
        assert answer.status_code == 200
        assert len(list(answer.context["messages"])) >= 1
    assert state(talk) == "waiting"


@pytest.mark.parametrize(
    "place", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_after_a_decision_nobody_is_sent_to_another_site(event, guest, moderator, place):
    talk = make_talk(event, guest)
    answer = client_of(moderator).post(DECISIONS, {"pick": pick(talk), "verb": "publish", "next": place})
    assert answer.url == QUEUE


# --- Undoing --------------------------------------------------------------------------------------------------------


def test_undo_takes_all_of_a_batch_back(event, guest, moderator):
    talks = [make_talk(event, guest) for _ in range(3)]
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": [pick(talk) for talk in talks], "verb": "publish"})
    event.refresh_from_db()
    assert event.contribution_count == 3
    desk.post(UNDO)
    event.refresh_from_db()
    assert [state(talk) for talk in talks] == ["waiting"] * 3
    assert event.contribution_count == 0


def test_undo_leaves_alone_what_another_moderator_has_decided_since(event, guest, moderator):
    talk, quiet = make_talk(event, guest, title="Loud"), make_talk(event, guest)
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": [pick(talk), pick(quiet)], "verb": "publish"}, follow=True)
    Contribution.objects.get(pk=talk.pk).hide(by=make_other_moderator(), reason=Reason.PRIVACY)
    answer = desk.post(UNDO, follow=True)
    assert [state(talk), state(quiet)] == ["hidden", "waiting"]
    assert [str(message) for message in answer.context["messages"]] == [
        "One decision taken back.",
        "Loud: Already hidden by the other moderator.",
    ]


def test_undo_twice_takes_nothing_more_back(event, guest, moderator):
    talk = make_talk(event, guest)
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "publish"}, follow=True)
    desk.post(UNDO, follow=True)
    answer = desk.post(UNDO, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["There is nothing to undo here."]
    assert state(talk) == "waiting"


# --- A script asks --------------------------------------------------------------------------------------------------


def test_a_script_gets_the_row_as_it_is_now_instead_of_the_page(event, guest, moderator):
    talk = make_talk(event, guest)
    desk = client_of(moderator)
    fetch = {"X-Requested-With": "fetch"}
    answer = desk.post(DECISIONS, {"pick": pick(talk), "verb": "publish"}, headers=fetch)
    assert answer.status_code == 200
    assert [row.waits for row in answer.context["rows"]] == [False]
    back = desk.post(UNDO, headers=fetch)
    assert [row.waits for row in back.context["rows"]] == [True]
    wrong = desk.post(DECISIONS, {"pick": pick(talk), "verb": "reject"}, headers=fetch)
    assert wrong.status_code == 422


# --- Edits of public things -----------------------------------------------------------------------------------------


def test_a_newcomers_edit_of_a_public_thing_asks_for_a_look_and_shows_what_changed(
    event, newcomer, moderator
):
    talk = make_talk(event, newcomer, title="Old title", why="same")
    Contribution.objects.get(pk=talk.pk).publish(by=moderator)
    talk = type(talk).objects.get(pk=talk.pk)
    talk.title = "New title"
    talk.edit(by=newcomer, tags=["fresh"])
    desk = client_of(moderator)
    row = desk.get(QUEUE, {"kind": "talk"}).context["page"].rows[0]
    assert row.is_edit
    assert [(str(change.label), change.before, change.after) for change in row.changes] == [
        ("title", "Old title", "New title"),
        ("tags", "", "fresh"),
    ]
    desk.post(DECISIONS, {"pick": row.pick, "verb": "publish"})
    assert tokens(desk.get(QUEUE, {"kind": "talk"})) == []
    assert Decision.objects.filter(contribution=talk).first().verb == "confirm"
    desk.post(UNDO)
    again = desk.get(QUEUE, {"kind": "talk"}).context["page"].rows[0]
    assert [change.before for change in again.changes] == ["Old title", ""]


def test_turning_an_edit_down_takes_the_thing_out_of_sight(event, newcomer, moderator):
    talk = make_talk(event, newcomer)
    Contribution.objects.get(pk=talk.pk).publish(by=moderator)
    talk = type(talk).objects.get(pk=talk.pk)
    talk.title = "New title"
    talk.edit(by=newcomer)
    client_of(moderator).post(DECISIONS, {"pick": pick(talk), "verb": "reject", "reason": Reason.OFF_TOPIC})
    assert state(talk) == "rejected"


def test_what_was_turned_down_and_mended_waits_again_with_the_earlier_reason(event, newcomer, moderator):
    talk = make_talk(event, newcomer)
    desk = client_of(moderator)
    desk.post(
        DECISIONS, {"pick": pick(talk), "verb": "reject", "reason": Reason.UNCLEAR, "note": "Which room?"}
    )
    assert tokens(desk.get(QUEUE)) == []
    talk = type(talk).objects.get(pk=talk.pk)
    talk.title = "Room 5"
    talk.edit(by=newcomer)
    row = desk.get(QUEUE).context["page"].rows[0]
    assert (row.title, row.before.reason, row.before.note) == ("Room 5", "unclear", "Which room?")


# --- Hiding ---------------------------------------------------------------------------------------------------------


def test_a_public_thing_is_hidden_with_a_reason_and_let_out_again(event, member, moderator):
    talk = make_talk(event, member)
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "hide", "seen": "public"})
    assert state(talk) == "public"
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "hide", "seen": "public", "reason": Reason.PRIVACY})
    assert state(talk) == "hidden"
    assert client_of(None).get(talk.get_absolute_url()).status_code == 404
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "publish", "seen": "hidden"})
    assert state(talk) == "public"


def test_a_hiding_is_taken_back_from_the_things_own_page(event, member, moderator):
    talk = make_talk(event, member)
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "hide", "seen": "public", "reason": Reason.PRIVACY})
    desk.post(DECISIONS, {"pick": pick(talk), "verb": "undo", "seen": "hidden"})
    assert state(talk) == "public"


# --- Events and trust -----------------------------------------------------------------------------------------------


def test_a_proposed_event_is_let_in_or_turned_down(newcomer, moderator):
    good, bad = propose("Good Meeting", newcomer), propose("Bad Meeting", newcomer)
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": f"event-{good.pk}", "verb": "publish"})
    desk.post(DECISIONS, {"pick": f"event-{bad.pk}", "verb": "reject", "reason": Reason.DUPLICATE})
    assert [state(good), state(bad)] == ["public", "rejected"]
    desk.post(UNDO)
    assert state(bad) == "waiting"


def test_a_member_is_trusted_after_three_accepted_contributions(event, newcomer, moderator):
    for _ in range(3):
        talk = make_talk(event, newcomer)
        assert state(talk) == "waiting"
        client_of(moderator).post(DECISIONS, {"pick": pick(talk), "verb": "publish"})
    assert state(make_talk(event, newcomer)) == "public"


def test_trust_is_granted_withheld_and_earned_again(event, newcomer, moderator):
    address = reverse("moderation:trust", args=[newcomer.person.handle])
    desk = client_of(moderator)
    desk.post(address, {"trust": Trust.GRANTED})
    newcomer.refresh_from_db()
    assert (newcomer.trust, state(make_talk(event, newcomer))) == ("granted", "public")
    desk.post(address, {"trust": Trust.WITHHELD})
    newcomer.refresh_from_db()
    assert (newcomer.trust, state(make_talk(event, newcomer))) == ("withheld", "waiting")
    written = [(one.actor, one.from_trust, one.to_trust) for one in newcomer.trust_decisions.order_by("pk")]
    assert written == [(moderator, "earned", "granted"), (moderator, "granted", "withheld")]


def test_nobody_else_changes_trust(newcomer, member, guest):
    address = reverse("moderation:trust", args=[newcomer.person.handle])
    answers = [
        client_of(who).post(address, {"trust": "granted"}).status_code
        for who in (None, guest, newcomer, member)
    ]
    newcomer.refresh_from_db()
    assert (answers, newcomer.trust) == ([404] * 4, "earned")
