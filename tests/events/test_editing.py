import datetime

import pytest

from events.models import Event, Organiser
from tests.cast import client_of, make_event, make_recap, make_talk
from tests.events.reading import text, value

PAGES = ("edit", "days", "organisers")


def filled(event: Event, **changes) -> dict:
    """What the form of this event would send, with changes."""
    names = ("name", "starts_on", "ends_on", "timezone", "city", "country", "venue", "website", "description")
    now = {name: getattr(event, name) for name in names}
    more = {
        "parent": event.parent.slug if event.parent else "",
        "series": event.series.name if event.series else "",
    }
    return {**now, **more, **changes}


def change(user, event: Event, **changes):
    return client_of(user).post(f"/events/{event.slug}/edit/", filled(event, **changes))


def waiting(by) -> Event:
    event = Event(name="Proposal", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2))
    event.propose(by=by)
    return event


@pytest.fixture
def organiser(event, member):
    Organiser.objects.create(event=event, user=member)
    return member


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_organisers_and_moderators_open_the_pages_and_others_find_nothing(
    event, organiser, outsider, moderator, path
):
    url = f"/events/{event.slug}/{path}/"
    status = {who: client_of(who).get(url).status_code for who in (organiser, moderator, outsider)}
    assert status == {organiser: 200, moderator: 200, outsider: 404}
    assert client_of(outsider).post(url, filled(event, name="Taken over")).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_strangers_and_guests_sign_in_and_come_back(event, guest, path):
    url = f"/events/{event.slug}/{path}/"
    for who in (None, guest):
        answer = client_of(who).get(url)
        assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={url}")


def test_an_organiser_looks_after_what_is_inside_too(colocated, organiser, event):
    assert client_of(organiser).get(f"/events/{colocated.slug}/edit/").status_code == 200


def test_an_organiser_of_the_part_does_not_look_after_the_whole(colocated, event, outsider):
    Organiser.objects.create(event=colocated, user=outsider)
    status = [client_of(outsider).get(f"/events/{at.slug}/edit/").status_code for at in (colocated, event)]
    assert status == [200, 404]


def test_a_waiting_proposal_is_its_proposers_and_the_moderators(newcomer, outsider, moderator):
    url = f"/events/{waiting(newcomer).slug}/edit/"
    status = {who: client_of(who).get(url).status_code for who in (newcomer, outsider, moderator)}
    assert status == {newcomer: 200, outsider: 404, moderator: 200}


def test_the_organisers_of_a_proposal_are_nobodys_business_yet(newcomer):
    assert client_of(newcomer).get(f"/events/{waiting(newcomer).slug}/organisers/").status_code == 404


def test_nobody_may_edit_what_they_may_not_see(event, newcomer, outsider, organiser, moderator):
    hidden = waiting(newcomer)
    Organiser.objects.create(event=hidden, user=outsider)
    inside = Event(name="Inside", parent=event, starts_on=event.starts_on, ends_on=event.starts_on)
    inside.propose(by=newcomer)
    for who in (newcomer, outsider, organiser, moderator):
        editable, visible = (
            set(f(who).values_list("pk", flat=True))
            for f in (Event.objects.editable_by, Event.objects.visible_to)
        )
        assert editable - visible == set()


# --- What happens -----------------------------------------------------------------------------------------------------


def test_a_change_is_saved_and_the_address_stays(event, organiser):
    answer = change(organiser, event, name="Paris Summit, renamed", city="Lyon", series="Other Series")
    event.refresh_from_db()
    assert (answer.url, event.name, event.city, event.series.name) == (
        "/events/paris-summit-2024/",
        "Paris Summit, renamed",
        "Lyon",
        "Other Series",
    )


def test_the_form_shows_what_is_known(colocated, organiser, series, event):
    page = client_of(organiser).get(f"/events/{event.slug}/edit/")
    assert [value(page, name) for name in ("name", "starts_on", "series")] == [
        "Paris Summit 2024", "2024-03-19", "Summit Series",
    ]  # fmt: skip
    assert value(client_of(organiser).get(f"/events/{colocated.slug}/edit/"), "parent") == event.slug


def test_a_mistake_keeps_what_was_typed_and_changes_nothing(event, organiser):
    page = change(organiser, event, name="Other", ends_on="2024-03-01")
    event.refresh_from_db()
    assert (page.status_code, value(page, "name"), event.name) == (422, "Other", "Paris Summit 2024")
    assert text(page).startswith("Paris Summit 2024 › Look after this event Edit the event")


def test_saving_an_old_form_does_not_turn_counts_or_state_back(event, organiser, member, moderator):
    loaded = Event.objects.get(pk=event.pk)
    make_recap(event, member)
    loaded.name = "Later"
    loaded.edit(by=organiser)
    event.refresh_from_db()
    assert (event.name, event.state, event.contribution_count, event.write_up_count) == (
        "Later",
        "public",
        1,
        1,
    )


def test_a_proposal_that_was_turned_down_waits_again_once_its_proposer_mends_it(newcomer, moderator):
    event = waiting(newcomer)
    event.reject(by=moderator, reason="unclear")
    assert text(client_of(newcomer).get(f"/events/{event.slug}/edit/")).count("Save and send again") == 1
    change(newcomer, event, name="Clearer")
    event.refresh_from_db()
    assert (event.state, event.name) == ("waiting", "Clearer")
    assert [d.verb for d in event.decisions.all()] == ["resubmit", "reject", "submit"]


def test_a_moderators_change_of_it_does_not_send_it_again(newcomer, moderator):
    event = waiting(newcomer)
    event.reject(by=moderator, reason="unclear")
    change(moderator, event, name="Clearer")
    event.refresh_from_db()
    assert (event.state, event.name) == ("rejected", "Clearer")


# --- What has to stay once people have added something ----------------------------------------------------------------


def test_an_empty_event_can_be_moved_into_another_and_to_another_year(event, other_event, moderator):
    change(moderator, other_event, parent=event.slug, starts_on="2024-03-19", ends_on="2024-03-19")
    other_event.refresh_from_db()
    assert (other_event.parent, other_event.starts_on.year) == (event, 2024)


@pytest.mark.parametrize("who", ["moderator", "newcomer"])
def test_a_used_event_stays_where_it_is_even_if_what_was_added_waits(
    event, colocated, newcomer, moderator, who
):
    Organiser.objects.create(event=event, user=newcomer)
    make_talk(colocated, newcomer)
    page = change({"moderator": moderator, "newcomer": newcomer}[who], colocated, parent="")
    assert dict(page.context["form"].errors) == {
        "parent": ["People have already added to this event, so it stays where it is."]
    }
    colocated.refresh_from_db()
    assert colocated.parent == event


def test_a_used_event_stays_in_its_year_and_may_change_its_days(event, member, moderator):
    make_talk(event, member)
    page = change(moderator, event, starts_on="2023-03-19", ends_on="2023-03-22")
    assert dict(page.context["form"].errors) == {
        "starts_on": ["People have already added to this event, so it stays in 2024."]
    }
    assert change(moderator, event, starts_on="2024-03-20", ends_on="2024-03-21").status_code == 302


def test_an_event_with_others_inside_stays_a_main_event(event, colocated, other_event, moderator):
    page = change(moderator, event, parent=other_event.slug)
    assert dict(page.context["form"].errors) == {
        "parent": ["This event has co-located events of its own, so it stays a main event."]
    }


def test_an_event_cannot_be_part_of_itself(event, moderator):
    page = change(moderator, event, parent=event.slug)
    assert dict(page.context["form"].errors) == {"parent": ["An event cannot be part of itself."]}


# --- Days -------------------------------------------------------------------------------------------------------------


def days_of(event: Event) -> list[str]:
    return [str(day) for day in event.days.all()]


def test_new_dates_bring_new_days_and_take_the_empty_ones_away(event, organiser):
    change(organiser, event, starts_on="2024-03-21", ends_on="2024-03-24")
    assert days_of(event) == ["Thu 21 March", "Fri 22 March", "Sat 23 March", "Sun 24 March"]


def test_a_day_with_something_attached_stays_and_the_page_says_so(event, organiser, member):
    first, second, *_rest = event.days.all()
    make_talk(event, member, day=first)
    second.theme = "AI"
    second.save()
    browser = client_of(organiser)
    browser.post(f"/events/{event.slug}/edit/", filled(event, starts_on="2024-03-22", ends_on="2024-03-22"))
    assert days_of(event) == ["Tue 19 March", "Wed 20 March · AI", "Fri 22 March"]
    said = (
        "Outside the dates now, but kept for what was added or for their theme: Tue 19 March, Wed 20 March."
    )
    assert text(browser.get(f"/events/{event.slug}/edit/")).count(said) == 1


def test_each_day_gets_its_line(event, organiser):
    client_of(organiser).post(f"/events/{event.slug}/days/", {"theme-2024-03-20": " AI   everywhere "})
    assert days_of(event) == ["Tue 19 March", "Wed 20 March · AI everywhere", "Thu 21 March", "Fri 22 March"]


def test_a_line_that_is_too_long_is_kept_and_refused(event, organiser):
    page = client_of(organiser).post(f"/events/{event.slug}/days/", {"theme-2024-03-20": "x" * 201})
    assert (page.status_code, value(page, "theme-2024-03-20")) == (422, "x" * 201)
    assert event.days.exclude(theme="").count() == 0


def test_days_of_other_events_are_out_of_reach(event, other_event, organiser):
    client_of(organiser).post(f"/events/{event.slug}/days/", {"theme-2023-05-02": "Mine now"})
    assert other_event.days.exclude(theme="").count() == 0


def test_a_day_outside_goes_once_its_line_is_emptied(event, organiser):
    event.days.filter(date="2024-03-19").update(theme="Workshops")
    change(organiser, event, starts_on="2024-03-20", ends_on="2024-03-20")
    assert days_of(event) == ["Tue 19 March · Workshops", "Wed 20 March"]
    client_of(organiser).post(f"/events/{event.slug}/days/", {"theme-2024-03-19": ""})
    assert days_of(event) == ["Wed 20 March"]


def test_the_pages_lead_to_a_new_colocated_event_at_main_events_only(event, colocated, organiser):
    pages = [
        client_of(organiser).get(f"/events/{at.slug}/desk/").content.decode() for at in (event, colocated)
    ]
    assert [page.count(f'href="/events/new/?parent={event.slug}"') for page in pages] == [1, 0]


def test_a_colocated_event_of_somebody_elses_event_is_not_listed_alone(event, colocated):
    assert make_event("Another", parent=event).main_event_id == event.pk
