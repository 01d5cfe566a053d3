"""What is missing: jobs of ten seconds on an event's page, each done in place."""

import datetime
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.missing import EXAMPLES
from community.tasks import count_missing
from events.models import Event, Organiser
from links.models import Link
from people.models import Person
from photos.models import Photo
from talks.models import Resource
from tests.cast import client_of, make_event, make_photo, make_recap, make_talk, make_user
from tests.community.pages import cost


def strip(event: Event, user: Any = None) -> list[str]:
    """The lines of the strip on the event's page."""
    page = client_of(user).get(event.get_absolute_url()).content.decode()
    return re.findall(r'<a href="[^"]*" data-job="[^"]*">([^<]*)</a>', page)


def jobs(event: Event, user: Any = None) -> str:
    return client_of(user).get(f"{event.get_absolute_url()}missing/").content.decode()


def test_nothing_is_shown_where_nothing_is_missing(event, member, run_jobs):
    make_talk(event, member, video_url="https://youtu.be/dQw4w9WgXcQ")
    make_photo(event, member)
    run_jobs()
    assert strip(event) == []
    assert "What is missing" not in client_of(None).get(event.get_absolute_url()).content.decode()
    assert "Nothing is missing here." in jobs(event)


def test_the_strip_counts_what_is_public_at_the_event_and_inside_it(
    event, colocated, member, newcomer, moderator, run_jobs
):
    for at in (event, colocated):
        make_talk(at, member)
        make_photo(at, member, alt="")
    make_talk(event, member, cancelled=True)
    make_talk(event, member, video_state="not-recorded")
    make_talk(event, newcomer), make_photo(event, newcomer, alt="")
    hidden = make_talk(event, member, title="Canary")
    hidden.hide(by=moderator, reason="other")
    run_jobs()
    assert strip(event) == ["2 photos want a description", "2 talks want their video"]
    assert strip(colocated) == ["1 photo wants a description", "1 talk wants its video"]
    assert "Canary" not in jobs(event)


def test_the_numbers_follow_what_people_do(event, member, moderator, run_jobs):
    talk = make_talk(event, member)
    run_jobs()
    counts = [strip(event)]
    talk.video_url = "https://youtu.be/dQw4w9WgXcQ"
    talk.edit(by=member)
    run_jobs()
    counts.append(strip(event))
    assert counts == [["1 talk wants its video"], []]


def test_the_strip_costs_the_events_page_no_query(event, member, run_jobs):
    make_recap(event, member)
    run_jobs()
    before = cost(lambda: client_of(None).get(event.get_absolute_url()))
    for _ in range(3):
        make_talk(event, member), make_photo(event, member, alt="")
    run_jobs()
    Event.objects.update(missing={})
    without = cost(lambda: client_of(None).get(event.get_absolute_url()))
    count_missing.enqueue()
    run_jobs()
    assert len(strip(event)) == 2
    assert (before <= without, cost(lambda: client_of(None).get(event.get_absolute_url()))) == (True, without)


def test_the_jobs_cost_the_same_however_much_is_missing(event, member, run_jobs):
    costs = []
    for more in (2, EXAMPLES):
        for _ in range(more):
            make_talk(event, member), make_photo(event, member, alt="")
        run_jobs()
        costs.append(cost(lambda: client_of(None).get(f"{event.get_absolute_url()}missing/")))
    assert costs[1] <= costs[0]
    assert jobs(event).count('<li class="job">') == 2 * EXAMPLES


# --- A talk's video ---------------------------------------------------------------------------------------------------


def test_whoever_found_a_video_brings_it_from_the_list_and_goes_on_with_the_next(event, member, run_jobs):
    talk, _other = make_talk(event, member), make_talk(event, member)
    run_jobs()
    page = jobs(event, member)
    assert page.count('name="kind" value="video"') == 2
    back = f"{event.get_absolute_url()}missing/#missing-video"
    video = {"kind": "video", "url": "https://youtu.be/dQw4w9WgXcQ", "next": back}
    assert client_of(member).post(f"/talks/{talk.pk}/links/", video).url == back
    run_jobs()
    assert strip(event) == ["1 talk wants its video"]


def test_a_stranger_is_led_to_the_form_that_asks_for_a_name(event, member, run_jobs):
    talk = make_talk(event, member)
    run_jobs()
    assert f'href="/talks/{talk.pk}/links/?kind=video"' in jobs(event)


# --- Links that lead nowhere ------------------------------------------------------------------------------------------


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


@pytest.fixture
def lose(run_jobs):
    """Return a function that has our worker know that the page at an address is gone."""

    def lose(url):
        run_jobs()
        since = timezone.now() - timedelta(days=3)
        about = {"state": Link.State.GONE, "gone_since": since, "archived_on": datetime.date(2024, 4, 2)}
        assert Link.objects.filter(url=url).update(**about) == 1
        count_missing.enqueue()
        run_jobs()

    return lose


def test_a_linked_write_up_whose_page_is_gone_wants_its_new_address(
    event, member, organiser, moderator, lose, outside
):
    there, gone = (f"https://blog.example.org/{name}" for name in ("there", "gone"))
    make_recap(event, member, url=there, body="", title="Still there")
    recap = make_recap(event, member, url=gone, body="", title="A week in Paris")
    hidden = make_recap(event, member, url=f"{gone}?hidden", body="", title="Canary")
    lose(gone), lose(f"{gone}?hidden")
    hidden.hide(by=moderator, reason="other")
    assert (strip(event), strip(event, member)) == ([], [])
    count_missing.func()
    assert strip(event, organiser) == ["1 link leads nowhere"]
    page = jobs(event, moderator)
    assert ("A week in Paris" in page, "Still there" in page, "Canary" in page) == (True, False, False)
    assert f'href="{recap.get_edit_url()}"' in page
    assert f'href="{recap.get_edit_url()}"' not in jobs(event, organiser)


def test_slides_that_are_gone_lead_to_the_archive_and_are_wanted_until_somebody_brings_them_anew(
    event, member, moderator, lose, outside, run_jobs
):
    slides, code = (f"https://files.example.org/{name}" for name in ("slides.pdf", "code"))
    talk = make_talk(event, member, video_state="not-recorded", title="A talk")
    for kind, url in (("slides", slides), ("code", code)):
        Resource.bring(talk, kind=kind, url=url, by=member)
    hidden = make_talk(event, member, video_state="not-recorded", title="Canary")
    Resource.bring(hidden, kind="slides", url=slides, by=member)
    hidden.hide(by=moderator, reason="other")
    lose(slides)
    assert strip(event) == ["1 talk has a link that leads nowhere"]
    listed = jobs(event)
    assert f'href="/talks/{talk.pk}/links/"' in listed
    assert ("Slides: files.example.org" in listed, "Code: files" in listed) == (True, False)
    assert "Canary" not in listed
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    copy = f"https://web.archive.org/web/20240402120000/{slides}"
    assert re.findall(
        r'<a href="(https://[^"]+)" rel="nofollow ugc noopener">', page.split('id="links"')[1]
    ) == [
        copy,
        slides,
        code,
    ]
    Resource.bring(talk, kind="slides", url="https://files.example.org/new.pdf", by=member)
    run_jobs()
    assert strip(event) == []


# --- A photo's description --------------------------------------------------------------------------------------------


@pytest.fixture
def photo(event, member):
    return make_photo(event, member, alt="", tags=["edge"], credit=[Person.objects.create(name="Ada")])


def describe(photo, who, text="Two people at a whiteboard", **more):
    return client_of(who).post(f"/photos/{photo.pk}/description/", {"alt": text, **more})


def alt_of(photo):
    return Photo.objects.get(pk=photo.pk).alt


def test_a_member_who_publishes_directly_describes_what_somebody_else_added(
    photo, event, moderator, run_jobs
):
    run_jobs()
    answer = describe(photo, moderator)
    assert answer.url == f"{event.get_absolute_url()}missing/#missing-alt"
    run_jobs()
    described = Photo.objects.get(pk=photo.pk)
    assert (described.alt, described.version, described.is_public) == ("Two people at a whiteboard", 2, True)
    assert (described.tags.count(), described.people.count()) == (1, 1)
    assert strip(event) == []


def test_an_organiser_describes_photos_of_their_event(photo, event, outsider):
    assert (describe(photo, outsider).status_code, alt_of(photo)) == (404, "")
    Organiser.objects.create(event=event, user=outsider)
    describe(photo, outsider)
    assert alt_of(photo) == "Two people at a whiteboard"


@pytest.mark.parametrize("who", ["newcomer", "guest"])
def test_whoever_is_not_trusted_yet_is_not_asked(who, photo, event, request, run_jobs):
    run_jobs()
    user = request.getfixturevalue(who)
    assert 'name="alt"' not in jobs(event, user)
    describe(photo, user)
    assert alt_of(photo) == ""


def test_nobodys_words_are_written_over(photo, member, moderator):
    describe(photo, member, "First")
    assert describe(photo, moderator, "Second").status_code == 302
    assert alt_of(photo) == "First"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "x" * 501])
def test_what_says_nothing_or_too_much_is_asked_for_again(text, photo, member):
    assert (describe(photo, member, text).status_code, alt_of(photo)) == (422, "")


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/events//evil.example", "javascript:1"]
)
def test_the_way_back_leads_to_no_other_site(address, photo, member):
    found = describe(photo, member, next=address).url
    assert found.startswith("/events/")


# --- A speaker's link -------------------------------------------------------------------------------------------------


@pytest.fixture
def speaker(event, member):
    person = Person.objects.create(name="Ada")
    make_talk(event, member, credit=[person], video_url="https://youtu.be/dQw4w9WgXcQ")
    return person


def give_link(person, who, url="https://ada.example.org/"):
    return client_of(who).post(f"/people/{person.handle}/link/", {"url": url})


def test_who_looks_after_the_event_gives_a_speaker_their_first_link(speaker, event, outsider, run_jobs):
    Organiser.objects.create(event=event, user=outsider)
    run_jobs()
    assert (strip(event), strip(event, outsider)) == ([], ["1 speaker wants a link"])
    assert 'action="/people/ada/link/"' in jobs(event, outsider)
    give_link(speaker, outsider)
    speaker.refresh_from_db()
    assert (speaker.links, strip(event, outsider)) == (["https://ada.example.org/"], [])


@pytest.mark.parametrize("who", ["member", "newcomer"])
def test_nobody_else_writes_on_somebodys_page(who, speaker, request):
    assert give_link(speaker, request.getfixturevalue(who)).status_code == 404
    speaker.refresh_from_db()
    assert speaker.links == []


def test_not_the_organiser_of_another_event_nor_over_what_is_there_nor_of_a_member(
    speaker, event, outsider, newcomer
):
    elsewhere = make_event("Elsewhere")
    Organiser.objects.create(event=elsewhere, user=outsider)
    assert give_link(speaker, outsider).status_code == 404
    Organiser.objects.create(event=event, user=outsider)
    assert give_link(newcomer.person, outsider).status_code == 404
    give_link(speaker, outsider)
    assert give_link(speaker, outsider, "https://other.example.org/").status_code == 404


@pytest.mark.parametrize("url", ["", "nonsense", "javascript:alert(1)"])
def test_what_is_no_address_is_an_error_at_its_field(url, speaker, event, outsider):
    Organiser.objects.create(event=event, user=outsider)
    answer = give_link(speaker, outsider, url)
    speaker.refresh_from_db()
    assert (answer.status_code, speaker.links) == (422, [])


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_job_is_done_in_place_and_said_aloud(
    transactional_db, visitor, live_server, event, moderator, run_jobs
):
    first, _second = (make_photo(event, moderator, alt="") for _ in range(2))
    run_jobs()
    page = visitor(phone=True)
    browser = client_of(moderator)
    page.context.add_cookies(
        [{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(event.get_absolute_url())
    page.get_by_text("2 photos want a description").click()
    page.locator(".missing .job").first.wait_for()
    assert page.locator(".missing .job").count() == 2
    page.locator(".missing input[name=alt]").last.fill("What is not sent yet")
    page.locator(".missing input[name=alt]").first.fill("Two people at a whiteboard")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Thank you!").wait_for()
    assert page.locator(".missing .job").count() == 1
    assert page.locator(".missing input[name=alt]").input_value() == "What is not sent yet"
    assert page.url.endswith(event.get_absolute_url())
    assert alt_of(first) == "Two people at a whiteboard"
