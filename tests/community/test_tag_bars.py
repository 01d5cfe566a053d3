"""The tags at an event as a picture: by how many things of each kind carry them."""

import re
from typing import Any

from events.models import Event
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import cost, get, hidden_things, links, titles


def address(event: Event) -> str:
    return f"{event.get_absolute_url()}tags/"


def shown(page: str) -> list[str]:
    """What the bars say, in their order: “Photos: 1, Talks: 2”."""
    return re.findall(r'role="img" height="20" aria-label="([^"]*)"', page)


def test_tags_stand_by_how_many_things_carry_them_co_located_events_included(
    event: Event, colocated: Event, member: Any, other_event: Event
) -> None:
    make_tag("cloud"), make_tag("edge")
    make_talk(event, member, title="Pods", tags=["cloud", "edge"])
    make_talk(colocated, member, tags=["edge"])
    make_photo(event, member, tags=["edge"])
    make_recap(other_event, member, tags=["cloud"])
    page = get(address(event))
    assert shown(page) == ["Photos: 1, Talks: 2", "Talks: 1"]
    bars = page.partition('<ol class="bars">')[2].partition("</ol>")[0]
    assert links(bars, '[^"]*') == [f"/tags/edge/?event={event.slug}", f"/tags/cloud/?event={event.slug}"]
    assert titles(get(f"/tags/cloud/?event={event.slug}")) == ["Pods"]
    assert f'href="/tags/edge/?kind=talk&amp;event={event.slug}">2</a>' in page
    assert shown(get(address(colocated))) == ["Talks: 1"]


def test_words_that_are_no_accepted_tags_are_not_drawn(event: Event, member: Any, moderator: Any) -> None:
    short, real = make_tag("k8s"), make_tag("kubernetes")
    make_talk(event, member, tags=["k8s", "strangeword"])
    short.merge_into(real, by=moderator)
    page = get(address(event), moderator)
    assert "strangeword" not in page
    assert shown(page) == ["Talks: 1"]
    assert 'href="/tags/kubernetes/?' in page


def test_what_is_not_public_is_in_no_bar(event: Event, newcomer: Any, moderator: Any) -> None:
    make_tag("cloud")
    hidden_things(event, newcomer, moderator, tags=["cloud"])
    for user in (None, newcomer, moderator):
        assert "Nothing here has a tag yet." in get(address(event), user)


def test_twenty_are_drawn_and_the_rest_is_listed_for_the_same_queries(event: Event, member: Any) -> None:
    make_tag("t0")
    make_talk(event, member, tags=["t0"])
    few = cost(lambda: client_of(None).get(address(event)))
    for number in range(1, 25):
        make_tag(f"t{number}")
    make_talk(event, member, tags=[f"t{number}" for number in range(25)][:12])
    make_talk(event, member, tags=[f"t{number}" for number in range(25)][12:])
    page = get(address(event))
    assert len(shown(page)) == 20
    assert page.partition("And these")[2].count('class="chip"') == 5
    assert (few, cost(lambda: client_of(None).get(address(event)))) == (2, 2)


def test_whoever_looks_after_the_event_finds_the_way_to_its_own_tags(event: Event, outsider: Any) -> None:
    event.organisers.add(outsider)
    assert f"{address(event)}edit/" in get(address(event), outsider)
    assert f"{address(event)}edit/" not in get(address(event))
