"""The gallery of an event: by day, narrowed down by what somebody asks for, and from one photo to the next."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from events.models import Day
from people.decisions import Reason
from people.models import Person
from photos import gallery
from photos.models import Photo
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import cost, walk
from tests.photos.many import many_like

pytestmark = pytest.mark.django_db


def address(event, query=""):
    return f"/events/{event.slug}/photos/{query}"


def page(event, query="", who=None, status=200):
    response = client_of(who).get(address(event, query))
    assert response.status_code == status
    return response.content.decode()


def shown(html):
    """The alt texts of the photos on a page, in their order."""
    return re.findall(r'<img src="/photos/[^>]*? alt="([^"]*)"', html)


def headings(html):
    found = re.findall(r'<h2 id="day-\d+">(.*?)</h2>', html)
    return [re.sub("<[^>]*>", "", one).strip() for one in found]


def day(event, date):
    return Day.objects.get(event=event, date=date)


def at(event, by, name, date=None, hour=12, **fields):
    """A photo that shows `name`, of that day and hour in the event's zone."""
    taken = datetime.fromisoformat(f"{date}T{hour:02}:00+01:00") if date else None
    return make_photo(event, by, alt=name, day=day(event, date) if date else None, taken_at=taken, **fields)


@pytest.fixture
def photos(event, member):
    return [
        at(event, member, "Wednesday noon", "2024-03-20"),
        at(event, member, "nobody knows when"),
        at(event, member, "Tuesday", "2024-03-19"),
        at(event, member, "Wednesday morning", "2024-03-20", 8),
    ]


def test_photos_stand_by_day_newest_first_and_those_of_no_day_last(event, photos):
    html = page(event)
    assert headings(html) == ["Wed 20 March", "Tue 19 March", "Day not known"]
    assert shown(html) == ["Wednesday noon", "Wednesday morning", "Tuesday", "nobody knows when"]


def test_a_day_stands_in_the_zone_of_the_event(event, member):
    late = datetime(2024, 3, 19, 23, 30, tzinfo=UTC)
    make_photo(event, member, alt="after midnight in Paris", day=day(event, "2024-03-20"), taken_at=late)
    assert shown(page(event, "?day=2024-03-20")) == ["after midnight in Paris"]
    assert shown(page(event, "?day=2024-03-19")) == []


def test_the_day_that_people_said_counts_not_the_cameras_clock(event, member):
    photo = at(event, member, "the camera lived in 2015", "2024-03-20")
    photo.taken_at = datetime(2015, 2, 9, 22, 48, tzinfo=UTC)
    photo.save()
    at(event, member, "noon", "2024-03-20")
    at(event, member, "Thursday", "2024-03-21", 9)
    assert shown(page(event)) == ["Thursday", "the camera lived in 2015", "noon"]
    assert shown(page(event, "?day=2024-03-20")) == ["the camera lived in 2015", "noon"]


def test_a_photo_moves_with_its_day_and_its_event(event, colocated, member, photos):
    photo = Photo.objects.get(alt="nobody knows when")
    photo.day = day(event, "2024-03-21")
    photo.edit(by=member)
    assert shown(page(event))[0] == "nobody knows when"
    assert shown(page(colocated)) == []
    photo = Photo.objects.get(pk=photo.pk)
    photo.event = colocated
    photo.day = None
    photo.edit(by=member)
    assert shown(page(colocated)) == ["nobody knows when"]


def test_what_is_not_public_hangs_nowhere(event, member, newcomer, moderator, photos):
    waiting = at(event, newcomer, "waiting", "2024-03-20")
    hidden = at(event, member, "hidden", "2024-03-20")
    hidden.hide(by=moderator, reason=Reason.PRIVACY)
    public = ["Wednesday noon", "Wednesday morning", "Tuesday", "nobody knows when"]
    for who in (None, newcomer, moderator):
        assert shown(page(event, who=who)) == public
    for query in ("?day=2024-03-20", "?by=the-newcomer"):
        assert {"waiting", "hidden"} & set(
            shown(client_of(None).get(address(event, query)).content.decode())
        ) == set()
    beside = client_of(None).get(photos[0].get_absolute_url()).content.decode()
    assert [f"/photos/{one.pk}/" in beside for one in (waiting, hidden)] == [False, False]


@pytest.fixture
def varied(event, colocated, member, photos):
    """Photos that differ in each thing that can be asked for."""
    make_tag("cloud")
    talk = make_talk(event, member, title="How eBPF actually works")
    ada = Person.objects.named("Ada Löwe")
    wednesday, _unknown, tuesday, morning = photos
    wednesday.edit(by=member, tags=["cloud", "a proposed word"], credit=[ada], related=[talk.pk])
    Photo.objects.filter(pk=tuesday.pk).update(licence="cc0-1.0")
    Photo.objects.filter(pk=morning.pk).update(alt="")
    at(colocated, member, "At the edge")
    return talk


def test_the_gallery_is_narrowed_down(event, varied):
    expected = {
        "?day=2024-03-19": ["Tuesday"],
        "?at=edge-day-2024": ["At the edge"],
        "?at=paris-summit-2024&day=2024-03-19": ["Tuesday"],
        "?tag=cloud": ["Wednesday noon"],
        "?tag=%23Cloud": ["Wednesday noon"],
        "?by=ada-lowe": ["Wednesday noon"],
        "?by=ADA+L%C3%B6we": ["Wednesday noon"],
        "?licence=cc0-1.0": ["Tuesday"],
        "?alt=missing": ["Photo"],
        "?tag=cloud&by=ada-lowe&day=2024-03-20": ["Wednesday noon"],
        "?tag=cloud&day=2024-03-19": [],
    }
    found = {
        query: [re.sub(r"^Photo \d+$", "Photo", alt) for alt in shown(page(event, query))]
        for query in expected
    }
    assert found == expected


def test_photos_taken_at_a_talk_are_found_by_it_and_lead_to_it(event, member, varied):
    html = page(event, f"?talk={varied.pk}")
    assert shown(html) == ["Wednesday noon"]
    assert f'<li><a href="/talks/{varied.pk}/">How eBPF actually works</a></li>' in html
    assert f'<option value="{varied.pk}" selected>How eBPF actually works</option>' in html
    said_elsewhere = make_recap(event, member, title="With photos")
    said_elsewhere.edit(by=member, related=[Photo.objects.get(alt="Tuesday").pk])
    assert shown(page(event, f"?talk={said_elsewhere.pk}")) == ["Tuesday"]


def test_many_photos_of_a_tag_a_person_or_a_talk_are_found_as_few_are(event, varied, monkeypatch):
    queries = ["?tag=cloud", "?by=ada-lowe", "?tag=cloud&by=ada-lowe&licence=cc-by-4.0"]
    monkeypatch.setattr(gallery, "FEW", 0)
    assert [shown(page(event, query)) for query in queries] == [["Wednesday noon"]] * 3


def test_what_cannot_be_answered_is_said_at_its_field_and_shows_nothing(
    event, other_event, moderator, varied
):
    for query, sentence in {
        "?day=soon": "Type the day as year, month and day, for example 2024-03-19.",
        "?day=0001-01-01": "Check the year: 1.",
        "?day=9999-12-31": "Check the year: 9999.",
        "?at=lisbon-meeting-2023": "There is no such part of this event.",
        "?tag=nonsense": "There is no such tag.",
        "?tag=a+proposed+word": "There is no such tag.",
        "?talk=999999": "This is not here, or no longer here.",
        "?by=nobody": "Nobody of that name took a photo here.",
        "?by=the-moderator": "Nobody of that name took a photo here.",
        "?licence=mine": "Choose one of these.",
    }.items():
        html = page(event, query, status=422)
        assert sentence in html, query
        assert shown(html) == [], query
        assert "Wednesday" not in html.partition("<footer")[0].partition("Show these")[2], query


def test_a_talk_that_is_hidden_is_as_one_that_is_not_there(event, moderator, varied):
    varied.hide(by=moderator, reason=Reason.PRIVACY)
    there = page(event, f"?talk={varied.pk}", status=422)
    absent = page(event, "?talk=999999", status=422)
    assert there.replace(f"talk={varied.pk}", "talk=N") == absent.replace("talk=999999", "talk=N")
    assert "How eBPF actually works" not in page(event)


def test_what_was_chosen_stands_as_chips_that_take_it_away(event, varied):
    html = page(event, "?tag=cloud&by=ada-lowe")
    assert re.findall(r'class="chip" href="([^"]*)"><span>(.*?): <b>(.*?)</b>', html) == [
        ("/events/paris-summit-2024/photos/?by=ada-lowe", "Tag", "cloud"),
        ("/events/paris-summit-2024/photos/?tag=cloud", "Photographer", "Ada Löwe"),
    ]
    assert 'href="/events/paris-summit-2024/photos/?day=2024-03-20&amp;tag=cloud&amp;by=ada-lowe"' in html


def test_the_choice_goes_along_from_photo_to_photo(event, member, varied, photos):
    more = at(event, member, "Thursday", "2024-03-21", tags=["cloud"])
    html = page(event, "?tag=cloud")
    first, second = re.findall(r'<a href="(/photos/\d+/\?tag=cloud)" data-full', html)
    assert first == f"/photos/{more.pk}/?tag=cloud"
    client = client_of(None)
    beside = [
        re.findall(r'rel="(prev|next)" href="([^"]*)"', client.get(one).content.decode())
        for one in (first, second)
    ]
    assert beside == [[("next", second)], [("prev", first)]]
    assert (
        'class="all" href="/events/paris-summit-2024/photos/?tag=cloud"' in client.get(first).content.decode()
    )
    # Nonsense behind the question mark: the photo, and those beside it in the whole gallery.
    for query in ("?tag=nonsense&day=soon", "?day=9999-12-31", "?day=0001-01-01"):
        whole = client.get(f"/photos/{more.pk}/{query}").content.decode()
        beside_it = re.findall(r'rel="(prev|next)" href="([^"]*)"', whole)
        assert beside_it == [("next", f"/photos/{photos[0].pk}/")], query


def test_a_co_located_events_gallery_leads_through_its_own_photos(event, colocated, member, photos):
    old = at(colocated, member, "old")
    new = at(colocated, member, "new")
    assert shown(page(colocated)) == ["new", "old"]
    assert re.findall(r'<a href="(/photos/[^"]*)" data-full', page(colocated)) == [
        f"/photos/{one.pk}/?at=edge-day-2024" for one in (new, old)
    ]
    html = client_of(None).get(f"/photos/{new.pk}/?at=edge-day-2024").content.decode()
    assert re.findall(r'rel="(prev|next)" href="([^"]*)"', html) == [
        ("next", f"/photos/{old.pk}/?at=edge-day-2024")
    ]


def test_each_photo_is_seen_once_from_page_to_page_and_from_photo_to_photo(event, member, monkeypatch):
    monkeypatch.setattr(gallery, "PAGE_SIZE", 4)
    moment = timezone.now()
    pks = [at(event, member, f"{n}", "2024-03-20").pk for n in range(6)]
    # In one moment but for two of them: then the number decides.
    for place, pk in enumerate(pks):
        Photo.objects.filter(pk=pk).update(gallery_time=moment - timedelta(hours=place if place < 2 else 5))
    expected = ["0", "1", "5", "4", "3", "2"]
    pages = [shown(html) for html in walk(address(event))]
    assert pages == [expected[:4], expected[4:]]
    *_others, last = list(walk(address(event)))
    back = re.search(r'rel="prev" href="([^"]*)"', last)[1].replace("&amp;", "&")
    assert shown(page(event, back)) == expected[:4]
    client, at_photo, seen = client_of(None), f"/photos/{pks[0]}/", []
    while at_photo:
        html = client.get(at_photo).content.decode()
        seen += re.findall(r'<img src="[^"]*"[^>]*? alt="([^"]*)"', html.partition("photo-large")[2])[:1]
        at_photo = (re.findall(r'rel="next" href="([^"]*)"', html) or [""])[0]
    assert seen == expected


def test_the_page_costs_no_more_with_a_thousand_photos(event, member, varied):
    queries = [
        "",
        "?tag=cloud",
        "?by=ada-lowe",
        f"?talk={varied.pk}",
        "?day=2024-03-20",
        "?licence=cc-by-4.0",
    ]
    client = client_of(None)
    photo = Photo.objects.get(alt="Wednesday noon")
    addresses = [*(address(event, query) for query in queries), photo.get_absolute_url()]
    before = [cost(lambda one=one: client.get(one)) for one in addresses]
    many_like(photo, 1000)
    after = [cost(lambda one=one: client.get(one)) for one in addresses]
    assert [more for more, less in zip(after, before, strict=True) if more > less] == []
    assert max(after) <= 25


def test_a_photo_in_words_is_asked_for_where_it_is_missing_of_whoever_may_write_it(event, member, moderator):
    photo = make_photo(event, member, alt="")
    asked = [
        "Nobody has said yet what it shows." in client_of(who).get(photo.get_absolute_url()).content.decode()
        for who in (None, member, moderator)
    ]
    assert asked == [False, True, True]


def test_when_it_was_taken_stands_in_the_events_zone(event, member):
    photo = make_photo(event, member, taken_at=datetime(2024, 3, 20, 13, 12, tzinfo=UTC))
    html = client_of(None).get(photo.get_absolute_url()).content.decode()
    assert '<time datetime="2024-03-20T14:12+0100">20 March 2024, 14:12</time>' in html
