"""Conversations elsewhere: how many answered and their last words, as plain text, politely; else the link alone."""

import datetime
import json

import pytest
from django.utils import timezone

from events.models import Event
from links.fetching import NotFetched
from links.following import read_due
from links.models import Host, Thread
from links.threads import place_of, read
from talks.models import Resource
from tests.cast import client_of, make_recap, make_talk
from tests.markup import Markup

TOPIC = "https://forum.example.org/t/paris/57"
TOOT = "https://social.example.org/@ada/112233"
ITEM = "https://news.ycombinator.com/item?id=40000000"
SEARCH = "https://hn.algolia.com/api/v1/search_by_date?tags=comment,story_40000000&hitsPerPage=3"
ATTACK = "<p>Fine <script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt;words&lt;/b&gt;</p>"


def put(outside, url, said):
    outside.page(url, json.dumps(said), content_type="application/json")


def post(number, cooked, **more):
    at = f"2024-04-{number:02}T10:00:00Z"
    return {
        "id": 900 + number,
        "post_number": number,
        "name": f"Poster {number}",
        "cooked": cooked,
        "created_at": at,
    } | more


def topic(*posts, **more):
    stream = [one["id"] for one in posts]
    return {"posts_count": len(posts), "post_stream": {"posts": list(posts), "stream": stream}} | more


@pytest.fixture
def forum(outside):
    posts = [post(number, f"<p>Words of {number}.</p>") for number in range(1, 6)]
    put(outside, "https://forum.example.org/t/57.json", topic(*posts))
    return outside


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        (f"{TOPIC}/4?u=bo", "discourse"),
        (TOOT, "mastodon"),
        ("https://social.example.org/@ada@far.example.org/112233", "mastodon"),
        ("https://social.example.org/users/ada/statuses/112233", "mastodon"),
        (ITEM, "hackernews"),
    ],
)
def test_which_conversation_an_address_is(url, provider):
    assert place_of(url).provider == provider


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://social.example.org/@ada",
        "https://news.ycombinator.com/item?id=x",
        "http://127.0.0.1/t/1",
        "",
    ],
)
def test_what_is_none(url):
    assert place_of(url) is None


def test_a_topic_of_a_forum(forum):
    said = read(place_of(TOPIC))
    assert (said.count, [line.text for line in said.lines]) == (
        4,
        ["Words of 3.", "Words of 4.", "Words of 5."],
    )
    assert (said.lines[0].author, said.lines[0].url) == ("Poster 3", "https://forum.example.org/t/57/3")


def test_of_a_long_topic_the_last_posts_are_asked_for(outside):
    said = topic(post(1, "<p>x</p>"), posts_count=41)
    said["post_stream"]["stream"] = [901, *range(1000, 1040)]
    put(outside, "https://forum.example.org/t/57.json", said)
    asked = "https://forum.example.org/t/57/posts.json?post_ids[]=1037&post_ids[]=1038&post_ids[]=1039"
    put(
        outside,
        asked,
        topic(post(20, ATTACK), post(21, "<p>closed</p>", post_type=3), post(22, "<p>x</p>", hidden=True)),
    )
    said = read(place_of(TOPIC))
    assert (said.count, [line.text for line in said.lines]) == (40, ["Fine <b>words</b>"])


def test_a_post_on_mastodon(outside):
    outside.trust("social.example.org")
    api = "https://social.example.org/api/v1/statuses/112233"
    put(outside, api, {"visibility": "public", "replies_count": 2})
    answer = {
        "visibility": "public",
        "account": {"display_name": "", "acct": "bo@far.example.org"},
        "content": ATTACK,
        "url": "https://far.example.org/@bo/1",
        "created_at": "2024-04-01T10:00:00Z",
    }
    warned = answer | {
        "spoiler_text": "about food",
        "content": "<p>long words</p>",
        "created_at": "2024-04-02T10:00:00Z",
    }
    put(
        outside,
        f"{api}/context",
        {
            "descendants": [
                warned,
                answer,
                answer | {"visibility": "private"},
                answer | {"url": "javascript:alert(1)"},
            ]
        },
    )
    said = read(place_of(TOOT))
    assert [(line.author, line.text) for line in said.lines] == [
        ("bo@far.example.org", "Fine <b>words</b>"),
        ("bo@far.example.org", "about food"),
    ]


def test_an_item_of_hacker_news(outside):
    for host in ("hn.algolia.com", "news.ycombinator.com"):
        outside.trust(host)
    hit = {
        "author": "pg",
        "comment_text": f"<p>{'long ' * 100}",
        "created_at": "2024-04-01T10:00:00.000Z",
        "objectID": "40000001",
    }
    put(outside, SEARCH, {"nbHits": 128, "hits": [hit]})
    said = read(place_of(ITEM))
    assert (said.count, len(said.lines[0].text), said.lines[0].text[-6:]) == (128, 200, " long…")
    assert said.lines[0].url == "https://news.ycombinator.com/item?id=40000001"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[" * 100_000, b"9" * 5_000, b'{"post_stream": 7}',
     b'{"posts_count": -1, "post_stream": {"posts": [7, null, {}]}}',
     b'{"post_stream": {"stream": {"a": 1}, "posts": [{"id": [], "post_number": 2, "cooked": {}, "name": 7}]}}',
     b'{"posts_count": 1e400, "post_stream": {"posts": "x"}}', b'{"archetype": "private_message"}'],
)  # fmt: skip
def test_a_hostile_answer_says_nothing(outside, body):
    outside.page("https://forum.example.org/t/57.json", body, content_type="application/json")
    try:
        said = read(place_of(TOPIC))
    except NotFetched:
        return
    assert (said.count, said.lines) == (0, [])


# --- Followed, and shown ---------------------------------------------------------------------------------------------


@pytest.fixture
def discussed(event, moderator):
    event.discussion_url = TOPIC
    event.edit(by=moderator)
    return event


@pytest.mark.django_db
def test_the_discussion_of_an_event_is_counted_on_its_page_and_read_on_one_of_its_own(discussed, forum):
    assert read_due() == 1
    page = client_of(None).get(discussed.get_absolute_url()).content.decode()
    assert f'<a href="{discussed.get_absolute_url()}discussion/">4 answers</a>' in page
    said = client_of(None).get(f"{discussed.get_absolute_url()}discussion/").content.decode()
    assert Markup(said).everything_wrong == []
    assert ("Words of 5." in said, "Words of 2." in said, "as of" in said) == (True, False, True)
    assert f'<a href="{TOPIC}" rel="nofollow ugc noopener">' in said


@pytest.mark.django_db
def test_another_discussion_is_counted_anew(discussed, forum, moderator):
    read_due()
    discussed.discussion_url = "https://chat.example.org/paris"
    discussed.edit(by=moderator)
    assert Event.objects.get().discussion_count is None
    said = client_of(None).get(f"{discussed.get_absolute_url()}discussion/").content.decode()
    assert ("Words of 5." in said, "https://chat.example.org/paris" in said) == (False, True)


@pytest.mark.django_db
def test_what_does_not_answer_leaves_the_link(discussed, outside):
    assert read_due() == 0
    thread = Thread.objects.get()
    assert thread.read_at is None
    assert thread.read_again_at
    assert thread.read_again_at > timezone.now() + datetime.timedelta(days=1)
    said = client_of(None).get(f"{discussed.get_absolute_url()}discussion/").content.decode()
    assert f'href="{TOPIC}"' in said


@pytest.mark.django_db
def test_what_was_read_stays_where_it_cannot_be_read_any_more(discussed, forum):
    read_due()
    forum.pages.clear()
    Thread.objects.update(read_again_at=timezone.now())
    Host.objects.update(ask_again_at=None)
    assert read_due() == 0
    assert "Words of 5." in client_of(None).get(f"{discussed.get_absolute_url()}discussion/").content.decode()


@pytest.mark.django_db
def test_what_rests_is_read_less_and_less_and_a_host_is_asked_once_at_a_time(discussed, forum):
    pauses = []
    for _ in range(3):
        read_due()
        pauses.append(Thread.objects.get().pause / datetime.timedelta(hours=1))
        Thread.objects.update(read_again_at=timezone.now())
        assert read_due() == 0
        Host.objects.update(ask_again_at=None)
    assert pauses == [3, 6, 12]


@pytest.mark.django_db
def test_what_nothing_public_leads_to_is_left_alone(discussed, forum, moderator):
    discussed.discussion_url = ""
    discussed.edit(by=moderator)
    assert (read_due(), Thread.objects.get().read_again_at, forum.asked) == (0, None, [])


@pytest.mark.django_db
def test_a_recap_and_a_talk_show_what_is_said_where_they_lead(event, member, forum, run_jobs):
    recap = make_recap(event, member, url=TOPIC)
    talk = make_talk(event, member)
    Resource.bring(talk, kind="thread", url=TOPIC, by=member)
    hidden = make_talk(event, member)
    run_jobs()
    read_due()
    for item in (recap, talk):
        page = client_of(None).get(item.get_absolute_url()).content.decode()
        assert Markup(page).everything_wrong == []
        assert "Words of 5." in page
    assert "Words of 5." not in client_of(None).get(hidden.get_absolute_url()).content.decode()
