"""Taking back all of an event at once, and deleting for good: for members, and for guests by their cookie."""

import time
from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from community.counters import differences
from community.models import Card, Contribution, Credit, Decision, Relation, Revision, TaggedContribution
from discussion.models import Favourite
from events.models import Event
from people.decisions import Reason
from people.guests import return_link
from photos.models import Photo, Rendition, UploadLink
from tests.cast import MAKERS, client_of, make_photo, make_talk
from tests.community.pages import get


def states(*items: Contribution) -> list[str]:
    return [Contribution.objects.get(pk=item.pk).state for item in items]


@pytest.mark.parametrize("who", ["newcomer", "guest"])
def test_all_of_an_event_is_withdrawn_at_once_and_brought_back_at_once(
    event: Event, colocated: Event, other_event: Event, outsider: Any, moderator: Any, who: str, request: Any
) -> None:
    owner = request.getfixturevalue(who)
    client = client_of(owner)
    public, inside, rejected, before = (make_talk(at, owner) for at in (event, colocated, event, event))
    elsewhere, somebody_elses = make_talk(other_event, owner), make_talk(event, outsider)
    for item in (public, inside):
        Contribution.objects.get(pk=item.pk).publish(by=moderator)
    Contribution.objects.get(pk=rejected.pk).reject(by=moderator, reason=Reason.UNCLEAR)
    # Withdrawn earlier, for a reason of its own: undoing the rest leaves it so.
    Contribution.objects.get(pk=before.pk).withdraw(by=owner)
    others = states(elsewhere, somebody_elses)
    assert f'href="/mine/{event.slug}/withdrawal/"' in client.get("/mine/").content.decode()
    page = client.get(f"/mine/{event.slug}/withdrawal/").content.decode()
    assert "These are 3 things." in page
    answer = client.post(f"/mine/{event.slug}/withdrawal/", follow=True)
    assert states(public, inside, rejected, before) == ["withdrawn"] * 4
    assert states(elsewhere, somebody_elses) == others
    assert "3 things at Paris Summit 2024 are withdrawn" in answer.content.decode()
    assert list(differences()) == []
    since = answer.content.decode().split('name="since" value="')[1].split('"')[0]
    page = client.post(f"/mine/{event.slug}/return/", {"since": since}, follow=True).content.decode()
    assert "3 things are back." in page
    assert states(public, inside, rejected, before) == ["public", "public", "rejected", "withdrawn"]
    assert list(differences()) == []


def test_pressing_it_twice_or_undoing_nothing_harms_nothing(event: Event, member: Any) -> None:
    client = client_of(member)
    make_talk(event, member)
    item = make_talk(event, member)
    for _ in range(2):
        assert client.post(f"/mine/{event.slug}/withdrawal/").status_code == 302
    assert "All of it is already withdrawn." in client.get(f"/mine/{event.slug}/withdrawal/").content.decode()
    for since in ("", "x", "-1", "9" * 30):
        assert client.post(f"/mine/{event.slug}/return/", {"since": since}).status_code == 302
    assert states(item) == ["withdrawn"]


def test_nobody_takes_back_what_others_added(
    event: Event, member: Any, outsider: Any, moderator: Any
) -> None:
    item = make_talk(event, member)
    for user in (None, outsider, moderator):
        for verb in ("withdrawal", "return"):
            assert client_of(user).post(f"/mine/{event.slug}/{verb}/").status_code == 404
    assert states(item) == ["public"]


def test_a_hundred_things_are_withdrawn_within_seconds(event: Event, member: Any) -> None:
    for _ in range(100):
        make_talk(event, member)
    began = time.monotonic()
    client_of(member).post(f"/mine/{event.slug}/withdrawal/")
    assert time.monotonic() - began < 20
    assert Contribution.objects.filter(state="withdrawn").count() == 100


def test_a_guest_can_have_this_browser_forget_them_and_come_back_by_the_link(
    event: Event, guest: Any
) -> None:
    make_talk(event, guest, title="A guest's")
    client = client_of(guest)
    assert "I am not the guest: forget me in this browser" in client.get("/mine/").content.decode()
    client.post("/guest/forget/")
    assert "A guest" not in client.get("/mine/").content.decode()
    client.post("/" + return_link(guest.guest).split("/", 3)[3])
    assert "A guest" in client.get("/mine/").content.decode()


# --- For good -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["newcomer", "guest"])
def test_a_withdrawn_photo_is_deleted_with_its_files(
    event: Event, moderator: Any, outsider: Any, who: str, request: Any, run_jobs: Any
) -> None:
    owner = request.getfixturevalue(who)
    talk = make_talk(event, moderator)
    photo = make_photo(
        event, owner, title="canary title", alt="canary alt", tags=["canary-word"], credit=[moderator.person]
    )
    Contribution.objects.get(pk=photo.pk).publish(by=moderator, note="canary note")
    Relation.objects.create(source=photo, target=talk)
    Favourite.give(photo, by=outsider, reason="canary reason")
    original = storages["default"].save(
        "originals/aa/canary.jpg", storages["default"].open(photo.renditions.get().name)
    )
    Photo.objects.filter(pk=photo.pk).update(original=original)
    files = [original, photo.renditions.get().name]
    client = client_of(owner)
    address = f"/contributions/{photo.pk}/deletion/"
    # First it is withdrawn; deleting asks once more.
    assert client.get(address).status_code == 404
    client.post(f"/contributions/{photo.pk}/withdrawal/")
    assert f'href="{address}"' in client.get("/mine/").content.decode()
    assert "Nobody can bring it back" in client.get(address).content.decode()
    assert states(photo) == ["withdrawn"]
    answer = client.post(address, follow=True)
    assert "It is deleted for good." in answer.content.decode()
    run_jobs()
    assert [storages["default"].exists(name) for name in files] == [False, False]
    assert Photo.objects.count() == Rendition.objects.count() == 0
    for model in (Card, Credit, Revision, TaggedContribution):
        field = "content_object" if model is TaggedContribution else "contribution"
        assert model.objects.filter(**{field: photo.pk}).count() == 0
    assert (Relation.objects.count(), Favourite.objects.count()) == (0, 0)
    row = Contribution.objects.get(pk=photo.pk)
    assert (row.state, row.title, row.search_text, row.owner) == ("erased", "", "", None)
    # What was decided stays, without whoever added it.
    kept = list(row.decisions.order_by("pk").values_list("verb", "actor", "guest", "note"))
    assert [verb for verb, *_ in kept][-2:] == ["withdraw", "erase"]
    assert {actor for _, actor, _, _ in kept} <= {None, moderator.pk}
    assert {(guest, note) for _, _, guest, note in kept} == {(None, "")}
    assert list(differences()) == []
    for user in (None, owner, moderator):
        assert client_of(user).get(f"/photos/{photo.pk}/").status_code == 404
        for page in ("/log/", "/mine/", "/tags/", f"/events/{event.slug}/photos/"):
            assert "canary" not in get(page, user)
        assert "canary title" not in get("/search/?q=canary", user)


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_every_kind_is_deleted_by_its_owner_alone_and_only_once_withdrawn(
    event: Event, member: Any, outsider: Any, moderator: Any, kind: str
) -> None:
    item = Contribution.objects.get(pk=MAKERS[kind](event, member).pk)
    address = f"/contributions/{item.pk}/deletion/"
    assert client_of(member).post(address).status_code == 404
    item.withdraw(by=member)
    for user in (None, outsider, moderator):
        assert client_of(user).post(address).status_code == 404
    assert states(item) == ["withdrawn"]
    assert client_of(member).post(address).status_code == 302
    assert states(item) == ["erased"]
    assert client_of(member).post(address).status_code == 404
    assert client_of(moderator).get(f"/contributions/{item.pk}/history/").status_code == 404


def test_a_request_for_removal_outlives_what_it_was_about(event: Event, member: Any, moderator: Any) -> None:
    photo = make_photo(event, member)
    stranger = client_of(None)
    link = stranger.post(f"/contributions/{photo.pk}/removal/", {"reason": "in-it"})["Location"]
    client = client_of(member)
    client.post(f"/contributions/{photo.pk}/withdrawal/")
    client.post(f"/contributions/{photo.pk}/deletion/")
    assert "It is deleted." in stranger.get(link).content.decode()
    assert client_of(moderator).get("/queue/").context["page"].rows == []
    assert "hidden on request" in stranger.get("/log/").content.decode()
    assert Decision.objects.filter(contribution=photo.pk, decided_at__lte=timezone.now()).count() == 5


def test_a_photo_that_was_deleted_is_not_counted_on_the_link_it_came_by(event: Event, guest: Any) -> None:
    link = UploadLink.objects.create(event=event, photo_count=2)
    photo, _other = (make_photo(event, guest, upload_link=link) for _ in range(2))
    client = client_of(guest)
    client.post(f"/contributions/{photo.pk}/withdrawal/")
    client.post(f"/contributions/{photo.pk}/deletion/")
    link.refresh_from_db()
    assert link.photo_count == 1
    assert list(differences()) == []
