import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.cast import client_of, make_user

pytestmark = pytest.mark.django_db


def newest_code(run_jobs: Any) -> str:
    """The code in the e-mail that was sent last."""
    run_jobs()
    return re.search(r"^([A-Z0-9]{4,}-?[A-Z0-9]*)$", mail.outbox[-1].body, re.MULTILINE)[1]


def ask_for_code(client: Client, email: str) -> Any:
    return client.post(reverse("account_login"), {"login": email})


def type_code(client: Client, code: str) -> Any:
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("people:settings")).status_code == 200


def without_tokens(response: Any) -> str:
    """The page, without what differs each time it is drawn, and without the address typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"[\w.]+@example\.org", "ADDRESS", page)


def test_a_new_member_signs_up_with_a_code(run_jobs: Any) -> None:
    client = Client()
    answer = client.post(reverse("account_signup"), {"email": "New@Example.org", "name": "  A  reader "})
    assert answer.url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    code = newest_code(run_jobs)
    assert mail.outbox[-1].to == ["new@example.org"]
    assert mail.outbox[-1].subject == f"{code} is your code for Hallway"
    answer = client.post(answer.url, {"code": code})
    assert answer.url == reverse("community:mine")
    assert is_signed_in(client)
    member = User.objects.get(email="new@example.org")
    assert (member.name, member.person.handle, member.has_usable_password()) == (
        "A reader",
        "a-reader",
        False,
    )


def test_a_name_is_asked_at_sign_up() -> None:
    answer = Client().post(reverse("account_signup"), {"email": "new@example.org", "name": " "})
    assert answer.context["form"].errors.keys() == {"name"}
    assert not User.objects.exists()


def test_a_member_signs_in_with_a_code(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = Client()
    assert ask_for_code(client, newcomer.email.upper()).url == reverse("account_confirm_login_code")
    assert type_code(client, newest_code(run_jobs)).url == reverse("community:mine")
    assert is_signed_in(client)


def test_signing_in_goes_on_to_the_page_that_asked_for_it(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = Client()
    door = client.get(reverse("people:notifications")).url
    page = client.get(door)
    assert 'name="next" value="/notifications/"' in page.content.decode()
    answer = client.post(reverse("account_login"), {"login": newcomer.email, "next": "/notifications/"})
    assert (
        client.post(answer.url, {"code": newest_code(run_jobs), "next": "/notifications/"}).url
        == "/notifications/"
    )


def test_a_code_may_be_typed_small_and_without_its_dash(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = Client()
    ask_for_code(client, newcomer.email)
    type_code(client, newest_code(run_jobs).lower().replace("-", ""))
    assert is_signed_in(client)


def test_a_wrong_code_lets_nobody_in_and_three_end_the_attempt(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = Client()
    ask_for_code(client, newcomer.email)
    code = newest_code(run_jobs)
    answer = type_code(client, "AAAA-1111")
    assert answer.context["verify_form"].errors["code"] == [
        "That is not the code. Look at our newest e-mail, or ask for a new code."
    ]
    type_code(client, "AAAA-1111")
    type_code(client, "AAAA-1111")
    type_code(client, code)
    assert not is_signed_in(client)


def test_a_code_works_for_fifteen_minutes_only(newcomer: User, run_jobs: Any, monkeypatch: Any) -> None:
    import time

    newcomer.vouch_for_email()
    client = Client()
    ask_for_code(client, newcomer.email)
    code = newest_code(run_jobs)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + timedelta(minutes=15, seconds=1).total_seconds())
    type_code(client, code)
    assert not is_signed_in(client)


def test_a_code_of_one_browser_is_of_no_use_in_another(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    here, elsewhere = Client(), Client()
    ask_for_code(here, newcomer.email)
    type_code(elsewhere, newest_code(run_jobs))
    assert not is_signed_in(elsewhere)


def test_a_new_code_can_be_asked_for_and_the_old_one_is_dead(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = Client()
    ask_for_code(client, newcomer.email)
    old = newest_code(run_jobs)
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    new = newest_code(run_jobs)
    assert new != old
    type_code(client, old)
    assert not is_signed_in(client)
    type_code(client, new)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("route", "field", "more"),
    [
        ("account_login", "login", {}),
        ("account_request_login_code", "email", {}),
        ("account_signup", "email", {"name": "somebody"}),
        ("account_signup_by_passkey", "email", {"name": "somebody"}),
        ("account_reset_password", "email", {}),
    ],
)
def test_no_answer_tells_whether_an_address_is_known(
    newcomer: User, run_jobs: Any, route: str, field: str, more: dict[str, str]
) -> None:
    newcomer.vouch_for_email()
    answers = {}
    for email in (newcomer.email, "nobody@example.org"):
        client = Client()
        first = client.post(reverse(route), {field: email, **more})
        then = client.get(first.url)
        wrong = client.post(first.url, {"code": "AAAA-1111"})
        answers[email] = (
            first.status_code,
            first.url,
            without_tokens(then),
            wrong.status_code,
            without_tokens(wrong),
        )
    assert answers[newcomer.email][2].count("ADDRESS") == 1
    assert answers[newcomer.email] == answers["nobody@example.org"]
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == ["nobody@example.org", newcomer.email]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(newcomer: User) -> None:
    newcomer.set_password("a long enough one")
    newcomer.save()
    pages = []
    for email in (newcomer.email, "nobody@example.org"):
        page = Client().post(reverse("account_login"), {"login": email, "password": "another one"})
        pages.append(without_tokens(page))
    assert "do not go together" in pages[0]
    assert pages[0] == pages[1]


def test_a_member_with_a_password_may_sign_in_with_it(newcomer: User) -> None:
    newcomer.set_password("a long enough one")
    newcomer.save()
    newcomer.vouch_for_email()
    client = Client()
    client.post(reverse("account_login"), {"login": newcomer.email, "password": "a long enough one"})
    assert is_signed_in(client)


def test_an_empty_password_opens_no_account_and_sends_no_code(newcomer: User, run_jobs: Any) -> None:
    client = Client()
    page = client.post(reverse("account_login"), {"login": newcomer.email, "password": ""})
    assert page.context["form"].errors == {"password": ["Type your password."]}
    assert run_jobs() == 0


def test_setting_a_password_ends_the_sessions_on_other_devices(newcomer: User) -> None:
    here, elsewhere = client_of(newcomer), client_of(newcomer)
    answer = here.post(
        reverse("account_set_password"), {"password1": "corridor talk 24", "password2": "corridor talk 24"}
    )
    assert answer.url == reverse("people:settings")
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


def test_changing_the_password_ends_the_sessions_on_other_devices(newcomer: User, run_jobs: Any) -> None:
    newcomer.set_password("a long enough one")
    newcomer.save()
    newcomer.vouch_for_email()
    here, elsewhere = client_of(newcomer), client_of(newcomer)
    here.post(
        reverse("account_change_password"),
        {
            "oldpassword": "a long enough one",
            "password1": "corridor talk 24",
            "password2": "corridor talk 24",
        },
    )
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    run_jobs()
    assert mail.outbox[-1].subject == "Your password has been changed"


def test_a_forgotten_password_is_replaced_with_a_code(newcomer: User, run_jobs: Any) -> None:
    newcomer.set_password("a long enough one")
    newcomer.save()
    newcomer.vouch_for_email()
    client = Client()
    answer = client.post(reverse("account_reset_password"), {"email": newcomer.email})
    answer = client.post(answer.url, {"code": newest_code(run_jobs)})
    assert client.get(answer.url).status_code == 200
    client.post(answer.url, {"password1": "corridor talk 24", "password2": "corridor talk 24"})
    newcomer.refresh_from_db()
    assert newcomer.check_password("corridor talk 24")


def test_signing_out_everywhere_ends_all_sessions_also_without_a_password(
    newcomer: User, outsider: User
) -> None:
    here, elsewhere, somebody_else = client_of(newcomer), client_of(newcomer), client_of(outsider)
    assert here.post(reverse("people:end_sessions")).url == reverse("community:home")
    assert (is_signed_in(here), is_signed_in(elsewhere), is_signed_in(somebody_else)) == (False, False, True)
    assert is_signed_in(client_of(User.objects.get(pk=newcomer.pk)))


def test_signing_out_takes_a_press_of_a_button(newcomer: User) -> None:
    client = client_of(newcomer)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_an_address_is_changed_once_its_code_is_typed(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    client = client_of(newcomer)
    answer = client.post(reverse("account_email"), {"email": "moved@example.org", "action_add": ""})
    code = newest_code(run_jobs)
    assert mail.outbox[-1].to == ["moved@example.org"]
    assert User.objects.get(pk=newcomer.pk).email == newcomer.email
    client.post(answer.url, {"code": code})
    assert User.objects.get(pk=newcomer.pk).email == "moved@example.org"


def test_an_address_of_somebody_else_is_not_taken_over(newcomer: User, outsider: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    outsider.vouch_for_email()
    client = client_of(newcomer)
    known = client.post(reverse("account_email"), {"email": outsider.email, "action_add": ""})
    assert known.url == reverse("account_email_verification_sent")
    # Not even with the code, which went to the other member.
    code = newest_code(run_jobs)
    assert mail.outbox[-1].to == [outsider.email]
    client.post(known.url, {"code": code})
    assert User.objects.get(pk=newcomer.pk).email == newcomer.email


def test_a_closed_account_lets_nobody_in(newcomer: User, run_jobs: Any) -> None:
    newcomer.vouch_for_email()
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    client = Client()
    ask_for_code(client, newcomer.email)
    run_jobs()
    assert [message.subject for message in mail.outbox] == ["No account here yet: Hallway"]


def test_codes_cannot_be_asked_for_without_end(newcomer: User, run_jobs: Any) -> None:
    for _ in range(10):
        ask_for_code(Client(), newcomer.email)
    run_jobs()
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    "route",
    [
        "account_login",
        "account_signup",
        "account_signup_by_passkey",
        "account_request_login_code",
        "account_reset_password",
        "account_inactive",
        "account_password_reset_completed",
    ],
)
def test_every_page_before_signing_in_is_ours(route: str) -> None:
    page = Client().get(reverse(route))
    assert page.status_code == 200
    check_ours(page.content.decode())


@pytest.mark.parametrize(
    "route",
    [
        "account_logout",
        "account_email",
        "account_set_password",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    ],
)
def test_every_page_about_signing_in_is_ours(newcomer: User, route: str) -> None:
    page = client_of(newcomer).get(reverse(route))
    assert page.status_code == 200
    check_ours(page.content.decode())


def check_ours(html: str) -> None:
    assert html.count('<header class="site-header">') == 1
    assert html.count("<h1") == 1
    assert "style=" not in html
    # Data blocks are not run; anything else inside a script element would be refused by our policy.
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert "application/json" in attributes or not body.strip()


def test_administrators_sign_in_to_the_admin_as_everybody_does() -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_somebody_whom_an_administrator_lets_in_needs_one_code_only(run_jobs: Any) -> None:
    administrator = User.objects.create_superuser("root@example.org", name="the administrator")
    client_of(administrator).post(
        "/admin/people/user/add/", {"email": "Invited@example.org", "name": "the invited"}
    )
    assert User.objects.get(email="invited@example.org").name == "the invited"
    client = Client()
    ask_for_code(client, "invited@example.org")
    type_code(client, newest_code(run_jobs))
    assert is_signed_in(client)


def test_a_session_of_before_is_kept_when_nothing_changed() -> None:
    client = client_of(make_user("somebody"))
    assert [is_signed_in(client), is_signed_in(client)] == [True, True]
