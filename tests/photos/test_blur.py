"""Blurring parts of a photo: who may, what it takes, and that nothing of the pixels is left in any file."""

import hashlib
import io
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageChops, ImageDraw, ImageStat

from community.models import Contribution
from photos.blurring import burn
from photos.models import Blur, Photo
from photos.storage import picture_store
from tests.cast import client_of, make_photo, make_recap
from tests.photos import pictures

PLACE = {"left": "25", "top": "25", "width": "50", "height": "50"}
REGION = [0.25, 0.25, 0.5, 0.5]


def places(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """The fields of the form for these rectangles."""
    data = {"place-TOTAL_FORMS": str(len(rows)), "place-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        data |= {f"place-{index}-{name}": value for name, value in row.items()}
    return {**data, **more}


def with_a_secret(width: int = 800, height: int = 600) -> Image.Image:
    """A grey picture with a board of black and white squares in its middle half: whatever is left of it shows."""
    image = Image.new("RGB", (width, height), (150, 120, 90))
    draw, square = ImageDraw.Draw(image), width // 80
    for x in range(width // 4, width * 3 // 4, square):
        for y in range(height // 4, height * 3 // 4, square):
            shade = "white" if (x // square + y // square) % 2 else "black"
            draw.rectangle((x, y, x + square - 1, y + square - 1), fill=shade)
    return image


def uploaded(event: Any, by: Any, data: bytes, extension: str = "jpg", **fields: Any) -> Photo:
    """A photo with a real original, which the worker has prepared."""
    name = uuid.uuid4().hex
    kept = picture_store().save_hashed(f"originals/{name[:2]}/{name}.{extension}", ContentFile(data))
    photo = Photo(
        event=event,
        original=kept.name,
        sha256=kept.sha256,
        bytes=kept.size,
        format={"jpg": "JPEG", "gif": "GIF"}[extension],
        ready=False,
        title="The board",
        **fields,
    )
    photo.submit(by=by)
    photo.prepare()
    return Photo.objects.get(pk=photo.pk)


def files_of(photo: Photo) -> dict[str, bytes]:
    """The bytes of all files that the photo has now, by their stored name."""
    names = [photo.original, *photo.renditions.values_list("name", flat=True)]
    return {name: picture_store().open(name).read() for name in names}


def middle(image: Image.Image) -> Image.Image:
    """What was to be blurred, without its outermost pixels."""
    width, height = image.size
    return image.convert("RGB").crop(
        (width // 4 + 4, height // 4 + 4, width * 3 // 4 - 4, height * 3 // 4 - 4)
    )


def contrast(image: Image.Image) -> float:
    """How far black and white are apart in what was to be blurred."""
    return max(ImageStat.Stat(middle(image).convert("L")).stddev)


# --- The picture ----------------------------------------------------------------------------------------------------


@pytest.fixture
def burnt(tmp_path: Path) -> Any:
    """Return a function that blurs REGION in the bytes of a picture."""

    def make(data: bytes) -> tuple[Image.Image, Any]:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        source = tmp_path / uuid.uuid4().hex
        source.write_bytes(data)
        made = burn(source, folder, [REGION])
        image = Image.open(made.path)
        image.load()
        return image, made

    return make


@pytest.mark.parametrize(
    ("kind", "options", "kept_as"),
    [
        ("JPEG", {"quality": 92}, "JPEG"),
        ("PNG", {}, "PNG"),
        ("WEBP", {"quality": 92}, "WebP"),
        ("GIF", {}, "PNG"),
        ("AVIF", {"quality": 90}, "JPEG"),
    ],
)
def test_every_pixel_inside_is_another_and_outside_the_picture_keeps_its_look(burnt, kind, options, kept_as):
    before = Image.open(io.BytesIO(pictures.saved(with_a_secret(), kind, **options))).convert("RGB")
    after, made = burnt(pictures.saved(with_a_secret(), kind, **options))
    assert (made.format, after.format, after.size) == (kept_as, kept_as.upper(), before.size)
    change = ImageChops.difference(middle(before).convert("L"), middle(after).convert("L"))
    # Black and white became one grey between them: all of it is far from either.
    assert next(level for level, count in enumerate(change.histogram()) if count) > 60
    assert contrast(before) > 100
    assert contrast(after) < 6
    outside = ImageChops.difference(before, after.convert("RGB")).crop((0, 0, 800, 140))
    assert max(most for _least, most in outside.getextrema()) < 12


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_place_is_that_of_the_upright_picture(burnt, orientation):
    turn = pictures.STORED[orientation]
    upright = Image.new("RGB", (400, 300), "white")
    upright.paste("black", (0, 0, 40, 30))
    stored = upright if turn is None else upright.transpose(turn)
    noted = b"Exif\0\0" + pictures.exif(orientation, private=False)
    after, _made = burnt(pictures.saved(stored, "JPEG", quality=95, exif=noted))
    assert (after.size, after.getexif().get(0x0112, 1)) == ((400, 300), 1)
    assert pictures.pixel(after, (10, 10))[0] < 60
    assert pictures.pixel(after, (390, 290))[0] > 200


def test_nothing_private_comes_along_and_the_colours_stay(burnt):
    for make in pictures.FULL_OF_PRIVATE_NOTES.values():
        _image, made = burnt(make())
        data = made.path.read_bytes()
        assert [note for note, word in pictures.PRIVATE.items() if word in data] == []
    image, _made = burnt(pictures.jpeg_full_of_private_notes())
    assert image.info["icc_profile"] == pictures.ICC


def test_what_is_see_through_stays_so(burnt):
    image = with_a_secret().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 120))
    for kind in ("PNG", "WEBP", "AVIF"):
        after, _made = burnt(pictures.saved(image, kind))
        assert (after.mode, 110 < after.getpixel((5, 5))[3] < 130) == ("RGBA", True)
        assert contrast(after) < 6


# --- All files of a photo -------------------------------------------------------------------------------------------


def test_after_a_blur_no_file_holds_the_pixels_and_no_old_address_answers(event, member, run_jobs):
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    visitor = client_of(None)
    before, addresses = files_of(photo), [one.get_absolute_url() for one in photo.renditions.all()]
    assert {visitor.get(address).status_code for address in addresses} == {200}
    answer = client_of(member).post(f"/photos/{photo.pk}/blur/", places(PLACE, burn="1"))
    assert (answer.status_code, answer["Location"]) == (302, f"/photos/{photo.pk}/")
    # Not until it is done, and then under other addresses.
    assert {visitor.get(address).status_code for address in addresses} == {404}
    assert visitor.get(photo.get_absolute_url()).status_code == 404
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert (now.ready, now.state, now.sha256) == (True, "public", photo.sha256)
    assert {visitor.get(address).status_code for address in addresses} == {404}
    after = files_of(now)
    assert set(before) & set(after) == set()
    assert len(after) == len(before)
    assert [contrast(Image.open(io.BytesIO(data))) < 6 for data in after.values()] == [True] * len(after)
    assert [picture_store().exists(name) for name in before] == [False] * len(before)
    shown = visitor.get(now.renditions.first().get_absolute_url())
    assert contrast(Image.open(io.BytesIO(b"".join(shown.streaming_content)))) < 6
    assert now.file_key != photo.file_key
    assert str(photo.file_key) not in visitor.get(now.get_absolute_url()).content.decode()


def test_a_text_that_shows_the_photo_shows_the_blurred_one(event, member, run_jobs):
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    shown = client_of(member).get(f"/photos/{photo.pk}/words/").json()["words"]
    recap, visitor = make_recap(event, member, body=shown), client_of(None)

    def picture():
        page = visitor.get(recap.get_absolute_url()).content.decode()
        answer = visitor.get(
            page.partition('<div class="prose"')[2].partition('<img src="')[2].partition('"')[0]
        )
        return contrast(Image.open(io.BytesIO(b"".join(answer.streaming_content))))

    assert picture() > 60
    Blur.ask(photo, [REGION], by=member)
    run_jobs()
    assert picture() < 6


def test_what_the_photo_knew_of_itself_stays(event, member, run_jobs):
    data = pictures.jpeg_full_of_private_notes()
    photo = uploaded(event, member, data)
    facts = ("taken_at", "day_id", "had_place", "notes_found", "sha256", "width", "height")
    known = {name: getattr(photo, name) for name in facts}
    assert known["had_place"]
    assert known["taken_at"]
    Blur.ask(photo, [REGION], by=member)
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert {name: getattr(now, name) for name in facts} == known
    kept = picture_store().open(now.original).read()
    assert (now.bytes, now.dhash == photo.dhash) == (len(kept), False)
    assert now.kept_sha256 == hashlib.sha256(kept).hexdigest()


def test_what_people_take_home_is_blurred_too(event, member, run_jobs):
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    Blur.ask(photo, [REGION], by=member)
    run_jobs()
    taken = client_of(None).get(f"/photos/{photo.pk}/download/")
    assert contrast(Image.open(io.BytesIO(b"".join(taken.streaming_content)))) < 6
    archive = client_of(None).get(f"/events/{event.slug}/photos.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as everything:
        inside = [name for name in everything.namelist() if name.endswith(".jpg")]
        assert len(inside) == 1
        assert contrast(Image.open(io.BytesIO(everything.read(inside[0])))) < 6


def test_an_animation_becomes_the_still_picture_that_was_blurred(event, member, run_jobs):
    photo = uploaded(event, member, pictures.animated_gif(), "gif", is_animated=True)
    Blur.ask(photo, [REGION], by=member)
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert (now.is_animated, now.format, now.original.rpartition(".")[2]) == (False, "PNG", "png")


def test_it_may_run_twice_and_be_killed_at_any_point(event, member, run_jobs, monkeypatch):
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    Blur.ask(photo, [REGION], by=member)
    from photos.tasks import prepare_photo

    # Killed once the blurred original was in its place, before its renditions were made.
    photo = Photo.objects.get(pk=photo.pk)
    assert photo.burn_blur()
    assert not Photo.objects.get(pk=photo.pk).ready
    for _ in range(2):
        prepare_photo.enqueue(photo.pk)
        run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert (now.ready, Blur.objects.pending().count()) == (True, 0)
    assert {contrast(Image.open(io.BytesIO(data))) < 6 for data in files_of(now).values()} == {True}
    assert now.burn_blur()
    assert Photo.objects.get(pk=photo.pk).original == now.original


def test_two_workers_at_once_blur_it_once(event, member, run_jobs):
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    blur = Blur.ask(photo, [REGION], by=member)
    first, second = Blur.objects.get(pk=blur.pk), Blur.objects.get(pk=blur.pk)
    assert first.photo.original
    assert second.photo.original
    first.burn()
    kept = Photo.objects.get(pk=photo.pk).original
    second.burn()
    assert Photo.objects.get(pk=photo.pk).original == kept


def test_what_was_made_of_the_old_original_never_shows_again(event, member, run_jobs):
    """A worker that had begun before the blur was asked for comes to its end after it."""
    photo = uploaded(event, member, pictures.saved(with_a_secret(), "JPEG", quality=92))
    late = Photo.objects.get(pk=photo.pk)
    Blur.ask(photo, [REGION], by=member)
    late.prepare()
    assert not Photo.objects.get(pk=photo.pk).ready
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert now.ready
    assert {contrast(Image.open(io.BytesIO(data))) < 6 for data in files_of(now).values()} == {True}


def test_a_picture_that_cannot_be_opened_any_more_is_not_shown_unblurred(event, member, run_jobs):
    photo = uploaded(event, member, pictures.jpeg())
    Path(picture_store().path(photo.original)).write_bytes(b"\xff\xd8\xffbroken")
    Blur.ask(photo, [REGION], by=member)
    run_jobs()
    now = Photo.objects.get(pk=photo.pk)
    assert (now.ready, now.problem[:25]) == (False, "We can’t read this photo.")
    assert client_of(None).get(photo.get_absolute_url()).status_code == 404


# --- Who, and what is asked -----------------------------------------------------------------------------------------


def test_the_owner_a_guest_for_their_own_and_moderators_blur_and_nobody_else_finds_the_page(
    event, member, guest, outsider, moderator
):
    of_member, of_guest = make_photo(event, member), make_photo(event, guest)
    Contribution.objects.get(pk=of_guest.pk).publish(by=moderator)

    def statuses(photo: Photo) -> list[int]:
        people = (None, guest, member, outsider, moderator)
        return [client_of(who).get(f"/photos/{photo.pk}/blur/").status_code for who in people]

    assert statuses(of_member) == [404, 404, 200, 404, 200]
    assert statuses(of_guest) == [404, 200, 404, 404, 200]


def test_first_it_is_looked_at_and_nothing_is_changed(event, member):
    photo = make_photo(event, member)
    page = client_of(member).post(f"/photos/{photo.pk}/blur/", places(PLACE, look="1"))
    text = page.content.decode()
    assert (page.status_code, Blur.objects.count()) == (200, 0)
    assert "The pixels are gone for good, in every file" in text
    assert '<rect x="25.00%" y="25.00%" width="50.00%" height="50.00%"/>' in text
    again = client_of(member).post(f"/photos/{photo.pk}/blur/", places(PLACE, draw="1"))
    assert 'name="place-0-left" value="25"' in again.content.decode()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({}, "Draw at least one rectangle."),
        ({**PLACE, "left": "100"}, "That is outside the photo. Choose less."),
        ({**PLACE, "width": "0"}, "Make it larger."),
        ({**PLACE, "top": "-3"}, "Type a number from 0 on."),
        ({**PLACE, "height": "nan"}, "Type a number, in digits."),
        ({**PLACE, "height": "high"}, "Type a number, in digits."),
        ({"left": "10", "top": "10", "width": "10"}, "Type a number."),
    ],
)
def test_what_is_wrong_with_a_rectangle_is_said_and_nothing_is_changed(event, member, row, error):
    photo = make_photo(event, member)
    for button in ("look", "burn"):
        page = client_of(member).post(f"/photos/{photo.pk}/blur/", places(row, **{button: "1"}))
        assert (page.status_code, error in page.content.decode()) == (422, True)
        for value in row.values():
            assert f'value="{value}"' in page.content.decode()
    assert (Blur.objects.count(), Photo.objects.get(pk=photo.pk).ready) == (0, True)


def test_too_many_rectangles_or_a_mangled_form_are_no_fault(event, member):
    photo, owner = make_photo(event, member), client_of(member)
    many = owner.post(f"/photos/{photo.pk}/blur/", places(*[PLACE] * 21, burn="1"))
    assert (many.status_code, "At most 20 rectangles at once." in many.content.decode()) == (422, True)
    for data in ({"burn": "1"}, {"place-TOTAL_FORMS": "x", "place-INITIAL_FORMS": "-1", "burn": "1"}):
        assert owner.post(f"/photos/{photo.pk}/blur/", data).status_code == 422
    assert Blur.objects.count() == 0


def test_what_reaches_over_the_edge_is_cut_off_there(event, member):
    photo = make_photo(event, member)
    row = {"left": "90", "top": "0", "width": "50", "height": "100"}
    client_of(member).post(f"/photos/{photo.pk}/blur/", places(row, {}, burn="1"))
    assert Blur.objects.get().regions == [[0.9, 0.0, 0.1, 1.0]]


def test_a_second_click_makes_one_blur_and_says_to_wait(event, member):
    photo, owner = make_photo(event, member), client_of(member)
    for _ in range(2):
        answer = owner.post(f"/photos/{photo.pk}/blur/", places(PLACE, burn="1"), follow=True)
    assert Blur.objects.count() == 1
    assert "This photo is being prepared." in answer.content.decode()
    page = owner.get(f"/photos/{photo.pk}/blur/")
    assert (page.status_code, b"data-blur " in page.content) == (200, False)


def test_who_blurred_it_is_told_to_those_who_answer_for_it(event, newcomer, moderator, run_jobs):
    photo = uploaded(event, newcomer, pictures.jpeg())
    Contribution.objects.get(pk=photo.pk).publish(by=moderator)
    Blur.ask(photo, [REGION], by=newcomer)
    run_jobs()
    Blur.ask(Photo.objects.get(pk=photo.pk), [REGION], by=moderator)

    def lines(who: Any) -> list[tuple[str, str]]:
        page = client_of(who).get(photo.get_absolute_url())
        return [(str(line.verb), line.by) for line in page.context["timeline"] if "blurred" in str(line.verb)]

    own = ("blurred", "the newcomer")
    assert lines(moderator) == [("being blurred", "the moderator"), own]
    assert lines(newcomer) == [("being blurred", "a moderator"), own]
    run_jobs()
    assert lines(None) == []
    assert [(one.member, one.as_moderator) for one in Blur.objects.all()] == [
        (moderator, True),
        (newcomer, False),
    ]
