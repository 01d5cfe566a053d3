"""Bringing a talk its video, and its other links: by anybody, and public once somebody is sure."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from community.models import Contribution, Revision
from discussion.models import Favourite
from people.decisions import Reason, StateConflict
from people.guests import GuestVisitor
from people.models import Guest, Notification, Person
from talks.models import Resource, Talk
from tests.cast import client_of, make_talk, make_user

pytestmark = pytest.mark.django_db
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
SAME = "https://youtu.be/dQw4w9WgXcQ?si=shared"
SLIDES = "https://slides.example.org/ebpf.pdf"


@pytest.fixture
def talk(event, member):
    return make_talk(event, member, title="How eBPF actually works")


def bring(who, talk, kind="video", url=VIDEO, address="192.0.2.1", **more):
    data = {"kind": kind, "url": url, "submission_key": str(uuid.uuid4()), **more}
    return client_of(who).post(f"/talks/{talk.pk}/links/", data, REMOTE_ADDR=address)


def video_of(talk):
    talk = Talk.objects.get(pk=talk.pk)
    return talk.video_url, talk.video_state


def test_a_member_with_trust_brings_the_video_at_once_and_a_version_is_kept(talk, outsider):
    helper = make_user("the helper", trust="granted")
    assert bring(helper, talk).status_code == 302
    assert video_of(talk) == (VIDEO, "watchable")
    assert Talk.objects.get(pk=talk.pk).version == 2
    newest = Revision.objects.filter(contribution=talk.pk).order_by("-number").first()
    assert (newest.number, newest.editor, newest.fields["video_url"]) == (2, helper, VIDEO)


@pytest.mark.parametrize("role", ["moderator", "organiser", "speaker"])
def test_who_is_responsible_needs_nobody_else(event, member, moderator, role):
    from events.models import Organiser

    who = moderator if role == "moderator" else make_user(f"the {role}")
    if role == "organiser":
        Organiser.objects.create(event=event, user=who)
    talk = make_talk(event, member, credit=[who.person] if role == "speaker" else [])
    bring(who, talk)
    assert video_of(talk) == (VIDEO, "watchable")


def test_two_members_who_agree_make_it_the_talks_video_and_one_twice_does_not(talk, newcomer, outsider):
    bring(newcomer, talk)
    bring(newcomer, talk, url=SAME)
    assert video_of(talk) == ("", "unknown")
    bring(outsider, talk, url=SAME)
    assert video_of(talk) == ("https://youtu.be/dQw4w9WgXcQ", "watchable")
    assert set(Resource.objects.values_list("user", "state", "network")) == {
        (newcomer.pk, "public", ""),
        (outsider.pk, "public", ""),
    }


@pytest.mark.django_db(transaction=True)
def test_two_who_find_the_video_at_one_instant_have_agreed(event, member):
    talk = make_talk(event, member)
    finders = [make_user(f"finder {number}") for number in range(2)]
    together = Barrier(2)

    def find(who):
        try:
            together.wait(timeout=20)
            return Resource.bring(Talk.objects.get(pk=talk.pk), kind="video", url=VIDEO, by=who).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(find, finders))) == 2
    assert video_of(talk) == (VIDEO, "watchable")
    # Neither waits any more, and the talk took the video once.
    assert set(Resource.objects.values_list("user", "state")) == {(who.pk, "public") for who in finders}
    assert Talk.objects.get(pk=talk.pk).version == 2


def test_two_who_disagree_wait(talk, newcomer, outsider):
    bring(newcomer, talk)
    bring(outsider, talk, url="https://vimeo.com/123456")
    assert video_of(talk) == ("", "unknown")
    assert Resource.objects.filter(state="waiting").count() == 2


@pytest.mark.parametrize(("address", "state"), [("192.0.2.1", "unknown"), ("198.51.100.7", "watchable")])
def test_two_guests_are_two_people_only_from_two_networks(talk, address, state):
    bring(None, talk, guest_name="one", address="192.0.2.1")
    bring(None, talk, guest_name="other", url=SAME, address=address)
    assert video_of(talk)[1] == state


def test_where_somebody_sent_it_from_is_kept_only_as_a_hash_and_only_while_it_waits(talk, moderator):
    bring(None, talk, guest_name="one", address="192.0.2.1")
    row = Resource.objects.get()
    assert len(row.network) == 64
    row.reject(by=moderator, reason=Reason.OTHER)
    assert Resource.objects.get().network == ""


def test_a_guest_sends_it_twice_and_it_is_once(talk):
    key = str(uuid.uuid4())
    browser = client_of(None)
    for _again in range(2):
        data = {"kind": "video", "url": VIDEO, "guest_name": "somebody", "submission_key": key}
        assert browser.post(f"/talks/{talk.pk}/links/", data).status_code == 302
    bring(None, talk, guest_name="somebody", submission_key=key)
    assert (Resource.objects.count(), Guest.objects.count()) == (1, 1)


def test_those_who_recommend_the_talk_hear_of_it_in_public_or_not_and_the_finder_does_not(
    talk, outsider, newcomer, member, moderator, guest, run_jobs, mailoutbox
):
    Favourite.give(talk, by=outsider, reason="it is true").publish(by=moderator)
    Favourite.give(talk, by=guest, reason="it is short")
    Favourite.give(talk, by=newcomer, private=True)
    Favourite.give(talk, by=member)
    run_jobs()
    mailoutbox.clear()
    Notification.objects.all().delete()  # of the recommendations themselves
    bring(member, talk)
    run_jobs()
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
        [outsider.email, newcomer.email, "guest@example.org"]
    )
    assert {mail.subject for mail in mailoutbox} == {"The video of “How eBPF actually works” is there"}
    assert newcomer.notifications.get().url == talk.get_absolute_url()
    assert member.notifications.count() == 0


def test_a_moderator_decides_in_the_queue_and_takes_it_back(talk, newcomer, moderator):
    bring(newcomer, talk)
    row = Resource.objects.get()
    page = client_of(moderator).get("/queue/?kind=link")
    assert VIDEO in page.content.decode()
    row.publish(by=moderator)
    assert video_of(talk) == (VIDEO, "watchable")
    assert newcomer.notifications.filter(subject__contains="is public").exists()
    Resource.objects.get().undo(by=moderator)
    assert video_of(talk) == ("", "unknown")
    assert Resource.objects.get().state == "waiting"
    Resource.objects.get().reject(by=moderator, reason=Reason.OTHER)
    with pytest.raises(StateConflict):
        Resource.objects.get().reject(by=moderator, reason=Reason.OTHER)


def test_what_a_moderator_turned_down_waits_for_one_again_when_it_is_brought_again(
    talk, newcomer, outsider, moderator
):
    bring(newcomer, talk)
    Resource.objects.get().reject(by=moderator, reason=Reason.OTHER)
    bring(outsider, talk)
    bring(newcomer, talk)
    assert sorted(Resource.objects.values_list("user", "state")) == sorted(
        [(newcomer.pk, "waiting"), (outsider.pk, "waiting")]
    )
    assert video_of(talk) == ("", "unknown")
    assert VIDEO in client_of(moderator).get("/queue/?kind=link").content.decode()


def test_a_no_that_a_moderator_takes_back_lets_the_talk_say_again_that_it_was_not_recorded(
    talk, member, moderator
):
    bring(member, talk, kind="no-video", url="")
    row = Resource.objects.get()
    row.reject(by=moderator, reason=Reason.OTHER)
    assert video_of(talk) == ("", "unknown")
    row.undo(by=moderator)
    assert (Resource.objects.get().state, video_of(talk)) == ("public", ("", "not-recorded"))


def test_not_recorded_ends_the_asking_where_who_added_the_talk_says_so(talk, member):
    bring(member, talk, kind="no-video", url="")
    assert video_of(talk) == ("", "not-recorded")
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert "I found the video" not in page
    # Nor is anything taken any more.
    assert bring(member, talk).status_code == 422


def test_that_it_was_not_recorded_takes_two_of_all_others(talk, newcomer, outsider):
    bring(newcomer, talk, kind="no-video", url="")
    assert video_of(talk) == ("", "unknown")
    bring(outsider, talk, kind="no-video", url="")
    assert video_of(talk) == ("", "not-recorded")


def test_who_wants_no_recording_is_not_asked_for_one(event, member):
    shy = Person.objects.create(name="Somebody shy", no_recording=True)
    talk = make_talk(event, member, credit=[shy])
    assert "I found the video" not in client_of(None).get(talk.get_absolute_url()).content.decode()
    assert bring(member, talk).status_code == 422
    assert video_of(talk)[0] == ""


@pytest.mark.parametrize("kind", ["slides", "code", "transcript", "write-up", "thread"])
def test_other_links_wait_for_a_moderator_however_many_agree(talk, newcomer, outsider, moderator, kind):
    bring(newcomer, talk, kind=kind, url=SLIDES)
    bring(outsider, talk, kind=kind, url=SLIDES)
    strangers = client_of(None)
    assert SLIDES not in strangers.get(talk.get_absolute_url()).content.decode()
    assert SLIDES in client_of(newcomer).get(talk.get_absolute_url()).content.decode()
    Resource.objects.first().publish(by=moderator)
    page = strangers.get(talk.get_absolute_url()).content.decode()
    assert page.count(f'href="{SLIDES}"') == 1
    assert video_of(talk) == ("", "unknown")
    # The address leads to the talk from now on.
    found = strangers.get("/talks/suggestions/", {"q": SLIDES}).json()["talks"]
    assert [one["id"] for one in found] == [talk.pk]


def test_one_takes_back_what_one_brought_and_nothing_else(talk, member, outsider):
    bring(member, talk, kind="slides", url=SLIDES)
    row = Resource.objects.get()
    assert client_of(outsider).post(f"/talks/links/{row.pk}/withdrawal/").status_code == 404
    for _again in range(2):
        assert client_of(member).post(f"/talks/links/{row.pk}/withdrawal/").status_code == 302
    assert Resource.objects.get().state == "withdrawn"
    assert SLIDES not in client_of(None).get(talk.get_absolute_url()).content.decode()
    bring(member, talk, kind="slides", url=SLIDES)
    assert Resource.objects.get().state == "public"


def test_what_one_brought_stands_once_on_the_page_with_the_way_to_take_it_back(talk, member, outsider):
    bring(member, talk, kind="slides", url=SLIDES)
    for who, offered in ((member, 1), (outsider, 0), (None, 0)):
        page = client_of(who).get(talk.get_absolute_url()).content.decode()
        assert (page.count(f'href="{SLIDES}"'), page.count("/talks/links/")) == (1, offered)


def test_a_talk_that_waits_has_no_headings_with_nothing_below(event, newcomer):
    waiting = make_talk(event, newcomer, title="A talk that waits")
    page = client_of(newcomer).get(waiting.get_absolute_url()).content.decode()
    assert ("waiting for review" in page, "Slides, code and more" in page, "Comments" in page) == (
        True,
        False,
        False,
    )


def test_what_an_import_brought_in_is_news_once_somebody_finds_its_video(talk, member):
    Contribution.objects.filter(pk=talk.pk).update(quiet=True)
    bring(member, talk)
    assert Contribution.objects.news().filter(pk=talk.pk).exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "video"},
        {"kind": "nothing", "url": VIDEO},
        {"kind": "slides", "url": "not an address"},
        {"kind": "slides", "url": "http://127.0.0.1/"},
        {"kind": "video", "url": VIDEO, "guest_name": ""},
        {"kind": "video", "url": "x" * 3000, "guest_name": "somebody"},
        {"kind": "no-video"},
        {"kind": "slides", "url": "\0", "guest_name": "\0", "submission_key": "x"},
    ],
)
def test_what_is_incomplete_comes_back_with_the_reason_and_changes_nothing(talk, data):
    answer = client_of(None).post(f"/talks/{talk.pk}/links/", data)
    assert answer.status_code == 422
    assert Resource.objects.count() == 0
    assert Guest.objects.count() == 0


def test_guests_may_not_bring_more_than_so_many_in_an_hour(talk, settings):
    settings.GUEST_FORMS_PER_HOUR = 1
    assert bring(None, talk, guest_name="one").status_code == 302
    answer = bring(None, talk, guest_name="one", url="https://vimeo.com/1")
    assert answer.status_code == 429
    assert Resource.objects.count() == 1


def test_an_edit_that_was_begun_before_the_video_came_meets_the_newer_version(talk, member):
    bring(member, talk)
    data = {"event": talk.event_id, "title": "Another title", "version": 1}
    answer = client_of(member).post(f"/talks/{talk.pk}/edit/", data)
    assert answer.status_code == 422
    assert video_of(talk) == (VIDEO, "watchable")


def test_from_what_is_missing_at_an_event_one_goes_on_with_the_next(talk, event, member, run_jobs):
    run_jobs()
    page = client_of(member).get(f"/events/{event.slug}/missing/").content.decode()
    assert f'action="/talks/{talk.pk}/links/"' in page
    back = f"/events/{event.slug}/missing/#missing-video"
    assert bring(member, talk, next=back).headers["Location"] == back
    assert (
        bring(member, make_talk(event, member), next="https://elsewhere.example/").headers["Location"] == back
    )


def test_a_hidden_talk_takes_nothing(talk, member, moderator):
    talk.hide(by=moderator, reason=Reason.OTHER)
    assert bring(member, talk).status_code == 404
    assert bring(GuestVisitor(Guest.objects.create(name="x").pk), talk).status_code == 404
