"""Talks are suggested while a title is typed, from everything public and nothing else."""

import pytest
from django.db import transaction

from people.decisions import Reason
from talks.models import Talk, TitleGram
from talks.suggesting import count_grams, lacks_titles, mend_titles, suggest, update_titles, wrong_titles
from tests.cast import client_of, make_event, make_recap, make_talk

pytestmark = pytest.mark.django_db
TITLE = "How eBPF actually works"


def asked(typed, event=None, who=None):
    query = {"q": typed, "event": event.slug if event else ""}
    answer = client_of(who).get("/talks/suggestions/", query)
    assert answer.status_code == 200
    return [one["title"] for one in answer.json()["talks"]]


@pytest.mark.parametrize(
    "typed",
    [
        "How eB",
        "ebpf",
        "ebfp actualy wroks",
        "works how",
        "HOW éBPF — ACTUALLY",
        "howebpf actua",
        "how ebpf actually works!",
    ],
)
def test_a_title_is_found_by_its_beginning_by_mistyped_words_and_in_any_order(event, member, typed):
    make_talk(event, member, title=TITLE)
    for other in ("Testing in layers", "Why we left the office", "A day at the sea"):
        make_talk(event, member, title=other)
    assert asked(typed, event)[0] == TITLE


def test_talks_of_the_event_and_of_those_around_it_come_before_others(event, colocated, other_event, member):
    make_talk(other_event, member, title="Testing in production")
    make_talk(colocated, member, title="Testing in production, again")
    make_talk(event, member, title="Texting in production")
    assert asked("testing in production", event)[-1] == "Testing in production"
    assert asked("testing in production", colocated)[-1] == "Testing in production"
    assert asked("testing in production", other_event)[0] == "Testing in production"
    answer = client_of(None).get("/talks/suggestions/", {"q": "testing in", "event": event.slug}).json()
    assert [one["here"] for one in answer["talks"]] == [True, True, False]


def test_what_is_not_public_is_suggested_to_nobody(event, member, newcomer, moderator):
    states = {}
    for state in ("waiting", "hidden", "rejected", "withdrawn"):
        talk = states[state] = make_talk(event, newcomer, title=f"Secret canary {state}")
        if state in ("hidden", "withdrawn"):
            talk.publish(by=moderator)
    assert set(asked("secret canary", event)) == {"Secret canary hidden", "Secret canary withdrawn"}
    states["hidden"].hide(by=moderator, reason=Reason.OTHER)
    states["withdrawn"].withdraw(by=newcomer)
    states["rejected"].reject(by=moderator, reason=Reason.OTHER)
    for who in (None, newcomer, moderator):
        assert asked("secret canary", event, who) == []
    # Nor does the index hold on to what they were called.
    assert list(wrong_titles()) == []


def test_an_answer_is_checked_again_whatever_the_index_says(event, member):
    talk = make_talk(event, member, title=TITLE)
    Talk.objects.filter(pk=talk.pk).update(state="hidden")
    assert asked("ebpf", event) == []


def test_a_new_title_replaces_the_old_one(event, member):
    talk = make_talk(event, member, title="Old words")
    talk.title = TITLE
    talk.edit(by=member)
    assert (asked("old words"), asked("ebpf")) == ([], [TITLE])


def test_a_talk_that_is_not_saved_after_all_is_not_known(event, member):
    with transaction.atomic():
        make_talk(event, member, title=TITLE)
        transaction.set_rollback(True)
    assert list(wrong_titles()) == []


def test_only_talks_are_suggested(event, member):
    make_recap(event, member, title=TITLE)
    assert asked("ebpf", event) == []
    assert list(wrong_titles()) == []


def test_an_address_finds_the_talk_whose_video_it_is(event, other_event, member):
    talk = make_talk(event, member, title=TITLE, video_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    assert asked("https://youtu.be/dQw4w9WgXcQ?si=abc", other_event) == [talk.title]
    assert asked("https://youtu.be/dQw4w9WgXcX", other_event) == []


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "a",
        "🎉",
        "'",
        '"',
        "\\",
        "') OR 1=1",
        "_",
        "__e1",
        "* AND NOT",
        "\0",
        "x" * 3000,
        "http://",
        "http://[",
        "数",
        "ﷺ",
    ],
)
def test_anything_can_be_typed(event, member, typed):
    make_talk(event, member, title=TITLE)
    assert asked(typed, event) == []
    assert asked(typed) == []


def test_an_event_that_is_not_public_or_not_there_puts_nothing_first(event, member):
    make_talk(event, member, title=TITLE)
    hidden = make_event("Hidden")
    type(hidden).objects.filter(pk=hidden.pk).update(state="rejected")
    for slug in (hidden.slug, "nothing", "x" * 200, "ö"):
        answer = client_of(None).get("/talks/suggestions/", {"q": "ebpf", "event": slug})
        assert [one["here"] for one in answer.json()["talks"]] in ([False], [])


def test_popular_letters_cost_no_more_than_rare_ones(
    event, other_event, member, django_assert_max_num_queries
):
    for number in range(60):
        make_talk(event if number % 2 else other_event, member, title=f"Python for everybody {number}")
    count_grams()
    assert TitleGram.objects.get(gram="pyt").count == 60
    with django_assert_max_num_queries(8):
        found = suggest("pyhton for evrybody 7", event)
    assert found[0].here
    with django_assert_max_num_queries(8):
        assert len(suggest("py", event)) == 8


def test_many_more_titles_than_are_read_still_find_the_one_that_is_meant(event, member, monkeypatch):
    monkeypatch.setattr("talks.suggesting.READ", 5)
    monkeypatch.setattr("talks.suggesting.READ_TOGETHER", 5)
    monkeypatch.setattr("talks.suggesting.COUNTED_FROM", 2)
    for number in range(40):
        make_talk(
            event, member, title=f"Python in the {('kitchen', 'garden', 'cellar', 'attic')[number % 4]}"
        )
    make_talk(event, member, title="Python under the apple tree")
    count_grams()
    assert asked("python undr the aple", event)[0] == "Python under the apple tree"


def test_the_index_is_proved_and_mended(event, member, run_jobs):
    talk = make_talk(event, member, title=TITLE)
    lost = make_talk(event, member, title="Another one")
    Talk.objects.filter(pk=talk.pk).update(title="Changed behind its back")
    Talk.objects.filter(pk=lost.pk).update(state="hidden")
    assert [pk for pk, _kept, _true in wrong_titles()] == [talk.pk, lost.pk]
    assert lacks_titles()
    mend_titles()
    assert (list(wrong_titles()), lacks_titles()) == ([], False)
    assert asked("changed behind") == ["Changed behind its back"]


def test_being_told_twice_or_of_nothing_changes_nothing(event, member):
    talk = make_talk(event, member, title=TITLE)
    update_titles([talk.pk, talk.pk + 1000])
    update_titles([talk.pk])
    assert list(wrong_titles()) == []
    assert asked("ebpf") == [TITLE]
