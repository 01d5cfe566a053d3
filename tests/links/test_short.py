"""A short address is followed once, in the worker, and what led to it leads to what stands behind it."""

import pytest

from community.counters import differences, mend
from links.models import Link
from links.short import is_short, where_it_leads
from talks.models import Resource, Talk
from tests.cast import client_of, make_recap, make_talk, make_user
from tests.outside import Outside

pytestmark = pytest.mark.django_db
SHORT = "https://bit.ly/3xYzAbC"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture
def short(outside: Outside) -> Outside:
    for host in ("bit.ly", "t.co"):
        outside.trust(host)
    outside.redirect(SHORT, f"{VIDEO}&utm_source=bitly")
    return outside


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (SHORT, True),
        ("https://www.bitly.com/abc", True),
        ("https://t.co/abc", True),
        ("https://bit.ly/", False),
        ("https://youtu.be/dQw4w9WgXcQ", False),
        ("https://notbit.ly/abc", False),
        ("no address", False),
    ],
)
def test_only_sites_that_do_nothing_but_lead_on_are_short(url, expected):
    assert is_short(url) == expected


def test_only_the_short_site_is_asked(short):
    assert where_it_leads(SHORT) == VIDEO
    assert short.asked == [("GET", SHORT)]


def test_a_short_address_of_a_short_address_and_one_that_leads_on_by_a_page_are_followed(short):
    short.page(
        "https://t.co/abc", f'<head><META http-equiv="refresh" content="0;URL={SHORT}?a=1&amp;b=2"></head>'
    )
    short.redirect(f"{SHORT}?a=1&b=2", VIDEO)
    assert where_it_leads("https://t.co/abc") == VIDEO


@pytest.mark.parametrize("onward", ["http://127.0.0.1/admin", "javascript:alert(1)", "http://[", ""])
def test_what_leads_to_nothing_that_we_would_take_stays(short, onward, member, event, run_jobs):
    short.redirect(SHORT, onward)
    talk = make_talk(event, member, video_url=SHORT)
    run_jobs()
    talk.refresh_from_db()
    assert (talk.video_url, talk.version) == (SHORT, 1)
    assert "127.0.0.1" not in short.connected


def test_a_talk_takes_the_address_behind_a_short_one_as_a_version_of_nobody(short, member, event, run_jobs):
    first = make_talk(event, member, video_url=VIDEO)
    talk = make_talk(event, member, video_url=SHORT, tags=["kernel"])
    run_jobs()
    talk.refresh_from_db()
    assert (talk.video_url, talk.video_key, talk.video_state) == (VIDEO, first.video_key, "watchable")
    assert (talk.version, talk.revisions.order_by("number").last().editor) == (2, None)
    assert (list(talk.tags.names()), talk.unreviewed_edit, talk.state) == (["kernel"], False, "public")
    assert list(Talk.objects.at_address(VIDEO).order_by("pk")) == [first, talk]
    # The short address itself is neither read nor kept in an archive; its target is read.
    assert Link.objects.get(url=SHORT).read_at is None
    assert list(differences()) == []


def test_write_ups_and_slides_take_it_too(short, member, event, run_jobs):
    short.redirect(SHORT, "https://blog.example.org/recap?utm_source=x")
    recap = make_recap(event, member, url=SHORT, body="")
    talk = make_talk(event, member)
    row = Resource.bring(talk, kind="slides", url=SHORT, by=member)
    run_jobs()
    recap.refresh_from_db()
    row.refresh_from_db()
    assert recap.url == row.url == "https://blog.example.org/recap"
    assert row.url_key == recap.url_key


def test_an_edit_that_waits_for_a_look_goes_on_waiting(short, newcomer, moderator, event, run_jobs):
    talk = make_talk(event, newcomer)
    talk.publish(by=moderator)
    talk = Talk.objects.get(pk=talk.pk)
    talk.video_url = SHORT
    talk.edit(by=newcomer)
    run_jobs()
    talk.refresh_from_db()
    assert (talk.video_url, talk.unreviewed_edit) == (VIDEO, True)


def test_what_is_not_public_is_not_followed(short, newcomer, event, run_jobs):
    talk = make_talk(event, newcomer, video_url=SHORT)
    run_jobs()
    talk.refresh_from_db()
    assert (talk.state, talk.video_url) == ("waiting", SHORT)
    assert short.asked == []


def test_following_twice_changes_nothing_more(short, member, event, run_jobs):
    talk = make_talk(event, member, video_url=SHORT)
    run_jobs()
    Link.objects.get(url=SHORT).follow()
    talk.refresh_from_db()
    assert talk.version == 2


def test_the_keys_of_links_are_mended_and_one_person_says_a_thing_once(member, moderator, event):
    talk = make_talk(event, member)
    rows = [
        Resource.bring(talk, kind="slides", url=f"https://example.org/{name}", by=who)
        for name, who in (("a", member), ("b", member), ("c", moderator), ("d", make_user("new")))
    ]
    # As an older release knew them.
    Resource.objects.filter(pk__in=[row.pk for row in rows[1:]]).update(url="https://www.example.org/a")
    assert [difference.what for difference in differences()] == [
        f"url_key of link {row.pk} of contribution {talk.pk}" for row in rows[1:]
    ]
    mend()
    assert list(differences()) == []
    left = Resource.objects.values_list("user", "url_key", "state")
    assert list(left) == [
        (member.pk, "https://example.org/a", "public"),
        (moderator.pk, "https://example.org/a", "public"),
        (rows[3].user_id, "https://example.org/a", "waiting"),
    ]
    assert client_of(None).get(talk.get_absolute_url()).content.decode().count("example.org/a") == 1
