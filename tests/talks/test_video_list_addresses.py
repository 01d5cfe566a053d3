"""A list of videos at an address: fetched by the worker, found from the page that people paste, shown as pairs."""

import datetime
import uuid

import pytest
from django_tasks_db.models import DBTaskResult

from events.models import Organiser
from talks.models import Talk, VideoList
from talks.tasks import fetch_videos, forget_abandoned_imports
from talks.video_lists import list_address
from tests.cast import client_of, make_talk, make_user
from tests.markup import Markup
from tests.outside import drip
from tests.talks.test_videos import ATOM, LISTS, ONE

pytestmark = pytest.mark.django_db
FEED = "https://media.example.org/feed.atom"
PLAYLIST = "PLj6h78yzYM2N8nw1YcqqKveySH6_0VnI0"


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    make_talk(event, user, title="How eBPF works").publish(by=make_user("somebody", is_moderator=True))
    return user


@pytest.fixture
def send(organiser, event):
    browser = client_of(organiser)

    def send(url, **more):
        return browser.post(f"{event.get_absolute_url()}videos/", {"url": url, **more})

    send.browser = browser
    return send


def page_of(send, answer):
    page = send.browser.get(answer["Location"]).content.decode()
    assert Markup(page).everything_wrong == []
    return page


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        (f"https://www.youtube.com/playlist?list={PLAYLIST}", f"playlist_id={PLAYLIST}"),
        (f"https://www.youtube.com/watch?v=aaaaaaaaaaa&list={PLAYLIST}&index=3", f"playlist_id={PLAYLIST}"),
        (f"https://youtu.be/aaaaaaaaaaa?list={PLAYLIST}", f"playlist_id={PLAYLIST}"),
        (
            "https://m.youtube.com/channel/UCvqbFHwN-nwalWPJPUKpvTA/videos",
            "channel_id=UCvqbFHwN-nwalWPJPUKpvTA",
        ),
    ],
)
def test_a_page_of_youtube_is_asked_for_by_its_feed(pasted, asked):
    assert list_address(pasted) == f"https://www.youtube.com/feeds/videos.xml?{asked}"


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        ("https://media.ccc.de/c/38c3", "https://api.media.ccc.de/public/conferences/38c3"),
        # A mix is made for whoever watches, and has no feed.
        ("https://www.youtube.com/watch?v=aaaaaaaaaaa&list=RDaaaaaaaaaaa", None),
        (f"https://www.youtube.com/feeds/videos.xml?playlist_id={PLAYLIST}&list={PLAYLIST}", None),
        (f"https://example.org/playlist?list={PLAYLIST}", None),
    ],
)
def test_other_addresses_are_asked_as_they_are_or_as_their_site_answers_programs(pasted, asked):
    assert list_address(pasted) == (asked or pasted)


def test_the_worker_fetches_a_feed_and_the_pairs_are_shown_then(outside, send, run_jobs):
    outside.page(FEED, ATOM, content_type="application/atom+xml")
    answer = send(FEED)
    assert "data-awaits" in page_of(send, answer)
    assert outside.asked == []
    run_jobs()
    page = page_of(send, answer)
    assert "data-awaits" not in page
    assert "Logs at night" in page.split("No talk found for these")[1]
    assert Talk.objects.get().video_url == ""
    acceptance = f"{answer['Location'].rpartition('videos/')[0]}videos/acceptance/"
    send.browser.post(acceptance, {"listed": VideoList.objects.get().listed, "line": "95", "above": "1"})
    assert Talk.objects.get().video_url == ONE
    assert "1 video is already here" in page_of(send, answer)


@pytest.mark.parametrize("form", ["youtube-dl", "rss", "lines"])
def test_any_form_of_a_list_will_do(form, outside, send, run_jobs):
    outside.page(FEED, LISTS[form], content_type="text/plain")
    answer = send(FEED)
    run_jobs()
    assert "How eBPF works" in page_of(send, answer)
    assert VideoList.objects.get().videos()[0].url == ONE


def test_a_page_leads_to_its_feed(outside, send, run_jobs):
    outside.page(
        "https://media.example.org/channel",
        '<!DOCTYPE html><html><head><link rel="alternate" type="text/html" href="/fr">'
        '<link href="/feed.atom" rel="alternate" type="application/atom+xml"></head></html>',
    )
    outside.page(FEED, ATOM)
    send("media.example.org/channel")
    run_jobs()
    assert [video.title for video in VideoList.objects.get().videos()] == ["How eBPF works", "Logs at night"]


def test_why_a_list_was_not_read_is_said_in_words(outside, send, run_jobs, settings):
    pages = {
        "gone": ({"body": "no", "status": 404}, "there is no such page"),
        "none": ({"body": "<html><p>Hello</p></html>"}, "names no feed"),
        "empty": ({"body": "[]"}, "There is no video in this"),
    }
    answers = {}
    for name, (answer, _words) in pages.items():
        outside.page(f"https://media.example.org/{name}", **answer)
        answers[name] = send(f"https://media.example.org/{name}")
    outside.places["inside.example.org"] = ["10.0.0.1"]
    answers["inside"] = send("https://inside.example.org/feed")
    run_jobs()
    for name, (_answer, words) in {**pages, "inside": ({}, "only some computers can reach")}.items():
        page = page_of(send, answers[name])
        assert words in page
        assert "Nothing was changed." in page
    assert "10.0.0.1" not in outside.connected
    assert DBTaskResult.objects.filter(status="FAILED").count() == 0


def test_the_form_never_waits_for_the_site(outside, send):
    outside.pages[FEED] = drip
    answer = send(FEED)
    assert (answer.status_code, outside.connected) == (302, [])


def test_a_double_click_makes_one_list(outside, send):
    key = str(uuid.uuid4())
    assert send(FEED, submission_key=key)["Location"] == send(FEED, submission_key=key)["Location"]
    assert VideoList.objects.count() == 1


def test_one_of_the_three_ways_is_asked_for_at_its_field(outside, send):
    both = send(FEED, lines=f"A talk {ONE}")
    assert both.status_code == 422
    assert "One of these, please" in both.content.decode()
    assert ONE in both.content.decode()
    assert send("http://127.0.0.1/feed").status_code == 422
    assert "Paste the address of a list" in send("").content.decode()
    assert VideoList.objects.count() == 0


def test_whoever_asked_learns_that_we_gave_up(send):
    row = VideoList.objects.get(pk=send(FEED)["Location"].split("/")[-2])
    fetch_videos.given_up(row.pk)
    row.refresh_from_db()
    assert (row.state, row.problem[:20]) == ("failed", "Something went wrong")


def test_lists_are_kept_for_a_week(send, run_jobs):
    for _number in range(2):
        send(FEED)
    old = VideoList.objects.first()
    VideoList.objects.filter(pk=old.pk).update(created_at=old.created_at - datetime.timedelta(days=8))
    forget_abandoned_imports.func()
    assert VideoList.objects.filter(pk=old.pk).count() == 0
    assert VideoList.objects.count() == 1
