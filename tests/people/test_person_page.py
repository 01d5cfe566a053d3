from typing import Any

import pytest
from django.test import Client

from community.cards import store_cards
from community.models import Contribution
from people.guests import GuestVisitor
from people.models import Person, User
from tests.cast import client_of, make_photo, make_recap, make_talk


def titles(page: Any) -> dict[str, list[str]]:
    """What a person's page shows: the titles of each part, in their order."""
    parts = {}
    for part in page.context["parts"]:
        ids = [entry.pk for entry in part.page.entries]
        title = dict(Contribution.objects.filter(pk__in=ids).values_list("pk", "title"))
        parts[str(part.label)] = [title[pk] for pk in ids]
    return parts


def status(user: Any, person: Person) -> int:
    return client_of(user).get(person.get_absolute_url()).status_code


def test_it_shows_what_somebody_did_at_all_events(event: Any, other_event: Any, member: User) -> None:
    speaker = Person.objects.create(name="the speaker")
    make_talk(event, member, title="Corridors", credit=[speaker])
    make_talk(other_event, member, title="Doors", credit=[speaker])
    make_recap(event, member, title="The week", credit=[speaker])
    make_photo(event, member, title="A door", credit=[member.person])
    page = Client().get("/people/the-speaker/")
    assert page.status_code == 200
    assert titles(page) == {"wrote": ["The week"], "spoke": ["Doors", "Corridors"]}
    assert titles(Client().get(member.person.get_absolute_url())) == {
        "photographed": ["A door"],
        # The photo stands under what they photographed.
        "added": ["The week", "Doors", "Corridors"],
    }


def test_it_shows_who_somebody_is_and_links_to_their_pages(event: Any, member: User) -> None:
    make_talk(event, member)
    Person.objects.filter(pk=member.person_id).update(
        bio="Likes <b>doors</b>.", links=["https://example.org/me?a=1&b=2"]
    )
    page = Client().get(member.person.get_absolute_url()).content.decode()
    assert page.count("@the-member") == 1
    assert page.count("<p>Likes &lt;b&gt;doors&lt;/b&gt;.</p>") == 1
    assert page.count('<a href="https://example.org/me?a=1&amp;b=2" rel="me nofollow">example.org</a>') == 1


def test_an_e_mail_address_stands_nowhere(event: Any, member: User, moderator: User) -> None:
    make_talk(event, member, credit=[member.person])
    for viewer in (None, member, moderator):
        page = client_of(viewer).get(member.person.get_absolute_url()).content.decode()
        assert page.count("the-member") > 0
        assert "@example.org" not in page


def test_a_person_with_nothing_public_is_hidden_from_all_but_themselves_and_moderators(
    event: Any, newcomer: User, outsider: User, moderator: User, guest: GuestVisitor
) -> None:
    waiting = make_talk(event, newcomer, credit=[newcomer.person])
    everybody = (None, guest, outsider, newcomer, moderator)
    assert [status(user, newcomer.person) for user in everybody] == [404, 404, 404, 200, 200]
    Contribution.objects.get(pk=waiting.pk).publish(by=moderator)
    assert [status(user, newcomer.person) for user in everybody] == [200] * 5
    Contribution.objects.get(pk=waiting.pk).hide(by=moderator, reason="other")
    assert [status(user, newcomer.person) for user in everybody] == [404, 404, 404, 200, 200]


def test_what_waits_does_not_show_beside_what_is_public(
    event: Any, newcomer: User, moderator: User, member: User
) -> None:
    make_talk(event, member, title="Public", credit=[newcomer.person])
    make_talk(event, newcomer, title="Waiting", credit=[newcomer.person])
    for viewer in (None, newcomer, moderator):
        assert titles(client_of(viewer).get(newcomer.person.get_absolute_url())) == {"spoke": ["Public"]}


def test_somebody_who_is_credited_only_has_a_page(event: Any, member: User) -> None:
    speaker = Person.objects.create(name="the speaker")
    assert status(None, speaker) == 404
    make_talk(event, member, credit=[speaker])
    assert status(None, speaker) == 200


def test_a_part_goes_on_page_by_page(event: Any, member: User) -> None:
    names = [f"{number:02}" for number in range(40)]
    for name in names:
        make_talk(event, member, title=name)
    newest_first = names[::-1]
    client = Client()
    address = member.person.get_absolute_url()
    assert titles(client.get(address)) == {"added": newest_first[:6]}
    first = client.get(f"{address}added/")
    assert titles(first) == {"added": newest_first[:30]}
    older = first.context["parts"][0].page.older_url
    assert titles(client.get(f"{address}added/{older}")) == {"added": newest_first[30:]}


@pytest.mark.parametrize("part", ["talks", "nonsense"])
def test_a_part_that_is_empty_or_unknown_is_not_found(event: Any, member: User, part: str) -> None:
    make_recap(event, member)
    assert Client().get(f"{member.person.get_absolute_url()}{part}/").status_code == 404


@pytest.mark.parametrize("count", [1, 30, 90])
def test_the_page_costs_the_same_for_one_thing_and_for_ninety(
    event: Any, member: User, django_assert_max_num_queries: Any, count: int
) -> None:
    makers = [make_talk, make_recap, make_talk] if count > 1 else [make_talk]
    for number in range(count):
        makers[number % len(makers)](event, member, credit=[member.person] if number % 2 else [])
    store_cards(Contribution.objects.values_list("pk", flat=True))
    client = Client()
    # The person, for each of five parts its ids and its cards, the events' names with the cards, the events.
    with django_assert_max_num_queries(11):
        client.get(member.person.get_absolute_url())
    with django_assert_max_num_queries(3):
        client.get(f"{member.person.get_absolute_url()}added/")


def test_the_events_stand_beside_it_each_once_the_newest_first(
    event: Any, colocated: Any, other_event: Any, member: User
) -> None:
    speaker = Person.objects.create(name="the speaker")
    make_talk(colocated, member, credit=[speaker])
    make_talk(event, member, credit=[speaker])
    make_talk(other_event, member, credit=[speaker])
    page = Client().get(speaker.get_absolute_url())
    assert [one.name for one in page.context["events"]] == ["Paris Summit 2024", "Lisbon Meeting 2023"]
    assert Client().get(f"{speaker.get_absolute_url()}talks/").context["events"] == []


def test_whoever_is_mentioned_in_what_others_wrote_is_thanked_there(
    event: Any, member: User, newcomer: User, outsider: User
) -> None:
    speaker = Person.objects.create(name="the speaker", handle="speaker")
    make_talk(event, member, title="Doors", credit=[speaker])
    recap = make_recap(event, member, title="The week", body="Thank you, @Speaker! And @nobody.")
    make_recap(event, newcomer, title="Waiting", body="Thank you, @speaker!")
    own = make_recap(event, member, title="Own", body="I am @the-member.")
    make_recap(event, member, title="Together", body="With @speaker.", credit=[speaker])
    assert titles(Client().get("/people/speaker/")) == {
        "wrote": ["Together"],
        "spoke": ["Doors"],
        "was thanked and mentioned": ["The week"],
    }
    assert Client().get("/people/speaker/mentioned/").status_code == 200
    assert "was thanked and mentioned" not in titles(Client().get(member.person.get_absolute_url()))
    recap.body = "Nobody any more."
    recap.edit(by=member)
    assert titles(Client().get("/people/speaker/")) == {"wrote": ["Together"], "spoke": ["Doors"]}
    assert own.mentions.count() == 1
