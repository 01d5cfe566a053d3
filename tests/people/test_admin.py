from typing import Any

import pytest

from people.models import Guest, Notification, Person, User
from tests.cast import client_of, make_talk


@pytest.fixture
def repairer(db: None) -> User:
    return User.objects.create_superuser("root@example.org", name="the administrator")


@pytest.mark.parametrize("model", ["user", "person", "guest", "notification"])
def test_every_table_can_be_searched_and_each_row_opened(
    repairer: User, newcomer: User, guest: Any, model: str
) -> None:
    news = Notification.objects.create(recipient=newcomer, subject="the news")
    client = client_of(repairer)
    rows = {
        "user": newcomer,
        "person": newcomer.person,
        "guest": guest.guest,
        "notification": news,
    }
    assert client.get(f"/admin/people/{model}/?q=the").status_code == 200
    assert client.get(f"/admin/people/{model}/{rows[model].pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("grant_trust", "trust", "granted"),
        ("withhold_trust", "trust", "withheld"),
        ("let_trust_be_earned", "trust", "earned"),
        ("make_moderator", "is_moderator", True),
    ],
)
def test_rights_are_given_to_several_at_once(
    repairer: User, newcomer: User, outsider: User, member: User, action: str, field: str, value: Any
) -> None:
    User.objects.filter(pk__in=[newcomer.pk, outsider.pk]).update(
        trust="granted" if value == "earned" else "earned"
    )
    before = getattr(member, field)
    client_of(repairer).post(
        "/admin/people/user/", {"action": action, "_selected_action": [newcomer.pk, outsider.pk]}
    )
    found = [getattr(User.objects.get(pk=user.pk), field) for user in (newcomer, outsider, member)]
    assert found == [value, value, before]


def test_a_person_renamed_here_is_renamed_on_cards_too(repairer: User, event: Any, member: User) -> None:
    from community.cards import store_cards

    speaker = Person.objects.create(name="the speaker")
    talk = make_talk(event, member, credit=[speaker])
    store_cards([talk.pk])
    client_of(repairer).post(
        f"/admin/people/person/{speaker.pk}/change/",
        {"name": "Renamed", "handle": "renamed", "bio": "", "links": "[]"},
    )
    speaker.refresh_from_db()
    assert (speaker.name, speaker.folded_name, speaker.handle) == ("Renamed", "renamed", "renamed")
    assert talk.cards.count() == 0


def test_two_accounts_cannot_have_one_address(repairer: User, newcomer: User) -> None:
    page = client_of(repairer).post(
        "/admin/people/user/add/", {"email": newcomer.email.upper(), "name": "twice"}
    )
    assert page.context["adminform"].form.errors == {
        "email": ["There is already an account with this address."]
    }
    assert (User.objects.count(), Guest.objects.count(), Person.objects.filter(name="twice").count()) == (
        2,
        0,
        0,
    )
