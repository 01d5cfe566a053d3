"""“Remove this photo”: anybody may ask, without account; it is hidden at once, and a moderator decides."""

import uuid
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from community.counters import differences
from community.models import Contribution
from events.models import Event, Organiser
from moderation.models import Takedown
from people.models import Rate
from photos.models import BlockedPicture, Photo
from tests.cast import client_of, make_photo, make_talk
from tests.filling import filled

IN_IT = {"reason": "in-it"}


@pytest.fixture
def photo(event: Event, member: Any) -> Photo:
    return make_photo(event, member, title="Coffee", tags=["coffee"])


def address(item: Contribution) -> str:
    return f"/contributions/{item.pk}/removal/"


def ask(item: Contribution, client: Client | None = None, **data: str) -> Any:
    return (client or Client()).post(address(item), {**IN_IT, **data}, follow=True)


def page_of(item: Contribution) -> str:
    return Client().get(address(item)).content.decode()


def decide(moderator: Any, verb: str, takedown: Takedown | None = None, **data: str) -> Any:
    takedown = takedown or Takedown.objects.get()
    data = {"pick": f"takedown-{takedown.pk}.0", "verb": verb, **data}
    return client_of(moderator).post("/queue/decisions/", data, follow=True)


def state(item: Contribution) -> str:
    return Contribution.objects.get(pk=item.pk).state


def test_a_stranger_has_a_photo_hidden_at_once_from_its_page(photo: Photo, event: Event) -> None:
    stranger = Client()
    page = stranger.get(photo.get_absolute_url()).content.decode()
    assert f'href="{address(photo)}"' in page
    assert "Remove this photo" in page
    file = f"/photos/file/{photo.file_key}/320.webp"
    assert stranger.get(file).status_code == 200
    answer = ask(photo, stranger, note="The one in the middle.")
    assert "It is hidden now." in answer.content.decode()
    assert [stranger.get(url).status_code for url in (photo.get_absolute_url(), file, address(photo))] == [
        404
    ] * 3
    assert state(photo) == "hidden"
    for url in (
        f"/events/{event.slug}/",
        f"/events/{event.slug}/photos/",
        "/search/?q=coffee",
        "/tags/coffee/",
        "/",
    ):
        assert "Coffee" not in stranger.get(url).content.decode()
    assert list(differences()) == []


def test_only_kinds_that_may_show_people_are_removed_so(event: Event, member: Any, photo: Photo) -> None:
    talk = make_talk(event, member)
    assert Client().get(address(photo)).status_code == 200
    assert Client().get(address(talk)).status_code == 404
    assert "/removal/" not in Client().get(talk.get_absolute_url()).content.decode()


def test_without_a_reason_nothing_happens_and_what_was_typed_stays(photo: Photo) -> None:
    answer = Client().post(address(photo), {"note": "My words", "email": "no address"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My words" in page
    assert "no address" in page
    assert (Takedown.objects.count(), state(photo)) == (0, "public")


def test_a_wrong_credit_hides_nothing_before_a_moderator_has_looked(photo: Photo) -> None:
    for reason in ("credit", "other"):
        answer = ask(photo, reason=reason)
        assert "Until a moderator has looked at it, everything stays as it is." in answer.content.decode()
    assert state(photo) == "public"
    assert Takedown.objects.waiting().count() == 2


def test_pressing_twice_asks_once(photo: Photo) -> None:
    key = str(uuid.uuid4())
    first, second = ask(photo, submission_key=key), ask(photo, submission_key=key)
    assert Takedown.objects.count() == 1
    assert first.redirect_chain == second.redirect_chain
    # Counted once: for the address, and for the whole site.
    assert list(Rate.objects.values_list("count", flat=True)) == [1, 1]


def test_whoever_added_it_is_told_to_withdraw_it_instead(photo: Photo, member: Any) -> None:
    owner = client_of(member)
    assert "Remove this photo" not in owner.get(photo.get_absolute_url()).content.decode()
    page = owner.get(address(photo)).content.decode()
    assert f'action="/contributions/{photo.pk}/withdrawal/"' in page
    assert 'name="reason"' not in page
    assert owner.post(address(photo), IN_IT).status_code == 422
    assert (Takedown.objects.count(), state(photo)) == (0, "public")


def test_the_link_of_a_request_cannot_be_guessed(photo: Photo) -> None:
    ask(photo)
    link = Takedown.objects.get().status_address
    assert Client().get(link).status_code == 200
    assert Client().get(link[:-3] + "xx/").status_code == 404
    assert Client().get(f"/removals/{Takedown.objects.get().pk}/").status_code == 404
    # What is hidden is not named to strangers, even to the one who asked.
    assert "Coffee" not in Client().get(link).content.decode()


def test_a_public_photo_without_words_is_called_a_photo_on_the_page_of_the_request(
    event: Event, member: Any
) -> None:
    ask(make_photo(event, member, title="", alt=""), reason="credit")
    page = Client().get(Takedown.objects.get().status_address).content.decode()
    assert page.count(">a photo</a>") == 1


# --- The desk -------------------------------------------------------------------------------------------------------


def test_requests_stand_above_everything_else_in_the_queue(
    photo: Photo, event: Event, newcomer: Any, moderator: Any
) -> None:
    make_talk(event, newcomer, title="Waits longer")
    ask(photo, note="The one in the middle.")
    desk = client_of(moderator)
    answer = desk.get("/queue/")
    assert [row.title for row in answer.context["page"].rows] == ["Coffee", "Waits longer"]
    page = answer.content.decode()
    assert "The one in the middle." in page
    assert "I am in it" in page
    # It is never decided together with others.
    assert f'value="takedown-{Takedown.objects.get().pk}' in page
    assert page.count('type="checkbox" name="pick"') == 1
    assert [row.title for row in desk.get("/queue/?kind=takedown").context["page"].rows] == ["Coffee"]
    assert desk.get("/queue/?kind=talk").context["page"].rows[0].title == "Waits longer"


def test_agreeing_keeps_it_hidden_for_good_and_answers_both(
    photo: Photo, moderator: Any, member: Any, run_jobs: Any
) -> None:
    ask(photo, email="asker@example.net")
    run_jobs()
    mail.outbox.clear()
    decide(moderator, "confirm", note="You are right.")
    run_jobs()
    told = {message.to[0]: message for message in mail.outbox}
    assert set(told) == {"asker@example.net", member.email}
    assert "You are right." in told["asker@example.net"].body
    assert Takedown.objects.get().status_address in told["asker@example.net"].body
    # The owner reads a plain reason, and nothing of what was written to whoever asked.
    assert "It shows or names somebody who may not want it" in told[member.email].body
    assert "You are right." not in told[member.email].body
    assert state(photo) == "hidden"
    block = BlockedPicture.objects.get()
    assert (block.photo_id, block.sha256) == (photo.pk, photo.sha256)
    page = Client().get(Takedown.objects.get().status_address).content.decode()
    assert "It is removed." in page
    assert "You are right." in page


def test_what_was_removed_cannot_be_added_again(
    event: Event, moderator: Any, newcomer: Any, run_jobs: Any
) -> None:
    def add() -> Any:
        return client_of(newcomer).post(f"/photos/new/{event.slug}/", filled("photos", event))

    add()
    run_jobs()
    photo = Photo.objects.get()
    photo.publish(by=moderator)
    ask(photo)
    decide(moderator, "confirm")
    answer = add()
    assert answer.status_code == 422
    assert "remove this photo from this site" in answer.content.decode()
    assert Photo.objects.count() == 1


def test_disagreeing_shows_it_again_everywhere_and_answers_both(
    photo: Photo, moderator: Any, member: Any, run_jobs: Any
) -> None:
    ask(photo, email="asker@example.net")
    run_jobs()
    mail.outbox.clear()
    decide(moderator, "restore")
    run_jobs()
    assert {message.to[0] for message in mail.outbox} == {"asker@example.net", member.email}
    assert state(photo) == "public"
    assert Client().get(photo.get_absolute_url()).status_code == 200
    assert "Coffee" in Client().get("/search/?q=coffee").content.decode()
    assert BlockedPicture.objects.count() == 0
    assert list(differences()) == []


def test_what_a_moderator_let_show_again_is_not_hidden_by_the_same_means(
    photo: Photo, moderator: Any
) -> None:
    assert page_of(photo).count("it is hidden the moment you send this") == 1
    ask(photo)
    decide(moderator, "restore")
    page = page_of(photo)
    assert page.count("hidden the moment") == page.count("The first two hide it at once") == 0
    assert page.count("one looks again before anything is hidden") == 1
    answer = ask(photo)
    assert "everything stays as it is" in answer.content.decode()
    assert state(photo) == "public"
    second = Takedown.objects.waiting().get()
    # A moderator can still agree.
    decide(moderator, "confirm", second)
    assert state(photo) == "hidden"


def test_whoever_is_in_it_is_heard_also_where_a_credit_was_let_stand(photo: Photo, moderator: Any) -> None:
    ask(photo, reason="credit")
    decide(moderator, "restore")
    ask(photo, reason="in-it")
    assert state(photo) == "hidden"


def test_leaving_a_reported_thing_as_it_is_troubles_its_owner_with_nothing(
    photo: Photo, moderator: Any, run_jobs: Any
) -> None:
    ask(photo, reason="credit", email="asker@example.net")
    decide(moderator, "restore", note="The name is right now.")
    run_jobs()
    assert [message.to for message in mail.outbox] == [["asker@example.net"]]
    assert (state(photo), Takedown.objects.get().state) == ("public", "declined")


@pytest.mark.parametrize("verb", ["confirm", "restore"])
@pytest.mark.parametrize("reason", ["in-it", "credit"])
def test_an_answer_can_be_taken_back(photo: Photo, moderator: Any, verb: str, reason: str) -> None:
    ask(photo, reason=reason)
    before = state(photo)
    desk = client_of(moderator)
    desk.post("/queue/decisions/", {"pick": f"takedown-{Takedown.objects.get().pk}.0", "verb": verb})
    desk.post("/queue/decisions/undo/")
    assert (state(photo), Takedown.objects.get().state) == (before, "waiting")
    assert BlockedPicture.objects.count() == 0
    assert list(differences()) == []


def test_what_is_decided_on_the_photos_own_page_answers_the_request_too(photo: Photo, moderator: Any) -> None:
    ask(photo)
    desk = client_of(moderator)
    decision = {"pick": f"contribution-{photo.pk}.1", "seen": "hidden", "verb": "publish"}
    desk.post("/queue/decisions/", decision)
    assert (state(photo), Takedown.objects.get().state) == ("public", "declined")
    desk.post("/queue/decisions/undo/")
    assert (state(photo), Takedown.objects.get().state) == ("hidden", "waiting")


def test_what_somebody_asked_to_have_removed_is_not_for_organisers(
    photo: Photo, event: Event, member: Any, outsider: Any
) -> None:
    Organiser.objects.create(event=event, user=outsider)
    desk = client_of(outsider)
    ask(photo)
    # Its owner sends it again meanwhile: it waits, and organisers would find it, were it not asked about.
    Photo.objects.get(pk=photo.pk).resubmit(by=member)
    assert desk.get("/queue/").context["page"].rows == []
    desk.post("/queue/decisions/", {"pick": f"contribution-{photo.pk}.1", "verb": "publish"})
    assert state(photo) == "waiting"
    Takedown.objects.all().delete()
    assert [row.thing.pk for row in desk.get("/queue/").context["page"].rows] == [photo.pk]


def test_two_moderators_answer_once(photo: Photo, moderator: Any) -> None:
    ask(photo)
    decide(moderator, "confirm")
    answer = decide(moderator, "restore")
    assert state(photo) == "hidden"
    assert "Already hidden by the moderator." in answer.content.decode()


def test_a_request_is_not_decided_by_the_verbs_of_other_things(photo: Photo, moderator: Any) -> None:
    ask(photo)
    decide(moderator, "publish")
    assert (state(photo), Takedown.objects.get().state) == ("hidden", "waiting")
    decide(moderator, "reject", reason="other")
    assert (state(photo), Takedown.objects.get().state) == ("hidden", "waiting")


def test_the_log_tells_of_requests_without_a_private_word(photo: Photo, moderator: Any) -> None:
    ask(photo, note="canary words", email="canary@example.net")
    decide(moderator, "confirm", note="canary answer")
    page = Client().get("/log/").content.decode()
    assert "<b>hidden on request</b>" in page
    assert "canary" not in page
    assert "Coffee" not in page
    assert "canary" not in client_of(moderator).get("/log/").content.decode()


def test_its_owner_sees_why_it_is_gone_and_cannot_bring_it_back(
    photo: Photo, member: Any, moderator: Any
) -> None:
    ask(photo)
    owner = client_of(member)
    for page in ("/mine/", photo.get_absolute_url()):
        assert "Somebody asked us not to show it." in owner.get(page).content.decode()
    owner.post(f"/contributions/{photo.pk}/withdrawal/")
    owner.post(f"/contributions/{photo.pk}/return/")
    assert state(photo) == "hidden"
    owner.post(f"/contributions/{photo.pk}/withdrawal/")
    decide(moderator, "confirm")
    assert state(photo) == "hidden"


# --- Against abuse --------------------------------------------------------------------------------------------------


def test_one_address_asks_a_few_times_an_hour(event: Event, member: Any, settings: Any) -> None:
    settings.TAKEDOWNS_PER_HOUR = 2
    photos = [make_photo(event, member) for _ in range(3)]
    answers = [Client().post(address(photo), {**IN_IT, "note": "My words"}) for photo in photos]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "My words" in answers[2].content.decode()
    assert [state(photo) for photo in photos] == ["hidden", "hidden", "public"]
    # Another address is another person.
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.post(address(photos[2]), IN_IT).status_code == 302


def test_when_many_come_at_once_a_moderator_looks_first(
    event: Event, member: Any, moderator: Any, settings: Any
) -> None:
    settings.TAKEDOWN_PAUSE = 2
    photos = [make_photo(event, member) for _ in range(4)]
    for number, photo in enumerate(photos):
        answer = ask(photo, Client(REMOTE_ADDR=f"192.0.2.{number}"))
    assert [state(photo) for photo in photos] == ["hidden", "hidden", "public", "public"]
    assert "Until a moderator has looked at it, everything stays as it is." in answer.content.decode()
    assert (
        "a moderator looks at yours before anything is hidden"
        in Client().get(address(photos[3])).content.decode()
    )
    assert Takedown.objects.waiting().count() == 4
    # Told once, not for each.
    assert moderator.notifications.count() == 1


def test_addresses_of_those_who_asked_are_forgotten(photo: Photo, moderator: Any, run_jobs: Any) -> None:
    import datetime

    from community.models import Decision
    from moderation.tasks import forget_askers

    ask(photo, email="asker@example.net")
    decide(moderator, "confirm")
    forget_askers.enqueue()
    run_jobs()
    assert Takedown.objects.get().email == "asker@example.net"
    month = datetime.timedelta(days=31)
    for decision in Decision.objects.all():
        Decision.objects.filter(pk=decision.pk).update(decided_at=decision.decided_at - month)
    forget_askers.enqueue()
    run_jobs()
    assert Takedown.objects.get().email == ""
