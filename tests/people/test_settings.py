from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from community.cards import store_cards
from community.models import Card
from people.models import Person, User
from tests.cast import client_of, make_recap, make_talk

SETTINGS = "/settings/"


@pytest.fixture
def profile(newcomer: User) -> dict[str, str]:
    """What the newcomer's settings say, as the form sends it."""
    return {"name": newcomer.name, "handle": newcomer.person.handle}


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    assert Client().get(SETTINGS).url == "/accounts/login/?next=/settings/"


def test_a_member_says_who_they_are(newcomer: User) -> None:
    answer = client_of(newcomer).post(
        SETTINGS,
        {
            "name": "  Somebody   new ",
            "handle": "Somebody",
            "bio": "I come for the corridor.",
            "links": "example.org/me?utm_source=x\n\nhttps://example.net/blog",
            "language": "fr",
            "default_licence": "cc0-1.0",
        },
    )
    assert answer.url == SETTINGS
    member = User.objects.get(pk=newcomer.pk)
    person = member.person
    assert (person.name, person.handle, person.bio) == (
        "Somebody new",
        "somebody",
        "I come for the corridor.",
    )
    assert person.links == ["https://example.org/me", "https://example.net/blog"]
    assert (member.language, member.default_licence) == ("fr", "cc0-1.0")
    assert answer.cookies["django_language"].value == "fr"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "x" * 101),
        ("handle", ""),
        ("handle", "two words"),
        ("handle", "a/b"),
        ("handle", "Admin"),
        ("handle", "the-Outsider"),
        ("bio", "x" * 1001),
        ("links", "javascript:alert(1)"),
        ("links", "\n".join(f"https://example.org/{n}" for n in range(11))),
        ("language", "xx"),
        ("default_licence", "mine"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_kept_as_typed(
    newcomer: User, outsider: User, profile: dict[str, str], field: str, value: str
) -> None:
    page = client_of(newcomer).post(SETTINGS, {**profile, "bio": "new words", field: value})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert page.context["form"][field].value() == value
    assert Person.objects.get(pk=newcomer.person_id).bio == ""


def test_a_new_name_reaches_the_cards_that_were_drawn_before(
    event: Any, newcomer: User, moderator: User, profile: dict[str, str], run_jobs: Any
) -> None:
    spoken = make_talk(event, moderator, title="Corridors", credit=[newcomer.person])
    found = make_recap(event, newcomer, title="The week", url="https://example.org/week", role="found")
    found.publish(by=moderator)
    other = make_talk(event, moderator, title="Doors", credit=[moderator.person])
    store_cards([spoken.pk, found.pk, other.pk])
    kept = set(Card.objects.filter(contribution=other).values_list("pk", flat=True))
    client_of(newcomer).post(SETTINGS, {**profile, "name": "Renamed"})
    assert set(Card.objects.values_list("pk", flat=True)) == kept
    run_jobs()
    for item in (spoken, found):
        html = item.cards.get(language="en").html
        assert ("Renamed" in html, "the newcomer" in html) == (True, False)


def test_a_profile_without_a_new_name_leaves_the_cards_alone(
    event: Any, newcomer: User, moderator: User, profile: dict[str, str]
) -> None:
    talk = make_talk(event, moderator, credit=[newcomer.person])
    store_cards([talk.pk])
    client_of(newcomer).post(SETTINGS, {**profile, "bio": "new words"})
    assert Card.objects.filter(contribution=talk).count() == len(settings.LANGUAGES)


def test_the_language_switch_is_remembered_with_the_account(newcomer: User, run_jobs: Any) -> None:
    client = client_of(newcomer)
    client.post(reverse("set_language"), {"language": "fr", "next": "/settings/"})
    assert User.objects.get(pk=newcomer.pk).language == "fr"
    assert client.cookies["django_language"].value == "fr"


def test_the_language_switch_is_remembered_with_a_guest(guest: Any) -> None:
    client_of(guest).post(reverse("set_language"), {"language": "fr"})
    guest.guest.refresh_from_db()
    assert guest.guest.language == "fr"


def test_a_language_that_there_is_not_changes_nothing(newcomer: User) -> None:
    client = client_of(newcomer)
    client.post(reverse("set_language"), {"language": "xx"})
    assert User.objects.get(pk=newcomer.pk).language == ""
    assert "django_language" not in client.cookies


def test_a_language_follows_its_member_to_a_new_device(newcomer: User) -> None:
    newcomer.set_password("a long enough one")
    newcomer.language = "fr"
    newcomer.save()
    newcomer.vouch_for_email()
    client = Client()
    client.post(reverse("account_login"), {"login": newcomer.email, "password": "a long enough one"})
    assert client.cookies["django_language"].value == "fr"
