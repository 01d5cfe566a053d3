"""An edit writes what people change, and nothing that has changed elsewhere since the form was opened."""

import pytest

from community.merging import join
from community.models import Contribution, Revision
from community.taking_over import take_over
from people.decisions import StateConflict
from recaps.models import Recap
from talks.models import Talk
from tests.cast import make_recap, make_talk


def test_what_is_kept_beside_the_words_is_not_written_over(event, guest, member, moderator):
    talk = make_talk(event, guest)
    talk.publish(by=moderator)
    Contribution.objects.filter(pk=talk.pk).update(quiet=True)
    opened = Talk.objects.get(pk=talk.pk)
    opened.become_news()
    opened = Talk.objects.get(pk=talk.pk)
    Contribution.objects.filter(pk=talk.pk).update(favourite_count=3)
    take_over(guest, member)
    opened.quiet, opened.title = True, "Changed"
    opened.edit(by=moderator)
    now = Talk.objects.get(pk=talk.pk)
    assert (now.title, now.quiet, now.favourite_count) == ("Changed", False, 3)
    assert (now.contributor, now.guest_id) == (member, None)


def test_what_became_part_of_another_is_not_changed(event, member, moderator):
    one, other = make_talk(event, member), make_talk(event, member)
    opened = Talk.objects.get(pk=one.pk)
    join(one.pk, other.pk, by=moderator)
    opened.title = "Changed"
    with pytest.raises(StateConflict, match="Already merged by"):
        opened.edit(by=member)
    now = Talk.objects.get(pk=one.pk)
    assert (now.title, now.merged_into_id) == (one.title, other.pk)


def test_what_was_deleted_for_good_does_not_come_back(event, member):
    recap = make_recap(event, member)
    opened = Recap.objects.get(pk=recap.pk)
    recap.withdraw(by=member)
    recap.erase(by=member)
    with pytest.raises(StateConflict):
        opened.edit(by=member)
    assert not Recap.objects.filter(pk=recap.pk).exists()
    assert Contribution.objects.get(pk=recap.pk).title == ""
    assert not Revision.objects.filter(contribution=recap.pk).exists()


def test_a_form_that_was_open_names_nobody_again_who_took_their_name_off(event, member, outsider, client):
    recap = make_recap(event, member, credit=[outsider.person])
    opened = Recap.objects.get(pk=recap.pk)
    client.force_login(outsider)
    client.post(f"/contributions/{recap.pk}/credit/removal/")
    assert not recap.credits.exists()
    with pytest.raises(StateConflict, match="newer version"):
        opened.edit(by=member, credit=[outsider.person])
    assert not recap.credits.exists()
    assert (
        Revision.objects.filter(contribution=recap.pk).order_by("number").last().fields["title"]
        == recap.title
    )
