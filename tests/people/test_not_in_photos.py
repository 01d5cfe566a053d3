"""“Never name me on photos”: who switched that on is named on a photo by nobody but themselves."""

import uuid
from typing import Any

import pytest

from community.models import Credit
from events.models import Event
from people.models import Person
from tests.cast import client_of, make_photo, make_recap, make_user
from tests.filling import filled

SETTINGS = {"name": "Ana Shy", "handle": "ana", "bio": "", "links": "", "language": "", "default_licence": ""}


@pytest.fixture
def shy(db: None) -> Any:
    user = make_user("Ana Shy")
    user.person.rename("Ana Shy", "ana")
    return user


def switch_on(user: Any, **more: str) -> Any:
    return client_of(user).post("/settings/", {**SETTINGS, "not_in_photos": "on", **more})


def names_on(item: Any) -> list[str]:
    return list(Credit.objects.filter(contribution=item.pk).values_list("person__name", flat=True))


def test_names_that_others_gave_are_taken_away_and_ones_own_stay(event: Event, member: Any, shy: Any) -> None:
    theirs = make_photo(event, member, title="Theirs", credit=[member.person, shy.person])
    own = make_photo(event, shy, title="Own", credit=[shy.person])
    own.publish(by=None)
    recap = make_recap(event, member, credit=[shy.person])
    stranger = client_of(None)
    # Drawn and indexed with the name, so that there is something to take away.
    assert "Ana Shy" in stranger.get(theirs.get_absolute_url()).content.decode()
    assert "Theirs" in stranger.get("/search/?q=shy").content.decode()
    assert switch_on(shy).status_code == 302
    assert [names_on(item) for item in (theirs, own, recap)] == [["the member"], ["Ana Shy"], ["Ana Shy"]]
    assert "Ana Shy" not in stranger.get(theirs.get_absolute_url()).content.decode()
    page = stranger.get("/search/?q=shy").content.decode()
    assert ("Theirs" in page, "Own" in page) == (False, True)
    assert "Theirs" not in stranger.get("/people/ana/").content.decode()


def test_somebody_without_account_who_is_called_the_same_is_not_named_either(
    event: Event, member: Any, shy: Any
) -> None:
    photo = make_photo(event, member, credit=[Person.objects.create(name="Ana  SHY")])
    switch_on(shy)
    assert names_on(photo) == []
    photo._set_credit([Person.objects.get(name="Ana  SHY")])
    assert names_on(photo) == []


def test_a_form_that_names_them_is_refused_at_the_field(event: Event, member: Any, shy: Any) -> None:
    switch_on(shy)
    photo = make_photo(event, member, title="Before")
    data = {"event": event.pk, "version": photo.version, "title": "After", "licence": "cc-by-4.0"}
    answer = client_of(member).post(f"{photo.get_absolute_url()}edit/", {**data, "credit": "Bo, ana shy"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "credit": [
            "ana shy does not want to be named on photos. Leave the name out; you can write “a friend”."
        ]
    }
    assert "Bo, ana shy" in answer.content.decode()
    photo.refresh_from_db()
    assert photo.title == "Before"


def test_the_page_of_a_batch_refuses_their_name_too(event: Event, member: Any, shy: Any) -> None:
    switch_on(shy)
    photo = make_photo(event, member, batch=uuid.uuid4(), credit=[member.person])
    prefix = f"photo-{photo.pk}"
    data = {f"{prefix}-alt": "", f"{prefix}-title": "", f"{prefix}-licence": "cc-by-4.0"}
    for name in ("all-credit", f"{prefix}-credit"):
        answer = client_of(member).post(f"/photos/batch/{photo.batch}/", {**data, name: "Ana Shy"})
        assert answer.status_code == 422
        assert "Ana Shy does not want to be named on photos." in answer.content.decode()
    assert names_on(photo) == ["the member"]


@pytest.mark.parametrize("credit", ["", "Ana Shy"])
def test_their_own_photos_carry_their_name(event: Event, shy: Any, credit: str) -> None:
    switch_on(shy)
    answer = client_of(shy).post(f"/photos/new/{event.slug}/", filled("photos", event, credit=credit))
    assert answer.status_code == 302
    assert [row.person for row in Credit.objects.all()] == [shy.person]


def test_a_guest_of_the_same_name_is_not_refused_and_not_credited(event: Event, shy: Any) -> None:
    switch_on(shy)
    answer = client_of(None).post(f"/photos/new/{event.slug}/", filled("photos", event, guest_name="Ana Shy"))
    assert answer.status_code == 302
    assert Credit.objects.filter(person__folded_name="ana shy").count() == 0


def test_switching_it_off_lets_others_name_them_again(event: Event, member: Any, shy: Any) -> None:
    switch_on(shy)
    client_of(shy).post("/settings/", SETTINGS)
    assert names_on(make_photo(event, member, credit=[shy.person])) == ["Ana Shy"]


def test_a_moderator_switches_it_on_for_somebody_without_account(event: Event, member: Any) -> None:
    from people.models import User

    person = Person.objects.create(name="No Account", handle="nobody")
    photo = make_photo(event, member, credit=[person])
    administrator = User.objects.create_superuser("administrator@example.org", name="the administrator")
    data = {"name": person.name, "handle": person.handle, "bio": "", "links": "[]", "not_in_photos": "on"}
    answer = client_of(administrator).post(f"/admin/people/person/{person.pk}/change/", data)
    assert answer.status_code == 302
    assert names_on(photo) == []


def test_a_handle_in_a_caption_is_no_link(event: Event, member: Any, shy: Any) -> None:
    photo = make_photo(event, member, title="With @ana in the hall", alt="@ana laughs")
    for page in (photo.get_absolute_url(), f"/events/{event.slug}/photos/", "/search/?q=hall"):
        content = client_of(None).get(page).content.decode()
        assert "/people/ana/" not in content
