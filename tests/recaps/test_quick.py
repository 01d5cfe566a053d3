"""The five-minute recap: a few answers that become a recap as any other."""

import pytest

from community.models import Relation
from recaps.models import Recap
from tests.cast import client_of, make_photo, make_recap, make_talk
from tests.filling import errors

pytestmark = pytest.mark.django_db


def address(event):
    return f"/recaps/quick/{event.slug}/"


def test_the_answers_become_a_recap_that_names_the_talk(event, member):
    talk = make_talk(event, member, title="How eBPF works")
    photo = make_photo(event, member, alt="The hall")
    answers = {
        "event": event.pk,
        "best": "how ebpf works",
        "good": "It shows where the time goes.",
        "one": "Measure first",
        "three": "Write less",
        "who": "Who runs clusters: the first one.",
        "picture": photo.pk,
    }
    client_of(member).post(address(event), answers)
    recap = Recap.objects.get()
    assert recap.title == "What I took home from Paris Summit 2024"
    assert recap.body == (
        f"## The best talk\n\n[How eBPF works](/talks/{talk.pk}/)\n\nIt shows where the time goes.\n\n"
        "## What I took home\n\n1. Measure first\n2. Write less\n\n"
        "## Who should watch what\n\nWho runs clusters: the first one.\n\n"
        f"[![The hall](/photos/{photo.pk}/picture/)](/photos/{photo.pk}/)"
    )
    assert [person.name for person in recap.people.all()] == ["the member"]
    assert list(Relation.objects.values_list("source", "target")) == [(recap.pk, talk.pk)]


def test_a_talk_that_nobody_added_is_named_all_the_same(event, member, newcomer):
    make_talk(event, newcomer, title="A talk that waits")
    client_of(member).post(address(event), {"event": event.pk, "best": "A talk that waits"})
    assert (Recap.objects.get().body, Relation.objects.count()) == (
        "## The best talk\n\nA talk that waits",
        0,
    )


def test_nothing_is_no_recap(event, member):
    page = client_of(member).post(address(event), {"event": event.pk, "who": "Everybody"})
    assert (page.status_code, errors(page)) == (
        422,
        ["The best talk: Name one talk, or one thing that you took home."],
    )


def test_it_can_be_written_on_in_the_ordinary_form_before_it_is_sent(event, member):
    talk = make_talk(event, member, title="How eBPF works")
    answers = {"event": event.pk, "best": "How eBPF works", "one": "Measure first", "further": "1"}
    page = client_of(member).post(address(event), answers)
    form = page.context["form"]
    assert (form["related"].value(), form["title"].value()) == (
        f"/talks/{talk.pk}/",
        "What I took home from Paris Summit 2024",
    )
    assert form["body"].value().endswith("1. Measure first")
    assert f'action="/recaps/new/{event.slug}/"' in page.content.decode()
    assert Recap.objects.count() == 0


def test_who_has_never_written_one_is_offered_it_first(event, member, outsider):
    make_recap(event, member)
    offered = [
        address(event) in client_of(who).get(f"/recaps/new/{event.slug}/").content.decode()
        for who in (member, outsider, None)
    ]
    assert offered == [False, True, True]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_it_takes_three_answers_and_a_name(event, visitor):
    page = visitor(phone=True)
    page.goto(f"/recaps/new/{event.slug}/")
    page.get_by_role("link", name="Answer a few questions").tap()
    page.get_by_label("The best talk").fill("The last one")
    page.get_by_label("Three things I took home").fill("Measure first")
    page.get_by_label("Your name").fill("A Guest")
    page.get_by_role("button", name="Add", exact=True).tap()
    page.get_by_text("Only you see it until a moderator has looked at it.").wait_for()
    assert page.locator(".prose h3").all_inner_texts() == ["The best talk", "What I took home"]
