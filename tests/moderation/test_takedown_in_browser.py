"""A stranger with a phone has a photo of themselves removed; a moderator answers by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from community.models import Contribution
from moderation.models import Takedown
from tests.cast import client_of, make_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_stranger_has_a_photo_removed(
    event: Any, member: Any, moderator: Any, visitor: Callable[..., Any], live_server: Any, scripts: bool
) -> None:
    photo = make_photo(event, member, title="Coffee")
    page = visitor(phone=True, java_script_enabled=scripts)
    page.goto(photo.get_absolute_url())
    page.get_by_role("link", name="Remove this photo").tap()
    page.get_by_label("I am in it, or speak for somebody who is").check()
    page.get_by_label("Anything a moderator should know").fill("The one in the middle.")
    page.get_by_role("button", name="Send").tap()
    page.get_by_role("heading", name="It is hidden now.").wait_for()
    status = page.url
    assert page.goto(photo.get_absolute_url()).status == 404
    desk = visitor()
    session = client_of(moderator).cookies["sessionid"].value
    desk.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    desk.goto("/queue/")
    desk.get_by_text("The one in the middle.").wait_for()
    desk.keyboard.press("r")
    desk.get_by_text("One removed.").wait_for()
    assert Contribution.objects.get(pk=photo.pk).state == "hidden"
    # And taken back, by keyboard too.
    desk.keyboard.press("u")
    desk.get_by_text("One decision taken back.").wait_for()
    assert Takedown.objects.get().state == "waiting"
    desk.get_by_role("button", name="Show it again").click()
    desk.get_by_text("One can be seen.").wait_for()
    page.goto(status)
    page.get_by_role("heading", name="It is public.").wait_for()
    assert page.goto(photo.get_absolute_url()).status == 200
