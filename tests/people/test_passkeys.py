import re
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def laptop(visitor: Any, live_server: Any) -> Any:
    """The page of a visitor whose device makes passkeys. They are bound to a host's name: `localhost`, no number."""
    page = visitor(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.complaints = []
    page.on(
        "console", lambda message: page.complaints.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def newest_code(run_jobs: Any) -> str:
    run_jobs()
    return re.search(r"^([A-Z0-9]{4,}-?[A-Z0-9]*)$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_signing_up_and_in_with_a_passkey(laptop: Any, run_jobs: Any) -> None:
    laptop.goto(reverse("account_signup"))
    laptop.click("text=Make one with a passkey")
    laptop.get_by_label("E-mail address").fill("keys@example.org")
    laptop.get_by_label("Your name").fill("the keyholder")
    laptop.click("text=Send me a code")
    laptop.wait_for_url("**/confirm-email/**")
    laptop.get_by_label("Code").fill(newest_code(run_jobs))
    laptop.click("text=Confirm my address")
    laptop.wait_for_url("**/webauthn/signup/")
    laptop.click("text=Make the passkey")
    laptop.wait_for_url("**/mine/")
    assert User.objects.get(email="keys@example.org").name == "the keyholder"

    laptop.context.clear_cookies()
    laptop.goto(reverse("account_login"))
    laptop.click("text=Use a passkey")
    laptop.wait_for_url("**/mine/")
    laptop.goto(reverse("people:settings"))
    assert laptop.locator("h1").inner_text() == "Settings"
    assert laptop.complaints == []


def test_a_member_adds_a_passkey_and_still_comes_in_with_a_code(
    laptop: Any, run_jobs: Any, newcomer: User
) -> None:
    newcomer.vouch_for_email()

    def come_in_by_code() -> None:
        laptop.goto(reverse("account_login"))
        laptop.get_by_label("E-mail address").first.fill(newcomer.email)
        laptop.click("text=Send me a code")
        laptop.wait_for_url("**/code/confirm/**")
        laptop.get_by_label("Code").fill(newest_code(run_jobs))
        laptop.locator("main").get_by_role("button", name="Sign in").click()
        laptop.wait_for_url("**/mine/")

    come_in_by_code()
    laptop.goto(reverse("mfa_add_webauthn"))
    laptop.get_by_label("A name for this passkey").fill("my laptop")
    laptop.click("text=Make the passkey")
    laptop.wait_for_url("**/accounts/2fa/")
    assert laptop.locator("main strong").inner_text() == "my laptop"

    laptop.context.clear_cookies()
    laptop.goto(reverse("account_login"))
    laptop.click("text=Use a passkey")
    laptop.wait_for_url("**/mine/")

    # On a device without it, a passkey is no second lock; and one that is lost can be removed.
    laptop.context.clear_cookies()
    come_in_by_code()
    laptop.goto(reverse("mfa_list_webauthn"))
    laptop.click("text=Remove my laptop")
    laptop.locator("main").get_by_role("button", name="Remove").click()
    laptop.wait_for_url("**/webauthn/")
    assert laptop.locator("text=You have none yet.").count() == 1
    assert laptop.complaints == []


def test_a_passkey_that_does_not_work_is_said_in_words(laptop: Any) -> None:
    laptop.goto(reverse("account_login"))
    notice = laptop.locator("[data-passkey-error]")
    assert notice.is_hidden()
    laptop.click("text=Use a passkey")  # this device has none
    notice.wait_for()
    assert notice.inner_text() == "The passkey did not work, or you stopped it. Try again, or use a code."


def test_without_scripts_signing_in_by_code_works_and_nothing_useless_shows(
    visitor: Any, run_jobs: Any, newcomer: User
) -> None:
    newcomer.vouch_for_email()
    page = visitor(java_script_enabled=False)
    page.goto(reverse("account_login"))
    assert page.get_by_text("Use a passkey", exact=True).is_hidden()
    page.get_by_label("E-mail address").first.fill(newcomer.email)
    page.click("text=Send me a code")
    page.get_by_label("Code").fill(newest_code(run_jobs))
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/mine/")


def test_the_password_is_folded_away_until_asked_for(visitor: Any, newcomer: User) -> None:
    newcomer.set_password("a long enough one")
    newcomer.save()
    newcomer.vouch_for_email()
    page = visitor(phone=True)
    page.goto(reverse("account_login"))
    assert page.get_by_label("Password").is_hidden()
    page.get_by_text("Use a password").tap()
    half = page.locator("details.more")
    half.get_by_label("E-mail address").fill(newcomer.email)
    half.get_by_label("Password").fill("wrong")
    half.get_by_role("button", name="Sign in").tap()
    half.get_by_text("do not go together").wait_for()
    half.get_by_label("Password").fill("a long enough one")
    half.get_by_role("button", name="Sign in").tap()
    page.wait_for_url("**/mine/")
