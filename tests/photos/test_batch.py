"""What follows an upload: each photo of it is described, and what cannot be shown is removed."""

import pytest

from photos.models import Photo
from tests.cast import client_of
from tests.filling import address, filled, upload
from tests.photos import pictures

pytestmark = pytest.mark.django_db
# The shape of a picture, and no picture in it: only decoding finds out.
BROKEN = pictures.png_that_claims(5_000, 5_000)


@pytest.fixture
def sent(event, newcomer, run_jobs):
    files = [upload(), upload(BROKEN, "broken.png")]
    client_of(newcomer).post(address("photos", event), filled("photos", event, pictures=files, title=""))
    good, broken = Photo.objects.order_by("pk")
    return good, broken


def page_of(photo):
    return f"/photos/batch/{photo.batch}/"


def test_until_a_photo_is_prepared_its_owner_is_told_and_then_sees_it(sent, newcomer, run_jobs):
    good, _broken = sent
    before = client_of(newcomer).get(page_of(good)).content.decode()
    assert before.count("It is being prepared") == 2
    assert "/photos/file/" not in before
    run_jobs()
    after = client_of(newcomer).get(page_of(good)).content.decode()
    assert f"/photos/file/{good.file_key}/" in after
    assert "It is being prepared" not in after


def test_a_photo_that_cannot_be_read_says_why_and_can_be_removed(sent, newcomer, run_jobs):
    good, broken = sent
    run_jobs()
    broken.refresh_from_db()
    assert broken.problem.startswith("This picture can't be read")
    html = client_of(newcomer).get(page_of(good)).content.decode()
    assert f'name="remove" value="{broken.pk}"' in html
    assert f'name="remove" value="{good.pk}"' not in html
    data = {f"photo-{good.pk}-alt": "A corridor", f"photo-{good.pk}-title": "", "remove": broken.pk}
    assert client_of(newcomer).post(page_of(good), data)["Location"] == page_of(good)
    good.refresh_from_db()
    broken.refresh_from_db()
    assert (good.alt, good.state, broken.state) == ("A corridor", "waiting", "withdrawn")


def test_each_photo_gets_its_own_words_and_no_other_field_changes(sent, newcomer, run_jobs):
    good, broken = sent
    run_jobs()
    data = {
        f"photo-{good.pk}-alt": "A corridor",
        f"photo-{good.pk}-title": "Day one",
        f"photo-{good.pk}-licence": "ask",
    }
    assert client_of(newcomer).post(page_of(good), data).status_code == 302
    good.refresh_from_db()
    broken.refresh_from_db()
    assert (good.alt, good.title, good.licence, good.version, good.width) == (
        "A corridor",
        "Day one",
        "cc-by-4.0",
        2,
        64,
    )
    assert (broken.alt, broken.version) == ("", 1)


def test_words_that_are_too_long_come_back_with_the_others(sent, newcomer):
    good, broken = sent
    data = {
        f"photo-{good.pk}-alt": "x" * 501,
        f"photo-{broken.pk}-alt": "Kept & safe",
        f"photo-{good.pk}-title": "a\0b",
    }
    response = client_of(newcomer).post(page_of(good), data)
    assert response.status_code == 422
    assert "Kept &amp; safe" in response.content.decode()
    assert set(Photo.objects.values_list("alt", "version")) == {("", 1)}


@pytest.mark.parametrize("data", [{}, {"photo-x-alt": "y"}, {"remove": "nothing"}, {"remove": "9" * 40}])
def test_a_form_that_fits_no_photo_of_the_batch_changes_nothing(data, sent, newcomer):
    assert client_of(newcomer).post(page_of(sent[0]), data).status_code == 302
    assert set(Photo.objects.values_list("state", "version")) == {("waiting", 1)}


def test_nobody_describes_or_removes_a_photo_of_somebody_else(sent, outsider, moderator, event):
    good, _broken = sent
    data = {f"photo-{good.pk}-alt": "Mine now", "remove": good.pk}
    for who in (None, outsider, moderator):
        assert client_of(who).post(page_of(good), data).status_code == 404
    client_of(outsider).post(
        address("photos", event), filled("photos", event, pictures=[upload(pictures.jpeg(90, 60))])
    )
    own = Photo.objects.get(contributor=outsider)
    client_of(outsider).post(page_of(own), data)
    good.refresh_from_db()
    assert (good.alt, good.state) == ("", "waiting")


def test_what_the_worker_found_out_meanwhile_is_not_written_over(sent, newcomer, run_jobs):
    good, _broken = sent
    loaded = Photo.objects.get(pk=good.pk)
    run_jobs()
    loaded.alt = "A corridor"
    loaded.describe(by=newcomer)
    good.refresh_from_db()
    assert (good.alt, good.width, good.height, good.ready) == ("A corridor", 64, 48, True)
