"""Two pages that were one person's: taken back, all is as it was; after 30 days the other name is forgotten."""

import datetime
from typing import Any

import pytest
from django.core import serializers
from django.utils import timezone

from community.counters import differences
from community.models import Credit, Mention
from events.models import Event
from people.claiming import forget_merged
from people.decisions import StateConflict
from people.models import Claim, FormerName, Person, PersonMerge, User
from tests.cast import client_of, make_recap, make_talk


@pytest.fixture
def two(event: Event, member: User) -> tuple[Person, Person]:
    source = Person.objects.create(
        name="First Page", handle="first", bio="Speaks.", links=["https://a.example/"]
    )
    target = Person.objects.create(name="Second Page", handle="second", links=["https://b.example/"])
    make_talk(event, member, title="Doors", credit=[source])
    make_talk(event, member, title="Gates", credit=[member.person, source, target])
    make_recap(event, member, body="With @first and @second.")
    make_recap(event, member, body="With @first.")
    source.rename("First Page", "first-page")
    source.ask_for_no_recording(True)
    return source, target


def everything() -> list[Any]:
    rows = []
    for model in (Person, Credit, FormerName, Mention):
        rows += serializers.serialize("python", model.objects.order_by("pk"))
    return rows


def test_taken_back_all_is_as_it_was(two: tuple[Person, Person], moderator: User, run_jobs: Any) -> None:
    source, target = two
    run_jobs()
    before = everything()
    merge = PersonMerge.make(source, target, by=moderator)
    target.refresh_from_db()
    assert (target.bio, target.links, target.no_recording) == (
        "Speaks.",
        ["https://b.example/", "https://a.example/"],
        True,
    )
    assert [credit.contribution.title for credit in target.credits.order_by("pk")] == ["Doors", "Gates"]
    assert not source.credits.exists()
    for old in ("first", "first-page"):
        assert client_of(None).get(f"/people/{old}/")["Location"] == "/people/second/"
    merge.undo(by=moderator)
    assert everything() == before
    assert list(differences()) == []
    with pytest.raises(StateConflict, match="can no longer be undone"):
        merge.undo(by=moderator)


def test_who_muted_the_one_hears_nothing_of_the_other_until_it_is_taken_back(
    two: tuple[Person, Person], moderator: User, outsider: User
) -> None:
    source, target = two
    mute = outsider.mutes.create(scope=f"person:{source.pk}")
    merge = PersonMerge.make(source, target, by=moderator)
    mute.refresh_from_db()
    assert mute.scope == f"person:{target.pk}"
    merge.undo(by=moderator)
    mute.refresh_from_db()
    assert mute.scope == f"person:{source.pk}"


def test_what_was_changed_since_stays(two: tuple[Person, Person], moderator: User) -> None:
    source, target = two
    merge = PersonMerge.make(source, target, by=moderator)
    Person.objects.filter(pk=target.pk).update(bio="New words.")
    merge.undo(by=moderator)
    target.refresh_from_db()
    assert (target.bio, target.links) == ("New words.", ["https://b.example/"])


def test_a_chain_leads_to_its_end(
    two: tuple[Person, Person], event: Event, member: User, moderator: User
) -> None:
    source, target = two
    third = Person.objects.create(name="Third Page", handle="third")
    before = everything()
    first = PersonMerge.make(source, target, by=moderator)
    second = PersonMerge.make(target, third, by=moderator)
    assert client_of(None).get("/people/first/")["Location"] == "/people/third/"
    assert Person.objects.named("First Page") == third
    with pytest.raises(StateConflict, match="Undo that first"):
        first.undo(by=moderator)
    second.undo(by=moderator)
    first.undo(by=moderator)
    assert everything() == before


def test_after_thirty_days_the_name_is_forgotten_and_still_leads_on(
    two: tuple[Person, Person], moderator: User
) -> None:
    source, target = two
    PersonMerge.make(source, target, by=moderator)
    forget_merged()
    assert Person.objects.get(pk=source.pk).name == "First Page"
    PersonMerge.objects.update(merged_at=timezone.now() - datetime.timedelta(days=31))
    forget_merged()
    forget_merged()
    gone = Person.objects.get(pk=source.pk)
    assert (gone.name, gone.folded_name, gone.bio, gone.links) == ("Second Page", "", "", [])
    for old in ("first", "first-page"):
        assert client_of(None).get(f"/people/{old}/")["Location"] == "/people/second/"
    assert Person.objects.named("First Page") == target
    assert Person.objects.create(name="First Page").handle != "first-page"


def test_a_claim_to_the_one_is_none_to_the_other(
    two: tuple[Person, Person], newcomer: User, moderator: User
) -> None:
    source, target = two
    claim = Claim.ask(source, newcomer, Claim.Way.MODERATOR, note="Me.")
    PersonMerge.make(source, target, by=moderator)
    with pytest.raises(StateConflict):
        claim.grant(by=moderator)
    assert not hasattr(Person.objects.get(pk=target.pk), "account")
