import re
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from people.models import User
from people.setup import SALT, setup_link

pytestmark = pytest.mark.django_db


def path() -> str:
    return "/" + setup_link().split("/", 3)[3]


WHO = {"email": "Root@Example.org", "name": "the administrator"}


def test_the_first_administrator_comes_in_and_is_told_how_to_next_time(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client = Client()
    address = path()
    assert client.get(address).status_code == 200
    answer = client.post(address, WHO, follow=True)
    assert answer.redirect_chain == [(reverse("people:welcome"), 302)]
    user = User.objects.get()
    assert (user.email, user.name) == ("root@example.org", "the administrator")
    assert (user.is_superuser, user.is_staff, user.is_moderator) == (True, True, True)
    page = answer.content.decode()
    assert page.count("type <strong>root@example.org</strong> on the sign-in page") == 1
    assert page.count("the code is printed where the site was started") == 1
    assert client.get("/admin/").status_code == 200


def test_next_time_one_code_is_enough(run_jobs: Any) -> None:
    Client().post(path(), WHO)
    client = Client()
    client.post(reverse("account_login"), {"login": "root@example.org"})
    run_jobs()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get("/settings/").status_code == 200


def test_the_link_is_dead_once_there_is_an_administrator() -> None:
    address = path()
    Client().post(address, WHO)
    client = Client()
    for answer in (
        client.get(address),
        client.post(address, {"email": "second@example.org", "name": "the second"}),
    ):
        assert answer.status_code == 410
        assert answer.content.decode().count("This link is over") == 2
    assert [user.name for user in User.objects.all()] == ["the administrator"]


@pytest.mark.parametrize(
    "token",
    ["nonsense", signing.dumps("administrator", salt="other")],
    # A signature holds the second: without names the workers would collect different tests.
    ids=["nonsense", "another salt"],
)
def test_a_forged_link_is_over(token: str) -> None:
    assert Client().post(f"/setup/{token}/", WHO).status_code == 410
    assert not User.objects.exists()


def test_a_link_is_good_for_a_day(monkeypatch: Any) -> None:
    import time

    address, now = path(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 1)
    assert Client().get(address).status_code == 410


def test_another_salt_than_ours_is_what_makes_a_token_forged() -> None:
    assert Client().get(f"/setup/{signing.dumps('administrator', salt=SALT)}/").status_code == 200


def test_an_address_of_a_member_is_not_taken_over(newcomer: User) -> None:
    page = Client().post(path(), {**WHO, "email": newcomer.email.upper()})
    assert page.status_code == 422
    assert page.context["form"].errors == {"email": ["There is already an account with this address."]}
