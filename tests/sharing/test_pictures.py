"""The pictures of links: drawn by the worker, true at every moment, and gone with what they show."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from community.stream import load
from discussion.models import Favourite
from people.decisions import Reason
from photos.checking import check
from sharing.models import SharePicture, items_without
from sharing.motif import motif_of_event, motif_of_item
from tests.cast import make_photo, make_recap, make_talk

pytestmark = pytest.mark.django_db


def address(item):
    return f"/share/items/{item.pk}/picture.jpg"


def of_event(event):
    return f"/share/events/{event.slug}/picture.jpg"


def is_drawn(address):
    """Whether the address gives a picture of its own, and not the site's."""
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    return "ETag" in answer


def test_a_thing_that_becomes_public_gets_its_picture(event, member, run_jobs):
    talk = make_talk(event, member)
    assert not is_drawn(address(talk))
    run_jobs(drawn=True)
    answer = Client().get(address(talk))
    content = b"".join(answer.streaming_content)
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))
    assert len(content) <= 150_000
    assert answer["Cache-Control"] == "public, max-age=60"
    assert Client().get(address(talk), headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_what_waits_has_none_and_what_is_hidden_loses_its_own(event, newcomer, member, moderator, run_jobs):
    waiting, talk = make_recap(event, newcomer), make_talk(event, member)
    run_jobs(drawn=True)
    name = SharePicture.objects.get(contribution=talk.pk).name
    assert not SharePicture.objects.filter(contribution=waiting.pk).exists()
    talk.hide(by=moderator, reason=Reason.PRIVACY)
    assert [Client().get(address(item)).status_code for item in (waiting, talk)] == [404, 404]
    run_jobs(drawn=True)
    assert not SharePicture.objects.filter(contribution=talk.pk).exists()
    assert not default_storage.exists(name)


def test_a_new_title_shows_before_anybody_can_see_the_old_one(event, member, run_jobs):
    talk = make_talk(event, member, title="With a name that must go")
    run_jobs(drawn=True)
    before = SharePicture.objects.get(contribution=talk.pk)
    talk.title = "Without it"
    talk.edit(by=member)
    assert not is_drawn(address(talk))
    run_jobs(drawn=True)
    assert is_drawn(address(talk))
    assert not default_storage.exists(before.name)


def test_it_says_why_in_the_words_of_whoever_recommends_it(event, member, outsider, moderator, run_jobs):
    talk = make_talk(event, member, title="eBPF", credit=[member.person])
    given = Favourite.give(talk, by=outsider, reason="It **finally** shows where the time goes.")
    given.publish(by=moderator)
    run_jobs(drawn=True)
    motif = motif_of_item(load([talk.pk])[0])
    assert (motif.quote, motif.quote_by) == ("It finally shows where the time goes.", "the outsider")
    assert (motif.title, motif.by) == ("eBPF", "the member")
    assert motif.line == "Paris Summit 2024 · 19–22 March 2024"
    assert is_drawn(address(talk))


def test_a_hidden_photo_leaves_the_mosaic_at_once(event, member, moderator, run_jobs):
    photos = [make_photo(event, member, credit=[member.person]) for _ in range(3)]
    make_photo(event, member, licence="ask")
    run_jobs(drawn=True)
    assert is_drawn(of_event(event))
    assert len(motif_of_event(event).tiles) == 3
    photos[0].hide(by=moderator, reason=Reason.PRIVACY)
    assert not is_drawn(of_event(event))
    run_jobs(drawn=True)
    assert is_drawn(of_event(event))
    assert photos[0].renditions.get().name not in {tile.name for tile in motif_of_event(event).tiles}


def test_an_event_that_is_renamed_is_drawn_again_with_all_that_belongs_to_it(
    event, member, moderator, run_jobs
):
    talk = make_talk(event, member)
    run_jobs(drawn=True)
    event.name = "Paris Gathering 2024"
    event.edit(by=moderator)
    assert not is_drawn(address(talk))
    run_jobs(drawn=True)
    assert is_drawn(address(talk))
    assert is_drawn(of_event(event))


def test_drawing_twice_draws_once_and_what_is_missing_is_found(event, member, run_jobs):
    talk = make_talk(event, member)
    run_jobs(drawn=True)
    kept = SharePicture.objects.get(contribution=talk.pk)
    talk.forget_cards()
    run_jobs(drawn=True)
    assert SharePicture.objects.get(contribution=talk.pk) == kept
    assert items_without(10) == []
    kept.forget()
    assert items_without(10) == [talk.pk]


def test_the_check_of_all_files_knows_them_and_mends_what_is_lost(event, member, run_jobs):
    talk = make_talk(event, member)
    run_jobs(drawn=True)
    kept = SharePicture.objects.get(contribution=talk.pk)
    assert set(check().found.values()) == {0}
    default_storage.delete(kept.name)
    assert check(mend=True).found["missing"] == 1
    assert not is_drawn(address(talk))
    run_jobs(drawn=True)
    assert is_drawn(address(talk))
