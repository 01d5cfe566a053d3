"""Drafts: what is typed into a form is kept before it is sent, for its writer alone."""

import json
import uuid
from typing import Any

import pytest

from community.models import Draft
from community.taking_over import take_over
from events.models import Event
from recaps.models import Recap
from tests.cast import client_of, make_recap
from tests.filling import address, filled, notices

pytestmark = pytest.mark.django_db


def keep(who: Any, form: str, revision: int = 0, **typed: str) -> Any:
    sent = {"draft": form, "typed": json.dumps(typed), "revision": revision}
    return client_of(who).post("/drafts/", sent)


def new(event: Any) -> str:
    return f"recap-new-{event.pk}"


@pytest.mark.parametrize("who", ["member", "guest"])
def test_what_was_typed_stands_in_the_form_again(who, event, request):
    user = request.getfixturevalue(who)
    answer = keep(user, new(event), title="Day one", body="Half a sen", tags="ebpf, wasm", role="found")
    assert answer.json()["revision"] == 1
    page = client_of(user).get(address("recaps", event))
    form = page.context["form"]
    assert [form[name].value() for name in ("title", "body", "tags", "role")] == [
        "Day one",
        "Half a sen",
        "ebpf, wasm",
        "found",
    ]
    assert "We kept what you wrote" in page.content.decode()


def test_a_stranger_s_words_are_kept_by_their_browser_alone(event):
    assert keep(None, new(event), body="Words").status_code == 403
    assert Draft.objects.count() == 0


def test_the_next_words_replace_the_last(event, member):
    keep(member, new(event), body="Half")
    assert keep(member, new(event), 1, body="Half a sentence").json()["revision"] == 2
    assert Draft.objects.get().fields == {"body": "Half a sentence"}


def test_another_tab_s_newer_words_are_answered_and_not_replaced(event, member):
    keep(member, new(event), body="Half")
    keep(member, new(event), 1, body="The newer one")
    late = keep(member, new(event), 1, body="The older tab")
    assert (late.status_code, late.json()) == (409, {"revision": 2, "fields": {"body": "The newer one"}})
    assert keep(member, new(event), 1, body="The newer one").status_code == 200


def test_an_empty_form_is_no_draft(event, member):
    assert keep(member, new(event), body=" ").json() == {"revision": 0, "id": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"draft": "recap-new-999999999999999999"},
        {"draft": "photo-new-1"},
        {"draft": "../../etc"},
        {"typed": "[1]"},
        {"typed": "no json"},
        {"typed": json.dumps({"body": "x" * 200_001})},
        {"typed": json.dumps({f"field{n}": "x" for n in range(61)})},
        {"revision": "-1"},
    ],
)
def test_what_is_no_draft_is_refused(changes, event, member):
    sent = {"draft": new(event), "typed": '{"body": "x"}', "revision": 0, **changes}
    assert client_of(member).post("/drafts/", sent).status_code == 422
    assert Draft.objects.count() == 0


def test_signs_that_no_database_takes_are_no_reason_to_lose_a_text(event, member):
    keep(member, new(event), body="a\0b\ud800c")
    assert Draft.objects.get().fields == {"body": "ab?c"}


def test_sending_the_form_ends_the_draft(event, member, outsider):
    for who in (member, outsider):
        keep(who, new(event), title="Half", body="Half")
    client_of(member).post(address("recaps", event), filled("recaps", event))
    assert [draft.user for draft in Draft.objects.all()] == [outsider]


def test_words_that_arrive_after_the_form_was_sent_are_no_draft(event, member):
    sent = filled("recaps", event, submission_key=str(uuid.uuid4()))
    client_of(member).post(address("recaps", event), sent)
    assert Recap.objects.count() == 1
    late = keep(member, new(event), body="Half", submission_key=sent["submission_key"])
    assert late.json() == {"revision": 0, "id": None}
    assert Draft.objects.count() == 0
    keep(member, new(event), body="Another", submission_key=str(uuid.uuid4()))
    assert Draft.objects.count() == 1


def test_a_form_with_an_error_ends_no_draft(event, member):
    keep(member, new(event), body="Half")
    client_of(member).post(address("recaps", event), filled("recaps", event, title=""))
    assert Draft.objects.count() == 1


def test_a_change_has_a_draft_of_its_own_and_notices_who_saved_meanwhile(event, member, moderator):
    recap = make_recap(event, member, title="Day one", body="First")
    form = f"recap-change-{recap.pk}"
    keep(member, form, title="Day one", body="My change", version="1")
    recap.body = "The moderator's"
    recap.edit(by=moderator)
    page = client_of(member).get(recap.get_edit_url()).context["form"]
    assert (page["body"].value(), page["version"].value()) == ("My change", "1")
    late = {"title": "Day one", "body": "My change", "event": event.pk, "version": 1}
    assert client_of(member).post(recap.get_edit_url(), late).status_code == 422
    client_of(member).post(recap.get_edit_url(), {**late, "version": 2})
    assert (Recap.objects.get().body, Draft.objects.count()) == ("My change", 0)


def test_nobody_keeps_a_draft_of_what_they_may_not_change(event, member, outsider):
    recap = make_recap(event, member)
    assert keep(outsider, f"recap-change-{recap.pk}", body="x").status_code == 422


def test_without_scripts_a_button_keeps_the_draft_and_it_stands_among_one_s_own(event, member):
    typed = filled("recaps", event, title="", body="Half a sen", draft="1")
    page = client_of(member).post(address("recaps", event), typed, follow=True)
    assert notices(page) == ["Your draft is saved. Only you can see it."]
    assert [str(draft) for draft in page.context["drafts"]] == ["Half a sen"]
    assert (Recap.objects.count(), Draft.objects.get().fields["body"]) == (0, "Half a sen")


def test_drafts_are_listed_to_their_writer_alone(event, member, moderator, guest):
    keep(member, new(event), title="A canary")
    assert "A canary" in client_of(member).get("/mine/").content.decode()
    for who in (moderator, guest, None):
        for page in ("/mine/", event.get_absolute_url(), "/search/?q=canary", address("recaps", event)):
            assert "A canary" not in client_of(who).get(page).content.decode()


def test_a_draft_at_an_event_that_is_gone_is_not_listed(event, member):
    keep(member, new(event), title="Half")
    Event.objects.filter(pk=event.pk).update(state=Event.State.REJECTED)
    assert client_of(member).get("/mine/").context["drafts"] == []


def test_a_draft_is_thrown_away_by_its_writer_alone(event, member, outsider):
    keep(member, new(event), body="Half")
    removal = f"/drafts/{Draft.objects.get().pk}/removal/"
    assert client_of(outsider).post(removal).status_code == 404
    assert client_of(member).post(removal, {"again": "1"})["Location"] == address("recaps", event)
    assert Draft.objects.count() == 0


def test_a_guest_s_drafts_become_the_member_s_with_all_else(event, colocated, guest, member):
    keep(guest, new(event), body="The guest's")
    keep(guest, new(colocated), body="The guest's")
    keep(member, new(colocated), body="The member's")
    take_over(guest, member)
    kept = Draft.objects.owned_by(member).order_by("event_id")
    assert [draft.fields["body"] for draft in kept] == ["The guest's", "The member's"]


def test_a_browser_learns_whether_what_it_sent_has_arrived(event, member):
    sent = filled("recaps", event)
    ask = f"/drafts/outcome/?key={sent['submission_key']}"
    assert client_of(None).get(ask).json() == {"saved": False}
    client_of(member).post(address("recaps", event), sent)
    assert client_of(None).get(ask).json() == {"saved": True}
    assert client_of(None).get("/drafts/outcome/?key=x").json() == {"saved": False}
