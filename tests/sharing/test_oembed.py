"""oEmbed: what other sites may show of a link to a public page, and that they learn of no other."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from events.models import Event
from people.models import Person
from tests.cast import MAKERS, make_event, make_photo, make_talk

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def ask(address, **more):
    return Client().get("/oembed/", {"url": f"{SITE}{address}", **more})


def test_a_talk_is_a_link_with_its_picture_and_who_spoke(event, member):
    speaker = Person.objects.create(name="Liz Rice", handle="liz")
    talk = make_talk(event, member, title="eBPF & friends", credit=[speaker])
    answer = ask(talk.get_absolute_url(), format="json")
    assert answer.json() == {
        "version": "1.0",
        "type": "link",
        "title": "eBPF & friends",
        "provider_name": "Hallway",
        "provider_url": f"{SITE}/",
        "cache_age": 3600,
        "author_name": "Liz Rice",
        "author_url": f"{SITE}/people/liz/",
        "thumbnail_url": f"{SITE}/share/items/{talk.pk}/picture.jpg?v=1-0",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_photo_comes_no_larger_than_was_asked_for(event, member):
    photo = make_photo(event, member, title="The hall")
    told = ask(photo.get_absolute_url()).json()
    assert (told["type"], told["url"]) == ("photo", f"{SITE}/photos/file/{photo.file_key}/320.webp")
    assert (told["width"], told["height"]) == (320, 240)
    small = ask(photo.get_absolute_url(), maxwidth=100).json()
    assert (small["type"], "url" in small, "thumbnail_url" in small) == ("link", False, False)


def frame_of(event, width, height):
    return (
        f'<iframe src="{SITE}{event.get_absolute_url()}widget/" title="What people brought home from {event.name}"'
        f' width="{width}" height="{height}" loading="lazy" referrerpolicy="no-referrer"'
        ' style="max-width: 100%; border: 0"></iframe>'
    )


def test_an_event_comes_as_the_widget_in_a_frame(event):
    told = ask(event.get_absolute_url()).json()
    assert (told["type"], told["title"], told["width"], told["height"]) == ("rich", event.name, 480, 760)
    assert told["html"] == frame_of(event, 480, 760)
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (1200, 630)
    # What stands in the frame may stand there.
    widget = Client().get(f"{event.get_absolute_url()}widget/")
    assert "frame-ancestors *" in widget["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"maxwidth": 320}, (320, 760)),
        ({"maxheight": 400}, (480, 400)),
        ({"maxwidth": 9000, "maxheight": 9000}, (480, 760)),
    ],
)
def test_the_frame_is_no_larger_than_was_asked_for(event, asked, size):
    told = ask(event.get_absolute_url(), **asked).json()
    assert (told["width"], told["height"]) == size
    assert told["html"] == frame_of(event, *size)


def test_where_there_is_no_room_for_the_frame_an_event_is_a_link(event):
    told = ask(event.get_absolute_url(), maxwidth=199).json()
    assert (told["type"], "html" in told, "width" in told) == ("link", False, False)


def test_an_event_that_is_not_public_is_as_absent(event):
    waiting = make_event("Paris Summit 2024", parent=event)
    Event.objects.filter(pk=waiting.pk).update(state=Event.State.WAITING)
    assert ask(waiting.get_absolute_url()).status_code == 404


def test_an_event_is_told_in_xml_too_and_no_title_breaks_it(event, moderator):
    event.name = "A <b>& \x0b B"
    event.edit(by=moderator)
    answer = ask(event.get_absolute_url(), format="xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    told = ElementTree.fromstring(answer.content)
    assert told.findtext("title") == "A <b>&  B"
    assert 'title="What people brought home from A &lt;b&gt;&amp;  B"' in told.findtext("html", "")


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_not_public_is_as_absent_as_what_never_was(kind, event, newcomer, moderator):
    waiting = MAKERS[kind](event, newcomer)
    answers = [ask(waiting.get_absolute_url()), ask(f"/{kind}s/999999/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{SITE}/search/?q=a", 404),
        (f"{SITE}/", 404),
        ("http://elsewhere.example/talks/1/", 404),
        ("http://[", 404),
        ("javascript:alert(1)", 404),
        (f"{SITE}/talks/99999999999999999999/", 404),
        ("", 400),
    ],
)
def test_any_other_address_is_refused(url, status, event):
    assert Client().get("/oembed/", {"url": url}).status_code == status


def test_a_format_that_nobody_speaks_and_a_size_that_is_none(event):
    assert ask(event.get_absolute_url(), format="yaml").status_code == 501
    assert ask(event.get_absolute_url(), maxwidth="wide").status_code == 400


def test_the_page_says_where_to_ask(event):
    html = Client().get(event.get_absolute_url()).content.decode()
    address = "http://localhost:8000/oembed/?format=json&amp;url=http%3A%2F%2Flocalhost%3A8000%2Fevents%2Fparis-summit-2024%2F"
    assert (
        f'<link rel="alternate" type="application/json+oembed" href="{address}" title="Paris Summit 2024">'
        in html
    )
