"""“Remove my name”, by anybody: a moderator answers, and then the name is gone for good and does not come back."""

import uuid

import pytest
from django.core import mail

from community.counters import differences
from moderation.models import NameRequest, PersonRemoval
from people.models import Person, PersonMerge
from tests.cast import client_of, make_talk
from tests.markup import Markup


@pytest.fixture
def ada(event, member):
    ada = Person.objects.create(name="Ada Witness", handle="ada")
    make_talk(event, member, title="A talk", credit=[ada])
    return ada


def ask(who=None, handle="ada", **words):
    return client_of(who).post(f"/people/{handle}/name-removal/", {"note": "It is I.", **words})


def answer(moderator, verb, **more):
    (one,) = NameRequest.objects.waiting()
    return client_of(moderator).post(
        "/queue/decisions/", {"pick": f"namerequest-{one.pk}", "verb": verb, "next": "/queue/", **more}
    )


def test_the_page_of_a_person_leads_a_stranger_to_the_form_and_nothing_happens_at_once(ada, moderator):
    page = Markup(client_of(None).get(ada.get_absolute_url()).content.decode())
    assert "/people/ada/name-removal/" in page.links
    form = client_of(None).get("/people/ada/name-removal/").content.decode()
    assert Markup(form).everything_wrong == []
    assert ask()["Location"] == ada.get_absolute_url()
    assert client_of(None).get(ada.get_absolute_url()).status_code == 200
    queue = client_of(moderator).get("/queue/").content.decode()
    assert ("It is I." in queue, "Ada Witness" in queue) == (True, True)
    assert Markup(queue).everything_wrong == []
    assert "It is I." not in client_of(None).get("/log/").content.decode()


def test_a_moderator_agrees_and_the_name_and_the_request_are_forgotten(
    ada, moderator, member, event, run_jobs
):
    ask(email="ada@example.org"), ask()
    one = NameRequest.objects.waiting().exclude(email="").get()
    client_of(moderator).post(
        "/queue/decisions/",
        {"pick": f"namerequest-{one.pk}", "verb": "confirm", "note": "Done.", "next": "/queue/"},
    )
    run_jobs()
    assert client_of(None).get("/people/ada/").status_code == 404
    assert PersonRemoval.objects.get().reason == "asked"
    told = NameRequest.objects.values_list("person", "note", "email", "state")
    assert list(told) == [(None, "", "", "confirmed")] * 2
    (letter,) = mail.outbox
    assert (letter.to, "Done." in letter.body, "Ada" in letter.body) == (["ada@example.org"], True, False)
    # The tombstone keeps the name out.
    assert Person.objects.named_in_import(["Ada Witness"]) == {"Ada Witness": None}
    assert list(differences()) == []


def test_a_moderator_lets_it_stay_and_says_why(ada, moderator, run_jobs):
    ask(email="x@example.org")
    answer(moderator, "reject", note="Somebody else of that name.")
    run_jobs()
    assert client_of(None).get("/people/ada/").status_code == 200
    assert "Somebody else of that name." in mail.outbox[0].body
    assert (NameRequest.objects.get().state, NameRequest.objects.get().email) == ("declined", "")
    assert PersonRemoval.objects.count() == 0


def test_a_second_answer_finds_the_first(ada, moderator):
    ask()
    one = NameRequest.objects.get()
    answer(moderator, "reject")
    page = client_of(moderator).post(
        "/queue/decisions/",
        {"pick": f"namerequest-{one.pk}", "verb": "confirm", "next": "/queue/"},
        follow=True,
    )
    assert "It has changed since you opened it." in page.content.decode()
    assert Person.objects.filter(handle="ada").exists()


def test_what_is_asked_of_one_page_is_asked_of_the_page_that_it_becomes(ada, moderator, event, member):
    other = Person.objects.create(name="Ada W.", handle="ada-w")
    ask()
    PersonMerge.make(ada, other, by=moderator)
    answer(moderator, "confirm")
    assert Person.objects.filter(handle__in=["ada", "ada-w"]).count() == 0


def test_members_are_not_asked_about_as_they_can_do_it_themselves(ada, member, moderator):
    assert ask(handle=member.person.handle).status_code == 404
    ask()
    PersonMerge.make(ada, member.person, by=moderator)
    assert NameRequest.objects.waiting().count() == 0


def test_a_double_click_asks_once_and_a_wrong_address_is_told_at_its_field(ada):
    key = str(uuid.uuid4())
    for _ in range(2):
        assert ask(submission_key=key).status_code == 302
    assert NameRequest.objects.count() == 1
    wrong = ask(email="nonsense")
    assert wrong.status_code == 422
    assert "It is I." in wrong.content.decode()


def test_more_than_some_an_hour_from_one_address_are_refused_with_what_was_typed_kept(ada, settings):
    settings.TAKEDOWNS_PER_HOUR = 1
    assert ask().status_code == 302
    refused = ask()
    assert (refused.status_code, "It is I." in refused.content.decode()) == (429, True)
    assert NameRequest.objects.count() == 1
