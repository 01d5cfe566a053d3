"""`manage.py check_counters`: every kept number and copy against the rows."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from community.models import Contribution, Tag, TaggedContribution, Tally
from community.search import update_index
from events.models import Event
from people.decisions import Reason
from people.guests import GuestVisitor
from people.models import Guest, Trust, User
from tests.cast import MAKERS, make_event, make_tag, make_user

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_counters", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture(scope="module")
def event(module_db: None) -> Event:
    return make_event("Paris Summit 2024")


@pytest.fixture(scope="module")
def member(module_db: None) -> User:
    return make_user("the member", trust=Trust.GRANTED)


@pytest.fixture(scope="module")
def lived(event: Event, member: User) -> None:
    """Everything that verbs can do has been done to something."""
    colocated, other_event = make_event("Edge Day", parent=event), make_event("Lisbon Meeting 2023")
    guest = GuestVisitor(Guest.objects.create(name="the guest", email="guest@example.org").pk)
    moderator = make_user("the moderator", is_moderator=True)
    make_tag("cloud"), make_tag("edge"), make_tag("late")
    for make in MAKERS.values():
        items = [
            make(at, guest, tags=["cloud", "edge", "new word"]) for at in (event, colocated) for _ in range(5)
        ]
        rows = [Contribution.objects.get(pk=item.pk) for item in items]
        for row in rows[1:9]:
            row.publish(by=moderator)
        rows[1].hide(by=moderator, reason=Reason.OTHER)
        rows[2].withdraw(by=guest)
        rows[3].break_down("It is broken.")
        rows[4].withdraw(by=guest)
        rows[4].restore(by=guest)
        rows[5].undo(by=moderator)
        rows[9].reject(by=moderator, reason=Reason.OTHER)
        moved = make(colocated, member, tags=["edge"])
        moved.event = other_event
        moved.edit(by=member, tags=["cloud", "late"])
    Tag.objects.get(name="late").merge_into(Tag.objects.get(name="edge"), by=moderator)


def test_after_everything_that_verbs_do_all_numbers_are_right(lived: None) -> None:
    assert Contribution.objects.public().count() == 15
    assert check() == "All kept numbers are right."


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda: Tally.objects.filter(kind="talk").update(count=F("count") + 1), "tally of event"),
        (lambda: Event.objects.filter(parent=None).update(write_up_count=99), "all and recaps"),
        (lambda: Event.objects.update(contribution_count=99), "all and recaps"),
        (lambda: Tag.objects.filter(name="cloud").update(contribution_count=1), "(cloud)"),
        (lambda: TaggedContribution.objects.filter(public=False).update(public=True), "tag row"),
        (lambda: TaggedContribution.objects.filter(public=True).update(published_at=None), "tag row"),
        (
            lambda: TaggedContribution.objects.update(
                published_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
            ),
            "tag row",
        ),
        (lambda: TaggedContribution.objects.filter(kind="photo").update(kind="talk"), "tag row"),
        (lambda: TaggedContribution.objects.update(year=1999), "tag row"),
        (lambda: TaggedContribution.objects.update(main_event=F("event")), "tag row"),
        (lambda: Contribution.objects.filter(kind="recap").update(state="hidden"), "search"),
    ],
)
def test_what_is_wrong_is_named_and_mended(lived: None, capsys: Any, spoil: Any, line: str) -> None:
    spoil()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_counters", stdout=out)
    assert [one for one in out.getvalue().splitlines() if line in one] != []
    assert check("--mend").endswith("mended.")
    assert check() == "All kept numbers are right."


def test_an_index_that_was_lost_is_made_again(lived: None) -> None:
    Contribution.objects.update(state="hidden")
    update_index(Contribution.objects.values_list("pk", flat=True))
    Contribution.objects.filter(published_at__isnull=False, ready=True).update(state="public")
    check("--mend")
    assert check() == "All kept numbers are right."


def test_a_key_from_before_we_knew_a_form_of_an_address_is_named_and_mended(
    event: Event, member: User
) -> None:
    talk = MAKERS["talk"](event, member, video_url="https://www.infoq.com/fr/presentations/a-talk/")
    type(talk).objects.update(video_key="https://infoq.com/fr/presentations/a-talk")
    with pytest.raises(CommandError):
        check()
    assert f"video_key of contribution {talk.pk}" in check("--mend")
    assert check() == "All kept numbers are right."
    talk.refresh_from_db()
    assert talk.video_key == "https://infoq.com/presentations/a-talk"
