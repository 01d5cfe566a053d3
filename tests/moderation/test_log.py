import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Contribution, Decision, Tag
from discussion.models import Favourite
from events.models import Event
from moderation.models import set_trust
from people.decisions import Reason, StateConflict
from people.models import Guest, Person, PersonMerge
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk, make_user

CANARY = "canary"


def lines(response) -> list[tuple[str, str, str]]:
    return [(str(line.kind_label), line.title, str(line.verb)) for line in response.context["lines"]]


def test_the_log_tells_what_was_decided_and_names_only_what_is_public(event, guest, moderator):
    public, _waiting, rejected, hidden = (
        make_talk(event, guest, title=name) for name in ("Seen", "W", "R", "H")
    )
    Contribution.objects.get(pk=public.pk).publish(by=moderator)
    Contribution.objects.get(pk=rejected.pk).reject(by=moderator, reason=Reason.ADVERT)
    Contribution.objects.get(pk=hidden.pk).publish(by=moderator)
    Contribution.objects.get(pk=hidden.pk).hide(by=moderator, reason=Reason.PRIVACY)
    assert lines(client_of(None).get("/log/", {"event": event.slug}))[:4] == [
        ("talk", "", "hidden"),
        ("talk", "", "published"),
        ("talk", "", "turned down"),
        ("talk", "Seen", "published"),
    ]


def test_nothing_private_stands_in_the_log(event, newcomer, moderator):
    """A canary word in everything that strangers must not read: each could have been shown."""
    guest_row = Guest.objects.create(name=f"{CANARY} guest", email=f"{CANARY}@example.org")
    from people.guests import GuestVisitor

    guest = GuestVisitor(guest_row.pk)
    shown = make_talk(event, guest, title="A public talk")
    Contribution.objects.get(pk=shown.pk).publish(by=moderator, note=f"{CANARY} note")
    for make in (make_talk, make_recap, make_photo):
        items = [
            make(event, guest, title=f"{CANARY} {number}", tags=[f"{CANARY} tag"]) for number in range(4)
        ]
        first, second, third, _waiting = [Contribution.objects.get(pk=item.pk) for item in items]
        first.reject(by=moderator, reason=Reason.OTHER, note=f"{CANARY} note")
        second.publish(by=moderator), second.hide(by=moderator, reason=Reason.OTHER, note=f"{CANARY} note")
        third.publish(by=moderator), third.withdraw(by=guest)
    Tag.objects.get(name=f"{CANARY} tag").refuse(by=moderator)
    make_talk(event, newcomer, tags=[f"{CANARY} word"])
    Tag.objects.get(name=f"{CANARY} word").merge_into(make_tag("other"), by=moderator)
    proposed = Event(
        name=f"{CANARY} event", starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 1, 2)
    )
    proposed.propose(by=make_user("somebody"))
    proposed.reject(by=moderator, reason=Reason.OTHER, note=f"{CANARY} note")
    Favourite.give(shown, by=guest, reason=f"{CANARY} reason").reject(by=moderator, reason=Reason.OTHER)
    set_trust(make_user(f"{CANARY} member"), "withheld", by=moderator)
    for address in ("/log/", f"/log/?event={event.slug}", f"/log/?event={proposed.slug}"):
        for who in (None, newcomer):
            body = client_of(who).get(address).content.decode()
            assert (CANARY in body, "A public talk" in body) == (False, True)
    assert client_of(moderator).get("/log/").content.decode().count(f"{CANARY} note") > 0


def test_no_moderator_is_named_to_strangers_but_to_moderators(event, guest, moderator):
    talk = make_talk(event, guest)
    Contribution.objects.get(pk=talk.pk).publish(by=moderator)
    assert client_of(None).get("/log/").context["lines"][0].actor == ""
    assert client_of(moderator).get("/log/").context["lines"][0].actor == "the moderator"


def test_what_somebody_sent_is_no_decision_and_waits_unseen(event, guest, newcomer):
    make_talk(event, guest, title="Waiting")
    before = lines(client_of(None).get("/log/"))
    make_photo(event, newcomer)
    assert lines(client_of(None).get("/log/")) == before


def test_the_log_pages_by_key_without_a_gap(event, guest, moderator):
    for number in range(70):
        talk = make_talk(event, guest, title=f"Number {number:02}")
        Contribution.objects.get(pk=talk.pk).publish(by=moderator)
    stranger = client_of(None)
    titles, address = [], "/log/?event=" + event.slug
    pages = []
    while address:
        page = stranger.get(address)
        pages.append(page)
        titles += [line.title for line in page.context["lines"] if line.title.startswith("Number")]
        address = page.context["page"]["older_url"]
    assert titles == [f"Number {number:02}" for number in reversed(range(70))]
    back = stranger.get(pages[2].context["page"]["newer_url"])
    assert lines(back) == lines(pages[1])


def test_the_log_costs_the_same_queries_at_any_length(event, guest, newcomer, moderator):
    visitors = {"stranger": client_of(None), "moderator": client_of(moderator)}

    def add(number: int) -> None:
        for make in (make_talk, make_recap, make_photo):
            for _ in range(number):
                item = make(event, guest, tags=[f"word {Tag.objects.count()}"])
                Contribution.objects.get(pk=item.pk).publish(by=moderator)
                Favourite.give(item, by=newcomer).publish(by=moderator)
                Tag.objects.filter(state="proposed").first().accept(by=moderator)

    def queries(visitor: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert visitors[visitor].get("/log/").status_code == 200
        return len(captured)

    add(1)
    for visitor in visitors:
        queries(visitor)
    at_one = {visitor: queries(visitor) for visitor in visitors}
    for more in (9, 25):
        add(more)
        assert {who: count for who in visitors if (count := queries(who)) > at_one[who]} == {}


def test_a_decision_is_never_rewritten_nor_deleted(event, guest, newcomer, moderator):
    talk = make_talk(event, guest)
    decisions = [
        Decision.objects.filter(contribution=talk.pk).first(),
        set_trust(newcomer, "granted", by=moderator),
        Favourite.give(talk, by=guest).decisions.first(),
    ]
    for decision in decisions:
        with pytest.raises(StateConflict):
            decision.save()
        with pytest.raises(StateConflict):
            decision.delete()


def test_two_pages_of_a_person_that_became_one_stand_in_the_log_by_the_name_of_today(
    event, member, moderator
):
    source, target = (Person.objects.create(name=f"{name} Witness") for name in ("Former", "Ada"))

    def told(who=None):
        page = client_of(who).get("/log/")
        assert "Former" not in page.content.decode()
        return [line for line in lines(page) if line[0] == "a person’s page"]

    merge = PersonMerge.make(source, target, by=moderator)
    joined = ("a person’s page", "Ada Witness", "merged with another page")
    # Nobody but moderators sees a page on which nothing public stands, nor whose it is.
    assert (told(), told(moderator)) == ([("a person’s page", "", joined[2])], [joined])
    make_talk(event, member, credit=[target])
    assert told() == [joined]
    merge.undo(by=moderator)
    assert told() == [("a person’s page", "Ada Witness", "split again"), joined]
    # Whoever proved that a page is theirs did it themselves.
    PersonMerge.make(Person.objects.create(name="M. Ember"), member.person, by=member)
    assert client_of(None).get("/log/").context["lines"][0].as_moderator is False


def said(language=""):
    page = client_of(None).get("/log/", headers={"Accept-Language": language}).content.decode()
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", " ", page))


def test_it_says_what_was_done_in_words_that_fit_the_thing(event, newcomer, moderator):
    talk = Contribution.objects.get(pk=make_talk(event, newcomer, title="Late").pk)
    talk.publish(by=moderator), talk.undo(by=moderator), talk.publish(by=moderator)
    assert said().count("Talk: Late decision taken back by a moderator") == 1
    assert said("fr").count("Intervention\xa0: Late mise en ligne par la modération") == 2


def test_what_has_no_title_is_named_once(event, newcomer, moderator):
    photo = make_photo(event, newcomer, title="")
    Contribution.objects.get(pk=photo.pk).publish(by=moderator)
    page = client_of(None).get("/log/").content.decode()
    assert page.count(f'<a href="{photo.get_absolute_url()}">Photo</a>') == 1
    assert said().count("Photo published by a moderator") == 1
