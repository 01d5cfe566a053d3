"""“This is me”: a member shows that the page of a person without account is theirs, and then it is."""

import re
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from community.models import Contribution, Credit
from events.models import Event
from links.fetching import Answer, NotFetched
from people import claiming
from people.models import Claim, Person, PersonMerge, User
from tests.cast import client_of, make_talk, make_user

SITE = "https://speaker.example.org/about"


@pytest.fixture
def speaker(event: Event, member: User) -> Person:
    person = Person.objects.create(name="Ana Speaker", handle="ana", bio="Speaks.", links=[SITE])
    make_talk(event, member, title="Doors", credit=[person])
    return person


def claim(user: User, person: Person, **data: str) -> Any:
    return client_of(user).post(f"/people/{person.handle}/claim/", data, follow=True)


def is_theirs(person: Person, user: User) -> bool:
    person.refresh_from_db()
    return person.merged_into_id == user.person_id


def link_in_mail() -> str:
    return re.search(r"http\S+(/claims/\S+)", mail.outbox[-1].body)[1]


# --- Who may ask ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_person_without_account_asks_whether_this_is_you(
    speaker: Person, newcomer: User, member: User
) -> None:
    address = speaker.get_absolute_url()
    assert f'href="{address}claim/"' in client_of(newcomer).get(address).content.decode()
    # A stranger signs in first, and comes back to it.
    page = client_of(None).get(address).content.decode()
    assert f'href="{address}claim/"' in page
    assert client_of(None).get(f"{address}claim/").url == f"/accounts/login/?next={address}claim/"
    theirs = client_of(newcomer).get(member.person.get_absolute_url()).content.decode()
    assert "/claim/" not in theirs
    assert client_of(newcomer).get(f"{member.person.get_absolute_url()}claim/").status_code == 404


def test_a_person_whom_nobody_sees_is_claimed_by_nobody(newcomer: User) -> None:
    hidden = Person.objects.create(name="Hidden", handle="hidden")
    assert client_of(newcomer).get("/people/hidden/claim/").status_code == 404
    assert claim(newcomer, hidden, way="email").status_code == 404


# --- By e-mail ------------------------------------------------------------------------------------------------------


def test_a_member_who_has_proven_the_address_that_we_know_gets_the_page_at_once(
    speaker: Person, newcomer: User
) -> None:
    Person.objects.filter(pk=speaker.pk).update(contact_email="The.Newcomer@Example.org")
    newcomer.email = "the.newcomer@example.org"
    newcomer.vouch_for_email()
    page = claim(newcomer, speaker, way="email")
    assert page.redirect_chain == [("/settings/", 302)]
    assert is_theirs(speaker, newcomer)
    assert Claim.objects.get().state == Claim.State.GRANTED


def test_an_address_that_is_not_proven_proves_nothing(speaker: Person, newcomer: User, run_jobs: Any) -> None:
    Person.objects.filter(pk=speaker.pk).update(contact_email=newcomer.email)
    claim(newcomer, speaker, way="email")
    assert not is_theirs(speaker, newcomer)


def test_a_link_goes_to_the_address_that_we_know_and_works_once_for_who_asked(
    speaker: Person, newcomer: User, outsider: User, run_jobs: Any
) -> None:
    Person.objects.filter(pk=speaker.pk).update(contact_email="ana@example.net")
    claim(newcomer, speaker, way="email")
    run_jobs()
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["ana@example.net"], "Is the page of Ana Speaker yours?")
    ]
    link = link_in_mail()
    assert client_of(None).get(link).status_code == 302
    assert client_of(outsider).get(link).status_code == 410
    assert client_of(outsider).post(link).status_code == 410
    browser = client_of(newcomer)
    # Mail scanners open every link.
    assert browser.get(link).status_code == 200
    assert not is_theirs(speaker, newcomer)
    assert browser.post(link).url == "/settings/"
    assert is_theirs(speaker, newcomer)
    assert (browser.get(link).status_code, browser.post(link).status_code) == (410, 410)


def test_a_link_is_over_after_three_days_and_when_it_is_forged(
    speaker: Person, newcomer: User, monkeypatch: Any
) -> None:
    one = Claim.ask(speaker, newcomer, Claim.Way.EMAIL)
    browser = client_of(newcomer)
    assert browser.get(f"/claims/{one.token}/").status_code == 200
    assert browser.get(f"/claims/{one.token[:-1]}x/").status_code == 410
    token = one.token
    monkeypatch.setattr("people.models.claim.LINK_AGE", -1)
    assert browser.get(f"/claims/{token}/").status_code == 410


def test_the_answer_does_not_tell_whether_we_know_an_address(
    speaker: Person, newcomer: User, outsider: User
) -> None:
    without = claim(outsider, speaker, way="email").content.decode()
    Person.objects.filter(pk=speaker.pk).update(contact_email="ana@example.net")
    with_one = claim(newcomer, speaker, way="email").content.decode()
    assert "If we have an address for this person, a link is on its way there." in with_one
    masks = [r'value="[^"]*"', r"/claims/\d+/", r"the[- ](newcomer|outsider)"]
    for mask in masks:
        without, with_one = re.sub(mask, "…", without), re.sub(mask, "…", with_one)
    assert without == with_one
    assert "ana@example.net" not in with_one


@override_settings(CLAIM_MAILS_PER_DAY=1, CLAIMS_PER_DAY=2)
def test_nobody_is_written_to_without_end(
    speaker: Person, newcomer: User, outsider: User, run_jobs: Any
) -> None:
    Person.objects.filter(pk=speaker.pk).update(contact_email="ana@example.net")
    assert [claim(user, speaker, way="email").status_code for user in (newcomer, outsider, newcomer)] == [
        200
    ] * 3
    run_jobs()
    assert len(mail.outbox) == 1
    page = claim(newcomer, speaker, way="moderator", note="It is me.")
    assert page.status_code == 429
    assert "It is me." in page.content.decode()


# --- By a site ------------------------------------------------------------------------------------------------------


def page_saying(html: str, status: int = 200) -> Any:
    headers = Message()
    headers["content-type"] = "text/html; charset=utf-8"
    return lambda url, **_: Answer(url, status, headers, html.encode())


@pytest.mark.parametrize(
    ("html", "granted"),
    [
        ('<a rel="me" href="http://localhost:8000/people/the-newcomer/">me</a>', True),
        ('<link href="http://localhost:8000/people/the-newcomer" rel="nofollow ME">', True),
        ('<a href="http://localhost:8000/people/the-newcomer/">me</a>', False),
        ('<a rel="me" href="http://localhost:8000/people/ana/">me</a>', False),
        ('<a rel="me" href="https://evil.example/people/the-newcomer/">me</a>', False),
        ('<!-- <a rel="me" href="http://localhost:8000/people/the-newcomer/"> -->', False),
        ('<a rel="me" href="http://[">me</a>', False),
    ],
)
def test_a_listed_site_that_links_back_with_rel_me_proves_it(
    speaker: Person, newcomer: User, run_jobs: Any, monkeypatch: Any, html: str, granted: bool
) -> None:
    # Outside the house; what fetching does is shown in tests/links.
    monkeypatch.setattr(claiming, "fetch", page_saying(html))
    claim(newcomer, speaker, way="site", url=SITE)
    assert not is_theirs(speaker, newcomer)
    run_jobs()
    assert is_theirs(speaker, newcomer) is granted
    problem = Claim.objects.get().problem
    assert problem == ("" if granted else "The page there has no link with rel=“me” to your page here.")


def test_what_was_wrong_at_the_site_is_said_and_can_be_tried_again(
    speaker: Person, newcomer: User, run_jobs: Any, monkeypatch: Any
) -> None:
    def away(url: str, **_: Any) -> Answer:
        raise NotFetched("unreachable")

    monkeypatch.setattr(claiming, "fetch", away)
    claim(newcomer, speaker, way="site", url=SITE)
    run_jobs()
    page = client_of(newcomer).get("/people/ana/claim/").content.decode()
    assert "Nothing answers at this address." in page
    html = '<a rel="me" href="http://localhost:8000/people/the-newcomer/">me</a>'
    monkeypatch.setattr(claiming, "fetch", page_saying(html))
    claim(newcomer, speaker, way="site", url=SITE)
    run_jobs()
    assert is_theirs(speaker, newcomer)


def test_only_a_site_that_the_person_lists_is_looked_at(
    speaker: Person, newcomer: User, run_jobs: Any, monkeypatch: Any
) -> None:
    page = claim(newcomer, speaker, way="site", url="https://mine.example/")
    assert (page.status_code, Claim.objects.count()) == (422, 0)
    monkeypatch.setattr(claiming, "fetch", page_saying(""))
    claim(newcomer, speaker, way="site", url=SITE)
    Person.objects.filter(pk=speaker.pk).update(links=[])
    run_jobs()
    assert Claim.objects.get().problem == "This address is no longer on the page."


# --- By a moderator -------------------------------------------------------------------------------------------------


def test_a_moderator_decides_in_the_queue_and_the_member_is_told(
    speaker: Person, newcomer: User, outsider: User, moderator: User
) -> None:
    page = claim(newcomer, speaker, way="moderator", note="")
    assert page.context["form"].errors == {"note": ["Say in a sentence how we can be sure."]}
    claim(newcomer, speaker, way="moderator", note="We met at the desk.")
    claim(outsider, speaker, way="moderator", note="Me, too.")
    desk = client_of(moderator)
    queue = desk.get("/queue/").content.decode()
    assert ("We met at the desk." in queue, "Me, too." in queue) == (True, True)
    first, second = Claim.objects.order_by("pk")
    desk.post("/queue/decisions/", {"pick": f"claim-{first.pk}", "verb": "publish"})
    assert is_theirs(speaker, newcomer)
    second.refresh_from_db()
    assert second.state == Claim.State.REFUSED
    assert newcomer.notifications.get().subject == "The page you asked for is yours"
    assert "We met" not in desk.get("/queue/").content.decode()


def test_what_a_moderator_turns_down_can_be_asked_again(
    speaker: Person, newcomer: User, moderator: User
) -> None:
    claim(newcomer, speaker, way="moderator", note="It is me.")
    client_of(moderator).post(
        "/queue/decisions/", {"pick": f"claim-{Claim.objects.get().pk}", "verb": "reject", "note": "Who?"}
    )
    told = newcomer.notifications.get()
    assert told.subject == "We could not give you the page you asked for"
    assert ("Who?" in told.body, "Ana" in told.body) == (True, False)
    assert claim(newcomer, speaker, way="moderator", note="It is me, Ana.").status_code == 200
    assert Claim.objects.filter(state=Claim.State.OPEN).count() == 1


def test_a_claim_can_be_taken_back_by_who_asked_only(speaker: Person, newcomer: User, outsider: User) -> None:
    claim(newcomer, speaker, way="moderator", note="It is me.")
    address = f"/claims/{Claim.objects.get().pk}/withdrawal/"
    assert client_of(outsider).post(address).status_code == 404
    assert client_of(newcomer).post(address).status_code == 302
    assert Claim.objects.get().state == Claim.State.WITHDRAWN


# --- Afterwards -----------------------------------------------------------------------------------------------------


@pytest.fixture
def claimed(speaker: Person, newcomer: User) -> User:
    Claim.ask(speaker, newcomer, Claim.Way.MODERATOR, note="Me.").grant(by=None)
    return User.objects.get(pk=newcomer.pk)


def test_the_page_the_words_and_the_address_are_the_members_now(
    event: Event, speaker: Person, claimed: User, run_jobs: Any
) -> None:
    run_jobs()
    assert client_of(None).get("/people/ana/")["Location"] == "/people/the-newcomer/"
    page = client_of(None).get("/people/the-newcomer/").content.decode()
    assert ("Doors" in page, "Speaks." in page, "speaker.example.org" in page) == (True, True, True)
    # The next import knows who is meant.
    assert Person.objects.named("Ana Speaker") == claimed.person
    assert "Doors" in client_of(None).get("/search/?q=newcomer").content.decode()


def test_they_may_take_the_handle_of_the_page_and_both_addresses_lead_there(
    speaker: Person, claimed: User
) -> None:
    answer = client_of(claimed).post("/settings/", {"name": "Ana", "handle": "ana"})
    assert answer.status_code == 302
    assert client_of(None).get("/people/ana/").status_code == 200
    assert client_of(None).get("/people/the-newcomer/")["Location"] == "/people/ana/"


def test_a_speaker_mends_their_talk_and_what_they_wrote_is_looked_at(
    event: Event, speaker: Person, claimed: User, moderator: User, outsider: User
) -> None:
    talk = Contribution.objects.get(title="Doors")
    edit = f"/talks/{talk.pk}/edit/"
    browser = client_of(claimed)
    assert f'href="{edit}"' in browser.get(f"/talks/{talk.pk}/").content.decode()
    page = browser.get(edit)
    assert set(page.context["form"].fields) == {
        *("video_url", "video_state", "description", "language", "tags", "related", "version"),
    }
    data = {"version": talk.version, "description": "My words.", "title": "Mine", "speakers": "Nobody"}
    assert browser.post(edit, data).status_code == 302
    talk = Contribution.objects.get(pk=talk.pk)
    assert (talk.title, talk.talk.description, talk.state, talk.unreviewed_edit) == (
        "Doors",
        "My words.",
        "public",
        True,
    )
    assert list(Credit.objects.filter(contribution=talk).values_list("person", flat=True)) == [
        claimed.person_id
    ]
    assert "My words." in client_of(moderator).get("/queue/").content.decode()
    assert client_of(outsider).get(edit).status_code == 404


def test_being_called_the_same_is_no_right_to_change_anything(
    event: Event, member: User, outsider: User
) -> None:
    talk = make_talk(event, member, credit=[outsider.person])
    assert client_of(outsider).get(f"/talks/{talk.pk}/edit/").status_code == 404


def test_what_is_not_public_stays_its_owners(
    event: Event, speaker: Person, claimed: User, moderator: User
) -> None:
    talk = Contribution.objects.get(title="Doors")
    talk.hide(by=moderator, reason="other")
    assert client_of(claimed).get(f"/talks/{talk.pk}/edit/").status_code == 404


def test_an_undone_merge_takes_the_page_and_the_right_away_again(
    event: Event, speaker: Person, claimed: User, moderator: User
) -> None:
    talk = Contribution.objects.get(title="Doors")
    PersonMerge.objects.get().undo(by=moderator)
    assert client_of(None).get("/people/ana/").status_code == 200
    claimed = User.objects.get(pk=claimed.pk)
    assert client_of(claimed).get(f"/talks/{talk.pk}/edit/").status_code == 404
    assert (claimed.person.bio, claimed.person.links) == ("", [])
    assert Claim.objects.get().state == Claim.State.REFUSED


def test_the_wishes_of_a_speaker_stand_in_the_settings(newcomer: User) -> None:
    data = {"name": newcomer.name, "handle": newcomer.person.handle}
    assert (newcomer.person.no_recording, newcomer.person.takes_suggestions) == (False, False)
    client_of(newcomer).post("/settings/", {**data, "no_recording": "on", "takes_suggestions": "on"})
    person = Person.objects.get(pk=newcomer.person_id)
    assert (person.no_recording, person.takes_suggestions) == (True, True)
    client_of(newcomer).post("/settings/", data)
    person.refresh_from_db()
    assert (person.no_recording, person.takes_suggestions) == (False, False)


def test_two_accounts_are_not_joined(newcomer: User, outsider: User, moderator: User) -> None:
    from people.decisions import StateConflict

    with pytest.raises(StateConflict, match="Both have an account"):
        PersonMerge.make(newcomer.person, outsider.person, by=moderator)
    other = make_user("another")
    nobody = Person.objects.create(name="Nobody")
    # Whoever has the account stays, whichever was named first.
    assert PersonMerge.make(other.person, nobody, by=moderator).source == nobody
