"""An event on other sites: the widget that stands in a frame there, and the page that says how."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from discussion.models import Favourite
from events.models import Event
from people.models import Person
from tests.cast import client_of, make_photo, make_recap, make_talk
from tests.community.pages import cost, get, hidden_things
from tests.markup import Markup

STYLE = Path(settings.BASE_DIR) / "static/css/pages/widget.css"


def address(event: Event) -> str:
    return f"{event.get_absolute_url()}widget/"


@pytest.fixture
def filled(event: Event, colocated: Event, member: Any, outsider: Any) -> Event:
    """An event with a little more than the widget shows."""
    person = Person.objects.create(name="A Photographer")
    for number in range(4):
        talk = make_talk(colocated if number else event, member, title=f"Good talk {number}")
        Favourite.give(talk, by=outsider, reason=f"reason {number}").publish(by=None)
        make_recap(event, member, title=f"My week {number}")
    for number in range(5):
        make_photo(event, member, alt=f"Corridor {number}", credit=[person])
    make_talk(event, member, title="Nobody said why")
    make_photo(event, member, alt="Whose is it")
    make_photo(event, member, alt="", credit=[person])
    make_photo(event, member, alt="Ask me first", credit=[person], licence="ask")
    return event


def test_it_shows_three_reasons_two_write_ups_and_four_photos_with_their_credit(filled: Event) -> None:
    page = get(address(filled))
    assert len(re.findall(r"<p>reason \d</p>", page)) == 3
    assert page.count("My week") == 2
    assert re.findall(r'alt="([^"]*)"', page) == [f"Corridor {number}" for number in (4, 3, 2, 1)]
    assert page.count("A Photographer") == 4
    for absent in ("Nobody said why", "Whose is it", "Ask me first"):
        assert absent not in page
    assert f'<a href="{filled.get_absolute_url()}">Everything people brought home' in page


def test_it_may_stand_in_a_frame_anywhere_and_is_the_same_for_everybody(filled: Event, member: Any) -> None:
    known = client_of(member)
    answer = known.get(address(filled))
    assert "X-Frame-Options" not in answer.headers
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'"
    )
    assert answer["Cache-Control"] == "public, max-age=60"
    assert dict(answer.cookies) == {}
    assert "Cookie" not in answer["Vary"]
    assert answer.content == client_of(None).get(address(filled)).content
    page = Markup(answer.content.decode())
    assert (page.everything_wrong, page.actions) == ([], [])
    assert "<script" not in answer.content.decode()
    assert '<base target="_top">' in answer.content.decode()


def test_it_weighs_little(filled: Event) -> None:
    assert len(get(address(filled)).encode()) + STYLE.stat().st_size < 15_000


def test_all_other_pages_stay_out_of_frames(filled: Event, member: Any) -> None:
    filled.organisers.add(member)
    browser = client_of(member)
    for place in ("", "week/", "tags/", "embed/", "talks/"):
        answer = browser.get(filled.get_absolute_url() + place)
        assert answer.status_code == 200
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_theme_and_language_are_the_other_sites_choice_and_not_the_readers(filled: Event) -> None:
    french = client_of(None).get(address(filled), headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en">' in french
    page = get(f"{address(filled)}?theme=dark&language=fr")
    assert '<html lang="fr" class="dark">' in page
    for mangled in ("?theme=neon", "?language=xx", "?theme=%00&language=%00"):
        assert get(address(filled) + mangled) == get(address(filled))


def test_an_event_with_nothing_says_so(event: Event) -> None:
    page = get(address(event))
    assert "Nothing here yet. Were you there?" in page
    assert "Add what you brought home" in page


def test_what_is_not_public_is_not_in_it(event: Event, newcomer: Any, moderator: Any) -> None:
    more = {"talk": {"why": "Canary why"}, "photo": {"alt": "Canary alt"}}
    hidden_things(event, newcomer, moderator, more=more, credit=[newcomer.person])
    assert "canary" not in get(address(event), newcomer).lower()
    assert "Nothing here yet." in get(address(event), moderator)


def test_it_costs_the_same_for_a_few_and_for_many(filled: Event, member: Any) -> None:
    few = cost(lambda: client_of(None).get(address(filled)))
    person = Person.objects.create(name="Another")
    for number in range(15):
        make_talk(filled, member, why=f"why {number}", credit=[person])
        make_photo(filled, member, credit=[person])
    assert (few, cost(lambda: client_of(None).get(address(filled)))) == (few, few)
    assert few <= 16


def test_organisers_copy_the_lines_and_see_how_it_looks(filled: Event, member: Any) -> None:
    Event.objects.filter(pk=filled.pk).update(name='Paris "Summit" <2024>')
    filled.organisers.add(member)
    answer = client_of(member).get(f"{filled.get_absolute_url()}embed/?theme=dark&language=fr")
    page = answer.content.decode()
    lines = html.unescape(re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)[1])
    src = f"{settings.SITE_URL}{address(filled)}?theme=dark&amp;language=fr"
    assert f'<iframe src="{src}" title="' in lines
    assert 'loading="lazy"' in lines
    assert "&quot;Summit&quot; &lt;2024&gt;" in lines
    assert f'<a href="{settings.SITE_URL}{filled.get_absolute_url()}">' in lines
    assert f'<iframe class="embed-preview" src="{address(filled)}?theme=dark&amp;language=fr"' in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert f"{filled.get_absolute_url()}embed/" in get(f"{filled.get_absolute_url()}desk/", member)
    get(f"{filled.get_absolute_url()}embed/", status=302)
