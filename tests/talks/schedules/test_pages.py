"""The pages on which an organiser brings a schedule in: what would change, where the tracks go, the way to done."""

import io
import re
import uuid

import pytest
from django_tasks_db.models import DBTaskResult

from events.models import Organiser
from links.fetching import NotFetched
from talks.models import ScheduleEntry, ScheduleImport, Talk
from tests.cast import client_of, make_event, make_talk, make_user
from tests.markup import Markup
from tests.talks.schedules.samples import GUIDS, XML

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


@pytest.fixture
def browser_of(organiser):
    return client_of(organiser)


def send(browser, event, content=XML, **more):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = "schedule.xml"
    return browser.post(f"{event.get_absolute_url()}schedule/import/", {"file": file, **more})


def test_the_event_s_desk_leads_there(browser_of, event):
    assert (
        f"{event.get_absolute_url()}schedule/import/"
        in Markup(browser_of.get(f"{event.get_absolute_url()}desk/").content.decode()).links
    )


def test_first_the_organiser_sees_what_would_change_and_nothing_has(browser_of, event):
    answer = send(browser_of, event)
    row = ScheduleImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    page = browser_of.get(row.get_absolute_url()).content.decode()
    assert Markup(page).everything_wrong == []
    for words in ("What would change", "2 talks are new", "Tue 19 Mar, 09:30", "Chloé Témoin", "3 are new"):
        assert words in page
    assert Talk.objects.count() == 0


def test_then_the_worker_brings_it_in_and_the_page_says_so(browser_of, event, run_jobs, organiser):
    send(browser_of, event)
    row = ScheduleImport.objects.get()
    browser_of.post(f"{row.get_absolute_url()}confirmation/", {})
    waiting = browser_of.get(row.get_absolute_url()).content.decode()
    assert "data-awaits" in waiting
    assert "Look again" in waiting
    run_jobs()
    done = browser_of.get(row.get_absolute_url()).content.decode()
    assert Markup(done).everything_wrong == []
    assert "The schedule is imported" in done
    assert "data-awaits" not in done
    assert (Talk.objects.count(), Talk.objects.first().decisions.get().actor) == (2, organiser)
    row.refresh_from_db()
    assert row.content is None
    # A second press finds it done.
    browser_of.post(f"{row.get_absolute_url()}confirmation/", {})
    run_jobs()
    assert Talk.objects.count() == 2


def test_a_double_click_makes_one_import(browser_of, event):
    key = str(uuid.uuid4())
    first = send(browser_of, event, submission_key=key)
    assert send(browser_of, event, submission_key=key)["Location"] == first["Location"]
    assert ScheduleImport.objects.count() == 1


def test_what_is_gone_is_proposed_as_cancelled_but_not_by_a_file_that_is_another_one(
    browser_of, event, run_jobs
):
    send(browser_of, event)
    browser_of.post(f"{ScheduleImport.objects.get().get_absolute_url()}confirmation/")
    run_jobs()
    one_less = (
        XML[: XML.index('<room name="Hall 2">')] + XML[XML.index("</room>\n  </day>") + len("</room>") :]
    )
    ticked = []
    for content in (one_less, "title\nSomething else\n"):
        page = browser_of.get(send(browser_of, event, content).url).content.decode()
        box = re.search(r'<input type="checkbox" name="cancel"[^>]*>', page)[0]
        ticked.append("checked" in box)
    assert ticked == [True, False]


def test_a_track_that_is_new_goes_to_the_part_of_its_name_and_the_others_where_they_went(
    browser_of, event, run_jobs
):
    inside = make_event("Networking", parent=event)
    send(browser_of, event)
    # Put back to the event itself, by hand.
    browser_of.post(f"{ScheduleImport.objects.get().get_absolute_url()}confirmation/", {"track-0": ""})
    run_jobs()
    edge = make_event("Edge Day", parent=event)
    answer = send(browser_of, event, "title,track\nA talk at the edge,Edge Day\nRouting,Networking\n")
    planned = ScheduleImport.objects.get(state="planned")
    assert (planned.asked["places"], answer.url) == ({"Edge Day": edge.pk}, planned.get_absolute_url())
    assert inside.pk not in planned.asked["places"].values()


def test_tracks_are_put_where_the_organiser_says(browser_of, event, run_jobs):
    inside = make_event("Edge Day", parent=event)
    send(browser_of, event)
    row = ScheduleImport.objects.get()
    browser_of.post(f"{row.get_absolute_url()}places/", {"track-0": inside.pk})
    row.refresh_from_db()
    assert (row.state, row.asked["places"]) == ("planned", {"Networking": inside.pk})
    assert browser_of.post(f"{row.get_absolute_url()}places/", {"track-0": "nowhere"}).status_code == 422
    browser_of.post(f"{row.get_absolute_url()}confirmation/", {"track-0": inside.pk})
    run_jobs()
    assert Talk.objects.get(event=inside).title == "How eBPF actually works"


@pytest.mark.parametrize("content", ["Dear organisers", b"\x00\x01", "<rss/>", "{", b"\xff\xfe\x00"])
def test_what_is_no_schedule_is_answered_in_words(browser_of, event, content):
    answer = send(browser_of, event, content)
    page = browser_of.get(answer["Location"]).content.decode()
    assert "Nothing was changed." in page
    assert Markup(page).everything_wrong == []
    assert ScheduleImport.objects.get().content is None


def test_nothing_or_both_is_told_at_the_field(browser_of, event):
    address = f"{event.get_absolute_url()}schedule/import/"
    assert "Choose a file, or paste the address of one." in browser_of.post(address).content.decode()
    both = send(browser_of, event, url="https://example.org/schedule.xml")
    assert both.status_code == 422
    assert "Either a file or an address, not both." in both.content.decode()
    for bad in ("ftp://example.org/", "http://127.0.0.1/schedule.xml", "http://localhost/"):
        assert browser_of.post(address, {"url": bad}).status_code == 422
    assert ScheduleImport.objects.count() == 0


class Answered:
    is_ok, status, body = True, 200, XML.encode()


def test_an_address_is_fetched_in_the_worker(browser_of, event, run_jobs, monkeypatch):
    monkeypatch.setattr("links.fetching.fetch", lambda url, **_more: Answered)
    answer = browser_of.post(
        f"{event.get_absolute_url()}schedule/import/", {"url": "https://example.org/schedule.xml"}
    )
    assert "data-awaits" in browser_of.get(answer["Location"]).content.decode()
    run_jobs()
    assert "2 talks are new" in browser_of.get(answer["Location"]).content.decode()


def test_an_address_that_does_not_answer_says_why(browser_of, event, run_jobs, monkeypatch):
    def refuse(url, **_more):
        raise NotFetched("slow")

    monkeypatch.setattr("links.fetching.fetch", refuse)
    answer = browser_of.post(f"{event.get_absolute_url()}schedule/import/", {"url": "https://example.org/"})
    run_jobs()
    page = browser_of.get(answer["Location"]).content.decode()
    assert "The site took too long to answer." in page
    assert DBTaskResult.objects.filter(status="FAILED").count() == 0


def test_one_schedule_of_an_event_at_a_time(browser_of, event, run_jobs):
    send(browser_of, event)
    first = ScheduleImport.objects.get()
    browser_of.post(f"{first.get_absolute_url()}confirmation/", {})
    send(browser_of, event)
    second = ScheduleImport.objects.exclude(pk=first.pk).get()
    page = browser_of.post(f"{second.get_absolute_url()}confirmation/", {}, follow=True).content.decode()
    assert "Another schedule is being imported into this event." in page
    run_jobs()
    assert Talk.objects.count() == 2


def test_strangers_and_members_find_nothing(event, outsider, organiser):
    send(client_of(organiser), event)
    row = ScheduleImport.objects.get()
    for address in (f"{event.get_absolute_url()}schedule/import/", row.get_absolute_url()):
        assert client_of(None).get(address).status_code == 302
        assert client_of(outsider).get(address).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_organiser_brings_a_schedule_in(visitor, live_server, tmp_path, event, organiser, run_jobs):
    file = tmp_path / "programme.bin"
    file.write_text(XML)
    page = visitor()
    sign_in(page, live_server, organiser)
    page.goto(event.get_absolute_url())
    page.get_by_role("link", name="Look after this event").click()
    page.get_by_role("link", name="Import the schedule").click()
    page.get_by_label("A file").set_input_files(str(file))
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_text("2 talks are new").wait_for()
    assert Talk.objects.count() == 0
    page.get_by_role("button", name="Import it").click()
    page.locator("[data-awaits]").wait_for()
    run_jobs()
    # The page notices by itself.
    page.get_by_role("heading", name="The schedule is imported").wait_for()
    page.get_by_role("link", name="See the talks").click()
    assert page.locator(".card-title").all_inner_texts() == ["How eBPF actually works", "La nuit des logs"]


def sign_in(page, live_server, user):
    cookie = client_of(user).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def test_a_kept_report_does_not_tell_of_talks_that_were_taken_out_of_sight(
    browser_of, event, run_jobs, moderator
):
    send(browser_of, event)
    row = ScheduleImport.objects.get()
    browser_of.post(f"{row.get_absolute_url()}confirmation/", {})
    run_jobs()

    def told(browser):
        page = browser.get(row.get_absolute_url()).content.decode()
        assert Markup(page).everything_wrong == []
        return [
            words in page
            for words in ("How eBPF actually works", "La nuit des logs", "1 that is out of sight")
        ]

    assert told(browser_of) == [True, True, False]
    Talk.objects.get(title="La nuit des logs").hide(by=moderator, reason="other")
    assert told(browser_of) == [True, False, True]
    assert told(client_of(moderator)) == [True, True, False]
    # What is brought once more and left out is named in the dry run, which shows the file, and not in what is kept.
    send(browser_of, event)
    again = ScheduleImport.objects.exclude(pk=row.pk).get()
    assert "La nuit des logs" in browser_of.get(again.get_absolute_url()).content.decode()
    browser_of.post(f"{again.get_absolute_url()}confirmation/", {})
    run_jobs()
    kept = browser_of.get(again.get_absolute_url()).content.decode()
    assert ("The schedule is imported" in kept, "La nuit des logs" in kept) == (True, False)


def test_a_dry_run_does_not_tell_what_a_talk_says_that_still_waits(browser_of, event, newcomer):
    waiting = make_talk(
        event, newcomer, title="How eBPF actually works", description="A canary", room="Hall 9"
    )
    ScheduleEntry.objects.create(event=event, guid=GUIDS[0], talk=waiting, imported={"room": "Hall 9"})
    page = browser_of.get(send(browser_of, event)["Location"]).content.decode()
    assert ("1 talk is changed" in page, "out of sight" in page) == (True, True)
    assert ("A canary" in page, "Hall 9" in page) == (False, False)
