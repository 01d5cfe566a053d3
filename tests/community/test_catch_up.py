"""“Catch up in 15 minutes”: what stands on it, in which order, who chooses, and what never shows."""

import re
from typing import Any

import pytest

from community.cards import store_cards
from community.models import Contribution, Pick
from discussion.models import Favourite
from discussion.scoring import rescore
from events.models import Event
from people.decisions import Reason
from tests.cast import MAKERS, client_of, make_event, make_photo, make_recap, make_talk, make_user
from tests.community.pages import HIDDEN_STATES, bring_to, cost, get, titles
from tests.filling import notices


def catch_up(event: Event) -> str:
    return f"{event.get_absolute_url()}catch-up/"


def recommended(item: Any, number: int) -> Any:
    for _ in range(number):
        user = make_user(f"fan {Favourite.objects.count()}")
        Favourite.objects.create(contribution_id=item.pk, user=user, reason="", state="public")
    rescore([item.pk])
    return item


def test_it_shows_three_recaps_five_talks_and_twelve_photos_the_most_recommended_first(
    event: Event, colocated: Event, member: Any
) -> None:
    talks = [recommended(make_talk(event, member, title=f"Talk {n}"), n) for n in range(7)]
    recaps = [make_recap(colocated, member, title=f"Recap {n}") for n in range(4)]
    photos = [make_photo(event, member) for n in range(13)]
    recommended(photos[0], 1)
    rescore([item.pk for item in [*talks, *recaps, *photos]])
    page = get(catch_up(event))
    assert [title for title in titles(page) if "Talk" in title] == [f"Talk {n}" for n in (6, 5, 4, 3, 2)]
    assert len([title for title in titles(page) if "Recap" in title]) == 3
    shown = re.findall(r'href="/photos/(\d+)/"', page)
    assert len(shown) == 12
    assert shown[0] == str(photos[0].pk)


def test_it_says_how_long_it_takes_as_far_as_that_is_known(event: Event, member: Any) -> None:
    make_recap(event, member, body="word " * 900)
    make_recap(event, member, url="https://blog.example/a")
    make_photo(event, member)
    recommended(make_talk(event, member, minutes=25, video_url="https://video.example/1"), 1)
    recommended(make_talk(event, member), 1)
    assert "1 photo · 2 talks (25 min and more) · 4 min to read and 1 text elsewhere" in get(catch_up(event))


def test_talks_that_nobody_spoke_for_are_not_on_it(event: Event, member: Any) -> None:
    silent = make_talk(event, member, title="Silent")
    Contribution.objects.filter(pk=silent.pk).update(quiet=True, score=0)
    recommended(make_talk(event, member, title="Loved"), 1)
    assert titles(get(catch_up(event))) == ["Loved"]


def test_it_names_the_members_who_brought_it_home_and_nobody_whose_things_wait(
    event: Event, member: Any, newcomer: Any, moderator: Any
) -> None:
    make_recap(event, member)
    make_recap(event, newcomer)
    make_talk(event, moderator)
    people = get(catch_up(event)).partition('id="brought-by"')[2]
    assert re.findall(r'<a href="(/people/[^"]*)"><span class="avatar"', people) == [
        member.person.get_absolute_url(),
        moderator.person.get_absolute_url(),
    ]


def test_an_empty_event_invites_and_offers_nothing_to_send(event: Event) -> None:
    page = get(catch_up(event))
    assert "Nobody has brought anything home yet." in page
    assert page.count("data-menu") >= 1
    assert "mailto:" not in page


def test_it_can_be_sent_to_a_colleague(event: Event, member: Any) -> None:
    make_recap(event, member)
    page = get(catch_up(event) + "?choose=1")
    assert 'value="http://testserver/events/paris-summit-2024/catch-up/"' in page
    assert "mailto:?subject=What%20was%20good%20at%20Paris%20Summit%202024&amp;body=" in page


def test_the_events_page_leads_to_it_once_there_is_something(event: Event, member: Any) -> None:
    assert catch_up(event) not in get(event.get_absolute_url())
    make_recap(event, member)
    assert f'href="{catch_up(event)}"' in get(event.get_absolute_url())


def test_what_is_not_public_shows_to_nobody_even_if_it_was_picked(
    event: Event, colocated: Event, newcomer: Any, moderator: Any
) -> None:
    made = {
        (kind, state): make(colocated, newcomer, title="Canary")
        for kind, make in MAKERS.items()
        for state in [*HIDDEN_STATES, "public"]
    }
    for (_kind, state), item in made.items():
        bring_to(item, state, moderator)
        Pick.objects.create(event=event, contribution_id=item.pk, position=1, picked_by=moderator)
    rescore([item.pk for item in made.values()])
    for user in (None, newcomer, moderator):
        page = get(catch_up(event) + "?choose=1", user)
        shown = {of for of, item in made.items() if f"/{item.slug}/{item.pk}/" in page}
        assert shown == {(kind, "public") for kind in MAKERS}


def test_a_co_located_event_has_a_page_of_its_own_things(event: Event, colocated: Event, member: Any) -> None:
    make_recap(event, member, title="At the summit")
    make_recap(colocated, member, title="On the edge")
    assert titles(get(catch_up(colocated))) == ["On the edge"]
    assert sorted(titles(get(catch_up(event)))) == ["At the summit", "On the edge"]


# --- What organisers pick ---------------------------------------------------------------------------------------------


@pytest.fixture
def organiser(event: Event, outsider: Any) -> Any:
    event.organisers.add(outsider)
    return outsider


@pytest.fixture
def recaps(event: Event, member: Any) -> list[Any]:
    """Five recaps: A is the best, E the least so."""
    made = [make_recap(event, member, title=title) for title in "ABCDE"]
    for place, recap in enumerate(made):
        Contribution.objects.filter(pk=recap.pk).update(score=5 - place)
    return made


def put(event: Event, item: Any, user: Any, **more: Any) -> Any:
    return client_of(user).post(f"{catch_up(event)}picks/", {"item": item.pk, **more})


def post(event: Event, item: Any, what: str, user: Any, **data: Any) -> Any:
    return client_of(user).post(f"{catch_up(event)}picks/{item.pk}/{what}/", data)


def test_a_pick_stands_first_and_says_who_picked_it_and_when(
    event: Event, organiser: Any, recaps: Any
) -> None:
    assert put(event, recaps[4], organiser).status_code == 302
    assert titles(get(catch_up(event))) == ["E", "A", "B"]
    pick = Pick.objects.get()
    assert (pick.contribution_id, pick.picked_by, pick.created_at is not None) == (
        recaps[4].pk,
        organiser,
        True,
    )
    assert "picked by the outsider" in get(catch_up(event), organiser)
    assert "picked by the outsider" not in get(catch_up(event))


def test_picks_stand_in_the_organisers_order_and_can_be_moved(
    event: Event, organiser: Any, recaps: Any
) -> None:
    for place in (4, 3, 2):
        put(event, recaps[place], organiser)
    assert titles(get(catch_up(event))) == ["E", "D", "C"]
    post(event, recaps[2], "move", organiser, to="earlier")
    assert titles(get(catch_up(event))) == ["E", "C", "D"]
    post(event, recaps[4], "move", organiser, to="later")
    assert titles(get(catch_up(event))) == ["C", "E", "D"]
    for at_the_end in ({"to": "earlier"}, {"to": "sideways"}, {}):
        assert post(event, recaps[2], "move", organiser, **at_the_end).status_code == 302
    assert titles(get(catch_up(event))) == ["C", "E", "D"]


def test_taking_one_off_can_be_undone_at_its_place(event: Event, organiser: Any, recaps: Any) -> None:
    for place in (4, 3):
        put(event, recaps[place], organiser)
    browser = client_of(organiser)
    page = browser.post(f"{catch_up(event)}picks/{recaps[4].pk}/removal/", follow=True).content.decode()
    assert titles(get(catch_up(event))) == ["D", "A", "B"]
    position = re.search(r'name="position" value="(\d+)"', page)
    assert position
    put(event, recaps[4], organiser, position=position[1])
    assert titles(get(catch_up(event))) == ["E", "D", "A"]


def test_a_second_press_on_taking_off_says_so_and_leads_back(
    event: Event, organiser: Any, member: Any, newcomer: Any, recaps: Any
) -> None:
    browser, removal = client_of(organiser), f"{catch_up(event)}picks/{recaps[4].pk}/removal/"
    put(event, recaps[4], organiser)
    browser.post(removal)
    again = browser.post(removal, follow=True)
    assert again.redirect_chain == [(f"{catch_up(event)}?choose=1#choose", 302)]
    # Still there from the first press, as nothing was looked at between.
    assert notices(again)[1:] == ["It has been taken off already."]
    # What does not show there is not there for this either.
    for other in (make_recap(event, newcomer), make_recap(make_event(), member)):
        assert browser.post(f"{catch_up(event)}picks/{other.pk}/removal/").status_code == 404


def test_picking_twice_is_picking_once(event: Event, organiser: Any, recaps: Any) -> None:
    for _ in range(2):
        put(event, recaps[4], organiser)
    assert Pick.objects.count() == 1


def test_there_is_room_for_as_many_as_the_page_shows(event: Event, organiser: Any, recaps: Any) -> None:
    for recap in recaps:
        put(event, recap, organiser)
    assert titles(get(catch_up(event))) == ["A", "B", "C"]
    browser = client_of(organiser)
    page = browser.post(f"{catch_up(event)}picks/", {"item": recaps[4].pk}, follow=True).content.decode()
    assert "There is no room for another one. Take one off first." in page


def test_what_is_hidden_drops_out_and_comes_back(
    event: Event, organiser: Any, recaps: Any, moderator: Any
) -> None:
    put(event, recaps[4], organiser)
    Contribution.objects.get(pk=recaps[4].pk).hide(by=moderator, reason=Reason.PRIVACY)
    assert titles(get(catch_up(event))) == ["A", "B", "C"]
    Contribution.objects.get(pk=recaps[4].pk).publish(by=moderator)
    assert titles(get(catch_up(event))) == ["E", "A", "B"]


def test_only_who_looks_after_the_event_picks(
    event: Event, other_event: Event, recaps: Any, newcomer: Any, moderator: Any, guest: Any, outsider: Any
) -> None:
    other_event.organisers.add(outsider)
    for user, status in ((None, 302), (guest, 302), (newcomer, 404), (outsider, 404)):
        assert put(event, recaps[4], user).status_code == status
        assert "Choose what comes first" not in get(catch_up(event), user)
    assert Pick.objects.count() == 0
    put(event, recaps[4], moderator)
    for user, status in ((None, 302), (newcomer, 404), (outsider, 404)):
        assert post(event, recaps[4], "removal", user).status_code == status
        assert post(event, recaps[4], "move", user, to="later").status_code == status
    assert Pick.objects.count() == 1


def test_only_what_is_public_at_the_event_can_be_picked(
    event: Event, other_event: Event, organiser: Any, newcomer: Any, member: Any
) -> None:
    waiting, elsewhere = make_recap(event, newcomer), make_recap(other_event, member)
    for wanted in (waiting.pk, elsewhere.pk, 0, "", "x", 10**30):
        answer = client_of(organiser).post(f"{catch_up(event)}picks/", {"item": wanted})
        assert answer.status_code == 404
    assert Pick.objects.count() == 0


def test_things_are_picked_on_their_own_pages_too(
    event: Event, colocated: Event, organiser: Any, member: Any, newcomer: Any
) -> None:
    item = make_talk(colocated, member)
    own_page = item.get_absolute_url()
    assert "Put it on “Catch up”" in get(own_page, organiser)
    for user in (None, newcomer, member):
        assert "Put it on “Catch up”" not in get(own_page, user)
    assert put(event, item, organiser, back=1)["Location"] == own_page
    assert "On “Catch up”: take it off" in get(own_page, organiser)
    assert post(event, item, "removal", organiser, back=1)["Location"] == own_page
    assert Pick.objects.count() == 0


def test_it_costs_the_same_however_much_there_is(event: Event, colocated: Event, member: Any) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            for make in MAKERS.values():
                item = make(colocated, member)
                Pick.objects.create(event=event, contribution_id=item.pk, position=1)
                rescore([make(event, member).pk, item.pk])
        store_cards(Contribution.objects.values_list("pk", flat=True))

    costs = []
    for number in (1, 6):
        fill(number)
        costs.append(cost(lambda: client_of(None).get(catch_up(event))))
    assert costs[0] == costs[1]
    assert costs[1] <= 10


def test_an_event_that_is_not_public_has_none(newcomer: Any) -> None:
    proposal = Event(name="Meetup", starts_on=make_event("Real").starts_on)
    proposal.ends_on = proposal.starts_on
    proposal.propose(by=newcomer)
    get(catch_up(proposal), newcomer, status=404)
