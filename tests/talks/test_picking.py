"""Adding a talk asks first whether it is known: at this event, or at another one."""

import pytest

from discussion.models import Favourite
from talks.models import Talk
from tests.cast import client_of, make_talk
from tests.filling import address, filled

pytestmark = pytest.mark.django_db
TITLE = "How eBPF actually works"
TYPED = "How ebpf acutally wroks"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def send(who, event, **changes):
    fields = {"title": TYPED, "why": "", **changes}
    return client_of(who).post(address("talks", event), filled("talks", event, **fields))


@pytest.fixture
def talk(event, member):
    return make_talk(event, member, title=TITLE)


def asked_about(answer):
    assert answer.status_code == 200
    return [one.talk for one in answer.context["doubts"]]


def test_what_is_like_a_known_talk_is_asked_about_before_it_is_added(event, colocated, talk, outsider):
    assert asked_about(send(outsider, event)) == [talk]
    assert asked_about(send(outsider, colocated)) == [talk]
    assert Talk.objects.count() == 1


def test_whoever_denies_it_adds_a_new_one_and_is_asked_again_only_about_others(event, talk, member, outsider):
    assert send(outsider, event, denied=str(talk.pk)).status_code == 302
    assert Talk.objects.count() == 2
    third = make_talk(event, member, title=TITLE + "!")
    assert set(asked_about(send(member, event, denied=str(talk.pk)))) == {talk, third}


def test_another_part_of_a_series_is_another_talk(event, member, outsider):
    make_talk(event, member, title="Kubernetes for newcomers, part 1")
    assert send(outsider, event, title="Kubernetes for newcomers, part 2").status_code == 302


def test_picking_a_talk_of_this_event_opens_it_with_what_was_typed_as_the_reason(event, talk, outsider):
    answer = send(outsider, event, why="it shows where the time goes", known=str(talk.pk))
    assert answer.headers["Location"] == talk.get_absolute_url()
    given = Favourite.objects.get()
    assert (given.contribution_id, given.user, given.reason) == (
        talk.pk,
        outsider,
        "it shows where the time goes",
    )
    assert Talk.objects.count() == 1


def test_guests_pick_too_and_twice_is_once(event, talk):
    data = filled("talks", event, title=TYPED, why="so", known=str(talk.pk), guest_name="somebody")
    browser = client_of(None)
    for _again in range(2):
        assert browser.post(address("talks", event), data).headers["Location"] == talk.get_absolute_url()
    assert Favourite.objects.count() == 1


def test_a_talk_of_another_event_fills_the_form_in_and_keeps_what_was_typed(
    event, other_event, member, outsider
):
    from people.models import Person

    speaker = Person.objects.create(name="A Speaker")
    talk = make_talk(other_event, member, title=TITLE, credit=[speaker], language="en", video_url=VIDEO)
    assert asked_about(send(outsider, event)) == [talk]
    answer = send(outsider, event, why="it is short", take=str(talk.pk))
    form = answer.context["form"]
    values = {
        name: form[name].value() for name in ("title", "speakers", "language", "why", "video_url", "also")
    }
    assert values == {
        "title": TITLE,
        "speakers": "A Speaker",
        "language": "en",
        "why": "it is short",
        "video_url": None,
        "also": str(talk.pk),
    }
    assert form.errors == {}
    assert Talk.objects.count() == 1


def test_the_same_talk_at_two_events_is_one_talk_given_twice_and_both_pages_say_so(
    event, other_event, colocated, member, moderator
):
    first = make_talk(other_event, member, title=TITLE)
    send(member, event, title=TITLE, also=str(first.pk))
    second = Talk.objects.get(event=event)
    assert second.first_given_id == first.pk
    pages = {one.pk: client_of(None).get(one.get_absolute_url()) for one in (first, second)}
    assert pages[first.pk].context["also_given"] == [second]
    assert pages[second.pk].context["also_given"] == [first]
    assert "Also given at" in pages[second.pk].content.decode()
    # A third is tied to the first of them, whichever was picked; and what is hidden is not told of.
    third = make_talk(other_event, member, title=TITLE, first_given=first)
    assert third.also_given(member) == [first, second]
    second.hide(by=moderator, reason="other")
    assert client_of(None).get(first.get_absolute_url()).context["also_given"] == [third]


def test_a_link_to_the_form_may_bring_the_talk_along(event, other_event, member):
    talk = make_talk(other_event, member, title=TITLE)
    form = client_of(None).get(address("talks", event), {"also": talk.pk}).context["form"]
    assert (form["title"].value(), form["also"].value()) == (TITLE, str(talk.pk))


@pytest.mark.parametrize("name", ["known", "take", "also", "denied"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "9" * 40, "²", "987654"])
def test_a_mangled_choice_is_as_good_as_none(event, outsider, name, value):
    assert send(outsider, event, **{name: value}).status_code == 302
    assert Talk.objects.get().first_given is None
    assert client_of(None).get(address("talks", event), {name: value}).status_code == 200


def test_what_others_may_not_see_is_neither_asked_about_nor_picked(event, other_event, newcomer, outsider):
    hidden = make_talk(event, newcomer, title=TITLE)
    elsewhere = make_talk(other_event, newcomer, title=TITLE)
    for choice in ({}, {"known": str(hidden.pk)}, {"take": str(elsewhere.pk)}, {"also": str(elsewhere.pk)}):
        Talk.objects.exclude(pk__in=[hidden.pk, elsewhere.pk]).delete()
        assert send(outsider, event, **choice).status_code == 302
    assert Favourite.objects.count() == 0
    assert Talk.objects.exclude(first_given=None).count() == 0


def test_an_address_pasted_as_the_title_opens_the_talk_that_it_is_of(event, member, outsider):
    talk = make_talk(event, member, title=TITLE, video_url=VIDEO)
    answer = send(outsider, event, title="https://youtu.be/dQw4w9WgXcQ?si=x", why="so")
    assert answer.headers["Location"] == talk.get_absolute_url()
    assert Favourite.objects.get().reason == "so"


def test_an_address_that_nobody_knows_becomes_the_link_and_the_title_is_asked_for(event, outsider):
    answer = send(outsider, event, title=VIDEO)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert (form["title"].value(), form["video_url"].value()) == ("", VIDEO)
    assert list(form.errors) == ["title"]
    assert "is below" in str(form.errors["title"])


def test_a_video_that_is_known_elsewhere_is_asked_about(event, other_event, member, outsider):
    talk = make_talk(other_event, member, title=TITLE, video_url=VIDEO)
    assert asked_about(send(outsider, event, title="Something else", video_url=VIDEO)) == [talk]


def test_a_change_of_a_talk_asks_nothing(event, member, talk):
    twin = make_talk(event, member, title="Another one")
    data = {"event": event.pk, "title": TITLE, "version": 1, "known": str(talk.pk), "take": str(talk.pk)}
    assert client_of(member).post(f"/talks/{twin.pk}/edit/", data).status_code == 302
    twin.refresh_from_db()
    assert twin.title == TITLE
