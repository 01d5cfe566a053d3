"""The admin keeps to the content security policy, in a real browser."""

import pytest
from django.conf import settings

from people.models import User
from tests.cast import client_of, make_photo, make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_admin_breaks_no_rule_of_what_a_page_may_load(visitor, live_server, event, guest):
    talk = make_talk(event, guest, tags=["fresh"])
    make_photo(event, guest)
    administrator = User.objects.create_superuser("administrator@example.org", name="the administrator")
    page = visitor()
    cookie = client_of(administrator).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    wrong = []
    page.on(
        "console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for address in (
        "/admin/",
        "/admin/talks/talk/",
        f"/admin/talks/talk/{talk.pk}/change/",
        "/admin/photos/photo/",
        "/admin/community/tag/",
        "/admin/community/contribution/",
    ):
        assert page.goto(address).status == 200
    assert wrong == []
