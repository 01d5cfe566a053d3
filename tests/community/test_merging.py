"""Two entries of one talk become one: what was said about both stands at one, and comes back for 30 days."""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import models
from django.utils import timezone

from community.counters import differences
from community.models import Contribution, Merge, Relation
from discussion.models import Favourite
from discussion.scoring import rescore
from events.models import Event
from people.decisions import StateConflict
from people.models import Mute, Person, User
from talks.models import Resource, Talk, Watched
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk

VIDEO = "https://media.ccc.de/v/37c3-11859-operation_triangulation"


@pytest.fixture
def two(event: Event, colocated: Event, member: User, newcomer: User, moderator: User) -> tuple[Talk, Talk]:
    """Two entries of one talk, and everything that can point at them, some of it at both."""
    one, both, other = (Person.objects.create(name=name) for name in ("One", "Both", "Other"))
    for word in ("ebpf", "kernel", "linux"):
        make_tag(word)
    source = make_talk(
        colocated,
        member,
        title="eBPF, actually",
        tags=["ebpf", "kernel"],
        credit=[one, both],
        video_url=VIDEO,
    )
    target = make_talk(
        event, newcomer, title="How eBPF works", tags=["kernel", "linux"], credit=[both, other]
    )
    target.publish(by=moderator)
    for user in (member, moderator):
        Favourite.give(source, by=user, reason=f"because of {user}")
        Watched.objects.create(user=user, talk=source)
    Favourite.give(target, by=member, reason="because")
    Watched.objects.create(user=member, talk=target)
    for talk, kind in ((source, "slides"), (source, "code"), (target, "slides")):
        Resource.objects.create(talk=talk, kind=kind, url=VIDEO, url_key=VIDEO, user=member)
    photo, recap = make_photo(event, member), make_recap(event, member)
    Relation.objects.create(source=photo, target_id=source.pk)
    Relation.objects.create(source=recap, target_id=source.pk)
    Relation.objects.create(source=recap, target_id=target.pk)
    Relation.objects.create(source_id=source.pk, target_id=target.pk)
    make_talk(event, member, title="Again", first_given=source)
    return source, target


def everything() -> list[Any]:
    """Return every row of our tables but the log, the queue of jobs, and what is drawn or numbered anew."""
    left_out = ("decision", "revision", "merge", "card", "notification", "titlegram")
    rows: list[Any] = []
    for model in apps.get_models():
        if model._meta.app_label in ("community", "discussion", "talks", "people", "events") and not any(
            word in model.__name__.lower() for word in left_out
        ):
            rows += serializers.serialize("python", model._base_manager.order_by("pk"))
    for row in rows:
        row["fields"].pop("version", None), row["fields"].pop("edited_at", None)
        if row["model"] == "community.bringer":
            del row["pk"]  # the last thing takes the row along, and the first one makes another
    return sorted(rows, key=repr)


def counts_are_true() -> bool:
    return list(differences()) == []


def test_what_was_said_about_both_stands_at_one(
    two: tuple[Talk, Talk], moderator: User, run_jobs: Any
) -> None:
    source, target = two
    assert counts_are_true()
    source.merge_into(target, by=moderator)
    run_jobs()
    talk = Talk.objects.get(pk=target.pk)
    assert (source.state, source.merged_into_id) == ("merged", target.pk)
    assert [credit.person.name for credit in talk.credits.order_by("pk")] == ["One", "Both", "Other"]
    assert sorted(talk.tags.names()) == ["ebpf", "kernel", "linux"]
    # Of two by one member, one is left.
    assert sorted(str(given.user) for given in talk.favourites.all()) == ["the member", "the moderator"]
    assert (talk.favourite_count, talk.watched_by.count(), talk.resources.count()) == (2, 2, 2)
    # The one that the two had with each other stays, where nobody sees it.
    assert talk.relations_in.exclude(source=source.pk).count() == 2
    assert Talk.objects.get(title="Again").first_given_id == target.pk
    # What the one lacked it takes over; its own words stay.
    assert (talk.title, talk.video_url, talk.contributor.name) == ("How eBPF works", VIDEO, "the newcomer")
    assert talk.revisions.count() == 2
    assert source.revisions.count() == 1
    assert source.decisions.order_by("-pk")[0].verb == "merge"
    assert counts_are_true()


def test_who_muted_the_one_hears_nothing_of_the_other_until_it_is_taken_back(
    two: tuple[Talk, Talk], outsider: User, moderator: User, newcomer: User
) -> None:
    source, target = two
    for user, pks in ((outsider, [source.pk]), (newcomer, [source.pk, target.pk])):
        for pk in pks:
            user.mutes.create(scope=f"item:{pk}")

    def silent(pk: int) -> list[bool]:
        users = (outsider, newcomer, moderator)
        return [Mute.objects.silences(user, "comments", [f"item:{pk}"]) for user in users]

    source.merge_into(target, by=moderator)
    assert silent(target.pk) == [True, True, False]
    source.undo(by=moderator)
    assert (silent(target.pk), silent(source.pk)) == ([False, True, False], [True, True, False])


def test_pages_lists_and_search_show_one(two: tuple[Talk, Talk], event: Event, moderator: User) -> None:
    source, target = two
    stranger = client_of(None)
    assert stranger.get("/search/?q=ebpf+actually").content.decode().count("eBPF, actually") == 1
    source.merge_into(target, by=moderator)
    for address in (
        event.get_absolute_url(),
        f"{event.get_absolute_url()}talks/",
        "/search/?q=ebpf",
        "/tags/ebpf/",
    ):
        page = stranger.get(address).content.decode()
        assert ("How eBPF works" in page, "eBPF, actually" in page) == (True, False), address
    answer = stranger.get(source.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, target.get_absolute_url())


def test_the_old_address_leads_on_only_whom_may_see_the_other(
    two: tuple[Talk, Talk], newcomer: User, moderator: User
) -> None:
    source, target = two
    source.merge_into(target, by=moderator)
    Contribution.objects.get(pk=target.pk).hide(by=moderator, reason="other")
    statuses = [
        client_of(user).get(source.get_absolute_url()).status_code for user in (None, newcomer, moderator)
    ]
    assert statuses == [404, 301, 301]
    for user in (None, newcomer, moderator):
        assert client_of(user).get(f"{source.get_absolute_url()}edit/").status_code == 404


def test_taken_back_all_is_as_it_was(two: tuple[Talk, Talk], moderator: User) -> None:
    source, target = two
    before = everything()
    assert len(before) > 50
    source.merge_into(target, by=moderator)
    assert everything() != before
    source.undo(by=moderator)
    assert everything() == before
    assert counts_are_true()
    assert client_of(None).get(source.get_absolute_url()).status_code == 200


def test_what_came_since_stays_where_it_came(
    two: tuple[Talk, Talk], moderator: User, outsider: User, newcomer: User
) -> None:
    source, target = two
    source.merge_into(target, by=moderator)
    Favourite.give(Talk.objects.get(pk=target.pk), by=outsider, reason="new").publish(by=moderator)
    talk = Talk.objects.get(pk=target.pk)
    talk.video_url = "https://media.ccc.de/v/another"
    talk.edit(by=newcomer, tags=["kernel"])
    source.undo(by=moderator)
    talk = Talk.objects.get(pk=target.pk)
    assert talk.video_url == "https://media.ccc.de/v/another"
    assert sorted(str(given.user) for given in talk.favourites.all()) == ["the member", "the outsider"]
    assert Talk.objects.get(pk=source.pk).favourites.count() == 2
    assert counts_are_true()


def test_a_chain_leads_to_its_end_and_is_taken_back_from_there(
    two: tuple[Talk, Talk], event: Event, member: User, moderator: User
) -> None:
    source, target = two
    third = make_talk(event, member, title="The third")
    rescore([third.pk])
    before = everything()
    source.merge_into(target, by=moderator)
    Talk.objects.get(pk=target.pk).merge_into(third, by=moderator)
    assert client_of(None).get(source.get_absolute_url())["Location"] == third.get_absolute_url()
    with pytest.raises(StateConflict, match="First undo what it was merged with later"):
        source.undo(by=moderator)
    Talk.objects.get(pk=target.pk).undo(by=moderator)
    source.undo(by=moderator)
    assert everything() == before
    assert counts_are_true()


def test_after_thirty_days_it_stays_so(two: tuple[Talk, Talk], moderator: User) -> None:
    source, target = two
    source.merge_into(target, by=moderator)
    Merge.objects.update(merged_at=timezone.now() - datetime.timedelta(days=30, seconds=1))
    with pytest.raises(StateConflict, match="can no longer be undone"):
        source.undo(by=moderator)


def test_what_cannot_be_one_is_said(
    two: tuple[Talk, Talk], event: Event, other_event: Event, member: User, moderator: User
) -> None:
    source, target = two
    recap, elsewhere = make_recap(event, member), make_talk(other_event, member)
    hidden = make_talk(event, member)
    hidden.hide(by=moderator, reason="other")
    before = everything()
    for one, other, words in [
        (source, source, "the same one"),
        (source, recap, "not of the same kind"),
        (source, elsewhere, "different events"),
        (source, hidden, "is hidden"),
        (hidden, target, "is hidden"),
    ]:
        with pytest.raises(StateConflict, match=words):
            one.merge_into(other, by=moderator)
    assert everything() == before


def test_a_waiting_entry_with_an_edit_of_its_own_waits_again(
    event: Event, member: User, newcomer: User, moderator: User
) -> None:
    public, waiting = make_talk(event, member), make_talk(event, newcomer)
    waiting.merge_into(public, by=moderator)
    assert not Contribution.objects.pending().exists()
    waiting.undo(by=moderator)
    assert list(Contribution.objects.pending().values_list("pk", flat=True)) == [waiting.pk]


def test_every_foreign_key_to_a_contribution_is_told_what_becomes_of_it() -> None:
    """A new table that points at contributions moves with them, unless it says that it stays."""
    from people.merging import relations_to

    moving = {f"{of.__name__}.{name}" for of, name in relations_to(Talk)}
    assert {"Credit.contribution", "Favourite.contribution", "TaggedContribution.content_object"} <= moving
    assert {"Relation.source", "Relation.target", "Contribution.merged_into", "Talk.first_given"} <= moving
    assert not {name.partition(".")[0] for name in moving} & {
        "Decision",
        "Revision",
        "Card",
        "Merge",
        "Takedown",
    }
    assert all(issubclass(of, models.Model) for of, _name in relations_to(Person))
