"""The event's page: what it shows, in which order, and to whom."""

import datetime
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from community.cards import store_cards
from community.event_tags import set_event_tags
from community.kinds import kinds
from community.models import Contribution, Tally
from events.models import Day, Event
from people.decisions import Reason
from tests.cast import MAKERS, client_of, make_event, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import cost, get, hidden_things, links, titles


def cards_of(page: str) -> list[str]:
    return re.findall(r"<article.*?</article>", page, re.DOTALL)


def test_it_shows_what_is_known_of_the_event(event: Event, colocated: Event) -> None:
    Event.objects.filter(pk=event.pk).update(
        attendance=13000,
        website="https://summit.example/",
        discussion_url="https://forum.example/t/1",
        code_of_conduct_url="https://summit.example/conduct",
        venue="Porte de Versailles",
    )
    Day.objects.filter(event=event, date="2024-03-20").update(theme="AI in production")
    page = get(event.get_absolute_url())
    for fact in (
        "<h1>Paris Summit 2024</h1>",
        "<li>Paris, France</li>",
        "<li>Porte de Versailles</li>",
        "19–22 March 2024",
        "13,000 people",
        "1 co-located event<",
        "https://summit.example/",
        "https://forum.example/t/1",
        "https://summit.example/conduct",
        "AI in production",
        "Summit Series",
        'href="/events/edge-day-2024/"',
    ):
        assert fact in page, fact


def test_what_was_added_at_a_co_located_event_shows_at_the_parent_with_the_childs_name(
    event: Event, colocated: Event, member: Any
) -> None:
    make_talk(event, member, title="At the summit")
    make_talk(colocated, member, title="On the edge")
    page = get(event.get_absolute_url())
    assert titles(page) == ["On the edge", "At the summit"]
    assert page.count('<p class="kicker"><a href="/events/edge-day-2024/">Edge Day</a></p>') == 1
    assert titles(get(colocated.get_absolute_url())) == ["On the edge"]
    assert 'part of <a href="/events/paris-summit-2024/">' in get(colocated.get_absolute_url())


def test_the_sections_stand_in_the_order_that_the_kinds_ask_for(event: Event) -> None:
    page = get(event.get_absolute_url())
    found = re.findall(r'id="section-([a-z]+)"', page)
    assert found == [model.slug for model in sorted(kinds(), key=lambda model: model.position)]


def test_large_numbers_are_written_as_people_write_them(event: Event, member: Any) -> None:
    make_talk(event, member), make_photo(event, member)
    Tally.objects.filter(event=event).update(count=3362)
    page = get(event.get_absolute_url())
    assert "All 3,362<" in page
    assert ">3,362 photos</a>" in page
    assert ">3,362 talks</a>" in get("/")
    assert '<span class="num">3,362</span>' in get(f"{event.get_absolute_url()}talks/")
    assert page.count('<span class="num">3,362</span>') == 1
    assert "3362" not in page


def test_an_empty_event_invites_to_add_something_of_each_kind(event: Event) -> None:
    page = get(event.get_absolute_url())
    for model in kinds():
        assert str(model.empty_label) in page
        assert page.count(f'href="/{model.slug}/new/{event.slug}/"') == 2
    assert page.count("Nothing here yet. Were you there?") == 1
    assert 'class="jump"' not in page


def test_an_event_with_something_leads_to_what_there_is(event: Event, member: Any) -> None:
    make_talk(event, member)
    page = get(event.get_absolute_url())
    assert "Nothing here yet." not in page
    assert page.count('class="jump"') == 1


def test_a_section_shows_so_many_and_links_to_all_with_their_number(event: Event, member: Any) -> None:
    for _ in range(27):
        make_talk(event, member)
    page = get(event.get_absolute_url())
    assert len(titles(page)) == 25
    assert 'href="/events/paris-summit-2024/talks/">All 27<span class="sr">, Talks</span>' in page


def test_what_is_not_public_shows_nowhere_on_the_events_pages(
    event: Event, colocated: Event, newcomer: Any, moderator: Any
) -> None:
    """Not even to its owner and moderators: they have lists of their own."""
    hidden = hidden_things(colocated, newcomer, moderator)
    shown = {kind: make(colocated, moderator, title="Canary") for kind, make in MAKERS.items()}

    def standing(things: Any, page: str) -> set[Any]:
        return {of for of, item in things.items() if f"/{item.slug}/{item.pk}/" in page}

    for address in (event.get_absolute_url(), colocated.get_absolute_url()):
        for user in (None, newcomer, moderator):
            page = get(address, user)
            assert (standing(shown, page), standing(hidden, page)) == (set(MAKERS), set())
            for kind, item in shown.items():
                page = get(f"{address}{item.slug}/", user)
                assert (standing(shown, page), standing(hidden, page)) == ({kind}, set())
    for item in shown.values():
        assert '<span class="num">1</span>' in get(f"{event.get_absolute_url()}{item.slug}/")


def test_who_added_what_waits_there_is_told_so_and_nobody_else(
    event: Event, colocated: Event, newcomer: Any, guest: Any, moderator: Any
) -> None:
    make_talk(event, newcomer), make_photo(colocated, newcomer), make_talk(colocated, guest)
    make_recap(event, newcomer).publish(by=moderator)
    make_recap(event, newcomer).withdraw(by=newcomer)
    make_talk(make_event("Another"), newcomer)
    at = event.get_absolute_url()
    told = {
        newcomer: {at: "2 of yours wait for review", f"{at}talks/": "1 of yours waits for review"},
        guest: {at: "1 of yours waits for review", f"{at}talks/": "1 of yours waits for review"},
        moderator: {},
        None: {},
    }
    for user, lines in told.items():
        for address in (at, f"{at}talks/", f"{at}recaps/"):
            found = re.findall(r'href="/mine/"><svg.*?</svg> (.* of yours .*?)</a>', get(address, user))
            assert found == [lines[address]] if address in lines else found == []


def test_only_members_and_guests_pay_for_being_told_what_waits(event: Event, guest: Any) -> None:
    address = event.get_absolute_url()
    strangers, guests = (client_of(user) for user in (None, guest))
    guests.get(address)
    assert cost(lambda: guests.get(address)) - cost(lambda: strangers.get(address)) == 1


def test_a_proposal_is_seen_by_its_proposer_and_moderators_with_the_reason(
    newcomer: Any, moderator: Any
) -> None:
    proposal = Event(name="Meetup", starts_on="2024-05-01", ends_on="2024-05-01")
    proposal.starts_on = proposal.ends_on = make_event("Real").starts_on
    proposal.propose(by=newcomer)
    assert "waiting for review" in get(proposal.get_absolute_url(), newcomer)
    get(proposal.get_absolute_url(), None, status=404)
    Event.objects.get(pk=proposal.pk).reject(by=moderator, reason=Reason.UNCLEAR, note="Which city?")
    assert "Which city?" in get(proposal.get_absolute_url(), newcomer)
    assert "Which city?" in get(proposal.get_absolute_url(), moderator)
    get(proposal.get_absolute_url(), None, status=404)


def test_only_accepted_tags_of_the_event_show(event: Event, moderator: Any, newcomer: Any) -> None:
    make_tag("cloud", by=moderator)
    set_event_tags(event, ["Cloud", "strangeword"], by=newcomer)
    page = get(event.get_absolute_url())
    assert 'href="/tags/cloud/"' in page
    assert "strangeword" not in page


def test_organisers_and_moderators_find_the_way_to_edit(event: Event, moderator: Any, outsider: Any) -> None:
    event.organisers.add(organiser := outsider)
    desk = f'href="/events/{event.slug}/desk/"'
    assert desk in get(event.get_absolute_url(), moderator)
    assert desk in get(event.get_absolute_url(), organiser)
    assert desk not in get(event.get_absolute_url(), None)


def test_stored_cards_look_like_those_drawn_live(event: Event, member: Any) -> None:
    make_tag("cloud")
    item = make_recap(event, member, title="Week", tags=["cloud"])
    live = get(event.get_absolute_url())
    store_cards([item.pk])
    assert Contribution.objects.filter(cards__isnull=False).exists()
    assert cards_of(get(event.get_absolute_url())) == cards_of(live)


def test_an_unknown_list_of_an_event_is_not_found(event: Event) -> None:
    assert Client().get(f"{event.get_absolute_url()}hats/").status_code == 404


def test_a_list_is_narrowed_to_a_day_and_mangled_days_are_every_day(event: Event, member: Any) -> None:
    wednesday = Day.objects.get(event=event, date="2024-03-20")
    make_talk(event, member, title="On Wednesday", day=wednesday)
    make_talk(event, member, title="Some day")
    address = f"{event.get_absolute_url()}talks/"
    assert titles(get(f"{address}?day=2024-03-20")) == ["On Wednesday"]
    for day in ("2024-03-21", "2031-01-01", "9999-12-31", "0001-01-01", "soon", "2024-03-20'--"):
        expected = [] if day == "2024-03-21" else ["Some day", "On Wednesday"]
        assert titles(get(address + "?day=" + day)) == expected


def quiet_talks(event: Event, member: Any, number: int) -> None:
    """Talks as the import of a schedule leaves them: nobody has spoken for them."""
    for n in range(number):
        Contribution.objects.filter(pk=make_talk(event, member, title=f"Quiet {n}").pk).update(quiet=True)


def test_talks_that_nobody_spoke_for_are_told_by_their_number(event: Event, member: Any) -> None:
    quiet_talks(event, member, 30)
    address = 'href="/events/paris-summit-2024/talks/"'
    page = get(event.get_absolute_url())
    assert titles(page) == []
    assert "Nobody has said yet which ones are worth it." in page
    assert f"{address}>30 talks in the programme</a>" in page
    loved = make_talk(event, member, title="Loved", why="It shows where the time goes.")
    Contribution.objects.filter(pk=loved.pk).update(score=0.1)
    page = get(event.get_absolute_url())
    assert titles(page) == ["Loved"]
    assert f"{address}>30 more talks in the programme</a>" in page


def test_each_day_leads_to_what_took_place_on_it(event: Event, member: Any) -> None:
    pattern = r"/events/paris-summit-2024/talks/\?day=[0-9-]+"
    assert links(get(event.get_absolute_url()), pattern) == []
    make_talk(event, member)
    days = [f"/events/paris-summit-2024/talks/?day=2024-03-{day}" for day in (19, 20, 21, 22)]
    assert links(get(event.get_absolute_url()), pattern) == days


def test_an_event_that_is_on_says_so(event: Event) -> None:
    assert "on now" not in get(event.get_absolute_url())
    today = timezone.now().date()
    assert "on now" in get(make_event("Now", starts_on=today, timezone="UTC").get_absolute_url())


def test_until_it_is_public_its_pages_invite_nobody_and_say_when_people_can_add(newcomer: Any) -> None:
    waiting = Event(
        name="Waiting Days",
        starts_on=datetime.date(2024, 3, 19),
        ends_on=datetime.date(2024, 3, 20),
        timezone="Europe/Paris",
    )
    waiting.propose(by=newcomer)
    address = waiting.get_absolute_url()
    lists = [f"{model.slug}/" for model in kinds()]
    for page in (get(f"{address}{name}", newcomer) for name in ("", "week/", "tags/", "people/", *lists)):
        assert page.count("Everybody can add to it once it is public.") == 1
        for invitation in (
            "Were you there?",
            "Add what you brought home",
            "Is there one on your phone?",
            "/new/",
        ):
            assert invitation not in page
