"""Webmentions: received, looked at by a moderator, shown, updated, gone, blocked."""

import contextlib

import pytest
from django.core import mail
from django.urls import reverse

from community.stream import PAGE_SIZE
from discussion.models import BlockedSource, Webmention
from links.fetching import NotFetched
from people.decisions import Reason, StateConflict
from tests import outside as world
from tests.cast import client_of, make_recap, make_talk

pytestmark = pytest.mark.django_db
SOURCE = "https://blog.example.org/paris"
ENDPOINT = "/webmention/"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://hallway.example.com"


@pytest.fixture
def recap(event, member):
    return make_recap(event, member, title="My week")


def ours(item):
    return "https://hallway.example.com" + item.get_absolute_url()


def post(item, text="I was there, too.", **answer):
    return (
        f'<div class="h-entry"><a class="u-in-reply-to" href="{ours(item)}">re</a> <span class="p-author">Ada</span>'
        f'<p class="e-content">{text}</p></div>'
    )


def tell(item, source=SOURCE):
    return client_of(None).post(ENDPOINT, {"source": source, "target": ours(item)})


@pytest.fixture
def told(outside, run_jobs, recap):
    """Tell us of a page that says so, and let the worker look; return the mention."""

    def telling(text="I was there, too.", item=recap, source=SOURCE):
        outside.page(source, post(item, text))
        assert tell(item, source).status_code == 202
        run_jobs()
        return Webmention.objects.filter(contribution=item, source=source).first()

    return telling


def shown(item, who=None):
    page = client_of(who).get(item.get_absolute_url())
    return [one.excerpt for one in page.context["webmentions"]]


def test_each_item_says_where_it_takes_webmentions(recap, event, member):
    for item in (recap, make_talk(event, member)):
        page = client_of(None).get(item.get_absolute_url())
        assert page["Link"] == '<https://hallway.example.com/webmention/>; rel="webmention"'
        assert '<link rel="webmention" href="/webmention/">' in page.content.decode()


def test_it_waits_is_published_changes_waits_again_and_is_gone(
    told, outside, recap, moderator, run_jobs, outsider
):
    mention = told()
    assert (mention.state, mention.author, mention.way) == ("waiting", "Ada", "reply")
    assert (shown(recap), shown(recap, outsider), shown(recap, moderator)) == ([], [], ["I was there, too."])
    mention.publish(by=moderator)
    assert shown(recap) == ["I was there, too."]
    told()  # told again, and nothing has changed
    assert shown(recap) == ["I was there, too."]
    told("And it rained.")
    assert (shown(recap), shown(recap, moderator)) == ([], ["And it rained."])
    Webmention.objects.get().publish(by=moderator)
    outside.page(SOURCE, "Gone.", status=410)
    tell(recap)
    run_jobs()
    mention.refresh_from_db()
    assert (mention.state, mention.excerpt, mention.author, shown(recap)) == ("withdrawn", "", "", [])
    assert told().state == "waiting"
    verbs = list(mention.decisions.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["submit", "publish", "resubmit", "publish", "withdraw", "resubmit"]


def test_a_page_that_no_longer_leads_here_is_gone_too(told, outside, recap, moderator, run_jobs):
    told().publish(by=moderator)
    outside.page(SOURCE, "<p>I changed my mind.</p>")
    tell(recap)
    run_jobs()
    assert shown(recap) == []


def test_what_a_page_says_that_does_not_lead_here_is_never_kept(outside, run_jobs, recap):
    outside.page(SOURCE, "<p class=h-entry>Buy this.</p>")
    assert tell(recap).status_code == 202
    run_jobs()
    assert (outside.asked, Webmention.objects.count()) == ([("GET", SOURCE)], 0)


def test_what_was_turned_down_stays_so_whatever_its_page_says_next(told, moderator):
    told().reject(by=moderator, reason=Reason.ADVERT)
    assert (told("Something else.").state, told("Again.").excerpt) == ("rejected", "Again.")
    with pytest.raises(StateConflict):
        Webmention.objects.get().reject(by=moderator, reason=Reason.ADVERT)
    Webmention.objects.get().publish(by=moderator)
    assert Webmention.objects.get().state == "public"


def test_the_member_who_added_it_is_told_once_it_is_public(told, moderator, member, run_jobs):
    told().publish(by=moderator)
    run_jobs()
    letters = [letter for letter in mail.outbox if letter.to == [member.email]]
    assert [letter.subject for letter in letters] == ["“My week” is mentioned on blog.example.org"]
    assert SOURCE in letters[0].body
    notification = member.notifications.get()
    assert (notification.topic, notification.url) == (
        "comments",
        f"{Webmention.objects.get().contribution.get_absolute_url()}#mentioned",
    )


def test_what_is_gone_there_stands_in_no_notification_any_more(told, outside, moderator, member, run_jobs):
    told().publish(by=moderator)
    page = client_of(member).get(reverse("people:notifications"))
    assert page.content.decode().count("I was there, too.") == 1
    outside.page(SOURCE, "Gone", status=410)
    tell(Webmention.objects.get().contribution)
    run_jobs()
    page = client_of(member).get(reverse("people:notifications"))
    assert page.content.decode().count("I was there, too.") == 0


@pytest.mark.parametrize(
    ("source", "target", "field"),
    [
        ("", None, "source"),
        ("not an address", None, "source"),
        ("https://hallway.example.com/recaps/1/", None, "source"),
        ("https://127.0.0.1/x", None, "source"),
        (SOURCE, "", "target"),
        (SOURCE, "https://elsewhere.example.com/recaps/1/", "target"),
        (SOURCE, "https://hallway.example.com/events/", "target"),
        (SOURCE, "https://hallway.example.com/recaps/999999/", "target"),
        (SOURCE, "https://[", "target"),
        (SOURCE, "\0", "target"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_asks_nobody(outside, recap, source, target, field, run_jobs):
    target = ours(recap) if target is None else target
    answer = client_of(None).post(ENDPOINT, {"source": source, "target": target})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    run_jobs()
    assert outside.asked == []


def test_what_waits_is_hidden_or_absent_is_the_same_answer(event, newcomer, recap, moderator):
    waits, hidden = make_recap(event, newcomer), make_recap(event, moderator)
    hidden.hide(by=moderator, reason=Reason.OTHER)
    recap.pk += 1000
    answers = [tell(item) for item in (waits, hidden, recap)]
    assert {answer.status_code for answer in answers} == {400}
    assert len({str(answer.context["form"].errors) for answer in answers}) == 1


def test_a_mention_of_what_is_hidden_since_shows_nowhere(told, recap, moderator, run_jobs):
    told().publish(by=moderator)
    recap.hide(by=moderator, reason=Reason.OTHER)
    assert client_of(None).get(recap.get_absolute_url()).status_code == 404
    told_again = client_of(None).post(ENDPOINT, {"source": SOURCE, "target": ours(recap)})
    assert told_again.status_code == 400


@pytest.mark.parametrize(
    "page", [world.bomb, world.endless, world.nonsense, world.lie_about_length, world.bad_gzip]
)
def test_hostile_pages_leave_nothing_behind(outside, recap, page):
    outside.pages[SOURCE] = page
    assert kept(recap) == 0


def kept(recap):
    from discussion.webmentions import read

    with contextlib.suppress(NotFetched):  # it is tried again, three times in all
        read(SOURCE, ours(recap))
    return Webmention.objects.count()


def test_a_page_that_leads_on_to_a_private_place_or_in_circles_is_not_read(outside, recap):
    outside.places["inside.example.org"] = ["10.0.0.1"]
    outside.redirect(SOURCE, "http://inside.example.org/")
    assert (kept(recap), "10.0.0.1" in outside.connected) == (0, False)
    outside.redirect(SOURCE, SOURCE)
    assert kept(recap) == 0


def test_a_page_that_drips_is_given_up(outside, recap, monkeypatch):
    monkeypatch.setattr("discussion.webmentions.SECONDS", 0.5)
    outside.pages[SOURCE] = world.drip
    assert kept(recap) == 0


def test_a_site_that_is_down_is_tried_three_times_and_what_it_said_stays(told, outside, recap, moderator):
    from discussion.tasks import read_webmention

    told().publish(by=moderator)
    outside.page(SOURCE, "Later.", status=503)
    assert kept(recap) == 1
    assert (shown(recap), read_webmention.attempts) == (["I was there, too."], 3)


def test_told_twice_at_once_it_is_read_once(outside, recap, run_jobs):
    outside.page(SOURCE, post(recap))
    assert [tell(recap).status_code for _ in range(3)] == [202, 202, 202]
    run_jobs()
    assert (outside.asked, Webmention.objects.count()) == ([("GET", SOURCE)], 1)


def test_so_many_are_taken_from_one_site_in_an_hour(recap, settings):
    settings.WEBMENTIONS_PER_HOUR = 2
    answers = [tell(recap, f"https://blog.example.org/{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]


def test_a_blocked_site_is_blocked_for_good_with_what_is_part_of_it(
    told, recap, moderator, run_jobs, outside
):
    told().publish(by=moderator)
    told(source="https://other.example.org/x")
    browser = client_of(moderator)
    answer = browser.post(
        reverse("discussion:blocked_sources"), {"host": "https://Blog.example.org/", "next": "/queue/"}
    )
    assert answer.url == "/queue/"
    assert (shown(recap), tell(recap).status_code) == ([], 400)
    assert tell(recap, "https://deep.blog.example.org/x").status_code == 400
    assert Webmention.objects.standing().get().host == "other.example.org"
    blocked = BlockedSource.objects.get()
    browser.post(reverse("discussion:blocked_source_removal", args=[blocked.pk]))
    assert tell(recap).status_code == 202


def test_a_page_that_leads_on_to_a_blocked_site_is_not_taken(outside, recap, moderator):
    BlockedSource.block("blog.example.org", by=moderator)
    outside.redirect("https://www.example.org/go", SOURCE)
    outside.page(SOURCE, post(recap))
    from discussion.webmentions import read

    read("https://www.example.org/go", ours(recap))
    assert Webmention.objects.count() == 0


def test_many_blocked_sites_stand_on_several_pages(moderator, django_assert_max_num_queries):
    for number in range(PAGE_SIZE + 1):
        BlockedSource.block(f"{number}.example.org", by=moderator)
    browser, there = client_of(moderator), reverse("discussion:blocked_sources")
    with django_assert_max_num_queries(8):
        page = browser.get(there).context["page"]
    rest = browser.get(f"{there}{page.older_url}").context["page"]
    assert [len(page.entries), [one.host for one in rest.entries]] == [PAGE_SIZE, ["0.example.org"]]


def test_only_moderators_see_and_change_the_blocked_sites(told, member, moderator, recap):
    told().publish(by=moderator)
    BlockedSource.block("spam.example", by=moderator)
    mention = Webmention.objects.get()
    addresses = [
        reverse("discussion:blocked_sources"),
        reverse("discussion:blocked_source_removal", args=[BlockedSource.objects.get().pk]),
        reverse("discussion:webmention_rejection", args=[mention.pk]),
    ]
    for who in (None, member):
        assert [client_of(who).post(address, {"host": "x.example"}).status_code for address in addresses] == [
            404
        ] * 3
    assert "spam.example" in client_of(moderator).get(addresses[0]).content.decode()
    client_of(moderator).post(addresses[2])
    assert shown(recap) == []


def test_it_is_decided_in_the_queue_and_stands_in_the_log(told, moderator, recap):
    mention = told()
    browser = client_of(moderator)
    page = browser.get("/queue/?kind=webmention").content.decode()
    assert ("I was there, too." in page, "Block blog.example.org for good" in page) == (True, True)
    pick = f"webmention-{mention.pk}.{mention.version}"
    browser.post("/queue/decisions/", {"pick": pick, "verb": "publish"})
    assert shown(recap) == ["I was there, too."]
    assert "My week" in browser.get("/log/").content.decode()
    assert client_of(None).get("/log/").content.decode().count("mention elsewhere") == 0


def test_words_that_a_moderator_has_not_seen_are_not_let_through(told, moderator, recap):
    mention = told()
    told("Other words.")
    client_of(moderator).post("/queue/decisions/", {"pick": f"webmention-{mention.pk}.1", "verb": "publish"})
    assert shown(recap) == []


def test_what_a_page_says_is_shown_as_text(told, moderator, recap):
    told("&lt;script&gt;alert(1)&lt;/script&gt;").publish(by=moderator)
    page = client_of(None).get(recap.get_absolute_url()).content.decode()
    assert ("<script>alert(1)" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_somebody_without_such_software_tells_us_by_hand(recap):
    page = client_of(None).get(recap.get_absolute_url())
    way = f"{ENDPOINT}?target=https%3A//hallway.example.com/recaps/{recap.pk}/"
    assert way in page.content.decode()
    assert client_of(None).get(way).context["form"]["target"].value() == ours(recap)


def test_erased_with_what_it_mentions(told, recap, member):
    told()
    recap.withdraw(by=member)
    recap.erase(by=member)
    assert Webmention.objects.count() == 0
