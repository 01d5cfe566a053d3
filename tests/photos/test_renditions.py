"""What a photo is shown as: upright, in its colours, in five sizes and never larger than it came."""

import base64
import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pi_heif
import pytest
from PIL import Image, ImageCms, ImageFilter

from photos.renditions import differing_bits, make_renditions
from tests.photos import pictures


@pytest.fixture
def render(tmp_path):
    """Return a function that renders the bytes of a picture, each into a directory of its own."""

    def rendered(data: bytes):
        number = len(list(tmp_path.iterdir()))
        target = tmp_path / f"{number}-renditions"
        target.mkdir()
        source = tmp_path / f"{number}-source"
        source.write_bytes(data)
        return make_renditions(source, target)

    return rendered


def opened(rendition) -> Image.Image:
    with Image.open(rendition.path) as image:
        image.load()
    return image


def sizes(pictured) -> list[tuple[int, int]]:
    return [(rendition.width, rendition.height) for rendition in pictured.renditions]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_comes_out_upright_however_the_phone_was_held(render, orientation):
    pictured = render(pictures.jpeg_on_its_side(orientation, 400, 300))

    assert (pictured.width, pictured.height) == (400, 300)
    assert sizes(pictured) == [(320, 240), (400, 300)]
    assert [pictures.corner_colours(opened(rendition)) for rendition in pictured.renditions] == [
        pictures.CORNERS
    ] * 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_formats_come_out_upright_too(render, kind):
    stored = pictures.corners(64, 48).transpose(Image.Transpose.ROTATE_90)

    pictured = render(pictures.saved(stored, kind, exif=pictures.exif(6, private=False)))

    assert (pictured.width, pictured.height) == (64, 48)
    assert pictures.corner_colours(opened(pictured.renditions[0])) == pictures.CORNERS


@pytest.mark.parametrize("turns", range(4))
def test_a_heic_comes_out_upright(render, turns):
    expected = Image.new("RGB", (2, 2))
    expected.putdata(pictures.HEIC_CORNERS)
    expected = expected.rotate(90 * turns)

    image = opened(render(pictures.heic(turns)).renditions[0])

    corners = [pictures.pixel(image, spot) for spot in ((3, 3), (124, 3), (3, 124), (124, 124))]
    assert [pictures.nearest(colour, pictures.HEIC_CORNERS) for colour in corners] == [
        pictures.pixel(expected, spot) for spot in ((0, 0), (1, 0), (0, 1), (1, 1))
    ]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3000, 2000), [(320, 213), (480, 320), (640, 427), (1280, 853), (2000, 1333)]),
        ((2000, 1000), [(320, 160), (480, 240), (640, 320), (1280, 640), (2000, 1000)]),
        ((600, 900), [(213, 320), (320, 480), (427, 640), (600, 900)]),
        ((320, 200), [(320, 200)]),
        ((100, 80), [(100, 80)]),
        ((1, 1), [(1, 1)]),
        ((5000, 1), [(320, 1), (480, 1), (640, 1), (1280, 1), (2000, 1)]),
    ],
)
def test_a_photo_is_made_in_five_sizes_and_never_larger_than_it_came(render, size, expected):
    pictured = render(pictures.jpeg(*size))

    assert (pictured.width, pictured.height) == size
    assert sizes(pictured) == expected
    assert [opened(rendition).size for rendition in pictured.renditions] == expected


def test_each_rendition_says_what_it_is(render):
    renditions = render(pictures.jpeg(800, 600)).renditions
    assert len(renditions) == 4
    for rendition in renditions:
        assert rendition.mime == "image/webp"
        assert rendition.bytes == rendition.path.stat().st_size
        assert opened(rendition).format == "WEBP"


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_kind_of_jpeg_keeps_its_look(render, mode):
    image = opened(render(pictures.jpeg(mode=mode)).renditions[0])

    expected = pictures.corners(mode=mode).convert("RGB")
    for spot in ((10, 10), (50, 10), (10, 40), (50, 40)):
        near = zip(pictures.pixel(image, spot), pictures.pixel(expected, spot), strict=True)
        assert max(abs(a - b) for a, b in near) < 30


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_every_kind_of_png_keeps_its_look(render, mode):
    image = opened(render(pictures.saved(pictures.corners(mode=mode), "PNG")).renditions[0])

    expected = pictures.corners(mode=mode).convert("RGB").filter(ImageFilter.BoxBlur(4))
    for spot in ((12, 12), (50, 12), (12, 38), (50, 38)):
        near = zip(
            pictures.pixel(image.filter(ImageFilter.BoxBlur(4)), spot),
            pictures.pixel(expected, spot),
            strict=True,
        )
        assert max(abs(a - b) for a, b in near) < 40
    assert image.mode == "RGB"


def test_sixteen_bits_of_grey_are_scaled_to_eight(render):
    image = Image.frombytes("I;16", (64, 48), (b"\x00\x40" * 32 + b"\x00\xc0" * 32) * 48)

    shown = opened(render(pictures.saved(image, "PNG")).renditions[0])

    assert [round(pictures.pixel(shown, spot)[0] / 4) for spot in ((8, 24), (56, 24))] == [16, 48]


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_is_see_through_stays_see_through(render, mode):
    image = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    image.paste((90, 90, 90, 255), (32, 0, 64, 48))
    pictured = render(pictures.saved(image.convert(mode), "PNG"))

    shown = opened(pictured.renditions[0])

    assert [pictures.pixel(shown, spot)[3] for spot in ((8, 24), (56, 24))] == [0, 255]


def test_of_a_film_the_first_picture_is_shown(render):
    assert pictures.corner_colours(opened(render(pictures.animated_gif()).renditions[0])) == pictures.CORNERS


def test_of_two_pictures_in_one_file_the_first_is_shown(render):
    other = Image.new("RGB", (64, 48), "white")
    film = pictures.saved(pictures.corners(), "MPO", save_all=True, append_images=[other])

    assert pictures.corner_colours(opened(render(film).renditions[0])) == pictures.CORNERS


def test_the_colour_profile_is_kept_without_what_hangs_behind_it(render):
    pictured = render(pictures.jpeg(800, 600, icc_profile=pictures.ICC + b"canary-behind-the-profile"))

    assert [opened(rendition).info["icc_profile"] for rendition in pictured.renditions] == [pictures.ICC] * 4


def display_p3() -> bytes:
    """Return the profile of a phone's wide-gamut photo."""
    pi_heif.register_heif_opener()
    with Image.open(Path(__file__).parents[2] / "demo" / "photos" / "a-heic-from-a-phone.heic") as photo:
        profile: bytes = photo.info["icc_profile"]
    return profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_wide_gamut_photo_keeps_its_colour(render, kind):
    profile = display_p3()
    described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    assert described.strip() == "Display P3"
    # A red that no sRGB screen can show: in sRGB it would have to become another.
    red = Image.new("RGB", (700, 500), (250, 10, 10))

    pictured = render(pictures.saved(red, kind, quality=95, icc_profile=profile))

    shown = [opened(rendition) for rendition in pictured.renditions]
    assert [image.info["icc_profile"] for image in shown] == [profile] * 4
    for image in shown:
        near = zip(pictures.pixel(image, (100, 100)), (250, 10, 10), strict=True)
        assert max(abs(a - b) for a, b in near) < 6


def test_that_a_picture_moves_is_told(render):
    second = Image.new("RGB", (64, 48), "white")
    kinds = {"GIF": True, "PNG": True, "WEBP": True, "MPO": False}
    for kind, moves in kinds.items():
        several = pictures.saved(pictures.corners(), kind, save_all=True, append_images=[second])
        assert (kind, render(several).is_animated) == (kind, moves)
    assert render(pictures.saved(pictures.corners(), "GIF")).is_animated is False


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("L", pictures.ICC[:16] + b"GRAY" + pictures.ICC[20:]),
        ("CMYK", pictures.ICC[:16] + b"CMYK" + pictures.ICC[20:]),
        ("RGB", b"no profile at all"),
    ],
)
def test_a_profile_that_does_not_fit_the_numbers_is_left_out(render, mode, profile):
    image = opened(render(pictures.jpeg(mode=mode, icc_profile=profile)).renditions[0])

    assert "icc_profile" not in image.info


def test_a_huge_profile_is_replaced_by_the_colours_it_stands_for(render):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    length = 40_000
    huge = length.to_bytes(4, "big") + profile[4:] + bytes(length - len(profile))

    image = opened(render(pictures.jpeg(icc_profile=huge)).renditions[0])

    assert "icc_profile" not in image.info
    assert pictures.corner_colours(image) == pictures.CORNERS


def test_the_placeholder_is_a_small_picture_in_the_page_itself(render):
    noise = Image.effect_noise((900, 900), 200).convert("RGB")
    for data in (pictures.saved(noise, "JPEG"), pictures.jpeg(4000, 3000), pictures.jpeg(3, 2000)):
        placeholder = render(data).placeholder
        kind, _, coded = placeholder.partition(",")
        assert kind == "data:image/webp;base64"
        assert len(placeholder) < 1000
        assert max(Image.open(io.BytesIO(base64.b64decode(coded))).size) <= 20


def test_the_commonest_colour_is_told(render):
    image = Image.new("RGB", (100, 100), (0x33, 0x66, 0x99))
    image.paste((250, 250, 250), (0, 0, 100, 30))

    assert render(pictures.saved(image, "PNG")).colour == "#336699"


def test_the_time_is_aware_where_the_camera_knew_its_offset(render):
    with_offset = render(pictures.jpeg(exif=b"Exif\0\0" + pictures.exif(private=False)))
    without = render(pictures.jpeg(exif=b"Exif\0\0" + pictures.exif(private=False, offset=False)))

    assert with_offset.taken_at == datetime(2024, 3, 20, 9, 30, 15, tzinfo=timezone(timedelta(hours=1)))
    assert with_offset.taken_at.astimezone(UTC).hour == 8
    assert without.taken_at == datetime(2024, 3, 20, 9, 30, 15)  # noqa: DTZ001 (that is the point)
    assert render(pictures.jpeg()).taken_at is None


@pytest.mark.parametrize(
    "nonsense", [b"0000:00:00 00:00:00\0", b"yesterday, at noon\0\0", b"    :  :     :  :  \0"]
)
def test_a_time_that_is_none_is_left_out(render, nonsense):
    block = pictures.exif(private=False).replace(pictures.TAKEN, nonsense)

    assert render(pictures.jpeg(exif=b"Exif\0\0" + block)).taken_at is None


def test_broken_notes_do_not_stop_a_good_picture(render):
    broken = pictures.exif()[:60] + b"\xff" * 80

    assert render(pictures.jpeg(exif=b"Exif\0\0" + broken)).width == 64


def test_that_a_place_was_in_the_file_is_told_and_nothing_more(render):
    assert render(pictures.jpeg_full_of_private_notes()).had_place is True
    assert render(pictures.jpeg(exif=b"Exif\0\0" + pictures.exif(private=False))).had_place is False
    assert render(pictures.jpeg()).had_place is False


def test_the_same_picture_in_another_size_and_format_is_found_to_be_the_same(render):
    scene = Image.effect_mandelbrot((1200, 900), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    first = render(pictures.saved(scene, "JPEG", quality=90)).dhash
    again = render(pictures.saved(scene.resize((500, 375)), "PNG")).dhash
    other = render(pictures.saved(scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG")).dhash

    assert differing_bits(first, again) <= 2
    assert differing_bits(first, other) > 6
    assert all(-(1 << 63) <= number < 1 << 63 for number in (first, again, other))
