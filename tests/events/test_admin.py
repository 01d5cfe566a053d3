import datetime

import pytest

from events.models import Event, EventDecision, Series
from tests.cast import client_of, make_user


@pytest.fixture
def admin(db: None):
    return make_user("the admin", is_staff=True, is_superuser=True, is_moderator=True)


@pytest.fixture
def proposal(newcomer) -> Event:
    event = Event(name="Proposal", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2))
    event.propose(by=newcomer)
    return event


@pytest.mark.parametrize(
    "path", ["event/?q=paris", "event/add/", "series/?q=summit", "series/add/", "eventdecision/?q=p"]
)
def test_the_pages_of_the_admin_open(admin, event, path: str):
    assert client_of(admin).get(f"/admin/events/{path}").status_code == 200


def test_an_event_links_to_its_public_page(admin, event):
    page = client_of(admin).get(f"/admin/events/event/{event.pk}/change/").content.decode()
    assert page.count(f'<a href="/events/{event.slug}/">{event.slug}</a>') == 1


@pytest.mark.parametrize(
    ("action", "state", "reason"), [("publish", "public", ""), ("reject", "rejected", "unclear")]
)
def test_several_are_decided_on_through_the_verbs(admin, proposal, event, action, state, reason):
    chosen = {"action": action, "reason": reason, "_selected_action": [proposal.pk, event.pk]}
    page = client_of(admin).post("/admin/events/event/", chosen, follow=True)
    proposal.refresh_from_db()
    last = proposal.decisions.first()
    assert (proposal.state, last.verb, last.actor, last.reason) == (state, action, admin, reason)
    assert [str(message) for message in page.context["messages"]] == [
        "Somebody was quicker: “Paris Summit 2024” is already public.",
        "1 event changed.",
    ]


def test_saving_an_event_keeps_its_state_and_makes_its_days(admin, proposal):
    inlines = ("days", "organiser_set", "decisions")
    empty = {f"{name}-{part}": "0" for name in inlines for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    fields = {
        "name": "Mended",
        "slug": "mended",
        "starts_on": "2025-01-01",
        "ends_on": "2025-01-03",
        "timezone": "UTC",
    }
    answer = client_of(admin).post(f"/admin/events/event/{proposal.pk}/change/", {**fields, **empty})
    proposal.refresh_from_db()
    assert (answer.status_code, proposal.name, proposal.state, proposal.days.count()) == (
        302,
        "Mended",
        "waiting",
        3,
    )


def test_decisions_cannot_be_changed_or_removed(admin, proposal):
    decision = EventDecision.objects.get()
    browser = client_of(admin)
    assert (
        browser.post(f"/admin/events/eventdecision/{decision.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    assert browser.get("/admin/events/eventdecision/add/").status_code == 403
    assert EventDecision.objects.count() == 1


def test_two_series_of_one_name_are_refused_in_words(admin, series):
    page = client_of(admin).post("/admin/events/series/add/", {"name": "SUMMIT series"})
    assert page.context["adminform"].form.errors == {"name": ["There is already a series with this name."]}
    assert Series.objects.count() == 1
