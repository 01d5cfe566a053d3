"""The moderators' pages on which two entries, or two people, become one."""

from typing import Any

from community.models import Contribution
from events.models import Event
from people.models import Person, PersonMerge, User
from tests.cast import client_of, make_talk


def test_a_moderator_finds_the_other_one_looks_at_both_and_joins_them(
    event: Event, member: User, newcomer: User, moderator: User
) -> None:
    one = make_talk(event, member, title="How eBPF really works", description="Only here.")
    other = make_talk(event, newcomer, title="How eBPF works")
    make_talk(event, member, title="Gardens")
    desk = client_of(moderator)
    address = f"/contributions/{one.pk}/merge/"
    assert f'href="{address}"' in desk.get(one.get_absolute_url()).content.decode()
    page = desk.get(address).content.decode()
    assert ("How eBPF works" in page, "Gardens" in page) == (True, False)
    assert "Gardens" in desk.get(f"{address}?q=gardens").content.decode()
    found = desk.get(f"{address}?q=http://localhost:8000/talks/{other.pk}/").context["found"]
    assert [item.pk for item in found] == [other.pk]
    preview = desk.get(f"{address}?other={other.pk}").content.decode()
    assert "<mark>Only here.</mark>" in preview
    assert "<mark>How eBPF works</mark>" in preview
    answer = desk.post(address, {"other": other.pk})
    assert answer["Location"] == other.get_absolute_url()
    assert Contribution.objects.get(pk=one.pk).merged_into_id == other.pk
    merges = desk.get("/merges/").content.decode()
    assert ("How eBPF really works" in merges, f"/merges/{one.merges.get().pk}/undo/" in merges) == (
        True,
        True,
    )
    desk.post(f"/merges/{one.merges.get().pk}/undo/")
    assert Contribution.objects.get(pk=one.pk).state == "public"
    assert "Undone." in desk.get("/merges/").content.decode()


def test_what_cannot_be_is_said_and_changes_nothing(
    event: Event, member: User, moderator: User, newcomer: User, outsider: User
) -> None:
    talk = make_talk(event, member)
    desk = client_of(moderator)
    page = desk.post(f"/contributions/{talk.pk}/merge/", {"other": 987654}, follow=True).content.decode()
    assert "This is the same one. Pick another one." in page
    address = f"/people/{newcomer.person.handle}/merge/"
    page = desk.post(address, {"other": outsider.person_id}, follow=True).content.decode()
    assert "Both have an account. Two accounts cannot be merged" in page
    assert not PersonMerge.objects.exists()


def test_two_people_become_one_and_two_again(
    event: Event, member: User, moderator: User, run_jobs: Any
) -> None:
    one = Person.objects.create(name="Ana M. Speaker", bio="Speaks.")
    other = Person.objects.create(name="Ana Speaker")
    make_talk(event, member, title="Doors", credit=[one])
    make_talk(event, member, title="Gates", credit=[one, other])
    desk, stranger = client_of(moderator), client_of(None)
    assert 'href="/people/ana-m-speaker/merge/"' in desk.get("/people/ana-m-speaker/").content.decode()
    assert "@ana-speaker" in desk.get("/people/ana-m-speaker/merge/").content.decode()
    preview = desk.get(f"/people/ana-m-speaker/merge/?other={other.pk}").content.decode()
    assert "<mark>Speaks.</mark>" in preview
    desk.post("/people/ana-m-speaker/merge/", {"other": other.pk})
    run_jobs()
    assert stranger.get("/people/ana-m-speaker/")["Location"] == "/people/ana-speaker/"
    page = stranger.get("/people/ana-speaker/").content.decode()
    assert ("Doors" in page, "Gates" in page, "Ana M." in page) == (True, True, False)
    assert Person.objects.named("Ana M. Speaker") == other
    assert "Ana M." not in stranger.get("/search/?q=doors").content.decode()
    gates = Contribution.objects.get(title="Gates")
    assert [credit.person for credit in gates.credits.all()] == [other]
    desk.post(f"/merges/people/{PersonMerge.objects.get().pk}/undo/")
    run_jobs()
    assert stranger.get("/people/ana-m-speaker/").status_code == 200
    assert [credit.person for credit in gates.credits.all()] == [one, other]
    assert "Doors" not in stranger.get("/people/ana-speaker/").content.decode()
    assert Person.objects.named("Ana M. Speaker") == one
    assert "Speaks." in stranger.get("/people/ana-m-speaker/").content.decode()


def test_nobody_else_finds_these_pages(event: Event, member: User, outsider: User) -> None:
    talk = make_talk(event, member)
    for user in (None, member, outsider):
        for address in (f"/contributions/{talk.pk}/merge/", "/people/the-member/merge/", "/merges/"):
            assert client_of(user).get(address).status_code == 404
