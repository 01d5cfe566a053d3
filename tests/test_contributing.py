"""Adding and changing: what holds for recaps, talks and photos alike."""

import re
import uuid

import pytest
from django.core import mail
from django.test import Client

from community.models import Contribution
from events.models import Event
from people.models import Guest, Person
from tests.cast import MAKERS, client_of, make_talk
from tests.filling import KINDS, address, errors, filled, notices, upload
from tests.photos.pictures import jpeg

pytestmark = pytest.mark.django_db
each_kind = pytest.mark.parametrize("kind", KINDS)
MAKER = dict(zip(KINDS, ("recap", "talk", "photo"), strict=True))
EDITED = {"recaps": {"title": "Second thoughts", "body": "New words."}, "talks": {"title": "Second thoughts"}}
EDITED["photos"] = {"title": "Second thoughts", "licence": "cc-by-4.0"}


def send(who, kind, event, /, **changes):
    return client_of(who).post(address(kind, event), filled(kind, event, **changes), follow=True)


def edited(kind, item, **changes):
    return {"event": item.event_id, "version": item.version, **EDITED[kind], **changes}


@each_kind
def test_the_form_is_shown_to_a_stranger_with_a_field_for_their_name(kind, event):
    response = Client().get(address(kind, event))
    assert response.status_code == 200
    assert [field.name for field in response.context["form"].open_fields][-1] == "guest_name"


@each_kind
def test_what_is_not_asked_first_is_folded_away_until_it_says_something(kind, event, colocated):
    blank = Client().get(address(kind, event)).context["form"]
    assert ("event" in [field.name for field in blank.more_fields], blank.is_unfolded) == (True, False)
    assert [field.label for field in blank.more_fields][:2] == ["Your e-mail address", "Where"]
    title = {"photos": {"title": None}}.get(kind, {})
    # Refused, for want of a name.
    sent = [
        Client().post(address(kind, event), filled(kind, event, tags=tags, **title)) for tags in ("", "ebpf")
    ]
    assert [response.context["form"].is_unfolded for response in sent] == [False, True]


@each_kind
def test_the_form_of_an_event_that_is_not_public_is_not_there(kind, event):
    Event.objects.filter(pk=event.pk).update(state=Event.State.WAITING)
    assert Client().get(address(kind, event)).status_code == 404


# --- Who sends it ---------------------------------------------------------------------------------------------------


@each_kind
def test_what_a_trusted_member_adds_is_public_at_once_and_they_are_told(kind, event, member):
    response = send(member, kind, event)
    assert Contribution.objects.get().state == "public"
    assert len(notices(response)) == 1
    assert notices(response)[0].startswith("Thank you!")
    assert "moderator" not in notices(response)[0]


@each_kind
def test_what_a_newcomer_adds_waits_and_they_are_told(kind, event, newcomer):
    response = send(newcomer, kind, event)
    assert Contribution.objects.get().state == "waiting"
    assert "until a moderator has looked" in notices(response)[0]


@each_kind
def test_without_account_a_name_is_enough_and_it_waits(kind, event):
    response = send(None, kind, event, guest_name="A visitor")
    item = Contribution.objects.get()
    assert (item.state, item.guest.name, item.contributor) == ("waiting", "A visitor", None)
    assert response.status_code == 200
    assert mail.outbox == []


@each_kind
def test_without_account_a_name_is_needed_and_what_was_typed_stays(kind, event):
    response = send(None, kind, event, guest_name=" ", tags="ebpf")
    assert response.status_code == 422
    assert errors(response) == ["Your name: Type a name. Any will do."]
    assert 'value="ebpf"' in response.content.decode()
    assert (Contribution.objects.count(), Guest.objects.count()) == (0, 0)


@each_kind
def test_a_guest_who_comes_again_is_not_asked_for_the_name_again(kind, event):
    browser = Client()
    browser.post(address(kind, event), filled(kind, event, guest_name="A visitor"))
    again = browser.get(address(kind, event))
    assert "guest_name" not in again.context["form"].fields
    more = filled(
        kind, event, title="Another", **({"pictures": [upload(jpeg(80, 60))]} if kind == "photos" else {})
    )
    browser.post(address(kind, event), more)
    assert [item.guest.name for item in Contribution.objects.all()] == ["A visitor", "A visitor"]
    assert Guest.objects.count() == 1


@each_kind
def test_a_guest_with_an_address_is_sent_the_link_back(kind, event, run_jobs):
    response = send(None, kind, event, guest_name="A visitor", guest_email="visitor@example.org")
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [["visitor@example.org"]]
    link = re.search(r"http\S+/guest/\S+", mail.outbox[0].body)[0]
    assert "visitor@example.org" in notices(response)[1]
    elsewhere = Client()
    elsewhere.get("/guest/" + link.partition("/guest/")[2])
    elsewhere.post("/guest/" + link.partition("/guest/")[2])
    assert elsewhere.get(f"/{kind}/{Contribution.objects.get().pk}/").status_code == 200


@each_kind
def test_a_guest_changes_and_withdraws_what_they_added_and_nobody_else_does(kind, event, guest, outsider):
    item = MAKERS[MAKER[kind]](event, guest)
    for stranger in (None, outsider):
        assert client_of(stranger).get(f"/{kind}/{item.pk}/edit/").status_code == 404
        assert client_of(stranger).post(f"/contributions/{item.pk}/withdrawal/").status_code == 404
    own = client_of(guest)
    assert own.post(f"/{kind}/{item.pk}/edit/", edited(kind, item)).status_code == 302
    assert own.post(f"/contributions/{item.pk}/withdrawal/").status_code == 302
    item.refresh_from_db()
    assert (item.title, item.state) == ("Second thoughts", "withdrawn")


@each_kind
def test_a_session_that_is_lost_before_sending_asks_for_a_name_and_loses_no_word(kind, event, member):
    browser = client_of(member)
    browser.get(address(kind, event))
    browser.cookies.clear()
    response = browser.post(address(kind, event), filled(kind, event, tags="ebpf, corridor"))
    assert response.status_code == 422
    assert errors(response) == ["Your name: Type a name. Any will do."]
    assert 'value="ebpf, corridor"' in response.content.decode()


@pytest.mark.parametrize("kind", ["recaps", "talks"])
def test_a_session_that_is_lost_while_changing_hands_the_text_back(kind, event, member):
    item = MAKERS[MAKER[kind]](event, member)
    response = Client().post(
        f"/{kind}/{item.pk}/edit/", edited(kind, item, title="Long thought about & written")
    )
    assert response.status_code == 404
    assert 'value="Long thought about &amp; written"' in response.content.decode()
    absent = Client().post(
        f"/{kind}/{item.pk + 999}/edit/", edited(kind, item, title="Long thought about & written")
    )
    pages = [
        page.content.decode().replace(str(item.pk + 999), "N").replace(str(item.pk), "N")
        for page in (response, absent)
    ]
    assert next(re.sub(r'csrfmiddlewaretoken" value="\w+', "", page) for page in pages) == re.sub(
        r'csrfmiddlewaretoken" value="\w+', "", pages[1]
    )
    item.refresh_from_db()
    assert item.version == 1


# --- Twice ----------------------------------------------------------------------------------------------------------


@each_kind
@pytest.mark.parametrize("who", ["member", "nobody"])
def test_a_form_that_comes_twice_makes_one_thing(kind, who, event, member):
    sender = member if who == "member" else None
    data = filled(kind, event, guest_name="A visitor")
    answers = []
    for _press in range(2):
        # The second press of a double click leaves before the cookie of the first answer is there.
        if kind == "photos":
            data["pictures"] = [upload()]
        answers.append(client_of(sender).post(address(kind, event), data))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Contribution.objects.count() == 1
    assert Guest.objects.count() == (0 if sender else 1)


@each_kind
def test_the_second_press_of_somebody_without_account_gets_the_same_cookie_of_a_guest(kind, event):
    data = filled(kind, event, guest_name="A visitor")
    Client().post(address(kind, event), data)
    second = Client()
    if kind == "photos":
        data["pictures"] = [upload()]
    response = second.post(address(kind, event), data, follow=True)
    assert response.status_code == 200
    assert notices(response) == ["You have already sent this. Here it is."]


@pytest.mark.parametrize("kind", ["recaps", "talks"])
def test_a_form_that_comes_again_with_other_words_loses_none_of_them(kind, event, member):
    data = filled(kind, event)
    send(member, kind, event, **data)
    response = send(member, kind, event, **data | {"title": "Quite another thing"})
    assert response.status_code == 422
    assert errors(response)[0].startswith("You have already sent this form, with other words.")
    assert 'value="Quite another thing"' in response.content.decode()
    key = response.context["form"]["submission_key"].value()
    assert (
        send(
            member, kind, event, **data | {"title": "Quite another thing", "submission_key": key}
        ).status_code
        == 200
    )
    assert sorted(Contribution.objects.values_list("title", flat=True)) == sorted(
        [data["title"], "Quite another thing"]
    )


@each_kind
def test_an_address_cannot_choose_the_key_of_a_form(kind, event):
    key = str(uuid.uuid4())
    response = Client().get(address(kind, event), {"submission_key": key, "title": "Given"})
    assert str(response.context["form"]["submission_key"].value()) != key
    assert response.context["form"]["title"].value() == "Given"


# --- Changing -------------------------------------------------------------------------------------------------------


@each_kind
def test_a_change_keeps_the_version_before_it(kind, event, member):
    item = MAKERS[MAKER[kind]](event, member, title="First words")
    response = client_of(member).post(f"/{kind}/{item.pk}/edit/", edited(kind, item))
    assert response.status_code == 302
    versions = Contribution.objects.get(pk=item.pk).revisions.order_by("number")
    assert [(version.number, version.fields["title"]) for version in versions] == [
        (1, "First words"),
        (2, "Second thoughts"),
    ]


@each_kind
def test_of_two_tabs_the_second_is_told_keeps_its_words_and_may_send_them_again(kind, event, member):
    item = MAKERS[MAKER[kind]](event, member)
    browser, page = client_of(member), f"/{kind}/{item.pk}/edit/"
    first = edited(kind, item)
    browser.post(page, first)
    response = browser.post(page, first | {"title": "From the other tab"})
    assert response.status_code == 422
    assert errors(response)[0].startswith("A newer version was saved while you were writing.")
    assert 'value="From the other tab"' in response.content.decode()
    item.refresh_from_db()
    assert item.title == "Second thoughts"
    again = first | {"title": "From the other tab", "version": response.context["form"]["version"].value()}
    assert browser.post(page, again).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.version) == ("From the other tab", 3)


@each_kind
def test_a_conflict_leaves_no_person_behind(kind, event, member):
    item = MAKERS[MAKER[kind]](event, member)
    names = {"recaps": {"role": "found", "url": "https://example.org/x", "author": "Nobody Yet"}}
    names |= {"talks": {"speakers": "Nobody Yet"}, "photos": {"credit": "Nobody Yet"}}
    data = edited(kind, item, version=7, **names[kind])
    assert client_of(member).post(f"/{kind}/{item.pk}/edit/", data).status_code == 422
    assert not Person.objects.filter(name="Nobody Yet").exists()


@each_kind
def test_what_is_withdrawn_cannot_be_changed(kind, event, member, moderator):
    item = MAKERS[MAKER[kind]](event, member, title="First words")
    item.withdraw(by=member)
    assert client_of(member).get(f"/{kind}/{item.pk}/edit/").status_code == 404
    assert client_of(member).post(f"/{kind}/{item.pk}/edit/", edited(kind, item)).status_code == 404
    assert client_of(moderator).post(f"/{kind}/{item.pk}/edit/", edited(kind, item)).status_code in (404, 422)
    item.refresh_from_db()
    assert item.title == "First words"


@each_kind
def test_a_newcomers_change_of_a_public_thing_stays_public_and_a_moderator_is_asked(
    kind, event, newcomer, moderator
):
    item = MAKERS[MAKER[kind]](event, newcomer)
    item.publish(by=moderator)
    assert client_of(newcomer).post(f"/{kind}/{item.pk}/edit/", edited(kind, item)).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.unreviewed_edit, item.title) == ("public", True, "Second thoughts")
    assert Contribution.objects.pending().count() == 1


@each_kind
def test_a_members_change_of_a_public_thing_asks_nobody(kind, event, member):
    item = MAKERS[MAKER[kind]](event, member)
    client_of(member).post(f"/{kind}/{item.pk}/edit/", edited(kind, item))
    item.refresh_from_db()
    assert (item.state, item.unreviewed_edit, item.version) == ("public", False, 2)


# --- What nobody should send ----------------------------------------------------------------------------------------

SHARED = [
    ("a title that is too long", {"title": "x" * 201}, "title"),
    ("a NUL byte in the title", {"title": "a\0b"}, "title"),
    ("an event that is not offered", {"event": "elsewhere"}, "event"),
    ("an event that is no number", {"event": "x"}, "event"),
    ("an event beyond all numbers", {"event": "9" * 40}, "event"),
    ("a day of another event", {"day": "elsewhere"}, "day"),
    ("a day that is no number", {"day": "-1"}, "day"),
    ("thirteen tags", {"tags": ", ".join(f"tag {n}" for n in range(13))}, "tags"),
    ("a tag that is too long", {"tags": "x" * 51}, "tags"),
    ("tags beyond all measure", {"tags": "x" * 100_000}, "tags"),
    ("something that is not at this event", {"related": "No such talk"}, "related"),
    ("a related thing by a number beyond all numbers", {"related": f"/talks/{'9' * 30}/"}, "related"),
    ("a key that is none", {"submission_key": "not-a-key"}, "submission_key"),
    ("a key with a NUL byte", {"submission_key": "\0"}, "submission_key"),
    ("a name that is too long", {"guest_name": "x" * 101}, "guest_name"),
    ("a name with a NUL byte", {"guest_name": "a\0b"}, "guest_name"),
    ("an e-mail address that is none", {"guest_email": "nowhere"}, "guest_email"),
]
OWN = [
    ("recaps", {"title": ""}, "title"),
    ("recaps", {"body": ""}, "body"),
    ("recaps", {"body": "x" * 50_001}, "body"),
    ("recaps", {"body": "a\0b"}, "body"),
    ("recaps", {"url": "javascript:alert(1)"}, "url"),
    ("recaps", {"url": "https://"}, "url"),
    ("recaps", {"url": "https://example.org/" + "x" * 2000}, "url"),
    ("recaps", {"url": "https://exam\0ple.org/"}, "url"),
    ("recaps", {"role": "stolen"}, "role"),
    ("recaps", {"role": "found"}, "url"),
    ("recaps", {"author": "Somebody Else"}, "role"),
    ("recaps", {"author": "x" * 101}, "author"),
    ("recaps", {"language": "xx"}, "language"),
    ("recaps", {"disclosure": "x" * 301}, "disclosure"),
    ("talks", {"title": ""}, "title"),
    ("talks", {"title": "\u200b \x07"}, "title"),
    ("talks", {"video_url": "not an address"}, "video_url"),
    ("talks", {"video_state": "burnt"}, "video_state"),
    ("talks", {"speakers": ",".join("abcdefghijklmnopqrstuvwxyz")}, "speakers"),
    ("talks", {"description": "x" * 10_001}, "description"),
    ("talks", {"why": "x" * 281}, "why"),
    ("talks", {"why": "a\0b"}, "why"),
    ("talks", {"language": "english"}, "language"),
    ("photos", {"pictures": None}, "pictures"),
    ("photos", {"licence": "mine"}, "licence"),
    ("photos", {"licence": None}, "licence"),
    ("photos", {"credit": "x" * 101}, "credit"),
]
CASES = [(kind, changes, field) for kind in KINDS for _name, changes, field in SHARED] + OWN
NAMES = [f"{kind}: {name}" for kind in KINDS for name, _changes, _field in SHARED]
NAMES += [f"{kind}: {field} {str(next(iter(changes.values())))[:20]!r}" for kind, changes, field in OWN]


@pytest.mark.parametrize(("kind", "changes", "field"), CASES, ids=NAMES)
def test_bad_input_is_answered_at_its_field_keeps_the_rest_and_changes_nothing(
    kind, changes, field, event, other_event
):
    filling = {"elsewhere": other_event.days.first().pk if field == "day" else other_event.pk}
    changes = {name: filling.get(value, value) for name, value in changes.items()}
    kept = {} if "disclosure" in changes or kind != "recaps" else {"disclosure": "Kept & safe"}
    response = send(None, kind, event, **{"guest_name": "A visitor", **kept, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ("Kept &amp; safe" in response.content.decode()) == bool(kept)
    assert (Contribution.objects.count(), Guest.objects.count(), Person.objects.count()) == (0, 0, 0)


@each_kind
def test_something_that_one_may_not_see_does_not_go_with_anything(kind, event, newcomer, outsider):
    hidden = make_talk(event, newcomer, title="Not for everybody yet")
    for line in (hidden.title, hidden.get_absolute_url(), f"/x/{hidden.pk}"):
        response = send(outsider, kind, event, related=line)
        assert list(response.context["form"].errors) == ["related"]
    assert send(newcomer, kind, event, related=hidden.title).redirect_chain != []


@each_kind
def test_a_related_title_may_hold_commas_and_be_long(kind, event, member):
    talk = make_talk(
        event, member, title="One, two, three: " + "a title as long as conferences like them, " * 3 + "so"
    )
    assert send(member, kind, event, related=talk.title).redirect_chain != []
    assert talk.relations_in.count() == 1


@each_kind
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b'{"title": "x"}', "application/json"),
        (b"\xff\xfe\x00title=x", "text/plain"),
        (b"title=%ff%fe&body=%c3%28", "application/x-www-form-urlencoded"),
        (b"title=x", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"nothing of the kind", "multipart/form-data; boundary=x"),
        (b"nothing of the kind", "multipart/form-data"),
    ],
)
def test_a_post_that_is_no_form_is_refused_in_words_and_changes_nothing(
    kind, body, content_type, event, member
):
    response = client_of(member).post(address(kind, event), body, content_type=content_type)
    assert response.status_code in (400, 422)
    assert Contribution.objects.count() == 0


@each_kind
@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30, "9" * 5000])
def test_an_address_with_a_number_that_nothing_has_is_a_plain_404(kind, number, member):
    for page in ("", "edit/"):
        assert client_of(member).get(f"/{kind}/{number}/{page}").status_code == 404


@each_kind
def test_hostile_query_strings_open_a_plain_form(kind, event):
    query = "?title=%00%22%3E%3Cscript%3E&url=%ff&tags=" + "x" * 3000 + "&play=%00"
    response = Client().get(address(kind, event) + query)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace('<script type="module"', "")
    assert "\0" not in response.content.decode()


@each_kind
def test_signs_that_cannot_be_seen_do_not_get_into_a_title(kind, event, member):
    send(member, kind, event, title="An\u202eevil\x07\nline  \u200f\u05e9")
    assert Contribution.objects.get().title == "Anevil line \u200f\u05e9"
