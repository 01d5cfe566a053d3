"""A member's blog is watched for an event's fortnight; what it says about the event is proposed to them."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from community.stream import PAGE_SIZE
from links.models import OptOut
from recaps.models import BlogFeed, FeedPost, Recap
from recaps.tasks import read_due_feeds, read_feed
from tests.cast import client_of, make_event

pytestmark = pytest.mark.django_db
BLOG = "https://blog.example.org/feed"


@pytest.fixture
def event(series):
    """An event that ended yesterday."""
    ended = timezone.localdate() - datetime.timedelta(days=1)
    return make_event(
        "Corridor Camp",
        series=series,
        city="Paris",
        starts_on=ended - datetime.timedelta(days=2),
        ends_on=ended,
    )


def rss(*posts, day=None):
    day = day or timezone.localdate()
    items = "".join(
        f"<item><title>{title}</title><link>https://blog.example.org/{number}</link><date>{day}</date></item>"
        for number, title in enumerate(posts)
    )
    return f"<rss><channel><title>Ada writes</title>{items}</channel></rss>"


def watch(event, who, url=BLOG):
    return client_of(who).post(reverse("recaps:feed_add", args=[event.slug]), {"url": url})


def proposed(who):
    feeds = client_of(who).get(reverse("recaps:feeds")).context["page"].entries
    return [post.title for feed in feeds for post in feed.proposed_posts]


def test_posts_about_the_event_are_proposed_and_their_author_told_once(
    event, member, outsider, outside, run_jobs
):
    outside.page(BLOG, rss("My Corridor Camp", "Cooking in Paris"), content_type="application/rss+xml")
    assert watch(event, member).url == reverse("recaps:feeds")
    run_jobs()
    assert (proposed(member), proposed(outsider)) == (["My Corridor Camp"], [])
    read_feed.enqueue(BlogFeed.objects.get().pk)
    run_jobs()
    assert [letter.subject for letter in mail.outbox] == ["A post of yours about Corridor Camp"]
    assert ("https://blog.example.org/0" in mail.outbox[0].body, member.notifications.count()) == (True, 1)


def test_add_leads_to_the_form_filled_in_and_the_post_is_done(event, member, outside, run_jobs):
    outside.page(BLOG, rss("My Corridor Camp"))
    watch(event, member)
    run_jobs()
    form = client_of(member).get(FeedPost.objects.get().add_url).context["form"]
    assert (form["url"].value(), form["title"].value()) == ("https://blog.example.org/0", "My Corridor Camp")
    typed = {"url": form["url"].value(), "title": "x", "role": "wrote", "event": event.pk}
    client_of(member).post(reverse("recaps:add", args=[event.slug]), typed)
    assert (Recap.objects.get().state, proposed(member)) == ("public", [])


def test_not_this_stays_so_and_only_ones_own_can_be_dismissed(event, member, outsider, outside, run_jobs):
    outside.page(BLOG, rss("My Corridor Camp"))
    watch(event, member)
    run_jobs()
    feed, post = BlogFeed.objects.get(), FeedPost.objects.get()
    for name, pk in (("recaps:feed_dismissal", post.pk), ("recaps:feed_removal", feed.pk)):
        assert client_of(outsider).post(reverse(name, args=[pk])).status_code == 404
    client_of(member).post(reverse("recaps:feed_dismissal", args=[post.pk]))
    feed.read()
    assert proposed(member) == []
    client_of(member).post(reverse("recaps:feed_removal", args=[feed.pk]))
    assert (BlogFeed.objects.count(), FeedPost.objects.count()) == (0, 0)


@pytest.mark.parametrize("days", [-30, 30])
def test_posts_of_another_time_are_not_proposed(event, member, outside, run_jobs, days):
    outside.page(BLOG, rss("My Corridor Camp", day=timezone.localdate() + datetime.timedelta(days=days)))
    watch(event, member)
    run_jobs()
    assert FeedPost.objects.count() == 0


def test_a_post_whose_author_opted_out_is_not_proposed(event, member, outside, run_jobs):
    OptOut.objects.create(host="blog.example.org")
    outside.page(BLOG, rss("My Corridor Camp"))
    watch(event, member)
    run_jobs()
    assert FeedPost.objects.count() == 0


def test_it_is_read_again_each_day_and_left_alone_after_the_fortnight(event, member, outside, run_jobs):
    outside.page(BLOG, rss())
    watch(event, member)
    run_jobs()
    read_due_feeds.enqueue()
    run_jobs()
    assert len(outside.asked) == 1
    outside.page(BLOG, rss("My Corridor Camp"))
    BlogFeed.objects.update(check_at=timezone.now())
    read_due_feeds.enqueue()
    run_jobs()
    assert (len(outside.asked), proposed(member)) == (2, ["My Corridor Camp"])
    event.ends_on -= datetime.timedelta(days=20)
    event.starts_on = event.ends_on
    event.save()
    BlogFeed.objects.update(check_at=timezone.now())
    read_due_feeds.enqueue()
    run_jobs()
    assert (len(outside.asked), BlogFeed.objects.get().check_at) == (2, None)
    late = watch(event, member, "https://other.example.org/")
    assert (late.status_code, "Blogs were watched until" in str(late.context["form"].errors)) == (422, True)
    assert late.context["form"]["url"].value() == "https://other.example.org/"


def test_a_feed_that_cannot_be_read_says_why(event, member, outside, run_jobs):
    outside.page(BLOG, "<p>none</p>")
    watch(event, member)
    run_jobs()
    page = client_of(member).get(reverse("recaps:feeds")).content.decode()
    assert "We cannot read the site’s answer." in page


def test_watched_twice_is_one_and_there_is_a_most(event, member, outside):
    watch(event, member)
    watch(event, member)
    assert BlogFeed.objects.count() == 1
    for number in range(9):
        watch(event, member, f"https://blog.example.org/{number}")
    assert (BlogFeed.objects.count(), watch(event, member, "https://blog.example.org/10").status_code) == (
        10,
        422,
    )


def test_the_form_of_a_recap_leads_members_there_while_the_time_lasts(event, member, other_event):
    way = reverse("recaps:feed_add", args=[event.slug])
    add = reverse("recaps:add", args=[event.slug])
    pages = [client_of(who).get(add).content.decode() for who in (member, None)]
    assert [way in page for page in pages] == [True, False]
    past = client_of(member).get(reverse("recaps:add", args=[other_event.slug])).content.decode()
    assert "feeds/new" not in past


def test_the_page_asks_the_database_as_often_for_many(event, member, outside, django_assert_max_num_queries):
    for number in range(5):
        feed = BlogFeed.objects.create(user=member, event=event, url=f"https://blog.example.org/{number}")
        url = f"https://blog.example.org/post/{number}"
        FeedPost.objects.create(feed=feed, url=url, url_key=url, title="x")
    browser = client_of(member)
    with django_assert_max_num_queries(8):
        assert len(browser.get(reverse("recaps:feeds")).context["page"].entries) == 5


def test_many_blogs_stand_on_several_pages(event, member, outsider):
    for number in range(PAGE_SIZE + 1):
        BlogFeed.objects.create(user=member, event=event, url=f"https://blog.example.org/{number}")
    BlogFeed.objects.create(user=outsider, event=event, url="https://other.example.org/")
    page = client_of(member).get(reverse("recaps:feeds")).context["page"]
    rest = client_of(member).get(f"{reverse('recaps:feeds')}{page.older_url}").context["page"]
    shown = [feed.url for feed in [*page.entries, *rest.entries]]
    assert shown == [f"https://blog.example.org/{number}" for number in reversed(range(PAGE_SIZE + 1))]


def test_what_one_added_leads_members_there_and_nobody_else(member, guest):
    way = f'href="{reverse("recaps:feeds")}"'
    assert [way in client_of(who).get("/mine/").content.decode() for who in (member, guest, None)] == [
        True,
        False,
        False,
    ]


def test_of_an_event_whose_fortnight_is_over_the_page_says_so_at_once(other_event, member):
    page = client_of(member).get(reverse("recaps:feed_add", args=[other_event.slug])).content.decode()
    assert "Blogs were watched until" in page
    assert ("Paste a link" in page, "Watch it" in page) == (True, False)
