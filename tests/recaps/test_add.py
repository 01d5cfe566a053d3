"""The form of a recap: a text here or the link to one elsewhere, its preview, and a link that is already here."""

import pytest

from community.models import Contribution
from discussion.models import Favourite
from people.models import Guest
from recaps.models import Recap
from tests.cast import client_of, make_recap
from tests.filling import address, errors, filled, notices

pytestmark = pytest.mark.django_db
LINK = "https://blog.example.org/day-one"


def send(who, event, /, **changes):
    return client_of(who).post(address("recaps", event), filled("recaps", event, **changes), follow=True)


def test_a_text_is_saved_rendered_and_credited_to_its_writer(event, member):
    send(member, event, body="**Bold** words", language="fr", disclosure="My own opinions", tags="ebpf")
    recap = Recap.objects.get()
    assert (recap.html.strip(), recap.language, recap.disclosure) == (
        "<p><strong>Bold</strong> words</p>",
        "fr",
        "My own opinions",
    )
    assert [person.name for person in recap.people.all()] == ["the member"]
    assert [tag.name for tag in recap.tags.all()] == ["ebpf"]


def test_a_link_that_i_wrote_needs_no_text_and_is_credited_to_me(event, member):
    send(member, event, body="", url=LINK)
    recap = Recap.objects.get()
    assert (recap.url, recap.is_elsewhere, [person.name for person in recap.people.all()]) == (
        LINK,
        True,
        ["the member"],
    )


def test_a_link_that_i_found_is_credited_to_its_author(event, member):
    send(member, event, body="", url=LINK, role="found", author="An Author, Another One")
    assert [person.name for person in Recap.objects.get().people.order_by("credits__position")] == [
        "An Author",
        "Another One",
    ]


def test_a_link_that_i_found_without_knowing_its_author_is_credited_to_nobody(event, member):
    send(member, event, body="", url=LINK, role="found")
    assert Recap.objects.get().people.count() == 0


def test_my_words_never_stand_under_the_name_of_whom_i_found(event, member):
    data = filled("recaps", event, body="My own words", url=LINK, role="found", author="An Author")
    response = client_of(member).post(address("recaps", event), data)
    assert (response.status_code, Recap.objects.count()) == (422, 0)
    where = "Say above why it is worth reading, or choose “I wrote this”."
    assert errors(response) == [f"Your recap: What you found has its own author. {where}"]
    assert response.context["form"]["body"].value() == "My own words"


def test_naming_myself_as_the_author_is_no_contradiction(event, member):
    send(member, event, body="", url=LINK, author="THE MEMBER")
    assert [person.name for person in Recap.objects.get().people.all()] == ["the member"]


def test_tracking_parameters_are_not_kept(event, member):
    send(member, event, body="", url=" blog.example.org/day-one?utm_source=newsletter&fbclid=1 ")
    assert Recap.objects.get().url == LINK


def test_a_recap_at_a_colocated_event_counts_there_and_at_the_main_event(event, colocated, member):
    send(member, event, event=colocated.pk)
    recap = Recap.objects.get()
    assert (recap.event, recap.main_event) == (colocated, event)


def test_fifty_thousand_characters_are_taken_however_a_browser_ends_its_lines(event, member):
    body = ("x" * 99 + "\r\n") * 500
    send(member, event, body=body)
    assert len(Recap.objects.get().body) == 49_999


# --- Preview --------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_rendered_text_keeps_the_form_and_saves_nothing(event):
    response = send(None, event, body="# Head\n<script>alert(1)</script> **bold**", preview="1", title="")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert "# Head" in page
    assert errors(response) == []
    assert (Contribution.objects.count(), Guest.objects.count()) == (0, 0)


@pytest.mark.parametrize("body", ["", "x" * 50_001])
def test_a_preview_of_nothing_or_of_too_much_says_so(body, event, member):
    response = send(member, event, body=body, preview="1")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["body"]


def test_the_preview_of_a_change_saves_nothing(event, member):
    recap = make_recap(event, member, body="Before")
    data = {"event": event.pk, "title": recap.title, "body": "**After**", "version": 1, "preview": "1"}
    response = client_of(member).post(f"/recaps/{recap.pk}/edit/", data)
    assert response.status_code == 200
    assert "<strong>After</strong>" in response.content.decode()
    recap.refresh_from_db()
    assert recap.body == "Before"


# --- The same link again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", [LINK, "http://www.blog.example.org/day-one/?utm_campaign=x", "blog.example.org/day-one"]
)
def test_a_link_that_is_here_already_becomes_a_recommendation(again, event, member, outsider):
    first = make_recap(event, member, url=LINK)
    response = send(outsider, event, body="", url=again, title="My own title", role="found")
    assert response.redirect_chain[-1][0] == first.get_absolute_url()
    assert notices(response) == ["It is already here. We have added your recommendation."]
    assert Recap.objects.count() == 1
    assert [(one.contribution_id, one.user) for one in Favourite.objects.all()] == [(first.pk, outsider)]


def test_a_guest_who_sends_such_a_link_twice_recommends_it_once(event, member):
    first = make_recap(event, member, url=LINK)
    data = filled("recaps", event, body="", url=LINK, role="found", guest_name="A visitor")
    answers = [client_of(None).post(address("recaps", event), data) for _press in range(2)]
    assert [answer["Location"] for answer in answers] == [first.get_absolute_url()] * 2
    assert [one.guest.name for one in Favourite.objects.all()] == ["A visitor"]
    assert Guest.objects.count() == 1


def test_my_own_link_again_is_shown_and_not_recommended_by_myself(event, newcomer):
    first = make_recap(event, newcomer, url=LINK)
    response = send(newcomer, event, body="", url=LINK)
    assert response.redirect_chain[-1][0] == first.get_absolute_url()
    assert notices(response) == ["You have already added this. Here it is."]
    assert (Recap.objects.count(), Favourite.objects.count()) == (1, 0)


@pytest.mark.parametrize("state", ["waiting", "rejected", "hidden", "withdrawn"])
def test_nobody_learns_from_a_link_that_somebody_elses_is_not_public(
    state, event, newcomer, outsider, moderator
):
    hidden = make_recap(event, newcomer, url=LINK, title="Not for others")
    if state == "rejected":
        hidden.reject(by=moderator, reason="other")
    elif state == "hidden":
        hidden.publish(by=moderator)
        hidden.hide(by=moderator, reason="other")
    elif state == "withdrawn":
        hidden.withdraw(by=newcomer)
    response = send(outsider, event, body="", url=LINK, title="Mine")
    mine = Recap.objects.get(title="Mine")
    assert response.redirect_chain[-1][0] == mine.get_absolute_url()
    assert "Thank you! Only you can see it until a moderator has looked at it." in notices(response)
    assert "Not for others" not in response.content.decode()
    assert Favourite.objects.count() == 0


def test_the_same_link_at_another_event_is_another_recap(event, other_event, member):
    make_recap(other_event, member, url=LINK)
    send(member, event, body="", url=LINK)
    assert Recap.objects.count() == 2


def test_a_text_of_ones_own_with_a_known_link_is_a_recap_of_its_own(event, member, outsider):
    make_recap(event, member, url=LINK)
    send(outsider, event, body="What I think of it.", url=LINK)
    assert Recap.objects.count() == 2


# --- Why to read it ---------------------------------------------------------------------------------------------------


def test_a_known_link_is_recommended_with_ones_own_reason_and_the_page_lists_who_did(event, member, outsider):
    first = make_recap(event, member, url=LINK)
    Favourite.give(first, by=member, reason="the first says so")
    response = send(outsider, event, body="", url=LINK, role="found", why="  the second   too ")
    given = Favourite.objects.filter(contribution=first).order_by("pk")
    assert [one.reason for one in given] == ["the first says so", "the second too"]
    page = response.content.decode()
    assert ("the first says so" in page, "the second too" in page) == (True, True)


def test_whoever_finds_a_text_recommends_it_by_saying_why(event, member):
    send(member, event, body="", url=LINK, role="found", why="it is short")
    assert [(one.reason, one.user, one.state) for one in Favourite.objects.all()] == [
        ("it is short", member, "public")
    ]
    recap = Recap.objects.get()
    assert "why" not in client_of(member).get(recap.get_edit_url()).context["form"].fields


def test_nobody_recommends_their_own_text_that_way(event, member):
    send(member, event, body="", url=LINK, role="wrote", why="it is mine")
    assert Favourite.objects.count() == 0


def test_a_text_and_its_link_elsewhere_are_one_entry(event, member, outsider):
    send(member, event, url=LINK)
    page = send(outsider, event, body="", url=LINK + "?utm_source=x", role="found")
    assert notices(page) == ["It is already here. We have added your recommendation."]
    assert Recap.objects.count() == 1


def test_who_has_added_the_link_before_is_led_there_with_their_text(event, member):
    send(member, event, body="", url=LINK)
    page = send(member, event, url=LINK)
    assert errors(page) == [
        "Link to a recap: You have already added this link: What I took home. Put your text there."
    ]
    assert Recap.objects.count() == 1
