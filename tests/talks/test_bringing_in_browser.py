"""A talk known by its title alone, the stranger who finds its video, and the member who hears of it."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from discussion.models import Favourite
from talks.models import Talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def sign_in(page, live_server, user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_title_only_then_a_stranger_brings_the_video_then_the_notification(
    visitor, live_server, event, member, moderator, run_jobs
):
    fan = visitor()
    sign_in(fan, live_server, member)
    fan.goto(f"/talks/new/{event.slug}/")
    fan.get_by_label("Title of the talk").fill("How eBPF actually works")
    fan.get_by_role("button", name="Add", exact=True).click()
    fan.wait_for_url("**/talks/*/")
    talk = Talk.objects.get()
    Favourite.give(talk, by=member, reason="it shows where the time goes")

    stranger = visitor(phone=True)
    stranger.goto(talk.get_absolute_url())
    stranger.get_by_text("I found the video", exact=True).tap()
    form = stranger.locator("form", has=stranger.get_by_role("button", name="This is the video"))
    form.get_by_label("Its address").fill(VIDEO)
    form.get_by_label("Your name").fill("A stranger")
    form.get_by_role("button", name="This is the video").tap()
    stranger.get_by_text("once somebody else says the same").wait_for()
    assert Talk.objects.get().video_url == ""

    desk = visitor()
    sign_in(desk, live_server, moderator)
    desk.goto("/queue/?kind=link")
    desk.get_by_role("button", name="Approve").first.click()
    desk.locator("[data-row][data-done]").first.wait_for()
    assert Talk.objects.get().video_url == VIDEO

    run_jobs()
    fan.goto("/notifications/")
    fan.get_by_text("The video of “How eBPF actually works” is there").first.wait_for()
    fan.goto(talk.get_absolute_url())
    assert fan.get_by_text("Play the video here").is_visible()
