"""The live wall: what it shows, to everybody, and what goes from it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussion.models import Favourite
from events.models import Event
from people.decisions import Reason
from people.models import Person
from photos.links import address_of, short_address_of
from photos.models import Photo, UploadLink
from photos.wall import PHOTOS, REASONS
from tests.cast import client_of, make_photo, make_talk
from tests.filling import text_of
from tests.markup import Markup

pytestmark = pytest.mark.django_db


def asked(event, **headers):
    return client_of(None).get(f"/events/{event.slug}/wall/items/", headers=headers)


def ids(event):
    return [item["id"] for item in asked(event).json()["items"]]


def recommend(item, by, reason="it shows where the time goes"):
    return Favourite.give(item, by=by, reason=reason)


def test_it_shows_the_newest_photos_and_after_every_third_a_reason(event, member):
    photos = [make_photo(event, member) for _ in range(7)]
    reasons = [recommend(make_talk(event, member), member, f"reason {number}") for number in range(3)]
    names = [f"photo-{photo.pk}" for photo in reversed(photos)]
    said = [f"reason-{reason.pk}" for reason in reversed(reasons)]
    assert ids(event) == [*names[:3], said[0], *names[3:6], said[1], names[6], said[2]]


def test_a_photo_brings_its_words_and_who_took_it_and_a_reason_what_it_is_about(event, member):
    photo = make_photo(
        event, member, title="The queue", alt="A queue of people", credit=[Person.objects.create(name="Ana")]
    )
    reason = recommend(make_talk(event, member, title="How eBPF actually works"), member, "it is short")
    shown, said = asked(event).json()["items"]
    file = f"/photos/file/{photo.file_key}/320.webp"
    assert shown == {
        "id": f"photo-{photo.pk}",
        "src": file,
        "srcset": f"{file} 320w",
        "width": 320,
        "height": 240,
        "alt": "A queue of people",
        "quote": "",
        "about": "The queue",
        "by": "Photo: Ana",
    }
    assert (said["id"], said["quote"]) == (f"reason-{reason.pk}", "it is short")
    assert (said["about"], said["by"]) == ("How eBPF actually works", "the member")


def test_it_holds_so_many_and_no_more_and_asks_no_oftener_for_them(event, member):
    def queries():
        with CaptureQueriesContext(connection) as queries:
            asked(event)
        return len(queries)

    make_photo(event, member)
    recommend(make_talk(event, member), member)
    few = queries()
    for _ in range(PHOTOS + 4):
        recommend(make_photo(event, member), member)
    assert len(ids(event)) == PHOTOS + REASONS
    assert queries() == few
    assert few <= 12


def test_what_is_not_public_or_elsewhere_does_not_show(event, colocated, other_event, member, newcomer):
    here, inside = make_photo(event, member), make_photo(colocated, member)
    make_photo(event, newcomer)
    make_photo(other_event, member)
    make_photo(event, member).break_down("It cannot be read.")
    talk = make_talk(event, member)
    recommend(talk, newcomer)
    recommend(make_talk(event, newcomer), member)
    recommend(talk, member, "")
    assert ids(event) == [f"photo-{inside.pk}", f"photo-{here.pk}"]
    assert ids(colocated) == [f"photo-{inside.pk}"]


def test_what_is_hidden_goes_with_the_next_question_its_reasons_too(event, member, moderator):
    photo, talk = make_photo(event, member), make_talk(event, member)
    recommend(talk, member)
    assert len(ids(event)) == 2
    photo.hide(by=moderator, reason=Reason.PRIVACY)
    talk.hide(by=moderator, reason=Reason.PRIVACY)
    assert ids(event) == []


def test_while_nothing_changes_the_answer_is_short(event, member):
    make_photo(event, member)
    first = asked(event)
    assert first["Cache-Control"] == "no-cache"
    again = asked(event, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    make_photo(event, member)
    assert asked(event, if_none_match=first["ETag"]).status_code == 200


def test_the_corner_leads_to_the_event_or_to_the_link_that_was_chosen(event, colocated, settings):
    link = UploadLink.objects.create(event=event)

    def corner():
        return asked(event).json()["address"]

    page = f"{settings.SITE_URL}/events/{event.slug}/"
    assert corner() == page
    UploadLink.choose_for_wall(event, link)
    assert corner() == address_of(link)
    wall = text_of(client_of(None).get(f"/events/{event.slug}/wall/").content.decode())
    assert short_address_of(link) in wall
    assert asked(colocated).json()["address"] == f"{settings.SITE_URL}/events/{colocated.slug}/"


@pytest.mark.parametrize(
    "over",
    [
        {"revoked_at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)},
        {"expires_at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)},
        {"photos_at_most": 3, "photo_count": 3},
        {"pin": "a hash"},
    ],
)
def test_a_link_that_does_not_work_is_not_shown_to_a_whole_foyer(event, settings, over):
    UploadLink.objects.create(event=event, on_wall=True, **over)
    assert asked(event).json()["address"] == f"{settings.SITE_URL}/events/{event.slug}/"


def test_without_scripts_the_page_shows_them_all_and_loads_itself_again(event, member):
    photo = make_photo(event, member)
    recommend(make_talk(event, member), member, "it <b>is</b> short")
    page = client_of(None).get(f"/events/{event.slug}/wall/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert photo.small.get_absolute_url() in Markup(page).files
    assert "it &lt;b&gt;is&lt;/b&gt; short" in page


def test_an_empty_wall_invites(event):
    page = client_of(None).get(f"/events/{event.slug}/wall/").content.decode()
    assert "No photo yet. Yours could be the first." in text_of(page)


def test_the_wall_of_an_event_that_is_public_no_more_is_not_there(event, member):
    make_photo(event, member)
    Event.objects.filter(pk=event.pk).update(state=Event.State.REJECTED)
    for address in ("wall/", "wall/items/"):
        assert client_of(member).get(f"/events/{event.slug}/{address}").status_code == 404


def test_photos_of_the_same_moment_keep_their_order(event, member):
    photos = [make_photo(event, member) for _ in range(3)]
    Photo.objects.update(published_at=timezone.now())
    assert ids(event) == [f"photo-{photo.pk}" for photo in reversed(photos)]
