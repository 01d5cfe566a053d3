"""What a linked page says of itself, its day and its picture, stands with the recap that leads to it."""

import io

import pytest
from PIL import Image

from tests.cast import client_of, make_recap

pytestmark = pytest.mark.django_db
URL = "https://blog.example.org/paris"
PAGE = (
    '<head><title>My Paris week</title><meta property="og:image" content="/hall.jpg">'
    '<meta property="article:published_time" content="2024-03-25T08:00:00Z"></head>'
)


@pytest.fixture
def linked(outside, run_jobs, event, member):
    file = io.BytesIO()
    Image.new("RGB", (1280, 720), "#884422").save(file, "JPEG")
    outside.page(URL, PAGE)
    outside.page("https://blog.example.org/hall.jpg", file.getvalue(), content_type="image/jpeg")
    recap = make_recap(event, member, url=URL, role="found", body="")
    run_jobs()
    return recap


def test_the_day_and_our_own_small_copy_of_the_picture_stand_on_its_page(linked):
    page = client_of(None).get(linked.get_absolute_url()).content.decode()
    assert page.count('<time datetime="2024-03-25">25 March 2024</time>') == 1
    assert page.count(f'src="/recaps/{linked.pk}/picture/"') == 1
    assert page.count("hall.jpg") == 0
    answer = client_of(None).get(f"/recaps/{linked.pk}/picture/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_what_is_hidden_shows_its_picture_to_nobody_else(linked, member, moderator, outsider):
    linked.hide(by=moderator, reason="off-topic")
    answers = [
        client_of(who).get(f"/recaps/{linked.pk}/picture/").status_code
        for who in (None, outsider, member, moderator)
    ]
    assert answers == [404, 404, 200, 200]


def test_a_recap_without_such_a_picture_has_none(event, member):
    recap = make_recap(event, member)
    assert client_of(None).get(recap.get_absolute_url()).content.decode().count("page-picture") == 0
    assert client_of(None).get(f"/recaps/{recap.pk}/picture/").status_code == 404
