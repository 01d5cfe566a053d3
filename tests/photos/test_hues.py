"""An event takes its colour from the photo that people like best there, unless an organiser has chosen one."""

import base64
import io

import pytest
from PIL import Image

from people.decisions import Reason
from photos.hues import contributions_changed, hue_of
from photos.models import Photo
from photos.tasks import keep_hues
from tests.cast import client_of, make_photo


def placeholder(*colours):
    """Return a placeholder of one pixel a colour."""
    image = Image.new("RGB", (len(colours), 1))
    image.putdata(colours)
    data = io.BytesIO()
    image.save(data, "WEBP", lossless=True)
    return "data:image/webp;base64," + base64.b64encode(data.getvalue()).decode()


BLUE, RED, GREY = (30, 80, 200), (200, 40, 30), (120, 120, 122)


@pytest.mark.parametrize(
    ("colours", "hue"),
    [([BLUE], 270), ([RED], 30), ([GREY, GREY], None), ([RED, BLUE, BLUE], 270), ([GREY] * 6 + [RED], 30)],
)
def test_the_hue_is_the_one_that_there_is_most_of(colours, hue):
    assert hue_of(placeholder(*colours)) == hue


def test_a_photo_without_placeholder_has_none():
    assert hue_of("") is None


@pytest.fixture
def blue(event, member):
    """Return a blue photo of the event, which has its colour."""
    photo = make_photo(event, member, title="Blue")
    Photo.objects.filter(pk=photo.pk).update(placeholder=placeholder(BLUE))
    contributions_changed([photo.pk])
    event.refresh_from_db()
    return photo


def colour_of(event):
    page = client_of(None).get(event.get_absolute_url()).content.decode()
    return page.partition('<body class="')[2].partition('"')[0]


def test_pages_of_an_event_and_of_its_things_have_the_colour_of_its_best_photo(event, blue):
    assert colour_of(event) == "hue-270"
    assert 'class="hue-270"' in client_of(None).get(blue.get_absolute_url()).content.decode()


def test_a_photo_that_people_like_better_changes_it(event, member, blue):
    red = make_photo(event, member, title="Red")
    Photo.objects.filter(pk=red.pk).update(placeholder=placeholder(RED))
    contributions_changed([red.pk])
    assert colour_of(event) == "hue-270"
    Photo.objects.filter(pk=red.pk).update(score=9)
    contributions_changed([red.pk])
    assert colour_of(event) == "hue-30"


def test_a_grey_photo_leaves_it_to_the_next(event, member, blue):
    grey = make_photo(event, member, title="Grey")
    Photo.objects.filter(pk=grey.pk).update(placeholder=placeholder(GREY), score=9)
    contributions_changed([grey.pk])
    assert colour_of(event) == "hue-270"


def test_a_hidden_photo_gives_no_colour(event, moderator, blue, run_jobs):
    blue.hide(by=moderator, reason=Reason.OTHER)
    run_jobs()
    assert colour_of(event) == ""


def test_what_an_organiser_chose_stands(event, moderator, blue):
    page = f"{event.get_absolute_url()}edit/"
    form = client_of(moderator).get(page).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert client_of(moderator).post(page, data | {"accent": "150"}).status_code == 302
    contributions_changed([blue.pk])
    assert colour_of(event) == "hue-150"
    assert client_of(moderator).post(page, data | {"accent": "151"}).status_code == 422
    assert client_of(moderator).post(page, data | {"accent": ""}).status_code == 302
    assert colour_of(event) == "hue-270"


def test_events_from_before_there_were_colours_get_theirs_by_themselves(event, other_event, member, run_jobs):
    photo = make_photo(event, member)
    Photo.objects.filter(pk=photo.pk).update(placeholder=placeholder(BLUE))
    keep_hues.enqueue()
    run_jobs()
    assert (colour_of(event), colour_of(other_event)) == ("hue-270", "")


def test_a_phone_draws_its_own_bars_in_the_colour_of_the_event(event, blue):
    for page in (event.get_absolute_url(), blue.get_absolute_url(), f"{event.get_absolute_url()}week/"):
        html = client_of(None).get(page).content.decode()
        bars = [line.split('"')[3] for line in html.splitlines() if 'name="theme-color"' in line]
        assert bars == ["#e5ecff", "#22283d"]
