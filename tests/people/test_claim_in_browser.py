"""A speaker finds their page, says that it is theirs, takes another name, and every old address leads to it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from events.models import Event
from people.models import Person, User
from tests.cast import make_recap, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Any, user: User) -> None:
    user.set_password("a long enough one")
    user.save()
    user.vouch_for_email()
    page.goto("/accounts/login/")
    page.get_by_text("Use a password").click()
    page.fill("#password_login", user.email)
    page.fill("#password_password", "a long enough one")
    page.locator("form:has(#password_password) button[type=submit]").click()
    page.wait_for_url(re.compile("/mine/"))


def test_claim_rename_redirect(
    visitor: Callable[..., Any], event: Event, member: User, newcomer: User, run_jobs: Any
) -> None:
    speaker = Person.objects.create(name="Old Name", handle="old-name", contact_email="speaker@example.net")
    talk = make_talk(event, member, title="How doors work", credit=[speaker])
    recap = make_recap(event, member, title="The week", body="Thank you, @old-name!")
    page = visitor(phone=True)
    sign_in(page, newcomer)
    # From their talk to their page, and to the question.
    page.goto(talk.get_absolute_url())
    page.get_by_role("link", name="Old Name").click()
    page.get_by_role("link", name="This is me").click()
    page.get_by_role("button", name="Ask for this page").click()
    page.get_by_text("a link is on its way there").wait_for()
    run_jobs()
    link = re.search(r"http\S+(/claims/\S+)", mail.outbox[-1].body)[1]
    page.goto(link)
    page.get_by_role("button", name="Yes, this is me").click()
    page.wait_for_url(re.compile("/settings/"))
    # Another name, and the handle that goes with it.
    page.get_by_label("Your name").fill("New Name")
    page.get_by_label("Handle").fill("new-name")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    run_jobs()
    # A stranger with an old address comes to the page of today, and reads the old name nowhere.
    stranger = visitor()
    for old in ("/people/old-name/", "/people/the-newcomer/"):
        stranger.goto(old)
        assert stranger.url.endswith("/people/new-name/")
    assert stranger.get_by_role("heading", name="New Name").is_visible()
    assert stranger.get_by_role("link", name="How doors work").is_visible()
    for address in (
        "/people/new-name/",
        talk.get_absolute_url(),
        recap.get_absolute_url(),
        event.get_absolute_url(),
    ):
        stranger.goto(address)
        assert "old name" not in stranger.content().lower().replace("-", " ")
    stranger.goto(recap.get_absolute_url())
    stranger.get_by_role("link", name="@new-name").click()
    assert stranger.url.endswith("/people/new-name/")
    # The speaker adds to their talk.
    page.goto(talk.get_absolute_url())
    page.get_by_role("link", name="Add to it").click()
    page.get_by_text("Say more").click()
    page.fill("#id_description", "What doors are for.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("What doors are for.").wait_for()
