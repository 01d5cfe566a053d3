"""The form of photos in a browser: what is chosen shows, one can be left out, and a broken upload loses nothing."""

import pytest

from photos.models import Photo
from tests.photos import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def file(name, data):
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def test_photos_are_chosen_twice_one_is_left_out_and_the_rest_arrive(event, phone):
    phone.goto(f"/photos/new/{event.slug}/")
    choose = phone.get_by_label("Choose photos")
    choose.set_input_files([file("one.jpg", pictures.jpeg()), file("two.jpg", pictures.jpeg(90, 60))])
    choose.set_input_files([file("three.jpg", pictures.jpeg(60, 90)), file("words.jpg", b"no picture")])
    shown = phone.locator("[data-upload-chosen] img")
    assert shown.evaluate_all("all => all.map((one) => one.alt)") == [
        "one.jpg",
        "two.jpg",
        "three.jpg",
        "words.jpg",
    ]
    phone.get_by_role("button", name="Leave out: two.jpg").click()
    phone.get_by_label("Your name").fill("A visitor")
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 2
    assert phone.get_by_text("words.jpg: This is not a picture").count() == 1
    assert phone.get_by_text("Thank you!").count() == 1


def test_what_is_wrong_is_said_and_the_photos_stay_chosen(event, phone):
    phone.goto(f"/photos/new/{event.slug}/")
    phone.get_by_label("Choose photos").set_input_files([file("one.jpg", pictures.jpeg())])
    phone.get_by_label("Your name").fill(" ")
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.locator(".error-summary").wait_for()
    phone.get_by_label("Your name").fill("A visitor")
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 1


def test_a_connection_that_breaks_is_said_and_the_second_try_arrives(event, phone):
    phone.goto(f"/photos/new/{event.slug}/")
    phone.get_by_label("Choose photos").set_input_files([file("one.jpg", pictures.jpeg())])
    phone.get_by_label("Your name").fill("A visitor")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.get_by_text("The connection broke.").wait_for()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Add", exact=True).click()
    phone.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 1
