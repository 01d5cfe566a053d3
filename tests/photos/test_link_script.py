"""From the poster to the photos, on a phone: the link, its PIN, two photos sent in pieces, and what is left of it."""

import pytest

from photos.links import path_of
from photos.models import Photo, UploadLink
from tests.photos import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_phone_comes_by_the_poster_types_the_pin_and_sends_two_photos(event, phone):
    link = UploadLink(event=event, photos_at_most=2, upload_only=True)
    link.set_pin("2024")
    link.save()
    phone.goto(path_of(link))
    phone.get_by_label("PIN").fill("2024")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_text("Welcome! You are adding to Paris Summit 2024.").wait_for()
    assert phone.locator("a[href]:not([href^='#'])").count() == 0
    files = [("one.jpg", pictures.jpeg()), ("two.jpg", pictures.jpeg(90, 60))]
    phone.get_by_label("Choose photos").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files]
    )
    phone.get_by_text("2 of 2 arrived").wait_for()
    phone.get_by_label("Your name").fill("A visitor")
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.wait_for_url("**/photos/batch/**")
    assert list(Photo.objects.values_list("upload_link", "state")) == [(link.pk, "waiting")] * 2
    assert phone.goto(path_of(link)).status == 410
    phone.get_by_role("heading", name="This link is full").wait_for()
