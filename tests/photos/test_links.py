"""The organisers' page of links for photos: making one, revoking it, choosing what the wall shows."""

import datetime
import uuid
import zoneinfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Organiser
from photos.links import code_of
from photos.models import UploadLink
from tests.cast import client_of, make_user
from tests.filling import errors, notices, text_of

pytestmark = pytest.mark.django_db
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


def in_days(number):
    return (timezone.localdate(timezone=PARIS) + datetime.timedelta(days=number)).isoformat()


def page_of(event):
    return f"/events/{event.slug}/photo-links/"


def make(who, event, /, **changes):
    fields = {"event": event.pk, "label": "Foyer", "works_until": in_days(10), "key": str(uuid.uuid4())}
    return client_of(who).post(page_of(event), {**fields, **changes}, follow=True)


def test_an_organiser_makes_a_link_and_finds_its_address(event, organiser):
    response = make(organiser, event, new_pin="20 24", photos_at_most="100", upload_only="on")
    link = UploadLink.objects.get()
    assert (link.event, link.made_by, link.label) == (event, organiser, "Foyer")
    assert (link.photos_at_most, link.upload_only, link.has_pin("2024")) == (100, True, True)
    assert "2024" not in link.pin
    assert link.expires_at.astimezone(event.zone).isoformat()[11:19] == "00:00:00"
    assert link.last_day.isoformat() == in_days(10)
    assert f"/with/{code_of(link)}" in text_of(response.content.decode())


def test_it_works_to_the_end_of_the_day_that_was_asked_for_where_the_event_is(event, organiser):
    make(organiser, event, works_until=in_days(0))
    link = UploadLink.objects.get()
    assert (link.is_open, link.last_day.isoformat()) == (True, in_days(0))


def test_a_second_press_makes_no_second_link(event, organiser):
    key = str(uuid.uuid4())
    make(organiser, event, key=key)
    make(organiser, event, key=key)
    assert [str(link.pk) for link in UploadLink.objects.all()] == [key]


def test_the_key_of_somebody_elses_link_opens_nothing(event, other_event, organiser):
    theirs = UploadLink.objects.create(event=other_event, label="Theirs")
    make(organiser, event, key=str(theirs.pk))
    assert UploadLink.objects.filter(event=event).count() == 1
    theirs.refresh_from_db()
    assert (theirs.event, theirs.label) == (other_event, "Theirs")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("works_until", "2024-03-19", "This day is over. Choose today or a later one."),
        ("works_until", "9999-12-31", "Check the year: 9999."),
        ("works_until", "soon", "Type the day as year, month and day, for example 2024-03-19."),
        ("works_until", "", "Choose a day."),
        ("new_pin", "12", "A PIN has 4 to 8 digits, for example 2024."),
        ("new_pin", "four", "A PIN has 4 to 8 digits, for example 2024."),
        ("new_pin", "٢٠٢٤", "A PIN has 4 to 8 digits, for example 2024."),
        ("photos_at_most", "0", "From 1 to a million, or leave it empty."),
        ("photos_at_most", "99999999999999999999", "From 1 to a million, or leave it empty."),
        (
            "event",
            "987654",
            "Choose one of these.",
        ),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(event, organiser, field, value, sentence):
    response = make(organiser, event, **{"label": "Typed with care", field: value})
    assert response.status_code == 422
    assert sentence in " ".join(errors(response))
    assert 'value="Typed with care"' in response.content.decode()
    assert UploadLink.objects.count() == 0


def test_a_link_for_a_co_located_event_is_made_on_the_page_of_the_large_one(event, colocated, organiser):
    make(organiser, event, event=colocated.pk)
    assert UploadLink.objects.get().event == colocated
    for where in (event, colocated):
        assert [link for link, _address in client_of(organiser).get(page_of(where)).context["rows"]] == list(
            UploadLink.objects.all()
        )


def test_there_are_only_so_many_links(event, organiser):
    UploadLink.objects.bulk_create(UploadLink(event=event) for _ in range(100))
    response = make(organiser, event)
    assert (response.status_code, UploadLink.objects.count()) == (422, 100)
    assert errors(response) == ["There are already 100 links here. Use one of them again."]


def test_a_link_is_revoked_and_brought_back_while_the_page_is_open(event, organiser):
    link = UploadLink.objects.create(event=event, label="Foyer")
    browser = client_of(organiser)
    revoked = browser.post(f"{page_of(event)}{link.pk}/revocation/", follow=True)
    assert notices(revoked) == ["Revoked. Nobody can add photos with this link any more."]
    assert f'action="{page_of(event)}{link.pk}/return/"' in revoked.content.decode()
    link.refresh_from_db()
    assert (link.state, link.revoked_by) == ("revoked", organiser)
    assert client_of(None).get(f"/with/{code_of(link)}/").status_code == 410
    assert notices(browser.post(f"{page_of(event)}{link.pk}/return/", follow=True)) == ["It works again."]
    assert client_of(None).get(f"/with/{code_of(link)}/").status_code == 302


def test_a_link_that_was_revoked_long_ago_stays_so(event, organiser):
    long_ago = timezone.now() - datetime.timedelta(hours=2)
    link = UploadLink.objects.create(event=event, revoked_at=long_ago, revoked_by=organiser)
    page = client_of(organiser).get(page_of(event)).content.decode()
    assert f"{link.pk}/return/" not in page
    answer = client_of(organiser).post(f"{page_of(event)}{link.pk}/return/", follow=True)
    assert notices(answer) == ["This link was revoked too long ago, or already works. Make a new one."]
    link.refresh_from_db()
    assert link.revoked_at == long_ago


def test_revoking_twice_keeps_who_did_it_first(event, organiser, moderator):
    link = UploadLink.objects.create(event=event)
    for who in (organiser, moderator):
        client_of(who).post(f"{page_of(event)}{link.pk}/revocation/")
    link.refresh_from_db()
    assert link.revoked_by == organiser


def test_the_wall_takes_one_open_link_without_a_pin(event, organiser):
    one, other, locked = (
        UploadLink.objects.create(event=event, label=name) for name in ("one", "two", "pin")
    )
    locked.set_pin("2024")
    locked.save()
    over = UploadLink.objects.create(event=event, expires_at=timezone.now())
    browser = client_of(organiser)

    def choose(link):
        return browser.post(f"{page_of(event)}on-the-wall/", {"link": link.pk if link else ""})

    def on_wall():
        return list(UploadLink.objects.filter(on_wall=True))

    assert (choose(one).status_code, on_wall()) == (302, [one])
    assert (choose(other).status_code, on_wall()) == (302, [other])
    for wrong in (locked, over):
        response = choose(wrong)
        assert response.status_code == 422
        assert "This link can no longer be shown there." in text_of(response.content.decode())
        assert on_wall() == [other]
    assert (choose(None).status_code, on_wall()) == (302, [])


def test_who_looks_after_an_event_finds_its_links_among_what_there_is_to_do(
    event, organiser, moderator, member
):
    for who, finds in ((organiser, True), (moderator, True), (member, False), (None, False)):
        page = client_of(who).get(f"{event.get_absolute_url()}desk/").content.decode()
        assert (page_of(event) in page, f"/events/{event.slug}/wall/" in page) == (finds, finds)


def test_the_page_asks_as_often_for_thirty_links_as_for_one(event, organiser):
    browser = client_of(organiser)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(page_of(event))
        return len(asked)

    UploadLink.objects.create(event=event, made_by=organiser)
    one = queries()
    UploadLink.objects.bulk_create(
        UploadLink(event=event, made_by=organiser, revoked_by=organiser) for _ in range(30)
    )
    assert queries() == one
    assert one <= 20
