"""The picture that stands for an event in lists: looked for once, kept, and never one that not everybody may see."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.holdings import keep_covers, without_cover, wrong_covers
from community.models import Contribution
from events.models import Event
from people.decisions import Reason
from photos.models import Photo
from tests.cast import make_photo, make_talk
from tests.community.pages import get


def shown_on(address: str) -> list[str]:
    """Return what stands for the events of a list: the addresses of the pictures, without their sizes."""
    return re.findall(r'<div class="(?:tile|event)-cover"><img src="([^"]*)/\d+\.webp"', get(address))


def address_of(photo: Photo) -> str:
    return f"/photos/file/{Photo.objects.get(pk=photo.pk).file_key}"


def kept(event: Event) -> Any:
    return Event.objects.get(pk=event.pk).cover


@pytest.fixture
def pair(event: Event, member: Any, run_jobs: Any) -> tuple[Photo, Photo]:
    """Two photos of the event, the newer one kept as its cover."""
    older, newer = make_photo(event, member, title="Older"), make_photo(event, member, title="Newer")
    run_jobs()
    assert kept(event)["src"].startswith(address_of(newer))
    return older, newer


def test_both_lists_of_events_show_what_is_kept(event: Event, pair: tuple[Photo, Photo]) -> None:
    Event.objects.filter(pk=event.pk).update(cover={**kept(event), "src": "/photos/file/kept/7.webp"})
    assert shown_on("/") == shown_on("/events/") == ["/photos/file/kept"]


def test_a_kept_cover_saves_the_first_page_a_query(event: Event, pair: tuple[Photo, Photo]) -> None:
    with CaptureQueriesContext(connection) as known:
        get("/")
    Event.objects.update(cover=None)
    with CaptureQueriesContext(connection) as unknown:
        get("/")
    assert len(unknown) - len(known) == 1


def test_a_hidden_one_is_followed_by_the_one_before_at_once_and_comes_back_with_its_photo(
    event: Event, pair: tuple[Photo, Photo], moderator: Any, run_jobs: Any
) -> None:
    older, newer = pair
    newer.hide(by=moderator, reason=Reason.PRIVACY)
    # Before the worker has had its turn, and after it.
    assert shown_on("/") == shown_on("/events/") == [address_of(older)]
    run_jobs()
    assert kept(event)["src"].startswith(address_of(older))
    newer.undo(by=moderator)
    assert shown_on("/") == [address_of(newer)]
    run_jobs()
    assert kept(event)["src"].startswith(address_of(newer))


def test_without_any_photo_left_there_is_none(
    event: Event, pair: tuple[Photo, Photo], member: Any, run_jobs: Any
) -> None:
    for photo in pair:
        photo.withdraw(by=member)
    assert shown_on("/") == []
    run_jobs()
    assert kept(event) == {}
    make_photo(event, member)
    assert kept(event) is None
    assert len(shown_on("/")) == 1


def test_one_that_is_blurred_does_not_show_until_it_is_made_anew_under_its_new_address(
    event: Event, pair: tuple[Photo, Photo], run_jobs: Any
) -> None:
    older, newer = pair
    newer.break_down("")
    assert shown_on("/") == [address_of(older)]
    Photo.objects.filter(pk=newer.pk).update(file_key="5c3a9e67-6cc4-442e-bcb6-599a132d47e8")
    Contribution.objects.get(pk=newer.pk).get_ready()
    assert shown_on("/") == ["/photos/file/5c3a9e67-6cc4-442e-bcb6-599a132d47e8"]
    run_jobs()
    assert kept(event)["src"].startswith("/photos/file/5c3a9e67-6cc4-442e-bcb6-599a132d47e8")


def test_one_that_moves_to_another_event_is_the_cover_there(
    event: Event, other_event: Event, pair: tuple[Photo, Photo], member: Any, run_jobs: Any
) -> None:
    older, newer = pair
    newer.event = other_event
    newer.edit(by=member)
    run_jobs()
    assert kept(event)["src"].startswith(address_of(older))
    assert kept(other_event)["src"].startswith(address_of(newer))


def test_photos_of_co_located_events_stand_for_the_main_event(
    event: Event, colocated: Event, pair: tuple[Photo, Photo], member: Any, run_jobs: Any
) -> None:
    newest = make_photo(colocated, member)
    run_jobs()
    assert kept(event)["src"].startswith(address_of(newest))


def test_what_is_no_picture_leaves_the_cover_known(
    event: Event, pair: tuple[Photo, Photo], member: Any
) -> None:
    make_talk(event, member)
    assert kept(event) is not None


def test_what_is_not_known_is_found_and_a_wrong_one_is_proved(
    event: Event, pair: tuple[Photo, Photo]
) -> None:
    Event.objects.update(cover=None)
    assert without_cover(10) == [event.pk]
    keep_covers(without_cover(10))
    assert (without_cover(10), list(wrong_covers())) == ([], [])
    true = kept(event)
    Event.objects.filter(pk=event.pk).update(cover={})
    assert list(wrong_covers()) == [(event.pk, {}, true)]
