"""What a page tells messengers and search engines, and that what is not public tells them nothing."""

import pytest

from links.models import Link
from people.models import Person
from tests.cast import MAKERS, make_event, make_photo, make_recap, make_tag, make_talk
from tests.sharing.heads import data_of, page, told

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
HOSTILE = '</script><script>alert(1)</script><!-- " & \u2028'


def test_an_event_says_its_name_its_days_its_picture_and_where_it_stands(event, member):
    make_recap(event, member)
    head = told(page(event.get_absolute_url()))
    assert head == {
        "og:site_name": "Hallway",
        "og:type": "website",
        "og:title": "Paris Summit 2024",
        "og:description": "What people brought home from Paris Summit 2024, 19–22 March 2024: recaps, talks worth "
        "watching, photos.",
        "og:url": f"{SITE}/events/paris-summit-2024/",
        "og:locale": "en_GB",
        "og:image": f"{SITE}/share/events/paris-summit-2024/picture.jpg?v=1",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Paris Summit 2024 · 19–22 March 2024",
        "twitter:card": "summary_large_image",
    }


def test_an_event_is_an_event_to_search_engines_with_those_inside_it(event, colocated):
    data = data_of(page(event.get_absolute_url()))
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Event")
    assert (data["startDate"], data["endDate"]) == ("2024-03-19", "2024-03-22")
    assert data["location"] == {
        "@type": "Place",
        "name": "Paris, France",
        "address": {"@type": "PostalAddress", "addressLocality": "Paris", "addressCountry": "France"},
    }
    inner = f"{SITE}{colocated.get_absolute_url()}"
    assert data["subEvent"] == [{"@type": "Event", "name": "Edge Day", "url": inner}]
    assert data_of(page(colocated.get_absolute_url()))["superEvent"]["name"] == "Paris Summit 2024"


def test_a_talk_says_why_and_is_a_video_where_it_can_be_watched(event, member):
    url = "https://www.youtube.com/watch?v=abcdefghijk"
    speaker = Person.objects.create(name="Liz Rice", handle="liz")
    talk = make_talk(event, member, title="eBPF", why="It shows", video_url=url, credit=[speaker])
    html = page(talk.get_absolute_url())
    assert told(html)["og:title"] == "eBPF · Paris Summit 2024"
    assert told(html)["og:description"] == "It shows"
    assert told(html)["og:image"] == f"{SITE}/share/items/{talk.pk}/picture.jpg?v=1-0"
    data = data_of(html)
    assert (data["@type"], data["name"], data["sameAs"]) == ("VideoObject", "eBPF", url)
    assert data["creator"] == [{"@type": "Person", "name": "Liz Rice", "url": f"{SITE}/people/liz/"}]
    # Nobody knows yet when it was published, and there is no picture of ours.
    assert {"uploadDate", "thumbnailUrl"} & set(data) == set()


def test_what_the_page_of_a_video_tells_is_told_on(event, member):
    talk = make_talk(event, member, video_url="https://www.youtube.com/watch?v=abcdefghijk")
    Link.objects.at(talk.video_url)
    Link.objects.update(picture="links/ab/cd.webp", published_on="2024-04-01")
    data = data_of(page(talk.get_absolute_url()))
    assert data["uploadDate"] == "2024-04-01"
    assert data["thumbnailUrl"] == f"{SITE}/talks/{talk.pk}/picture/"


def test_a_talk_without_video_and_one_whose_speaker_wants_no_recording_are_no_videos(event, member):
    unwilling = Person.objects.create(name="Somebody", handle="somebody", no_recording=True)
    url = "https://www.youtube.com/watch?v=abcdefghijk"
    for talk in (make_talk(event, member), make_talk(event, member, video_url=url, credit=[unwilling])):
        assert data_of(page(talk.get_absolute_url())) is None


def test_a_recap_of_ones_own_is_an_article_and_a_found_one_is_none(event, member):
    mine = make_recap(event, member, body="Three days.", language="en", credit=[member.person])
    data = data_of(page(mine.get_absolute_url()))
    assert (data["@type"], data["inLanguage"]) == ("Article", "en")
    assert data["author"] == [
        {"@type": "Person", "name": "the member", "url": f"{SITE}{member.person.get_absolute_url()}"}
    ]
    assert data["datePublished"] == mine.published_at.isoformat()
    found = make_recap(event, member, url="https://blog.example.org/a", role="found")
    assert data_of(page(found.get_absolute_url())) is None


def test_a_photo_says_who_took_it_and_under_which_licence(event, member):
    photo = make_photo(event, member, credit=[member.person], licence="cc-by-4.0", alt="A full room")
    html = page(photo.get_absolute_url())
    assert told(html)["og:image"] == f"{SITE}/photos/file/{photo.file_key}/320.webp"
    assert told(html)["og:image:alt"] == "A full room"
    data = data_of(html)
    assert (data["@type"], data["creditText"]) == ("ImageObject", "the member")
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["acquireLicensePage"] == f"{SITE}{photo.get_absolute_url()}"


@pytest.mark.parametrize("kind", MAKERS)
def test_what_waits_tells_programs_nothing_and_asks_not_to_be_listed(kind, event, newcomer):
    item = MAKERS[kind](event, newcomer, title="Not yet")
    html = page(item.get_absolute_url(), newcomer)
    assert told(html) == {"robots": "noindex"}
    assert (data_of(html), 'rel="canonical"' in html) == (None, False)


def test_a_person_a_tag_and_the_first_page_have_a_card_too(event, member):
    make_recap(event, member, credit=[member.person], tags=["ebpf"])
    make_tag("ebpf")
    titles = [
        told(page(address))["og:title"] for address in (member.person.get_absolute_url(), "/tags/ebpf/", "/")
    ]
    assert titles == ["the member", "ebpf", "Hallway: what people brought home"]


def test_a_proposed_word_and_a_proposed_event_have_none(event, newcomer, moderator):
    make_recap(event, newcomer, tags=["not-yet"])
    proposed = make_event("Proposed")
    type(proposed).objects.filter(pk=proposed.pk).update(state="waiting")
    for address in ("/tags/not-yet/", proposed.get_absolute_url()):
        assert told(page(address, moderator)) == {"robots": "noindex"}


@pytest.mark.parametrize("kind", MAKERS)
def test_no_title_gets_out_of_its_place(kind, event, member):
    item = MAKERS[kind](event, member, title=HOSTILE, **({"body": "Text."} if kind == "recap" else {}))
    html = page(item.get_absolute_url())
    assert "<script>alert" not in html
    assert told(html)["og:title"] == f"{HOSTILE} · Paris Summit 2024"
    if data := data_of(html):
        assert HOSTILE[:50] in data.get("headline", data.get("name", ""))


def test_what_to_catch_up_with_is_shown_to_others_with_the_picture_of_its_event(event):
    head = told(page(f"{event.get_absolute_url()}catch-up/"))
    assert head["og:title"] == "Catch up in 15 minutes · Paris Summit 2024"
    assert head["og:image"] == f"{SITE}/share/events/paris-summit-2024/picture.jpg?v=0"
