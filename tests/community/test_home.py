"""The first page, and the page about the site."""

import re
from typing import Any

from events.models import Event
from tests.cast import MAKERS, make_event, make_photo, make_recap, make_talk
from tests.community.pages import get, hidden_things, links, titles, walk


def test_an_empty_site_invites(db: None) -> None:
    page = get("/")
    assert "No event yet. Which one do you come from?" in page
    assert "Nothing here yet." in page


def test_it_shows_the_latest_events_and_the_newest_of_all_kinds_with_their_event(
    event: Event, colocated: Event, other_event: Event, member: Any, newcomer: Any
) -> None:
    Event(name="Not yet", starts_on=event.starts_on, ends_on=event.ends_on).propose(by=newcomer)
    make_recap(other_event, member, title="A recap")
    make_talk(colocated, member, title="A talk")
    photo = make_photo(event, member, title="A photo")
    page = get("/")
    assert titles(page) == ["Paris Summit 2024", "Lisbon Meeting 2023", "A talk", "A recap"]
    strip = page.partition('id="pictures"')[2].partition("</section>")[0]
    assert links(strip, "/photos/[0-9]+/") == [photo.get_absolute_url()]
    assert links(page.partition('id="newest"')[2], "/events/[^/]+/") == [
        "/events/edge-day-2024/",
        "/events/lisbon-meeting-2023/",
    ]


def test_what_is_not_public_does_not_show(event: Event, newcomer: Any, moderator: Any) -> None:
    hidden_things(event, newcomer, moderator)
    make_talk(event, moderator, title="Public")
    for user in (None, newcomer, moderator):
        page = get("/", user)
        assert titles(page) == ["Paris Summit 2024", "Public"]
        assert links(page, "/photos/[0-9]+/") == []


def test_names_are_shown_as_text(member: Any) -> None:
    hostile = make_event("<script>alert(1)</script> Days")
    make_talk(hostile, member, title="<img src=x onerror=alert(1)>")
    for address in ("/", hostile.get_absolute_url(), "/search/?q=script", "/search/?q=img"):
        page = get(address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_about_says_how_review_works_and_what_is_kept(db: None) -> None:
    page = get("/about/")
    for words in ("How review works", "Your privacy, in plain words", "without an account"):
        assert words in page


def test_an_event_shows_its_newest_public_photo_and_those_of_its_co_located_events(
    event: Event, colocated: Event, other_event: Event, newcomer: Any, member: Any
) -> None:
    make_photo(event, member, title="Older")
    newest = make_photo(colocated, member, title="Newer")
    make_photo(event, newcomer, title="Waits")
    make_photo(other_event, newcomer, title="Waits too")
    tiles = get("/").partition('id="events"')[2].partition('id="newest"')[0]
    assert re.findall(r'<img src="([^"]*)"', tiles) == [newest.middle.get_absolute_url()]


def test_what_people_say_stands_apart_from_what_nobody_has_given_a_reason_for(
    event: Event, member: Any
) -> None:
    make_talk(event, member, title="Silent")
    make_talk(event, member, title="Loved", why="It shows where the time goes.")
    said, _, newest = get("/").partition('id="said"')[2].partition('id="newest"')
    assert titles(said) == ["Loved", "Paris Summit 2024"]
    assert titles(newest) == ["Silent"]


def test_an_event_without_a_photo_has_its_place_in_large_letters_in_its_own_colour(
    event: Event, other_event: Event, member: Any
) -> None:
    make_photo(event, member)
    Event.objects.filter(pk=other_event.pk).update(accent=240)
    Event.objects.filter(pk=make_event("Nowhere Days").pk).update(starts_on="2022-01-01", city="")
    tiles = get("/").partition('id="events"')[2].partition('id="newest"')[0]
    shown = [
        (tile.partition('"')[0], re.findall(r'is-drawn" aria-hidden="true"><b>([^<]*)', tile))
        for tile in tiles.split('<li class="event-tile ')[1:]
    ]
    assert shown == [("", []), ("hue-240", ["Lisbon"]), ("", ["2022"])]


def test_a_tile_says_what_an_event_holds_with_a_way_to_each(
    event: Event, colocated: Event, other_event: Event, member: Any, newcomer: Any
) -> None:
    make_recap(event, member)
    for _ in range(2):
        make_talk(colocated, member)
        make_photo(event, member)
    make_talk(event, newcomer, title="Waits")
    tiles = get("/").partition('id="events"')[2].partition('id="newest"')[0]
    assert re.findall(r'<a href="(/events/[^"]*/[a-z]+/)">([^<]*)</a>', tiles) == [
        ("/events/paris-summit-2024/recaps/", "1 recap"),
        ("/events/paris-summit-2024/talks/", "2 talks"),
        ("/events/paris-summit-2024/photos/", "2 photos"),
    ]
    assert tiles.count("Nothing yet. Were you there?") == 1


def test_older_things_follow_page_by_page_and_photos_are_among_them(event: Event, member: Any) -> None:
    made = [MAKERS[kind](event, member, title=f"{kind} {n}") for n in range(12) for kind in ("photo", "talk")]
    pages = list(walk("/"))
    assert "Newest photos" in pages[0]
    assert titles(pages[0].partition('id="newest"')[2]) == [f"talk {n}" for n in range(11, 3, -1)]
    assert titles(pages[1]) == [item.title for item in made[7::-1]]
