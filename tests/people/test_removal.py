"""Whoever asks for it is named nowhere any more, and no import brings the name back."""

from typing import Any

import pytest

from community.cards import store_cards
from community.counters import differences
from community.models import Credit
from discussion.models import Favourite
from events.models import Event
from moderation.models import PersonRemoval
from people.decisions import StateConflict
from people.models import FormerName, Person, PersonMerge, User
from tests.cast import client_of, make_photo, make_recap, make_talk, make_user
from tests.filling import filled

NAME = "Canary Somebody"


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        name=NAME,
        handle="canary",
        bio="Canary speaks.",
        links=["https://canary.example/"],
        contact_email="c@canary.example",
    )


@pytest.fixture
def addresses(event: Event, member: User, person: Person) -> list[str]:
    """Everything that names them, and the pages that show it."""
    talk = make_talk(event, member, title="Doors", credit=[person, member.person])
    photo = make_photo(event, member, title="A hall", credit=[person])
    recap = make_recap(event, member, title="The week", body="With @canary at the door.")
    recap.title = "The whole week"
    recap.edit(by=member)
    Favourite.give(talk, by=member, reason="@canary shows it")
    store_cards([talk.pk, photo.pk, recap.pk])
    items = (talk, photo, recap)
    return [
        *("/", "/log/", "/mine/", "/merges/", "/queue/", "/search/?q=canary", event.get_absolute_url()),
        *(item.get_absolute_url() for item in items),
        *(f"{event.get_absolute_url()}{kind}/" for kind in ("talks", "photos", "recaps")),
        *(f"/contributions/{item.pk}/history/" for item in items),
        *(f"{item.get_absolute_url()}edit/" for item in items),
    ]


def told(addresses: list[str], user: Any) -> str:
    client = client_of(user)
    return (
        "\n".join(client.get(one).content.decode() for one in addresses)
        .lower()
        .replace("?q=canary", "")
        .replace("<title>search: canary", "<title>search")
        .replace('value="canary"', "")
    )


def remove(person: Person, moderator: User, **data: str) -> Any:
    return client_of(moderator).post(f"/people/{person.handle}/removal/", data, follow=True)


def test_a_moderator_takes_a_name_off_everything(
    addresses: list[str], person: Person, member: User, moderator: User, run_jobs: Any
) -> None:
    assert told(addresses, member).count("canary") > 15
    page = client_of(moderator).get("/people/canary/removal/").content.decode()
    assert "2 credits go" in page
    assert remove(person, moderator, reason="asked").status_code == 200
    run_jobs()
    for user in (None, member, moderator):
        assert "canary" not in told(addresses, user)
        for address in ("/people/canary/", "/people/canary/talks/", "/people/canary/removal/"):
            assert client_of(user).get(address).status_code == 404
    assert not Person.objects.filter(handle="canary").exists()
    assert list(differences()) == []


def test_no_import_and_no_form_brings_it_back(
    addresses: list[str], event: Event, person: Person, member: User, moderator: User
) -> None:
    remove(person, moderator, reason="asked")
    assert Person.objects.named_in_import([NAME, "canary SOMEBODY"]) == {NAME: None, "canary SOMEBODY": None}
    data = filled("talks", event, speakers=NAME, title="Gates")
    page = client_of(member).post(f"/talks/new/{event.slug}/", data, follow=True).content.decode()
    assert f"{NAME} asked not to be named here, so we left the name out." in page
    assert not Credit.objects.filter(person__name=NAME).exists()
    # Nor is the handle anybody else's.
    assert Person.objects.create(name="Canary").handle == "canary-2"


def test_old_names_and_pages_that_were_theirs_are_gone_as_well(
    event: Event, member: User, moderator: User, person: Person
) -> None:
    make_talk(event, member, credit=[person])
    person.rename("Canary Two", "canary-two")
    other = Person.objects.create(name="Canary Three", handle="canary-three")
    make_talk(event, member, credit=[other])
    PersonMerge.make(other, person, by=moderator)
    remove(person, moderator, reason="for-them")
    names = [NAME, "Canary Two", "Canary Three"]
    assert Person.objects.named_in_import(names) == dict.fromkeys(names)
    assert [
        client_of(None).get(f"/people/{name}/").status_code
        for name in ("canary", "canary-two", "canary-three")
    ] == [404] * 3
    assert not FormerName.objects.exclude(person=None).exists()


def test_the_log_says_that_it_was_done_and_never_whose_name_it_was(
    addresses: list[str], person: Person, moderator: User, outsider: User
) -> None:
    remove(person, moderator, reason="asked")
    for user in (None, outsider, moderator):
        page = client_of(user).get("/log/").content.decode()
        assert ("removed" in page, "they asked us to" in page, "anary" in page) == (True, True, False)
        assert ("the moderator" in page) is (user == moderator)


def test_a_reason_is_needed_and_members_do_it_themselves(
    addresses: list[str], person: Person, member: User, moderator: User, outsider: User
) -> None:
    assert remove(person, moderator).status_code == 422
    for user in (None, member, outsider):
        assert client_of(user).post("/people/canary/removal/", {"reason": "asked"}).status_code == 404
    assert client_of(moderator).get("/people/the-member/removal/").status_code == 404
    with pytest.raises(StateConflict):
        PersonRemoval.make(member.person, reason="asked", by=moderator)
    assert Person.objects.filter(handle="canary").exists()


def test_a_member_takes_their_own_name_off_everything_and_keeps_what_they_added(
    event: Event, member: User, moderator: User, run_jobs: Any
) -> None:
    one = make_user("Canary Member")
    one.person.rename("Canary Member", "canary")
    theirs = make_talk(event, one, title="Doors", credit=[one.person])
    theirs.publish(by=moderator)
    others = make_talk(event, member, title="Gates", credit=[one.person])
    recap = make_recap(event, member, body="Ask @canary.")
    Favourite.give(others, by=one, reason="because").publish(by=moderator)
    browser = client_of(one)
    page = browser.get("/settings/name/removal/").content.decode()
    assert "You are credited for 2 things" in page
    assert browser.post("/settings/name/removal/").url == "/settings/"
    run_jobs()
    shown = [item.get_absolute_url() for item in (theirs, others, recap)]
    for user in (None, member, moderator, one):
        assert "canary" not in told([*shown, event.get_absolute_url(), "/notifications/", "/log/"], user)
    one = User.objects.get(pk=one.pk)
    assert (one.name, one.person.handle) == ("A member", "member")
    assert Person.objects.named("Canary Member") is None
    assert client_of(None).get(theirs.get_absolute_url()).status_code == 200


def test_who_only_called_themselves_so_keeps_nobody_else_out(newcomer: User) -> None:
    newcomer.person.rename("Somebody Famous", "famous")
    client_of(newcomer).post("/settings/name/removal/")
    assert Person.objects.named("Somebody Famous").name == "Somebody Famous"
