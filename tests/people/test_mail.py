"""E-mails: plain text and HTML, what was told in a short while in one, and the way out of them."""

import datetime
import html
import re
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from community.models import Contribution
from people.decisions import Reason
from people.mails import blocks_of, message
from people.models import Mute, Notification, Preference, User
from people.models.notification import Topic
from people.models.preference import Delivery, next_daily
from people.notifications import tell_member, write_to_guest
from people.tasks import mail_news, mail_what_is_due
from tests.cast import client_of, make_talk

SETTINGS = "/settings/notifications/"


def tell(user: User, title: str, **more: Any) -> None:
    """Tell `user` something, with words of a template that is there in any case."""
    tell_member(user, "video_found", {"item": title}, url="/talks/7/", **more)


def plain(one: Any) -> str:
    """The plain text of an e-mail, as a mail program that was sent its bytes reads it."""
    return part(one, "text/plain")


def rich(one: Any) -> str:
    return part(one, "text/html")


def part(one: Any, sort: str) -> str:
    sent = message_from_bytes(one.message().as_bytes())
    found = [each for each in sent.walk() if each.get_content_type() == sort]
    assert len(found) == 1
    payload = found[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def words_of(page: str) -> str:
    """What is read of HTML."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page)).split())


def header(one: Any, name: str) -> str:
    """A header of the bytes that are sent, unfolded."""
    return " ".join(str(message_from_bytes(one.message().as_bytes())[name]).split())


def path_of(one: Any) -> str:
    return header(one, "List-Unsubscribe").strip("<>").removeprefix("http://localhost:8000")


# --- Both forms -------------------------------------------------------------------------------------------------------


def test_a_mail_says_the_same_as_text_and_as_html(newcomer: User, run_jobs: Any) -> None:
    tell(newcomer, "Ours & theirs")
    run_jobs()
    (one,) = mail.outbox
    for words in (
        "Hello the newcomer,",
        "You recommend “Ours & theirs”. Somebody found its video: now everybody can watch it.",
        "http://localhost:8000/talks/7/",
    ):
        assert words in plain(one)
        assert words in words_of(rich(one))
    assert 'href="http://localhost:8000/talks/7/"' in rich(one)
    assert 'name="viewport"' in rich(one)
    # Once in the frame, not once more as a signature.
    assert words_of(rich(one)).split().count("Hallway") == 1


def test_guests_and_codes_are_written_to_in_both_forms(guest: Any, run_jobs: Any) -> None:
    write_to_guest(guest.guest, "video_found", {"item": "Ours", "link": "http://localhost:8000/guest/x/"})
    Client().post("/accounts/login/code/", {"email": "nobody@example.org"})
    run_jobs()
    assert mail.outbox[0].to == ["guest@example.org"]
    for one in mail.outbox:
        assert words_of(rich(one))
        assert (header(one, "List-Unsubscribe"), header(one, "Auto-Submitted")) == ("None", "auto-generated")


def test_what_somebody_wrote_stays_text(settings: Any) -> None:
    settings.SITE_URL = "http://localhost:8000"
    text = "<b>bold</b> &\nhttps://elsewhere.example/<script>\nhttp://localhost:8000.evil.example/"
    one = message("It", text, "a@b.de")
    assert "<b>bold" not in rich(one)
    assert re.findall(r'href="([^"]+)"', rich(one)) == ["http://localhost:8000/"]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("New talks\n---------", ("heading", "New talks")),
        ("How it works\n3 people\nhttp://localhost:8000/talks/7/", ("title", "How it works")),
        ("Here it is:\nhttp://localhost:8000/talks/7/", ("door", "http://localhost:8000/talks/7/")),
        ("http://localhost:8000/talks/7/", ("door", "http://localhost:8000/talks/7/")),
        ("ABCD-1234", ("code", "ABCD-1234")),
        ("> What they said", ("is_quote", True)),
    ],
)
def test_the_layout_of_the_text_makes_that_of_the_html(text: str, shape: tuple[str, str]) -> None:
    (block,) = blocks_of(text)
    assert getattr(block, shape[0]) == shape[1]


def test_below_each_heading_one_door_is_a_button() -> None:
    door = "Here:\nhttp://localhost:8000/talks/7/"
    blocks = blocks_of("\n\n".join([door, "Or there:\nhttp://localhost:8000/talks/8/", "Next\n----", door]))
    assert [bool(block.door) for block in blocks] == [True, False, False, True]
    assert (blocks[1].title, blocks[1].url) == ("Or there", "http://localhost:8000/talks/8/")


def test_a_button_says_what_the_line_before_it_says_where_that_is_short() -> None:
    door = "\nhttp://localhost:8000/talks/7/"
    lines = [
        "Read it, and answer:",
        "Voici la page\N{NO-BREAK SPACE}:",
        "With this link you accept, within 14 days:",
        "",
    ]
    assert [blocks_of(line + door)[0].label for line in lines] == [
        "Read it, and answer",
        "Voici la page",
        "",
        "",
    ]


def test_a_long_text_of_any_shape_is_read_at_once() -> None:
    # Backtracking would take minutes.
    for text in ("A1-" * 30_000 + "!", "A" * 90_000 + "!", "-" * 90_000):
        assert len(blocks_of(text)) == 1


# --- Gathered ---------------------------------------------------------------------------------------------------------


def test_what_comes_in_a_short_while_is_one_mail(
    newcomer: User, outsider: User, settings: Any, run_jobs: Any
) -> None:
    settings.MAIL_WINDOW_MINUTES = 5
    for title in ("First", "Second", "Third"):
        tell(newcomer, title)
    tell(outsider, "Theirs")
    run_jobs()
    assert mail.outbox == []
    Notification.objects.update(mail_due_at=timezone.now())
    run_jobs(later=timedelta(minutes=5))
    one, other = sorted(mail.outbox, key=lambda sent: sent.to[0])
    assert (one.subject, one.to) == ("The video of “Third” is there, and 2 more", [newcomer.email])
    assert (other.subject, other.to) == ("The video of “Theirs” is there", [outsider.email])
    assert re.findall("You recommend “(.+?)”", plain(one)) == ["First", "Second", "Third"]
    assert plain(one).count("Hello the newcomer,") == 1
    assert re.findall("<h2[^>]*>The video of “(.+?)” is there</h2>", rich(one)) == [
        "First",
        "Second",
        "Third",
    ]


def test_of_one_thread_the_newest_stands_for_all_until_it_is_read(newcomer: User) -> None:
    for number in range(10):
        tell(newcomer, f"No. {number}", thread="comment:7")
    tell(newcomer, "Another", thread="comment:8")
    client = client_of(newcomer)
    shown = client.get("/notifications/").context["told"]
    assert [(one.words.subject, one.row.count) for one in shown] == [
        ("The video of “Another” is there", 1),
        ("The video of “No. 9” is there", 10),
    ]
    assert [before.subject[14:19] for before in shown[1].earlier] == ["No. 8", "No. 7", "No. 6", "No. 5"]
    assert newcomer.notifications.unread().count() == 2
    # The page may be an old one: what stood there leads on, and all of it is read.
    old = newcomer.notifications.get(subject__contains="No. 3")
    client.post(f"/notifications/{old.pk}/")
    assert newcomer.notifications.filter(read_at=None).count() == 1
    tell(newcomer, "Later", thread="comment:7")
    assert [
        (one.words.subject[14:19], one.row.count) for one in client.get("/notifications/").context["told"]
    ] == [
        ("Later", 1),
        ("Anoth", 1),
        ("No. 9", 10),
    ]


def test_ten_of_a_thread_are_one_mail_with_the_words_of_all(newcomer: User, run_jobs: Any) -> None:
    for number in range(10):
        tell(newcomer, f"No. {number}", thread="comment:7")
    run_jobs()
    (one,) = mail.outbox
    assert one.subject == "The video of “No. 9” is there, and 9 more"
    assert re.findall("You recommend “(.+?)”", plain(one)) == [f"No. {number}" for number in range(10)]


def test_what_was_read_on_the_site_meanwhile_is_not_mailed(
    newcomer: User, settings: Any, run_jobs: Any
) -> None:
    settings.MAIL_WINDOW_MINUTES = 5
    tell(newcomer, "Read"), tell(newcomer, "Unread")
    newcomer.notifications.get(subject__contains="“Read”").mark_read()
    Notification.objects.update(mail_due_at=timezone.now())
    run_jobs(later=timedelta(minutes=5))
    assert [one.subject for one in mail.outbox] == ["The video of “Unread” is there"]


def test_nothing_goes_out_twice_and_nothing_is_lost(newcomer: User, run_jobs: Any, monkeypatch: Any) -> None:
    tell(newcomer, "Once")
    # The worker dies while it gathers: its transaction is gone, and another does the same again.
    with monkeypatch.context() as dying:
        dying.setattr("people.tasks.send_mail", None)
        run_jobs()
    assert (mail.outbox, Notification.objects.due(timezone.now()).count()) == ([], 1)
    for _again in range(2):
        mail_what_is_due.enqueue()
        mail_news.enqueue(newcomer.pk)
        run_jobs(later=timedelta(minutes=1))
    assert [one.subject for one in mail.outbox] == ["The video of “Once” is there"]


def test_a_mail_that_is_sent_again_is_known_by_its_id(newcomer: User, run_jobs: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    tell(newcomer, "Once")
    run_jobs()
    # The worker died between sending and writing that down.
    DBTaskResult.objects.filter(task_path="people.tasks.send_mail").update(status="READY", finished_at=None)
    run_jobs()
    assert len(mail.outbox) == 2
    assert header(mail.outbox[0], "Message-ID") == header(mail.outbox[1], "Message-ID")


# --- As they wish -----------------------------------------------------------------------------------------------------


def test_members_choose_for_each_topic(newcomer: User, run_jobs: Any) -> None:
    client = client_of(newcomer)
    chosen = client.get(SETTINGS).context["form"].initial
    assert (chosen["comments"], chosen["favourites"]) == ("at-once", "daily")
    assert "desk" not in client.get(SETTINGS).context["form"].fields
    wanted = {topic: chosen[topic] for topic in chosen if topic != "desk"}
    answer = client.post(SETTINGS, {**wanted, "comments": "daily", "replies": "never"})
    assert (answer.status_code, answer.url) == (302, SETTINGS)
    for topic in (Topic.COMMENTS, Topic.REPLIES, Topic.YOURS):
        tell(newcomer, topic.value, topic=topic)
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["The video of “yours” is there"]
    # On the site there is all of it.
    assert newcomer.notifications.count() == 3


def test_a_wrong_choice_is_said_at_its_field(newcomer: User) -> None:
    answer = client_of(newcomer).post(SETTINGS, {"comments": "hourly"})
    assert answer.status_code == 422
    assert "comments" in answer.context["form"].errors


def test_moderators_choose_for_what_waits_for_them(moderator: User) -> None:
    assert "desk" in client_of(moderator).get(SETTINGS).context["form"].fields


def test_what_comes_once_a_day_is_one_mail_at_its_hour(newcomer: User, run_jobs: Any) -> None:
    Preference.objects.choose(newcomer, [Topic.COMMENTS], Delivery.DAILY)
    for title in ("First", "Second"):
        tell(newcomer, title, topic=Topic.COMMENTS)
    mail_what_is_due.enqueue()
    run_jobs()
    assert mail.outbox == []
    due = set(newcomer.notifications.values_list("mail_due_at", flat=True))
    assert due == {next_daily(timezone.now())}
    newcomer.notifications.update(mail_due_at=timezone.now())
    mail_what_is_due.enqueue()
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["The video of “Second” is there, and 1 more"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-03-29T05:59:00+00:00", "2024-03-29T06:00:00+00:00"),
        ("2024-03-29T06:00:00+00:00", "2024-03-30T06:00:00+00:00"),
        # Summer begins in Paris: the same hour on the wall is an hour earlier.
        ("2024-03-30T12:00:00+00:00", "2024-03-31T05:00:00+00:00"),
    ],
)
def test_the_hour_is_that_of_the_site(settings: Any, now: str, due: str) -> None:
    settings.DAILY_MAIL_ZONE = "Europe/Paris"
    assert next_daily(datetime.datetime.fromisoformat(now)) == datetime.datetime.fromisoformat(due)


def test_nobody_is_written_to_whose_account_is_closed(newcomer: User, run_jobs: Any) -> None:
    tell(newcomer, "Too late")
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    run_jobs()
    assert mail.outbox == []


# --- The way out ------------------------------------------------------------------------------------------------------


def test_a_mail_program_unsubscribes_with_one_click(newcomer: User, run_jobs: Any) -> None:
    tell(newcomer, "First", topic=Topic.COMMENTS)
    run_jobs()
    (one,) = mail.outbox
    assert header(one, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert path_of(one).startswith("/unsubscribing/")
    # As RFC 8058 has it: a POST without cookies, and without a token of ours.
    program = Client(enforce_csrf_checks=True)
    assert program.post(path_of(one), {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(newcomer, "Second", topic=Topic.COMMENTS)
    tell(newcomer, "Third", topic=Topic.REPLIES)
    run_jobs()
    assert [sent.subject for sent in mail.outbox[1:]] == ["The video of “Third” is there"]


def test_looking_at_the_page_changes_nothing_and_the_button_can_be_taken_back(
    newcomer: User, run_jobs: Any
) -> None:
    tell(newcomer, "First", topic=Topic.COMMENTS)
    run_jobs()
    stranger, path = Client(), path_of(mail.outbox[0])
    assert path in plain(mail.outbox[0])
    assert "Comments on what you added" in stranger.get(path).content.decode()
    assert Preference.objects.delivery_of(newcomer, Topic.COMMENTS) == Delivery.AT_ONCE
    stranger.post(path)
    assert Preference.objects.delivery_of(newcomer, Topic.COMMENTS) == Delivery.NEVER
    stranger.post(path, {"back": "1"})
    assert Preference.objects.delivery_of(newcomer, Topic.COMMENTS) == Delivery.AT_ONCE


def test_what_waits_for_a_mail_is_not_mailed_after_all(newcomer: User, run_jobs: Any) -> None:
    tell(newcomer, "First", topic=Topic.COMMENTS)
    Preference.objects.choose(newcomer, [Topic.COMMENTS], Delivery.NEVER)
    run_jobs()
    assert mail.outbox == []


@pytest.mark.parametrize("token", ["x", "WzEsImNvbW1lbnRzIl0:forged", "a:b:c"])
def test_a_forged_or_cut_address_unsubscribes_nobody(db: None, token: str) -> None:
    address = f"/unsubscribing/{token}/"
    assert [Client().get(address).status_code, Client().post(address).status_code] == [410, 410]


# --- Nothing that does not show ---------------------------------------------------------------------------------------


def test_what_was_hidden_meanwhile_is_not_mailed_and_its_words_are_gone_from_the_site(
    event: Any, member: User, newcomer: User, moderator: User, run_jobs: Any
) -> None:
    hidden, shown = make_talk(event, member, title="Hidden"), make_talk(event, member, title="Shown")
    for talk in (hidden, shown):
        tell(newcomer, talk.title, topic=Topic.COMMENTS, scopes=[f"item:{talk.pk}", f"event:{event.pk}"])
    Contribution.objects.get(pk=hidden.pk).hide(by=moderator, reason=Reason.OTHER)
    run_jobs()
    to_newcomer = [one.subject for one in mail.outbox if one.to == [newcomer.email]]
    assert to_newcomer == ["The video of “Shown” is there"]
    page = client_of(newcomer).get("/notifications/").content.decode()
    assert ("Shown" in page, "Hidden" in page) == (True, False)
    assert "What this was about is no longer here" in page


def test_of_a_thread_what_still_shows_is_shown(
    event: Any, member: User, newcomer: User, moderator: User
) -> None:
    shown, hidden = make_talk(event, member, title="Shown"), make_talk(event, member, title="Hidden")
    for talk in (shown, hidden):
        tell(newcomer, talk.title, thread="t", scopes=[f"item:{talk.pk}"])
    Contribution.objects.get(pk=hidden.pk).hide(by=moderator, reason=Reason.OTHER)
    (one,) = client_of(newcomer).get("/notifications/").context["told"]
    assert (one.words.subject, one.earlier, one.gone) == ("The video of “Shown” is there", [], False)


def test_what_is_taken_back_leaves_the_rest_of_its_thread(newcomer: User, run_jobs: Any) -> None:
    for number in range(4):
        tell(newcomer, f"No. {number}", thread="t")
    newcomer.notifications.filter(subject__contains="No. 1").take_back()
    newcomer.notifications.filter(subject__contains="No. 3").take_back()
    (one,) = client_of(newcomer).get("/notifications/").context["told"]
    assert (one.words.subject[14:19], one.row.count, [each.subject[14:19] for each in one.earlier]) == (
        "No. 2",
        2,
        ["No. 0"],
    )
    run_jobs()
    assert re.findall("You recommend “(.+?)”", plain(mail.outbox[0])) == ["No. 0", "No. 2"]


# --- Muted ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["item", "event", "person"])
def test_what_is_muted_is_not_told(
    event: Any, other_event: Any, member: User, newcomer: User, sort: str
) -> None:
    talk, other = make_talk(event, member), make_talk(other_event, member)
    scopes = {"item": talk.pk, "event": event.pk, "person": member.person.pk}
    client = client_of(newcomer)
    assert client.post("/mutes/", {"scope": f"{sort}:{scopes[sort]}", "next": "/talks/"}).url == "/talks/"
    client.post("/mutes/", {"scope": f"{sort}:{scopes[sort]}"})
    assert newcomer.mutes.count() == 1
    said = [f"{name}:{pk}" for name, pk in scopes.items()]
    tell(newcomer, "Not this", topic=Topic.COMMENTS, scopes=said)
    tell(newcomer, "This", topic=Topic.COMMENTS, scopes=[f"item:{other.pk}", f"event:{other_event.pk}"])
    # What becomes of one's own is told in any case.
    tell(newcomer, "Mine", topic=Topic.YOURS, scopes=said)
    assert [one.subject[14:-10] for one in newcomer.notifications.order_by("pk")] == ["This", "Mine"]
    (muted,) = client.get(SETTINGS).context["mutes"]
    client.post(f"/mutes/{muted.pk}/removal/")
    tell(newcomer, "Again", topic=Topic.COMMENTS, scopes=said)
    assert newcomer.notifications.filter(subject__contains="Again").count() == 1


def test_who_has_no_page_is_muted_from_what_they_did(newcomer: User, outsider: User) -> None:
    scope = f"person:{outsider.person.pk}"
    client = client_of(newcomer)
    assert client.post("/mutes/", {"scope": scope}).status_code == 404
    tell(newcomer, "Loud", topic=Topic.COMMENTS, scopes=[scope])
    told = newcomer.notifications.get()
    assert client.get("/notifications/").context["told"][0].mutings[0].name == "the outsider"
    # Only from one's own.
    assert client_of(outsider).post("/mutes/", {"scope": scope, "notification": told.pk}).status_code == 404
    assert client.post("/mutes/", {"scope": scope, "notification": told.pk}).status_code == 302
    assert [one.scope for one in Mute.objects.all()] == [scope]


@pytest.mark.parametrize("scope", ["", "item:", "item:x", "comment:1", "item:1:2", "item:" + "9" * 30])
def test_nonsense_cannot_be_muted(newcomer: User, scope: str) -> None:
    assert client_of(newcomer).post("/mutes/", {"scope": scope}).status_code == 404


def test_what_nobody_may_see_cannot_be_muted_and_shows_no_name_in_the_list(
    event: Any, member: User, newcomer: User, moderator: User
) -> None:
    talk = make_talk(event, member, title="Secret")
    client = client_of(newcomer)
    client.post("/mutes/", {"scope": f"item:{talk.pk}"})
    Contribution.objects.get(pk=talk.pk).hide(by=moderator, reason=Reason.OTHER)
    page = client.get(SETTINGS).content.decode()
    assert ("Secret" in page, "Something that is no longer here" in page) == (False, True)
    other = make_talk(event, newcomer, title="Waits")
    assert client_of(member).post("/mutes/", {"scope": f"item:{other.pk}"}).status_code == 404
