"""Written together: everybody who is named has it on their page, and can take their name off."""

import pytest

from people.models import Notification, Person
from recaps.models import Recap
from tests.cast import client_of, make_recap
from tests.filling import address, errors, filled

pytestmark = pytest.mark.django_db


def send(who, event, /, **changes):
    return client_of(who).post(address("recaps", event), filled("recaps", event, **changes), follow=True)


def names(recap):
    return [credit.person.name for credit in recap.credits.order_by("position")]


def test_those_who_wrote_it_together_are_credited_in_their_order(event, member, outsider):
    send(member, event, together=f"@{outsider.person.handle}, A Third One")
    recap = Recap.objects.get()
    assert names(recap) == ["the member", "the outsider", "A Third One"]
    assert recap.title in client_of(None).get(outsider.person.get_absolute_url()).content.decode()


def test_a_change_keeps_them_and_takes_away_who_is_not_named_any_more(event, member, outsider):
    send(member, event, together="the outsider, A Third One")
    recap = Recap.objects.get()
    form = client_of(member).get(recap.get_edit_url()).context["form"]
    assert form["together"].value() == "the outsider, A Third One"
    changed = filled("recaps", event, version=1, together="A Third One", submission_key=None)
    client_of(member).post(recap.get_edit_url(), changed)
    assert names(recap) == ["the member", "A Third One"]


def test_a_handle_that_nobody_has_is_an_error_at_the_field(event, member):
    page = send(member, event, together="@nobody")
    assert errors(page) == ["Written together with: Nobody here is called @nobody."]


def test_a_member_is_told_once_when_everybody_can_see_it(event, newcomer, outsider, moderator):
    send(newcomer, event, together=f"@{outsider.person.handle}")
    recap = Recap.objects.get()
    assert Notification.objects.filter(recipient=outsider).count() == 0
    recap.publish(by=moderator)
    recap.title = "Another title"
    recap.edit(by=moderator, credit=[newcomer.person, outsider.person])
    told = Notification.objects.filter(recipient=outsider).values_list("subject", flat=True)
    assert list(told) == ["the newcomer names you as an author of “What I took home”"]
    assert not Notification.objects.filter(recipient=newcomer, subject__contains="names you").exists()


def test_a_member_takes_their_name_off_and_old_versions_do_not_bring_it_back(event, member, outsider):
    recap = make_recap(event, member, credit=[member.person, outsider.person])
    page = client_of(outsider).get(recap.get_absolute_url()).content.decode()
    removal = f"/contributions/{recap.pk}/credit/removal/"
    assert f'action="{removal}"' in page
    client_of(outsider).post(removal)
    recap.refresh_from_db()
    recap.edit(by=member, credit=[member.person])
    client_of(member).post(f"/contributions/{recap.pk}/versions/1/restoration/")
    assert names(recap) == ["the member"]


def test_nobody_takes_another_one_s_name_off(event, member, outsider, newcomer):
    recap = make_recap(event, member, credit=[member.person, outsider.person])
    removal = f"/contributions/{recap.pk}/credit/removal/"
    for who in (newcomer, member):
        assert client_of(who).post(removal).status_code == 404
        assert removal not in client_of(who).get(recap.get_absolute_url()).content.decode()
    assert client_of(None).post(removal).status_code == 302
    assert (names(recap), Person.objects.filter(name="the outsider").count()) == (
        ["the member", "the outsider"],
        1,
    )
