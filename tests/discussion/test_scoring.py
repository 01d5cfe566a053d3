"""Worth watching: how many say so, weighed for how many could have, and for how long ago (docs/decisions/0016)."""

import datetime
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from community.models import Contribution
from discussion import scoring
from discussion.models import Favourite
from discussion.tasks import rescore_all
from tests.cast import client_of, make_event, make_talk, make_user
from tests.community.pages import titles


def crowd(number):
    return [make_user(f"fan {index}", trust="granted") for index in range(number)]


def worth_watching(event):
    page = client_of(None).get(event.get_absolute_url()).content.decode()
    return titles(page.partition('id="section-talks"')[2].partition("</section>")[0])


# --- The number -------------------------------------------------------------------------------------------------------


def test_the_lower_bound_is_wilsons():
    # Worked out by hand from the formula of 1927 with z = 1.645: 6 out of 77, and 14 out of 624.
    assert scoring.lower_bound(6, 77) == pytest.approx(0.0408, abs=0.0001)
    assert scoring.lower_bound(14, 624) == pytest.approx(0.0146, abs=0.0001)
    assert (scoring.lower_bound(0, 77), scoring.lower_bound(77, 77) < 1) == (0, True)


def test_more_voices_are_worth_more_and_the_same_voices_more_where_fewer_came():
    rising = [scoring.score([(count, 0)], 1000) for count in (0, 1, 2, 3, 14, 100)]
    falling = [scoring.score([(5, 0)], came) for came in (30, 200, None, 1000, 13_000)]
    assert rising == sorted(set(rising))
    assert falling == sorted(set(falling), reverse=True)


def test_six_of_a_small_side_event_beat_fourteen_of_thirteen_thousand_but_one_does_not():
    of_many = scoring.score([(14, 0)], 13_000)
    assert scoring.score([(6, 0)], 200) > of_many > scoring.score([(1, 0)], 200)


def test_what_was_said_two_years_ago_counts_half():
    assert scoring.score([(4, 24)], 500) == pytest.approx(scoring.score([(2, 0)], 500))


def test_nobody_can_say_more_than_everybody():
    assert 0 < scoring.score([(10_000, 0)], 5) < 1


# --- Keeping it -------------------------------------------------------------------------------------------------------


def test_only_what_is_public_is_counted_by_every_verb(event, member, newcomer, moderator):
    talk = make_talk(event, member)
    counts = []

    def look():
        kept = Contribution.objects.get(pk=talk.pk)
        counts.append((kept.favourite_count, kept.score > 0))

    given = Favourite.give(talk, by=newcomer)
    Contribution.objects.filter(pk=talk.pk).update(quiet=True)
    for step in (
        lambda: None,
        lambda: given.publish(by=moderator),
        lambda: given.reword("so", by=newcomer),
        lambda: given.publish(by=moderator),
        lambda: given.reject(by=moderator, reason="advert"),
        lambda: given.undo(by=moderator),
        lambda: given.reword("mine", by=newcomer, private=True),
        lambda: given.withdraw(by=newcomer),
    ):
        step()
        look()
    assert [count for count, _score in counts] == [0, 1, 0, 1, 0, 1, 0, 0]


def test_check_counters_proves_the_number_and_mends_it(event, member, capsys):
    talk = make_talk(event, member)
    Favourite.give(talk, by=member)
    call_command("check_counters")
    Contribution.objects.filter(pk=talk.pk).update(favourite_count=7)
    with pytest.raises(CommandError):
        call_command("check_counters")
    assert f"recommendations of contribution {talk.pk}: kept 7, true 1" in capsys.readouterr().out
    call_command("check_counters", "--mend")
    assert Contribution.objects.get(pk=talk.pk).favourite_count == 1


def test_whoever_adds_a_talk_is_a_voice_and_a_whole_one_with_a_reason(event, member, run_jobs):
    silent, said = make_talk(event, member), make_talk(event, member, why="Because")
    imported = make_talk(event, member)
    Contribution.objects.filter(pk=imported.pk).update(quiet=True)
    run_jobs()
    scores = [Contribution.objects.get(pk=talk.pk).score for talk in (imported, silent, said)]
    assert scores == [0, scoring.score([(0.5, 0)], None), scoring.score([(1, 0)], None)]
    # Their own recommendation is the same voice once more, not another.
    Favourite.give(said, by=member)
    assert Contribution.objects.get(pk=said.pk).score == scores[2]


def test_time_passes_in_chunks_and_only_what_changed_is_written(event, member, monkeypatch, run_jobs):
    talks = [make_talk(event, member) for _ in range(5)]
    for talk in talks:
        Favourite.give(talk, by=member)
    before = Contribution.objects.get(pk=talks[0].pk).score
    Favourite.objects.update(created_at=timezone.now() - datetime.timedelta(days=800))
    monkeypatch.setattr("discussion.tasks.SCORED_AT_ONCE", 2)
    run_jobs()
    rescore_all.enqueue()
    run_jobs()
    after = set(Contribution.objects.values_list("score", flat=True))
    assert (len(after), max(after) < before) == (1, True)
    assert scoring.rescore([talk.pk for talk in talks]) == 0


# --- The list ---------------------------------------------------------------------------------------------------------


def test_what_most_people_recommend_comes_first_and_of_equal_ones_the_newest(event, member, run_jobs):
    _old, loved, _new = (make_talk(event, member, title=title) for title in ("Old", "Loved", "New"))
    for who in crowd(3):
        Favourite.give(loved, by=who)
    run_jobs()
    assert worth_watching(event) == ["Loved", "New", "Old"]


def test_a_small_side_event_is_heard_at_its_parent(member, run_jobs):
    event = make_event("Large", attendance=13_000)
    side = make_event("Small", parent=event, ends_on=event.starts_on, attendance=60)
    fans = crowd(4)
    for at, title, number in ((event, "Of the many", 4), (side, "Of the few", 3)):
        talk = make_talk(at, member, title=title)
        for who in fans[:number]:
            Favourite.give(talk, by=who, reason=f"{title}, because")
    run_jobs()
    assert worth_watching(event) == ["Of the few", "Of the many"]
    assert worth_watching(side) == ["Of the few"]


def test_the_number_on_a_card_leads_to_who_says_so(event, member, run_jobs):
    talk = make_talk(event, member)
    for who in crowd(2):
        Favourite.give(talk, by=who, reason="so")
    run_jobs()
    page = client_of(None).get(event.get_absolute_url()).content.decode()
    assert re.findall(r'<a href="([^"]*)">why 2 people say watch it</a>', page) == [
        f"{talk.get_absolute_url()}#recommendations"
    ]


# --- Hidden gems ------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(event, member):
    """A list that is full of what three people recommend."""
    fans, talks = crowd(4), [make_talk(event, member, title=f"Loved {number}") for number in range(25)]
    Favourite.objects.bulk_create(
        Favourite(contribution_id=talk.pk, user=who, reason="", state="public")
        for talk in talks
        for who in fans[:3]
    )
    scoring.rescore([talk.pk for talk in talks])
    return fans


def gems(event):
    page = client_of(None).get(event.get_absolute_url()).content.decode()
    return titles(page.partition("Hidden gems")[2].partition("</section>")[0])


def test_what_few_say_strongly_stands_beside_the_best(event, member, full, run_jobs):
    side = make_event("Small", parent=event, ends_on=event.starts_on, attendance=40)
    for at, title, reason in (
        (event, "Of a large audience", "one of many"),
        (side, "Of a small audience", "one of few"),
        (event, "Without a word", ""),
    ):
        Favourite.give(make_talk(at, member, title=title), by=full[0], reason=reason)
    make_talk(event, member, title="Nobody's")
    run_jobs()
    assert gems(event) == ["Of a small audience", "Of a large audience"]
    assert not set(gems(event)) & set(worth_watching(event)[:25])


def test_where_everything_shows_nothing_is_hidden(event, member, run_jobs):
    Favourite.give(make_talk(event, member), by=member, reason="so")
    run_jobs()
    assert "Hidden gems" not in client_of(None).get(event.get_absolute_url()).content.decode()


def test_a_gem_that_is_hidden_by_a_moderator_is_gone(event, member, moderator, full, run_jobs):
    talk = make_talk(event, member, title="Gem")
    Favourite.give(talk, by=full[0], reason="so")
    run_jobs()
    shown = [gems(event)]
    talk.hide(by=moderator, reason="other")
    shown.append(gems(event))
    assert shown == [["Gem"], []]
