"""What we link to is looked at seldom and politely, and counts as gone only after failing for a week."""

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from links import health
from links.canonical import canonical
from links.models import Host, Link
from links.reading import oembed_address
from tests import outside as hostile
from tests.cast import client_of, make_recap, make_talk
from tests.outside import Outside

pytestmark = pytest.mark.django_db
URL = "https://blog.example.org/recap"
ROBOTS = "https://blog.example.org/robots.txt"


@pytest.fixture
def recap(outside: Outside, run_jobs, member, event):
    """A public recap that leads to a page which is there."""
    outside.page(URL, "<title>Recap</title>")
    recap = make_recap(event, member, url=URL)
    run_jobs()
    outside.asked.clear()
    return recap


def link_now() -> Link:
    return Link.objects.get()


def look(days: float = 0) -> int:
    """Let that much time pass, and look at what is due."""
    passed = timedelta(days=days, hours=1)
    for link in Link.objects.all():
        Link.objects.filter(pk=link.pk).update(
            check_at=link.check_at and link.check_at - passed, added_at=link.added_at - passed
        )
    Host.objects.update(ask_again_at=None)
    return health.check_due()


def from_now(moment: datetime | None) -> timedelta:
    assert moment is not None
    return moment - timezone.now()


def days_until_next() -> float:
    return round(from_now(link_now().check_at) / timedelta(days=1), 1)


def test_a_page_is_looked_at_a_day_after_weekly_then_monthly(outside: Outside, recap) -> None:
    assert 1 <= days_until_next() <= 2
    assert look(0) == 0
    waits = []
    for days in (2, 7, 7, 7, 7, 30):
        assert look(days) == 1
        waits.append(days_until_next())
    assert waits == [7, 7, 7, 7, 30, 30]
    assert (link_now().state, link_now().status) == (Link.State.OK, 200)
    assert outside.asked.count(("HEAD", URL)) == 6


def test_a_page_is_gone_after_it_failed_for_a_week_and_its_copy_is_shown(
    outside: Outside, recap, run_jobs
) -> None:
    assert look(2) == 1
    del outside.pages[URL]
    states = []
    for days in (8, 1, 2, 4):
        assert look(days) == 1
        states.append(link_now().state)
    assert states == ["failing", "failing", "failing", "gone"]
    added = link_now().added_at
    page = client_of(None).get(recap.get_absolute_url()).content.decode()
    assert "is no longer there" in page
    assert f'href="https://web.archive.org/web/{added:%Y%m%d}120000/{URL}"' in page
    # A month later it is looked at once more, and there again.
    assert days_until_next() == 30
    outside.page(URL, "back")
    look(31)
    assert (link_now().state, link_now().gone_since, link_now().failures) == (Link.State.OK, None, 0)
    assert "is no longer there" not in client_of(None).get(recap.get_absolute_url()).content.decode()


def test_a_page_that_fails_once_and_is_there_again_is_no_news(outside: Outside, recap) -> None:
    page = outside.pages.pop(URL)
    look(2)
    outside.pages[URL] = page
    look(1)
    assert (link_now().state, link_now().failures) == (Link.State.OK, 0)


def test_what_could_not_be_read_at_first_is_read_once_it_is_there(
    outside: Outside, run_jobs, member, event
) -> None:
    make_recap(event, member, url=URL)
    run_jobs()
    assert (link_now().title, link_now().problem) == ("", "missing")
    outside.page(URL, "<title>Recap</title>")
    Link.objects.update(read_at=timezone.now() - timedelta(days=1))
    look(2)
    run_jobs()
    assert (link_now().title, link_now().problem) == ("Recap", "")


def test_a_talk_says_that_its_video_is_gone_and_that_it_is_back(
    outside: Outside, run_jobs, member, event
) -> None:
    video = "https://www.youtube.com/watch?v=MYDcdp-VNmQ"
    asked = oembed_address(video)
    talk = make_talk(event, member, video_url=video)
    run_jobs()
    outside.trust("www.youtube.com")
    outside.page(asked, status=404)
    for days in (2, 1, 2, 4):
        look(days)
    talk.refresh_from_db()
    assert talk.video_state == talk.VideoState.GONE
    talk.why = "It still matters."
    talk.edit(by=member)
    talk.refresh_from_db()
    assert talk.video_state == talk.VideoState.GONE
    assert "no longer there" in client_of(None).get(talk.get_absolute_url()).content.decode()
    outside.page(asked, "{}")
    look(31)
    talk.refresh_from_db()
    assert talk.video_state == talk.VideoState.WATCHABLE


def test_a_video_with_a_new_address_is_watchable_again(outside: Outside, member, event) -> None:
    talk = make_talk(event, member, video_url="https://vimeo.com/1")
    talk.link_changed(talk.video_key, is_gone=True)
    talk.refresh_from_db()
    assert talk.video_state == talk.VideoState.GONE
    talk.video_url = "https://vimeo.com/2"
    talk.edit(by=member)
    assert talk.video_state == talk.VideoState.WATCHABLE


@pytest.mark.parametrize("status", [401, 403, 451, 999])
def test_a_site_that_turns_programs_away_says_nothing_about_its_pages(
    outside: Outside, recap, status: int
) -> None:
    outside.page(URL, status=status)
    for _ in range(6):
        look(31)
    assert link_now().state == Link.State.UNASKED


def test_robots_txt_is_read_kept_and_obeyed(outside: Outside, recap) -> None:
    outside.page(ROBOTS, "User-agent: *\nDisallow: /recap", content_type="text/plain")
    look(2)
    look(3)
    assert link_now().state == Link.State.UNASKED
    assert outside.asked == [("GET", ROBOTS)]
    outside.page(
        ROBOTS, "User-agent: other\nDisallow: /\n\nUser-agent: hallway\nAllow: /", content_type="text/plain"
    )
    Host.objects.update(robots_at=timezone.now() - timedelta(days=8))
    look(31)
    assert link_now().state == Link.State.OK


def test_a_site_that_knows_no_head_is_asked_properly(outside: Outside, recap) -> None:
    outside.pages[URL] = lambda visit: visit.give("here", status=405 if visit.command == "HEAD" else 200)
    look(2)
    assert (link_now().state, outside.asked[-2:]) == (Link.State.OK, [("HEAD", URL), ("GET", URL)])


def test_a_host_is_asked_one_page_at_a_time_and_left_alone_in_between(
    outside: Outside, recap, run_jobs, member, event
) -> None:
    for number in range(3):
        make_recap(event, member, url=f"https://blog.example.org/{number}")
    run_jobs()
    outside.asked.clear()
    assert look(3) == 1
    assert health.check_due() == 0
    assert look(0) == 1


def test_a_host_that_asks_for_patience_gets_it(outside: Outside, recap) -> None:
    outside.page(URL, status=429, Retry_After="7200")
    look(2)
    assert link_now().state == Link.State.UNASKED
    rest = from_now(Host.objects.get().ask_again_at)
    assert timedelta(minutes=119) < rest < timedelta(minutes=121)


def test_a_host_that_fails_is_left_alone_longer_each_time(outside: Outside, recap) -> None:
    outside.page(URL, status=502)
    rests = []
    for days in (2, 1, 2):
        look(days)
        rests.append(round(from_now(Host.objects.get().ask_again_at).total_seconds() / 60))
    assert rests == [10, 20, 40]
    assert link_now().state == Link.State.FAILING


def test_when_nothing_answers_at_all_it_is_our_own_network(outside: Outside, run_jobs, member, event) -> None:
    for number in range(3):
        make_recap(event, member, url=f"https://{number}.example.org/")
    run_jobs()

    def away(address: str, port: int, seconds: float):
        raise OSError("network is unreachable")

    outside.connect = away
    for _ in range(6):
        assert look(3) == 3
    assert set(Link.objects.values_list("failures", flat=True)) == {0}


def test_a_host_that_is_silent_while_others_answer_is_gone_in_the_end(
    outside: Outside, recap, run_jobs, member, event
) -> None:
    outside.page("https://there.example.org/", "there")
    make_recap(event, member, url="https://there.example.org/")
    run_jobs()
    connect = outside.connect
    outside.places["blog.example.org"] = ["93.184.215.99"]

    def silent(address: str, port: int, seconds: float):
        if address == "93.184.215.99":
            raise TimeoutError
        return connect(address, port, seconds)

    outside.connect = silent
    for days in (3, 8, 8, 8):
        look(days)
    states = dict(Link.objects.values_list("host", "state"))
    assert states == {"blog.example.org": "gone", "there.example.org": "ok"}


def test_what_nothing_public_leads_to_any_more_is_not_looked_at(outside: Outside, recap, moderator) -> None:
    recap.hide(by=moderator, reason="off-topic")
    assert look(3) == 0
    assert (outside.asked, link_now().check_at) == ([], None)


@pytest.mark.parametrize("behaviour", [hostile.drip, hostile.silence, hostile.endless, hostile.bomb])
def test_a_hostile_page_costs_some_seconds_at_most(outside: Outside, recap, monkeypatch, behaviour) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.5)
    outside.pages[URL] = behaviour
    began = time.monotonic()
    look(2)
    assert time.monotonic() - began < 0.5 * 2 + 2


def test_the_archive_is_asked_for_a_copy_only_where_the_site_wants_that(
    outside: Outside, run_jobs, member, event, settings
) -> None:
    save = f"https://web.archive.org/save/{URL}"
    outside.page(URL, "<title>Recap</title>")
    outside.page(save, "saved")
    outside.trust("web.archive.org")
    make_recap(event, member, url=URL)
    run_jobs()
    assert ("GET", save) not in outside.asked
    settings.ARCHIVE_LINKS = True
    recap = make_recap(event, member, url=f"{URL}?page=2")
    outside.page(f"{save}?page=2", "saved")
    outside.page(f"{URL}?page=2", "<title>Recap</title>")
    run_jobs()
    assert ("GET", f"{save}?page=2") in outside.asked
    assert Link.objects.get(key=recap.url_key).archived_on == timezone.now().date()


def test_links_that_an_import_brought_in_are_found(outside: Outside, run_jobs, recap) -> None:
    from community.tasks import find_links

    Link.objects.all().delete()
    find_links.func()
    run_jobs()
    assert (link_now().url, link_now().check_at is not None) == (URL, True)


def test_what_leads_nowhere_can_be_asked_for(outside: Outside, recap, member, event) -> None:
    make_recap(event, member, url="https://blog.example.org/other")
    assert list(type(recap).leading_nowhere()) == []
    Link.objects.filter(url=URL).update(state=Link.State.GONE)
    assert list(type(recap).leading_nowhere()) == [recap]


def test_the_slides_of_a_talk_are_looked_after_too(
    outside: Outside, run_jobs, member, moderator, event
) -> None:
    from community.tasks import find_links
    from talks.models import Resource

    talk = make_talk(event, member, title="A talk")
    slides = "https://slides.example.org/1"
    for state in (Resource.State.PUBLIC, Resource.State.WAITING):
        kind = Resource.Kind.SLIDES
        url = f"{slides}?{state}"
        Resource.objects.create(talk=talk, kind=kind, url=url, url_key=canonical(url), state=state)
    find_links.func()
    run_jobs()
    assert link_now().url == f"{slides}?public"
    Link.objects.update(state=Link.State.OK)
    outside.page("https://slides.example.org/robots.txt", status=404)
    for days in (3, 1, 2, 4):
        assert look(days) == 1
    assert link_now().state == Link.State.GONE
    page = client_of(moderator).get("/queue/links/").content.decode()
    assert f'<a href="{talk.get_absolute_url()}">A talk</a>' in page
    find_links.func()
    assert Link.objects.count() == 1
