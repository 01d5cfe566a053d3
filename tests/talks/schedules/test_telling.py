"""Our own schedule: valid, with the ids that it came with and our links, and nothing in it that is not public."""

import json
import zoneinfo
from xml.etree import ElementTree

import icalendar
import pytest

from community.models import Relation
from people.decisions import Reason
from talks.models import ScheduleEntry, Talk
from talks.schedules.guids import as_uuid
from talks.schedules.planning import plan
from talks.schedules.reading import read
from tests.cast import client_of, make_event, make_recap, make_tag, make_talk
from tests.talks.schedules.samples import CSV, GUIDS, XML
from tests.talks.schedules.test_bringing_in import bring  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
FORMS = ["schedule.xml", "schedule.json", "talks.ics"]


def get(event, name):
    response = client_of(None).get(f"{event.get_absolute_url()}{name}")
    assert response.status_code == 200
    return response.content


@pytest.fixture
def talks(event, bring):  # noqa: F811
    bring(event, XML)
    return {talk.title: talk for talk in Talk.objects.order_by("pk")}


def test_the_ids_are_kept_and_our_links_stand_beside_them(talks, event, member, moderator):
    talk = talks["How eBPF actually works"]
    talk.video_url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    talk.edit(by=moderator, credit=list(talk.people.all()))
    recap = make_recap(event, member, title="A day of graphs")
    Relation.objects.create(source=recap, target=talk)
    root = ElementTree.fromstring(get(event, "schedule.xml"))
    event_of = {one.get("guid"): one for one in root.iter("event")}
    assert set(event_of) == set(GUIDS)
    links = [(link.get("href"), link.text) for link in event_of[GUIDS[0]].iter("link")]
    assert links == [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "Video"),
        ("https://example.org/ebpf.pdf", "Slides"),
        (f"http://localhost:8000{recap.get_absolute_url()}", "Recap: A day of graphs"),
    ]
    told = json.loads(get(event, "schedule.json"))["schedule"]["conference"]["days"][0]["rooms"]["Hall 1"][0]
    assert [(link["url"], link["title"]) for link in told["links"]] == links


@pytest.mark.parametrize("form", FORMS)
def test_what_we_tell_read_again_changes_nothing(form, talks, event, bring, member):  # noqa: F811
    make_talk(event, member, title="Added by hand", starts_at=talks["La nuit des logs"].starts_at)
    make_talk(event, member, title="Without a time")
    before = list(Talk.objects.order_by("pk").values_list("pk", "version", "title", "edited_at", "room"))
    row = bring(event, get(event, form).decode())
    assert [(section["name"], section["count"]) for section in row.report["sections"]] == [("same", 3)]
    assert (
        list(Talk.objects.order_by("pk").values_list("pk", "version", "title", "edited_at", "room")) == before
    )
    assert ScheduleEntry.objects.count() == 2
    assert Talk.objects.first().resources.count() == 1


def test_an_id_that_is_no_uuid_becomes_one_that_we_know_again(event, bring):  # noqa: F811
    bring(event, CSV.replace(GUIDS[0], "ab-1"))
    (first, _second) = ElementTree.fromstring(get(event, "schedule.xml")).iter("event")
    assert first.get("guid") == as_uuid("ab-1")
    made = plan(read(get(event, "schedule.xml"), PARIS), event)
    assert (len(made.added), len(made.same), len(made.cancelled)) == (0, 2, 0)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_public_is_not_told(form, talks, event, moderator, newcomer):
    talk = talks["How eBPF actually works"]
    talk.hide(by=moderator, reason=Reason.OTHER)
    make_talk(event, newcomer, title="Still waiting", starts_at=talk.starts_at)
    told = get(event, form).decode()
    assert "La nuit des logs" in told
    assert "eBPF" not in told
    assert "Still waiting" not in told


def test_a_recording_that_somebody_does_not_want_is_not_told(talks, event, moderator):
    talk = talks["How eBPF actually works"]
    talk.video_url = "https://vimeo.com/76979871"
    talk.edit(by=moderator, credit=list(talk.people.all()))
    assert b"vimeo" in get(event, "schedule.xml")
    talk.people.update(no_recording=True)
    for form in FORMS:
        assert b"vimeo" not in get(event, form)


def test_the_calendars_are_valid_and_know_what_was_cancelled(talks, event, moderator):
    tag = make_tag("kernel", by=moderator)
    talk = talks["How eBPF actually works"]
    talk.edit(by=moderator, tags=["kernel"], credit=list(talk.people.all()))
    Talk.objects.filter(title="La nuit des logs").update(cancelled=True)
    found = icalendar.Calendar.from_ical(get(event, "talks.ics"))
    assert [(one["SUMMARY"], one["STATUS"], one["DTSTART"].dt.hour) for one in found.walk("VEVENT")] == [
        ("How eBPF actually works", "CONFIRMED", 8),
        ("La nuit des logs", "CANCELLED", 23),
    ]
    of_tag = client_of(None).get(f"{tag.get_absolute_url()}talks.ics").content
    lines = of_tag.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert [one["SUMMARY"] for one in icalendar.Calendar.from_ical(of_tag).walk("VEVENT")] == [talk.title]


def test_the_page_of_a_tag_leads_to_the_calendar_of_its_talks_where_it_has_some(
    talks, event, member, moderator
):
    with_talk, without = make_tag("kernel", by=moderator), make_tag("food", by=moderator)
    talk = talks["How eBPF actually works"]
    talk.edit(by=moderator, tags=["kernel"], credit=list(talk.people.all()))
    make_recap(event, member, tags=["food"])
    link = 'talks.ics">Its talks in your calendar</a>'
    pages = [client_of(None).get(tag.get_absolute_url()).content.decode() for tag in (with_talk, without)]
    assert [page.count(link) for page in pages] == [1, 0]


def test_titles_that_xml_cannot_hold_are_told_without_what_it_cannot(event, member, talks):
    make_talk(event, member, title="<b>& \x0bmore", starts_at=talks["La nuit des logs"].starts_at)
    titles = [
        one.findtext("title") for one in ElementTree.fromstring(get(event, "schedule.xml")).iter("event")
    ]
    assert "<b>& more" in titles


def test_a_schedule_costs_the_same_number_of_questions_however_long(
    event, member, django_assert_max_num_queries
):
    start = make_event("Other").starts_on
    for number in range(12):
        make_talk(event, member, title=f"Talk {number}", starts_at=f"{start}T10:00:00Z")
    for form in FORMS:
        with django_assert_max_num_queries(10):
            get(event, form)


def test_an_event_without_talks_has_one_empty_day_as_the_schemas_want(event):
    (day,) = ElementTree.fromstring(get(event, "schedule.xml")).iter("day")
    assert (day.attrib, list(day)) == (
        {
            "index": "1",
            "date": "2024-03-19",
            "start": "2024-03-19T00:00:00+01:00",
            "end": "2024-03-19T00:00:00+01:00",
        },
        [],
    )


def test_rooms_have_an_id_that_stays(event, talks):
    def rooms():
        return json.loads(get(event, "schedule.json"))["schedule"]["conference"]["rooms"]

    first = rooms()
    assert [room["name"] for room in first] == ["Hall 1", "Hall 2"]
    assert first[0]["guid"] != first[1]["guid"]
    assert rooms() == first
