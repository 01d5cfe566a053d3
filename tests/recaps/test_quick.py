"""The five-minute recap: a few answers that become a recap as any other."""

import json
import uuid

import pytest

from community.models import Draft, Relation
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


def test_a_part_of_a_title_finds_the_talk_and_a_whole_one_goes_first(event, colocated, member):
    whole = make_talk(event, member, title="Économie de l’eBPF")
    make_talk(colocated, member, title="Économie de l’eBPF, encore une fois")
    part = make_talk(colocated, member, title="Life at the edge")
    client = client_of(member)
    for typed in ("économie DE l’ebpf", "the EDGE"):
        client.post(address(event), {"event": event.pk, "best": typed})
    assert list(Relation.objects.order_by("pk").values_list("target", flat=True)) == [whole.pk, part.pk]


def test_of_several_talks_with_that_part_one_is_asked_for(event, other_event, member, newcomer):
    for title in ("How eBPF works", "eBPF for all"):
        make_talk(event, member, title=title)
    make_talk(other_event, member, title="eBPF elsewhere")
    make_talk(event, newcomer, title="eBPF, and waits")
    page = client_of(member).post(address(event), {"event": event.pk, "best": "ebpf", "one": "Measure first"})
    asked = "Several talks have this in their title: How eBPF works; eBPF for all. Which one? Type a little more of it."
    assert (page.status_code, errors(page)) == (422, [f"The best talk: {asked}"])
    assert page.context["form"]["one"].value() == "Measure first"


def test_what_is_typed_is_kept_apart_from_the_ordinary_form_until_it_goes_on_there(event, member):
    client = client_of(member)
    typed = {"best": "How eBPF works", "good": "Its pictures", "submission_key": str(uuid.uuid4())}
    sent = {"draft": f"recap-quick-{event.pk}", "typed": json.dumps(typed), "revision": 0}
    assert client.post("/drafts/", sent).status_code == 200
    form = client.get(address(event)).context["form"]
    assert (form["best"].value(), form["good"].value()) == ("How eBPF works", "Its pictures")
    assert client.get(f"/recaps/new/{event.slug}/").context["form"].took_up is False
    [draft] = client.get("/mine/").context["drafts"]
    assert (str(draft), draft.get_absolute_url()) == ("How eBPF works", address(event))
    further = client.post(address(event), {"event": event.pk, **typed, "further": "1"}).context["form"]
    # Until the ordinary form is saved it is all that is kept of these words.
    assert Draft.objects.get().fields == typed
    names = ("event", "title", "body", "role", "submission_key")
    client.post(f"/recaps/new/{event.slug}/", {name: further[name].value() for name in names})
    assert (Recap.objects.count(), Draft.objects.count()) == (1, 0)


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
        ["The best talk: Name one talk, or one thing you took home."],
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
    page.get_by_text("Only you can see it until a moderator has looked at it.").wait_for()
    assert page.locator(".prose h3").all_inner_texts() == ["The best talk", "What I took home"]
