"""Webmentions that go out for public recaps, where the setting allows it."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from discussion.models import SentWebmention
from tests.cast import make_recap, make_talk

pytestmark = pytest.mark.django_db
THERE = "https://blog.example.org/post"
ENDPOINT = "https://blog.example.org/mentions?to=x"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://hallway.example.com"
    settings.WEBMENTIONS_SEND = True


@pytest.fixture
def blog(outside):
    """A blog that names its endpoint in a link, and takes what is sent there."""
    outside.page(THERE, f'<link rel="webmention" href="{ENDPOINT}">')
    outside.page(ENDPOINT, "Thanks", status=202)
    return outside


def told(world):
    return [(url, *(parse_qs(form)[name][0] for name in ("source", "target"))) for url, form in world.posted]


def ours(item):
    return "https://hallway.example.com" + item.get_absolute_url()


def test_sites_are_told_once_of_each_link_of_a_public_recap(blog, event, member, run_jobs):
    recap = make_recap(
        event, member, body=f"As [she wrote]({THERE}) and [again]({THERE}#part), [here](/events/)."
    )
    make_talk(event, member, video_url="https://blog.example.org/video")
    run_jobs()
    assert told(blog) == [(ENDPOINT, ours(recap), THERE)]
    recap.forget_cards()
    run_jobs()
    assert len(blog.posted) == 1
    assert SentWebmention.objects.get().state == "told"


def test_the_link_of_a_recap_elsewhere_is_told_too(blog, event, member, run_jobs):
    recap = make_recap(event, member, url=THERE, role="found")
    run_jobs()
    assert told(blog) == [(ENDPOINT, ours(recap), THERE)]


def test_nobody_is_told_of_what_waits_nor_where_the_setting_forbids_it(
    blog, event, member, newcomer, run_jobs, settings
):
    make_recap(event, newcomer, url=THERE)
    run_jobs()
    settings.WEBMENTIONS_SEND = False
    make_recap(event, member, url=THERE)
    run_jobs()
    assert (blog.posted, SentWebmention.objects.count()) == ([], 0)


def test_told_again_when_it_is_edited_when_the_link_goes_and_when_it_is_withdrawn(
    blog, event, member, run_jobs
):
    recap = make_recap(event, member, body=f"[she]({THERE})")
    run_jobs()
    recap.body = f"[she]({THERE}) wrote"
    recap.edit(by=member)
    run_jobs()
    assert len(blog.posted) == 2
    recap.body = "Nobody wrote"
    recap.edit(by=member)
    run_jobs()
    assert (len(blog.posted), SentWebmention.objects.get().is_there) == (3, False)
    recap.body = f"[she]({THERE})"
    recap.edit(by=member)
    recap.withdraw(by=member)
    run_jobs()
    recap.restore(by=member)
    run_jobs()
    assert SentWebmention.objects.get().is_there is True
    recap.withdraw(by=member)
    before = len(blog.posted)
    run_jobs()
    assert (len(blog.posted) - before, SentWebmention.objects.get().is_there) == (1, False)


@pytest.mark.parametrize(
    ("page", "headers"),
    [
        ("", {"Link": '</a>; rel="next", </m?x=1>; rel="foo webmention"'}),
        ("", {"Link": "<m?x=1>; rel=webmention"}),
        ('<p><a href="nope" rel="me"></a><a rel="WebMention nofollow" href="m?x=1">x</a>', {}),
        ('<link rel="webmention" href="/m?x=1"><a rel="webmention" href="/other">x</a>', {}),
        ("<!-- <link rel='webmention' href='/commented'> --><link href=/m?x=1 rel=webmention>", {}),
    ],
)
def test_the_endpoint_is_found_wherever_the_recommendation_lets_it_stand(
    outside, event, member, run_jobs, page, headers
):
    outside.page(THERE, page, **headers)
    make_recap(event, member, url=THERE)
    run_jobs()
    assert [url for url, _form in outside.posted] == ["https://blog.example.org/m?x=1"]


@pytest.mark.parametrize(
    "page", ["<p>none</p>", '<link rel="webmention">', '<link rel="webmention" href="http://[">']
)
def test_a_site_without_endpoint_is_left_alone(outside, event, member, run_jobs, page):
    outside.page(THERE, page)
    make_recap(event, member, url=THERE)
    run_jobs()
    assert (outside.posted, SentWebmention.objects.get().state) == ([], "not taken")


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1/", "https://inside.example.org/", "https://blog.example.org:8080/", "file:///x"],
)
def test_an_endpoint_in_a_private_place_is_never_asked(outside, event, member, run_jobs, endpoint):
    outside.places["inside.example.org"] = ["192.168.1.1"]
    outside.page(THERE, f'<link rel="webmention" href="{endpoint}">')
    make_recap(event, member, url=THERE)
    run_jobs()
    assert (outside.posted, {"127.0.0.1", "192.168.1.1"} & set(outside.connected)) == ([], set())


def test_where_an_endpoint_leads_on_nobody_else_is_told(blog, event, member, run_jobs):
    blog.redirect(ENDPOINT, "https://other.example.org/take", status=307)
    make_recap(event, member, url=THERE)
    run_jobs()
    assert [url for url, _form in blog.posted] == [ENDPOINT]


def test_a_site_that_is_down_is_tried_a_few_times_and_given_up(blog, event, member, run_jobs):
    blog.page(ENDPOINT, "Later", status=503)
    make_recap(event, member, url=THERE)
    for _ in range(8):
        run_jobs(later=timedelta(days=1))
    assert (len(blog.posted), SentWebmention.objects.get().state) == (4, "failed")
