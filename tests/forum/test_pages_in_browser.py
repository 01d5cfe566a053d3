"""An organiser brings a topic in, and again, in a real browser."""

import io

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from community.models import Contribution
from discussion.models import Comment
from events.models import Organiser
from tests.cast import client_of, make_user
from tests.forum.topics import BOOTH, TEXT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def page(visitor, live_server, event):
    organiser = make_user("the organiser")
    Organiser.objects.create(event=event, user=organiser)
    name = settings.SESSION_COOKIE_NAME
    page = visitor()
    value = client_of(organiser).cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return page


def look_into(page, event):
    """Send the topic's file, and return the numbers of what would come of it."""
    page.goto(f"{event.get_absolute_url()}forum/")
    page.get_by_label("Or its file").set_input_files(
        {"name": "57.json", "mimeType": "application/json", "buffer": TEXT.encode()}
    )
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would happen")
    return page.get_by_role("heading", level=2).all_inner_texts()


def test_a_topic_is_looked_into_brought_in_and_brought_in_again_without_doubles(
    page, event, run_jobs, outside
):
    picture = io.BytesIO()
    Image.effect_noise((320, 240), 80).convert("RGB").save(picture, "JPEG")
    outside.page(BOOTH, picture.getvalue(), content_type="image/jpeg")
    assert "2 posts become recaps here" in look_into(page, event)
    assert Contribution.objects.count() == 0
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("status").first).to_contain_text("It is being imported.")
    run_jobs()
    # The page notices by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text("The topic is imported")
    made = (Contribution.objects.count(), Comment.objects.count())
    assert (made, look_into(page, event)[0]) == ((5, 1), "6 things stay as they are")
    assert page.get_by_text("Everything in it is already here").is_visible()
    assert page.get_by_role("button", name="Import it").count() == 0
    assert (Contribution.objects.count(), Comment.objects.count()) == made
