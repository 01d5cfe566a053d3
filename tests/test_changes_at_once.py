"""Many change things of one event at the same moment: all of them come through, and nobody waits for ever.

PostgreSQL ends one of two who wait for each other with an error; SQLite has one writer at a time.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from community.merging import join, part
from community.models import Contribution, Merge
from community.taking_over import take_over
from discussion.models import Comment, Favourite
from jobs.worker import run_due
from people.decisions import Reason, StateConflict
from talks.models import Resource, Talk
from tests.cast import make_talk

pytestmark = pytest.mark.django_db(transaction=True)
only_with_many_writers = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)
WORDS = ["kubernetes", "ebpf", "wasm", "security"]
SECONDS = 3.0


def beside(work: Callable[[], Any]) -> threading.Thread:
    """Begin the work in a thread, with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def is_done_meanwhile(work: Callable[[], Any]) -> bool:
    """Whether the work is done by somebody else while this connection's transaction is still open."""
    thread = beside(work)
    thread.join(5)
    return not thread.is_alive()


@only_with_many_writers
def test_whoever_points_at_a_thing_does_not_wait_for_who_changes_it(event, member):
    one, other = make_talk(event, member), make_talk(event, member)
    with transaction.atomic():
        one.edit(by=member)
        assert is_done_meanwhile(lambda: other.edit(by=member, related=[one.pk]))


@only_with_many_writers
def test_nobody_waits_for_a_job_s_row(event, member):
    one = make_talk(event, member)
    with transaction.atomic():
        one.forget_cards()
        assert is_done_meanwhile(one.forget_cards)


def test_a_comment_that_came_along_in_a_merge_counts_where_it_is(event, member, moderator):
    one, other = make_talk(event, member), make_talk(event, member)
    said = Comment.say(one, by=member, body="See you there")
    join(one.pk, other.pk, by=moderator)
    # Loaded before, as by whoever has just pressed the button.
    said.withdraw(by=member)
    counts = dict(Contribution.objects.values_list("pk", "comment_count"))
    assert counts == {one.pk: 0, other.pk: 0}


@only_with_many_writers
def test_all_come_through(event, colocated, member, outsider, moderator, guest):
    talks = [make_talk(at, member, tags=WORDS[:2]).pk for at in (event, colocated, event, colocated)]

    def one_of(chance: random.Random) -> Talk:
        return Talk.objects.get(pk=chance.choice(talks))

    def edit(chance: random.Random) -> None:
        talk = one_of(chance)
        talk.title, talk.event = f"Title {chance.random()}", chance.choice([event, colocated])
        talk.edit(by=member, tags=chance.sample(WORDS, 2), related=chance.sample(talks, 2))

    def move(chance: random.Random) -> None:
        verb = chance.choice(["withdraw", "restore", "publish", "undo", "hide"])
        more = {"reason": Reason.OTHER} if verb == "hide" else {}
        getattr(one_of(chance), verb)(by=member if verb in ("withdraw", "restore") else moderator, **more)

    def merge(chance: random.Random) -> None:
        if last := Merge.objects.filter(undone_at=None).last():
            part(last.pk, by=moderator)
        else:
            join(*chance.sample(talks, 2), by=moderator)

    def talk_about(chance: random.Random) -> None:
        Comment.say(one_of(chance), by=outsider, body="Seen it")
        Favourite.give(one_of(chance), by=outsider, reason="It explains")
        chance.choice(list(Comment.objects.all())).publish(by=moderator)

    def bring(chance: random.Random) -> None:
        url = f"https://media.example.org/{chance.randrange(3)}"
        Resource.bring(one_of(chance), kind=Resource.Kind.VIDEO, url=url, by=chance.choice([outsider, guest]))
        chance.choice(list(Resource.objects.all())).reject(by=moderator, reason=Reason.OTHER)

    def arrive(chance: random.Random) -> None:
        make_talk(event, guest, tags=chance.sample(WORDS, 2))
        take_over(guest, outsider)

    def work(chance: random.Random) -> None:
        run_due()

    went_wrong: list[str] = []
    until = time.monotonic() + SECONDS

    def again_and_again(act: Callable[[random.Random], None], chance: random.Random) -> None:
        while True:
            try:
                act(chance)
            except StateConflict:
                # Somebody was quicker, and they are told so.
                pass
            except Exception as error:
                went_wrong.append(f"{act.__name__}: {error!r}")
            if time.monotonic() > until:
                return

    acts = [edit, edit, move, move, merge, talk_about, bring, arrive, work]
    threads = [
        beside(lambda act=act, seed=seed: again_and_again(act, random.Random(seed)))
        for seed, act in enumerate(acts)
    ]
    for thread in threads:
        thread.join(60)
    assert went_wrong == []
    assert Contribution.objects.filter(contributor=outsider).count() > 0
