import datetime

from events.models import Event
from tests.cast import client_of, make_photo, make_recap, make_talk

TOOLS = 'action="/queue/decisions/"'


def test_a_moderator_finds_the_tools_on_every_things_page_and_nobody_else_does(
    event, newcomer, member, moderator
):
    for make in (make_talk, make_recap, make_photo):
        item = make(event, member)
        shown = [
            TOOLS in client_of(who).get(item.get_absolute_url()).content.decode()
            for who in (None, newcomer, member)
        ]
        assert shown == [False, False, False]
        page = client_of(moderator).get(item.get_absolute_url()).content.decode()
        assert ('value="hide"' in page, 'value="publish"' in page, 'value="undo"' in page) == (
            True,
            False,
            False,
        )


def test_what_is_hidden_is_let_out_from_its_own_page(event, member, moderator):
    talk = make_talk(event, member)
    desk = client_of(moderator)
    seen = {"pick": f"contribution-{talk.pk}.1", "seen": "public", "next": talk.get_absolute_url()}
    answer = desk.post("/queue/decisions/", {**seen, "verb": "hide", "reason": "privacy"}, follow=True)
    assert answer.redirect_chain == [(talk.get_absolute_url(), 302)]
    page = answer.content.decode()
    assert ('value="hide"' in page, 'value="publish"' in page, 'value="undo"' in page) == (False, True, True)


def test_a_proposed_event_is_decided_on_its_own_page(newcomer, moderator):
    event = Event(name="Meeting", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2))
    event.propose(by=newcomer)
    assert TOOLS in client_of(moderator).get(event.get_absolute_url()).content.decode()
    assert TOOLS not in client_of(newcomer).get(event.get_absolute_url()).content.decode()


def test_trust_is_changed_on_the_members_page_by_moderators_only(event, member, newcomer, moderator):
    make_talk(event, member, credit=[member.person])
    address = member.person.get_absolute_url()
    shown = [
        f"{address}trust/" in client_of(who).get(address).content.decode()
        for who in (None, newcomer, moderator)
    ]
    assert shown == [False, False, True]
