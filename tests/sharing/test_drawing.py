"""What a picture can say: everything that its faces have letters for, nothing in boxes."""

import re
from io import BytesIO

import pytest
from PIL import Image

from community.shared import Tile
from events.models import Event
from sharing.drawing import HUES, MOST_BYTES, draw, mosaic
from sharing.lettering import FACES, Lettering, faces_for, is_from_the_right, settable
from sharing.motif import Motif


@pytest.fixture(autouse=True)
def no_other_faces(settings):
    settings.SHARE_FONTS = ["/not/there.ttf"]


def test_an_event_has_the_colour_that_the_style_sheet_gives_it(settings):
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    own = float(re.search(r"--chroma: ([0-9.]+);", css)[1])
    drawn = {
        int(name): (int(hue), float(chroma or own))
        for name, hue, chroma in re.findall(r"\.hue-(\d+) \{ --hue: (\d+);(?: --chroma: ([0-9.]+);)? \}", css)
    }
    assert drawn == HUES
    assert list(HUES) == Event.Accent.values


def nothing(name):
    raise FileNotFoundError(name)


def test_french_polish_and_turkish_are_set_in_the_sites_own_face():
    for text in ("Où l’œuvre naît — à Orléans", "Zażółć gęślą jaźń", "Şahin, İstanbul"):
        assert faces_for(text) == FACES
        assert settable(text) == text


def test_a_text_of_which_no_face_has_every_letter_is_left_out_and_signs_are_passed_over():
    assert settable("网络是如何工作的") == ""
    assert settable("Paris 网络") == ""
    assert settable("We 💜 corridors 🎉") == "We corridors"


def test_another_face_of_the_machine_is_taken_where_it_has_the_letters(settings):
    settings.SHARE_FONTS = ["/not/there.ttf", str(FACES[1]), str(FACES[0])]
    assert faces_for("é") == FACES
    assert settable("Как") == ""


def test_a_script_from_the_right_is_known_by_its_first_letter():
    assert [is_from_the_right(text) for text in ("שלום Paris", "12 مرحبا", "Paris שלום", "2024")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "title",
    [
        "x" * 200,
        "Donaudampfschifffahrtsgesellschaft " * 6,
        "a " * 100,
        "网络",
        "\u202e\u0000\ufffe",
        "",
        "é" * 200,
    ],
)
def test_any_title_makes_a_small_picture(title):
    made = draw(Motif(title=title, line=title, quote=title, quote_by=title, by=title), nothing)
    with Image.open(BytesIO(made)) as picture:
        assert picture.size == (1200, 630)
    assert len(made) <= MOST_BYTES


def test_a_long_text_ends_in_an_ellipsis_within_its_width():
    words = Lettering("words and more words " * 20, 60)
    lines = words.lines(800, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert max(map(words.width, lines)) <= 800


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_mosaic_fills_its_place_without_a_picture_over_another(count):
    places = mosaic(count, 500, 0, 1200, 630)
    assert len(places) == count
    assert max(x + wide for x, _, wide, _ in places) == 1200
    assert max(y + high for _, y, _, high in places) == 630


def test_noisy_photos_stay_small_and_a_lost_one_is_done_without():
    noise = Image.effect_noise((640, 480), 90).convert("RGB")

    def opened(name):
        if name == "lost":
            raise FileNotFoundError(name)
        out = BytesIO()
        noise.save(out, "PNG")
        return BytesIO(out.getvalue())

    tiles = tuple(Tile(name) for name in ("a", "lost", "b", "c", "d"))
    assert len(draw(Motif("Event", tiles=tiles), opened)) <= MOST_BYTES
    assert draw(Motif("Event", tiles=(Tile("lost"),)), opened) == draw(Motif("Event"), opened)
