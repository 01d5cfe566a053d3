"""A schedule is brought in whole or not at all; once more it changes nothing; what people wrote stays."""

import datetime
import zoneinfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.counters import differences
from community.models import Contribution, Credit, Decision, Mention, Revision, TaggedContribution, Tally
from community.search import find
from people.models import FormerName, Person, PersonMerge
from people.models.identity import digest_of_name
from talks.models import ScheduleEntry, ScheduleImport, Talk
from talks.schedules.planning import plan
from talks.schedules.reading import read
from talks.schedules.report import report
from tests.cast import make_event, make_tag, make_talk
from tests.talks.schedules.samples import ALL, CSV, PYVIDEO, XML

pytestmark = pytest.mark.django_db
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.fixture
def bring(moderator, run_jobs):
    """Return a function that brings a text in as the pages do, and returns the finished import."""

    def bring(event, text, *, cancel=True, places=None, by=moderator):
        row = ScheduleImport(event=event, by=by, file_name="schedule")
        row.begin(text.encode())
        assert row.state == "planned", row.problem
        if places is not None:
            row.look(places)
        row.queue(by=by, cancel=cancel)
        run_jobs()
        row.refresh_from_db()
        assert row.state == "done", row.problem
        return row

    return bring


def counts(row):
    return {section["name"]: section["count"] for section in row.report["sections"]}


def planned(event, text):
    made = plan(read(text.encode(), PARIS), event)
    return {name: len(getattr(made, name)) for name in ("added", "changed", "same", "cancelled", "left_out")}


@pytest.fixture
def talks(event, bring):
    bring(event, XML)
    return {talk.title: talk for talk in Talk.objects.order_by("pk")}


# --- What comes in ---------------------------------------------------------------------------------------------------


def test_a_schedule_becomes_public_talks_with_all_that_it_says(talks, event):
    talk = talks["How eBPF actually works"]
    assert (talk.state, talk.contributor, talk.guest, talk.quiet) == ("public", None, None, True)
    assert (talk.room, talk.track, talk.minutes, talk.language) == ("Hall 1", "Networking", 45, "en")
    assert talk.starts_at == datetime.datetime(2024, 3, 19, 8, 30, tzinfo=datetime.UTC)
    assert talk.day.date == datetime.date(2024, 3, 19)
    assert talks["La nuit des logs"].day == talk.day
    assert talks["La nuit des logs"].video_state == "not-recorded"
    assert [credit.person.name for credit in talk.credits.all()] == ["Ada Example", "Bo Sample"]
    assert list(talk.resources.values_list("kind", "state")) == [("slides", "public")]
    assert Person.objects.filter(name="Chloé Témoin").exists()


def test_all_that_the_verbs_keep_is_kept(talks, event, moderator, run_jobs):
    pk = talks["How eBPF actually works"].pk
    assert list(differences()) == []
    assert find(["ebpf"]) == [pk]
    assert find(["sample"]) == [pk]
    assert Tally.objects.get(event=event, kind="talk").count == 2
    decision = Decision.objects.get(contribution=pk)
    assert (decision.verb, decision.actor, decision.to_state) == ("submit", moderator, "public")
    version = Revision.objects.get(contribution=pk)
    named = [Person.objects.get(name=name).pk for name in ("Ada Example", "Bo Sample")]
    assert version.fields["credit"] == named
    # The cards of all are drawn, in every language.
    assert Contribution.objects.without_card().count() == 0
    # It is no news: nobody cared about any of it yet.
    assert Contribution.objects.news().count() == 0


def test_whom_a_description_mentions_hears_of_it_on_their_page_by_the_handle_of_today(event, bring, member):
    ada = Person.objects.create(name="Ada Witness", handle="ada-old")
    ada.rename("Ada Witness", "ada")
    bo = Person.objects.create(name="Bo Witness", handle="bo")
    bring(event, XML.replace("From the kernel to the graph.", "With @ada-old, and @nobody."))
    talk = Talk.objects.get(title="How eBPF actually works")
    assert "With @ada, and @nobody." in talk.description
    assert list(Mention.objects.values_list("contribution", "person")) == [(talk.pk, ada.pk)]
    bring(event, XML.replace("From the kernel to the graph.", "With @bo and @ada."))
    assert set(Mention.objects.values_list("contribution", "person")) == {(talk.pk, ada.pk), (talk.pk, bo.pk)}
    assert counts(bring(event, XML.replace("From the kernel to the graph.", "With @bo and @ada-old."))) == {
        "same": 2
    }


def test_known_words_become_tags_and_new_ones_are_proposed(event, bring, moderator):
    make_tag("ebpf", by=moderator)
    bring(event, PYVIDEO.replace('"ebpf"', '"eBPF", "kernel"'))
    rows = TaggedContribution.objects.order_by("tag__name")
    assert list(rows.values_list("tag__name", "tag__state", "public")) == [
        ("ebpf", "accepted", True),
        ("kernel", "proposed", True),
    ]
    assert list(differences()) == []


def test_an_address_beside_a_name_is_kept_for_a_claim_and_shown_nowhere(event, bring):
    bring(event, CSV)
    assert Person.objects.get(name="Ada Example").contact_email == "ada@example.org"
    assert "ada@example.org" not in str(ScheduleImport.objects.get().report)


@pytest.mark.parametrize("format", ALL)
def test_importing_again_creates_and_changes_nothing(format, event, bring):
    bring(event, ALL[format])
    before = list(Talk.objects.order_by("pk").values())
    again = bring(event, ALL[format])
    assert counts(again) == {"same": 2}
    assert again.report["changes_nothing"]
    assert list(Talk.objects.order_by("pk").values()) == before
    assert (Person.objects.exclude(account=None).count(), ScheduleEntry.objects.count()) == (1, 2)


@pytest.mark.parametrize("format", ["frab-json", "icalendar", "csv"])
def test_the_same_schedule_in_another_format_is_the_same_schedule(format, talks, event, bring):
    assert counts(bring(event, ALL[format])) == {"same": 2}
    assert Talk.objects.count() == 2


def test_a_list_of_videos_finds_the_talks_that_are_there_by_their_titles(talks, event, bring):
    assert counts(bring(event, PYVIDEO)) == {"changed": 1, "same": 1, "found": 2}
    talk = Talk.objects.get(title="How eBPF actually works")
    assert (talk.video_url, talk.video_state) == ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "watchable")
    assert Talk.objects.count() == 2
    assert list(differences()) == []


# --- What changes, and what stays -------------------------------------------------------------------------------------


def test_a_change_of_the_schedule_changes_what_nobody_has_edited(talks, event, bring, run_jobs):
    text = XML.replace("Hall 1", "Hall 7").replace(">Bo Sample<", ">Cy Other<")
    dry = report(plan(read(text.encode(), PARIS), event))["sections"][0]["rows"][0][2]
    assert dry[1] == ["speakers", "Ada Example, Bo Sample", "Ada Example, Cy Other"]
    row = bring(event, text)
    assert counts(row) == {"changed": 1, "same": 1}
    (changed,) = [section for section in row.report["sections"] if section["name"] == "changed"]
    assert changed["rows"] == [
        [
            "How eBPF actually works",
            [],
            [
                ["room", "Hall 1", "Hall 7"],
                # What is kept for ever names nobody; the dry run did.
                ["speakers", "", ""],
            ],
            [talks["How eBPF actually works"].pk],
        ]
    ]
    talk = Talk.objects.get(title="How eBPF actually works")
    assert (talk.room, talk.version) == ("Hall 7", 2)
    assert [credit.person.name for credit in talk.credits.all()] == ["Ada Example", "Cy Other"]
    assert find(["cy", "other"]) == [talk.pk]
    assert list(differences()) == []


def test_what_somebody_edited_stays_and_the_report_says_so(talks, event, bring, moderator):
    talk = Talk.objects.get(title="How eBPF actually works")
    talk.title, talk.description = "How eBPF really works", "Better words."
    talk.edit(by=moderator, credit=list(talk.people.all()))
    row = bring(event, XML.replace("How eBPF actually works", "eBPF: how it works").replace("00:45", "00:50"))
    talk.refresh_from_db()
    assert (talk.title, talk.description, talk.minutes) == ("How eBPF really works", "Better words.", 50)
    (kept,) = [section for section in row.report["sections"] if section["name"] == "kept"]
    assert [field for field, _here, _there in kept["rows"][0][2]] == ["title", "what it is about"]


def test_a_talk_that_somebody_added_by_hand_becomes_the_schedule_s(event, bring, member):
    talk = make_talk(event, member, title="how  EBPF actually works", why="The graph at the end.")
    row = bring(event, XML)
    assert counts(row) == {"added": 1, "changed": 1, "kept": 1, "found": 1}
    talk.refresh_from_db()
    assert (talk.title, talk.why, talk.room) == (
        "how  EBPF actually works",
        "The graph at the end.",
        "Hall 1",
    )
    assert talk.contributor == member
    assert Talk.objects.count() == 2


def test_what_is_only_perhaps_the_same_is_named_and_not_touched(event, bring, member):
    make_talk(event, member, title="How eBPF works")
    row = bring(event, XML)
    assert counts(row) == {"added": 2, "alike": 1}
    assert Talk.objects.count() == 3


def test_what_waits_for_review_is_not_told_to_organisers(event, member, newcomer):
    make_talk(event, newcomer, title="How eBPF actually works")
    assert planned(event, XML)["added"] == 2


def test_what_is_gone_from_the_schedule_is_cancelled_and_can_come_back(talks, event, bring):
    rest = XML[: XML.index('    <room name="Hall 2">')] + "  </day>\n</schedule>\n"
    assert counts(bring(event, rest, cancel=False)) == {"cancelled": 1, "same": 1}
    assert Talk.objects.filter(cancelled=True).count() == 0
    bring(event, rest)
    assert Talk.objects.get(cancelled=True).title == "La nuit des logs"
    assert counts(bring(event, rest)) == {"same": 1}
    assert counts(bring(event, XML)) == {"changed": 1, "same": 1}
    assert Talk.objects.filter(cancelled=True).count() == 0


def test_what_took_place_is_not_cancelled(talks, event, moderator):
    talk = talks["La nuit des logs"]
    talk.video_url = "https://vimeo.com/76979871"
    talk.edit(by=moderator)
    assert planned(event, "title\nSomething else\n")["cancelled"] == 1


def test_what_was_deleted_here_does_not_come_back(talks, event, bring, moderator):
    Talk.objects.get(title="La nuit des logs").delete()
    assert counts(bring(event, XML)) == {"left_out": 1, "same": 1}
    assert Talk.objects.count() == 1


def test_who_asked_not_to_be_named_is_left_out(event, bring):
    FormerName.objects.create(digest=digest_of_name("bo sample"))
    row = bring(event, XML)
    assert row.report["people"]["left_out"] == 1
    talk = Talk.objects.get(title="How eBPF actually works")
    assert [credit.person.name for credit in talk.credits.all()] == ["Ada Example"]
    assert "Bo Sample" not in str(row.report)


def test_a_person_who_took_another_name_is_found_by_the_old_one(talks, event, bring):
    Person.objects.get(name="Bo Sample").rename("Bea Sample")
    assert counts(bring(event, XML)) == {"same": 2}
    assert Credit.objects.filter(person__name="Bea Sample").count() == 1


# --- Events inside of events ------------------------------------------------------------------------------------------


def test_tracks_go_to_the_co_located_events_that_they_are_put_to(event, bring):
    inside = make_event("Networking", parent=event)
    row = bring(event, XML)
    # Called alike: nobody has to say so.
    assert row.asked["places"] == {"Networking": inside.pk}
    assert Talk.objects.get(event=inside).title == "How eBPF actually works"
    assert list(differences()) == []
    bring(event, XML, places={})
    assert Talk.objects.filter(event=inside).count() == 0
    assert list(differences()) == []
    event.refresh_from_db()
    assert event.contribution_count == 2


def test_the_schedule_of_a_co_located_event_cancels_nothing_of_the_others(talks, event, bring):
    inside = make_event("Edge Day", parent=event)
    bring(inside, "title\nAt the edge\n")
    assert Talk.objects.get(event=inside).title == "At the edge"
    assert counts(bring(event, XML)) == {"same": 2}
    assert Talk.objects.filter(cancelled=True).count() == 0


# --- All or nothing ---------------------------------------------------------------------------------------------------


def test_where_something_breaks_nothing_is_changed_and_the_page_says_so(
    event, moderator, run_jobs, monkeypatch
):
    row = ScheduleImport(event=event, by=moderator, file_name="schedule.xml")
    row.begin(XML.encode())
    row.queue(by=moderator)

    def broken(*_args, **_more):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("talks.schedules.carrying_out.attach", broken)
        run_jobs()
        assert (Talk.objects.count(), Person.objects.filter(account=None).count()) == (0, 0)
        row.refresh_from_db()
        assert row.state == "running"
    # Its worker died, or the next try comes: it runs again, from the beginning.
    run_jobs(later=datetime.timedelta(minutes=1))
    row.refresh_from_db()
    assert (row.state, Talk.objects.count()) == ("done", 2)
    row.carry_out()
    assert Talk.objects.count() == 2


def test_after_three_tries_it_is_given_up(event, moderator, run_jobs, monkeypatch):
    row = ScheduleImport(event=event, by=moderator, file_name="schedule.xml")
    row.begin(XML.encode())
    row.queue(by=moderator)
    monkeypatch.delattr("talks.schedules.carrying_out.attach")
    for _try in range(3):
        run_jobs(later=datetime.timedelta(hours=6))
    row.refresh_from_db()
    assert (row.state, row.content) == ("failed", None)
    assert "Nothing was changed" in row.problem


def test_planning_asks_the_same_number_of_questions_however_many_talks(event, bring):
    def table(number):
        return "title,speaker\n" + "".join(f"Number {n} of all,Speaker {n}\n" for n in range(number))

    asked = []
    for number in (3, 60):
        bring(event, table(number), cancel=False)
        schedule = read(table(number).encode(), PARIS)
        with CaptureQueriesContext(connection) as queries:
            plan(schedule, event)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_words_and_numbers_of_a_schedule_stay_within_their_columns(event, bring):
    long = "x" * 5000
    bring(event, f"title,room,track,speaker,guid\n{long},{long},{long},{long},{long}\n")
    talk = Talk.objects.get()
    assert (len(talk.title), len(talk.room), len(talk.track)) == (200, 100, 100)
    assert ScheduleEntry.objects.get().guid.startswith("long:")


def test_a_talk_that_was_joined_with_another_does_not_come_back(talks, event, bring, moderator, member):
    other = make_talk(event, member, title="eBPF, the tour", why="The graph.")
    Talk.objects.get(title="How eBPF actually works").merge_into(other, by=moderator)
    row = bring(event, XML)
    assert set(counts(row)) <= {"same", "kept", "left_out"}
    assert Contribution.objects.public().at(event).count() == 2
    other.refresh_from_db()
    assert (other.title, other.cancelled) == ("eBPF, the tour", False)
    assert list(differences()) == []


def test_a_talk_that_its_owner_deleted_for_good_does_not_come_back(event, bring, member):
    talk = make_talk(event, member, title="La nuit des logs")
    bring(event, XML)
    talk.refresh_from_db()
    talk.withdraw(by=member)
    assert counts(bring(event, XML)) == {"left_out": 1, "same": 1}
    talk.erase(by=member)
    assert counts(bring(event, XML)) == {"left_out": 1, "same": 1}
    assert Contribution.objects.public().at(event).count() == 1


def test_two_persons_who_became_one_are_no_change_of_the_schedule(talks, event, bring, moderator):
    one, other = Person.objects.get(name="Bo Sample"), Person.objects.create(name="Robert Sample")
    PersonMerge.make(one, other, by=moderator)
    assert counts(bring(event, XML)) == {"same": 2}
    talk = Talk.objects.get(title="How eBPF actually works")
    assert [credit.person.name for credit in talk.credits.all()] == ["Ada Example", "Robert Sample"]
