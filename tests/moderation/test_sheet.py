"""The contact sheet: hundreds of pictures beside each other, by who added them, with what they look like."""

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Contribution
from people.guests import GuestVisitor
from people.models import Guest, Trust
from photos.likeness import grouped
from photos.models import Photo
from tests.cast import client_of, make_photo, make_recap, make_talk
from tests.moderation.test_queue import DECISIONS, QUEUE, UNDO, pick, state

SHEET = {"kind": "photo"}


def seen_as(photo: Photo, dhash: int, **fields: Any) -> Photo:
    """The photo, looking like this."""
    Photo.objects.filter(pk=photo.pk).update(dhash=dhash, **fields)
    return Photo.objects.get(pk=photo.pk)


def groups(response: Any) -> list[tuple[str, list[str]]]:
    """By uploader, the titles on the first sheet of the page."""
    return [
        (group.owner.name, [row.title for row in group.rows])
        for group in response.context["page"].runs[0].groups
    ]


def test_three_hundred_photos_stand_on_one_page_of_the_sheet_and_thirty_things_of_all_kinds(
    event, guest, moderator
):
    for _ in range(31):
        make_photo(event, guest)
    desk = client_of(moderator)
    assert len(desk.get(QUEUE, SHEET).context["page"].rows) == 31
    assert len(desk.get(QUEUE).context["page"].rows) == 30
    from moderation.lists import SHEET_SIZE

    assert SHEET_SIZE == 300


def test_the_sheet_is_grouped_by_who_added_them_and_like_ones_stand_side_by_side(
    event, guest, newcomer, moderator
):
    other = GuestVisitor(Guest.objects.create(name="the guest").pk)
    for who, title, dhash in (
        (guest, "dawn", 0b1111),
        (newcomer, "lunch", 1 << 40),
        (guest, "stage", 0xFFFF << 20),
        (other, "door", 0x77 << 50),
        (guest, "dawn again", 0b1110),
        (newcomer, "tea", 0xFFF << 8),
        (guest, "dawn once more", 0b1100),
    ):
        seen_as(make_photo(event, who, title=title), dhash)
    assert groups(client_of(moderator).get(QUEUE, SHEET)) == [
        ("the guest", ["dawn", "dawn again", "dawn once more", "stage"]),
        ("the newcomer", ["lunch", "tea"]),
        ("the guest", ["door"]),
    ]


def test_likeness_ends_at_six_bits_and_leads_from_one_to_the_next(event, guest):
    photos = [
        seen_as(make_photo(event, guest), dhash) for dhash in (0, 0b111111, 0xFFF, 0b1111111 << 30, -1, -2)
    ]
    assert [[photos.index(photo) for photo in group] for group in grouped(photos)] == [[0, 1, 2], [3], [4, 5]]


def test_a_photo_that_looks_like_a_public_one_at_the_event_or_like_somebody_elses_says_so(
    event, colocated, other_event, guest, newcomer, member, moderator
):
    public = seen_as(make_photo(colocated, member, title="known"), 0b1)
    seen_as(make_photo(other_event, member, title="elsewhere"), 0b1)
    hidden = seen_as(make_photo(event, member, title="hidden"), 0b1)
    Contribution.objects.get(pk=hidden.pk).hide(by=moderator, reason="other")
    seen_as(make_photo(event, guest, title="mine"), 0b11)
    seen_as(make_photo(event, guest, title="mine as well"), 0b11)
    seen_as(make_photo(event, newcomer, title="theirs"), 0b111)
    page = client_of(moderator).get(QUEUE, SHEET)
    alike = {row.title: [str(one) for one in row.thing.looks_like] for row in page.context["page"].rows}
    assert alike == {
        "mine": ["known", "theirs"],
        "mine as well": ["known", "theirs"],
        "theirs": ["known", "mine", "mine as well"],
    }
    text = page.content.decode()
    assert (
        f'<a href="{public.get_absolute_url()}"><img src="{public.small.get_absolute_url()}" alt="known"'
        in text
    )


def test_what_the_file_told_is_said_and_a_place_is_warned_of(event, guest, moderator):
    photo = make_photo(event, guest)
    Photo.objects.filter(pk=photo.pk).update(had_place=True, notes_found=["place", "camera", "time"])
    make_photo(event, guest)
    text = client_of(moderator).get(QUEUE, SHEET).content.decode()
    assert text.count("The file said where it was taken. We removed that.") == 1
    assert text.count("<p>which camera, when it was taken</p>") == 1


def test_the_sheet_costs_the_same_queries_at_any_length(event, guest, newcomer, member, moderator):
    desk = client_of(moderator)

    def add(number: int) -> None:
        for index in range(number):
            for who in (guest, newcomer, member):
                seen_as(make_photo(event, who, tags=[f"word {index}"]), index << 32 | index, had_place=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(QUEUE, SHEET).status_code == 200
        return len(captured)

    add(1)
    queries()
    at_one = queries()
    add(20)
    assert queries() == at_one
    assert at_one < 40


def test_pictures_are_loaded_when_they_come_into_sight_and_have_their_place_before(event, guest, moderator):
    for _ in range(3):
        make_photo(event, guest)
    images = re.findall(r"<img [^>]*>", client_of(moderator).get(QUEUE, SHEET).content.decode())
    shown = [image for image in images if "/photos/file/" in image]
    assert len(shown) == 3
    assert [all(word in image for word in ('loading="lazy"', "width=", "height=")) for image in shown] == [
        True
    ] * 3


def test_a_button_means_its_own_picture_whatever_is_ticked(event, guest, moderator):
    first, second, third = (make_photo(event, guest) for _ in range(3))
    desk = client_of(moderator)
    answer = desk.post(
        DECISIONS, {"pick": [pick(first), pick(second)], "approve": pick(third), "next": QUEUE}
    )
    assert answer.status_code == 302
    assert [state(one) for one in (first, second, third)] == ["waiting", "waiting", "public"]
    desk.post(DECISIONS, {"approve": "nonsense"})
    assert [state(one) for one in (first, second, third)] == ["waiting", "waiting", "public"]


def test_three_hundred_are_approved_at_once_and_taken_back_at_once(event, guest, moderator):
    photos = [make_photo(event, guest) for _ in range(60)]
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": [pick(photo) for photo in photos], "verb": "publish"})
    assert Contribution.objects.filter(state="public").count() == 60
    desk.post(UNDO)
    assert Contribution.objects.filter(state="waiting").count() == 60


def test_whoever_is_not_trusted_yet_can_be_from_the_sheet(event, guest, newcomer, moderator):
    make_photo(event, guest), make_photo(event, newcomer)
    desk = client_of(moderator)
    assert desk.get(QUEUE, SHEET).content.decode().count("Trust this person") == 1
    address = f"/people/{newcomer.person.handle}/trust/"
    assert desk.post(address, {"trust": "granted", "next": "/queue/?kind=photo"}).url == "/queue/?kind=photo"
    newcomer.refresh_from_db()
    assert newcomer.trust == Trust.GRANTED
    assert desk.get(QUEUE, SHEET).content.decode().count("Trust this person") == 0


def test_things_of_other_kinds_stay_rows_between_the_sheets(event, guest, moderator):
    make_talk(event, guest), make_photo(event, guest), make_photo(event, guest), make_recap(event, guest)
    runs = client_of(moderator).get(QUEUE).context["page"].runs
    assert [(run.is_sheet, len(run.groups)) for run in runs] == [(False, 1), (True, 1), (False, 1)]
