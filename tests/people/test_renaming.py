"""Another name: the old address leads on, the old name stands nowhere any more, and nobody else can take it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.cards import store_cards
from community.models import Contribution, Credit
from discussion.models import Favourite
from events.models import Event
from people.models import FormerName, Person, User
from people.models.identity import digest_of_handle, digest_of_name
from people.models.person import HandleTaken
from tests.cast import client_of, make_photo, make_recap, make_talk, make_user

OLD, NEW = "Canary Oldname", "Quiet Newname"


@pytest.fixture
def speaker(db: None) -> Person:
    return Person.objects.create(name=OLD, handle="canary-old")


def pages(address: str, *more: str, user: Any = None) -> str:
    client = client_of(user)
    return "\n".join(client.get(one, follow=True).content.decode() for one in (address, *more))


# --- The old address ------------------------------------------------------------------------------------------------


def test_the_old_address_leads_to_the_new_page_and_to_each_part_of_it(
    event: Event, member: User, speaker: Person
) -> None:
    make_talk(event, member, credit=[speaker])
    speaker.rename(NEW, "quiet-new")
    for old, new in (("", ""), ("talks/", "talks/")):
        answer = Client().get(f"/people/canary-old/{old}")
        assert (answer.status_code, answer["Location"]) == (301, f"/people/quiet-new/{new}")
    speaker.rename(NEW, "quieter")
    assert Client().get("/people/canary-old/")["Location"] == "/people/quieter/"
    assert Client().get("/people/quiet-new/")["Location"] == "/people/quieter/"


def test_whether_somebody_was_ever_called_so_is_told_to_nobody_who_may_not_see_them(
    event: Event, newcomer: User, moderator: User, outsider: User
) -> None:
    make_talk(event, newcomer)
    newcomer.person.rename(NEW, "quiet-new")
    assert [client_of(user).get("/people/the-newcomer/").status_code for user in (None, outsider)] == [
        404
    ] * 2
    assert [client_of(user).get("/people/the-newcomer/").status_code for user in (newcomer, moderator)] == [
        301,
        301,
    ]


def test_nobody_else_can_take_a_handle_that_was_given_up_and_its_owner_can(
    event: Event, newcomer: User, outsider: User
) -> None:
    newcomer.person.rename("Somebody", "somebody")
    data = {"name": "Other", "handle": "The-Newcomer"}
    page = client_of(outsider).post("/settings/", data)
    assert page.status_code == 422
    assert page.context["form"].errors == {"handle": ["Somebody already has this handle. Try another one."]}
    assert Person.objects.create(name="The Newcomer").handle == "the-newcomer-2"
    with pytest.raises(HandleTaken):
        outsider.person.rename("Other", "the-newcomer")
    back = client_of(newcomer).post("/settings/", {"name": "the newcomer", "handle": "the-newcomer"})
    assert back.status_code == 302
    assert list(FormerName.objects.values_list("digest", flat=True)) == [digest_of_handle("somebody")]


def test_what_is_kept_of_an_old_name_cannot_be_read(event: Event, member: User, speaker: Person) -> None:
    make_talk(event, member, credit=[speaker])
    speaker.rename(NEW, "quiet-new")
    kept = list(FormerName.objects.values_list("digest", flat=True))
    assert sorted(kept) == sorted([digest_of_handle("canary-old"), digest_of_name("canary oldname")])
    assert [re.fullmatch("[0-9a-f]{64}", digest) is not None for digest in kept] == [True, True]


# --- The old name ---------------------------------------------------------------------------------------------------


def test_the_old_name_is_gone_from_pages_search_cards_versions_and_texts(
    event: Event, member: User, moderator: User, speaker: Person, run_jobs: Any
) -> None:
    talk = make_talk(event, member, title="Doors", credit=[speaker])
    photo = make_photo(event, member, title="A hall with @Canary-Old.", credit=[speaker])
    recap = make_recap(event, member, title="The week", body="Thanks to @canary-old.")
    recap.title = "The whole week"
    recap.edit(by=member)
    Favourite.give(talk, by=member, reason="@canary-old shows it")
    store_cards([talk.pk, photo.pk, recap.pk])
    addresses = [
        "/",
        event.get_absolute_url(),
        *(item.get_absolute_url() for item in (talk, photo, recap)),
        *(f"{event.get_absolute_url()}{kind}/" for kind in ("talks", "photos", "recaps")),
        *(f"/contributions/{item.pk}/history/" for item in (talk, photo, recap)),
        *(f"{item.get_absolute_url()}edit/" for item in (talk, photo, recap)),
        "/search/?q=oldname",
        "/search/?q=doors",
        "/log/",
        "/mine/",
    ]
    # So that there is something to be gone.
    before = pages(*addresses, user=member)
    assert before.lower().count("canary oldname") > 8
    assert before.lower().count("@canary-old") > 5
    speaker.rename(NEW, "quiet-new")
    run_jobs()
    for viewer in (None, member, moderator):
        after = pages(*addresses, user=viewer).lower()
        assert "canary oldname" not in after
        assert "canary-old" not in after
    assert 'href="/people/quiet-new/" class="mention"' in pages(recap.get_absolute_url())
    assert "Doors" in pages("/search/?q=newname")
    assert "Doors" not in pages("/search/?q=oldname")


def test_a_text_that_is_saved_later_mentions_them_by_the_name_of_today(
    event: Event, member: User, speaker: Person
) -> None:
    speaker.rename(NEW, "quiet-new")
    recap = make_recap(
        event, member, body="With @canary-old, @Canary-Old. and @canary-older; `@canary-old` is code"
    )
    assert recap.body == "With @quiet-new, @quiet-new. and @canary-older; `@canary-old` is code"
    assert Favourite.give(recap, by=member, reason="by @canary-old").reason == "by @quiet-new"


def test_no_job_and_no_note_of_the_admin_holds_the_old_name(
    event: Event, member: User, speaker: Person, admin_user: User
) -> None:
    from django.contrib.admin.models import LogEntry
    from django_tasks_db.models import DBTaskResult

    make_talk(event, member, credit=[speaker])
    admin = client_of(admin_user)
    data = {"name": OLD, "handle": "canary-old", "links": "[]"}
    admin.post(f"/admin/people/person/{speaker.pk}/change/", {**data, "bio": "Speaks."})
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [OLD]
    admin.post(f"/admin/people/person/{speaker.pk}/change/", {**data, "name": NEW, "handle": "quiet-new"})
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {NEW}
    told = str(list(DBTaskResult.objects.values_list("args_kwargs", flat=True))).lower()
    assert ("canary" in told, "contribution" in told) == (False, False)


def test_what_they_were_told_greets_them_by_the_new_name(
    event: Event, newcomer: User, moderator: User
) -> None:
    talk = make_talk(event, newcomer, title="Doors for the newcomers")
    talk.publish(by=moderator)
    assert "Hello the newcomer," in newcomer.notifications.get().body
    newcomer.person.rename(NEW, "quiet-new")
    told = newcomer.notifications.get()
    assert "Hello Quiet Newname," in told.body
    assert "Doors for the newcomers" in told.body


# --- The next import ------------------------------------------------------------------------------------------------


def test_a_name_that_was_given_up_leads_to_the_person_where_others_had_credited_them_by_it(
    event: Event, member: User, speaker: Person
) -> None:
    make_talk(event, member, credit=[speaker])
    speaker.rename(NEW)
    assert Person.objects.named("canary  OLDNAME") == speaker
    assert Person.objects.count() == 2  # the member, and nobody new


def test_a_name_that_nobody_else_gave_cannot_be_laid_aside_to_be_credited_later(newcomer: User) -> None:
    newcomer.person.rename("Somebody Famous")
    newcomer.person.rename("Somebody Else")
    assert Person.objects.named("Somebody Famous") != newcomer.person


def test_an_import_finds_and_makes_people_in_few_queries(event: Event, member: User, speaker: Person) -> None:
    make_talk(event, member, credit=[speaker])
    speaker.rename(NEW)
    known = Person.objects.create(name="Known")
    FormerName.objects.bury([digest_of_name("gone")])
    names = [
        OLD,
        NEW,
        " known ",
        "Gone",
        "",
        *(f"New {number}" for number in range(1000)),
        "new 7",
        "陈",
        "李",
    ]
    with CaptureQueriesContext(connection) as queries:
        found = Person.objects.named_in_import(names)
    assert len(queries) < 30
    assert (found[OLD], found[NEW], found[" known "], found["Gone"]) == (speaker, speaker, known, None)
    assert "" not in found
    assert found["new 7"] == found["New 7"]
    assert (found["陈"].handle, found["李"].handle) == ("someone", "someone-2")
    assert len({person.pk for person in found.values() if person}) == 1004
    with CaptureQueriesContext(connection) as queries:
        assert Person.objects.named_in_import(names) == found
    assert len(queries) < 10


def test_whoever_is_called_so_now_comes_before_whoever_was(
    event: Event, member: User, speaker: Person
) -> None:
    make_talk(event, member, credit=[speaker])
    speaker.rename(NEW)
    namesake = Person.objects.create(name=OLD)
    assert Person.objects.named(OLD) == namesake


def test_a_name_that_was_asked_to_be_removed_is_left_out_with_a_word_to_who_typed_it(
    event: Event, member: User
) -> None:
    FormerName.objects.bury([digest_of_name("canary oldname")])
    from tests.filling import filled

    data = filled("talks", event, speakers=f"Bo, {OLD}", title="Doors")
    page = client_of(member).post(f"/talks/new/{event.slug}/", data, follow=True).content.decode()
    assert "Canary Oldname asked not to be named here, so we left the name out." in page
    talk = Contribution.objects.get(title="Doors")
    assert [credit.person.name for credit in Credit.objects.filter(contribution=talk)] == ["Bo"]
    assert not Person.objects.filter(name=OLD).exists()


def test_a_member_who_chose_the_name_may_be_credited_by_it_all_the_same(member: User) -> None:
    FormerName.objects.bury([digest_of_name("ana same")])
    Person.objects.create(name="Ana Same")
    assert Person.objects.named("Ana Same") is None
    same = make_user("Ana Same")
    assert Person.objects.named("Ana Same") == same.person
