"""Pictures dropped into the text of a recap, in a browser."""

import base64
from pathlib import Path

import pytest

from photos.models import Photo
from recaps.models import Recap

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMERA_FILES = Path(__file__).parents[2] / "demo" / "photos"

# What a browser does when files are let go over the text, or pasted into it, `words` with a picture of themselves.
BRING = """(text, [kind, files, words]) => {
  const carried = new DataTransfer();
  for (const [name, type, data] of files) {
    carried.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name, { type }));
  }
  if (words) carried.setData("text/plain", words);
  const options = { bubbles: true, cancelable: true };
  if (kind === "paste") return text.dispatchEvent(new ClipboardEvent(kind, { ...options, clipboardData: carried }));
  for (const one of ["dragover", "drop"]) text.dispatchEvent(new DragEvent(one, { ...options, dataTransfer: carried }));
}"""


def file(name, kind="image/jpeg", data=None):
    return [name, kind, base64.b64encode(data or (CAMERA_FILES / name).read_bytes()).decode()]


def test_dropped_pictures_become_photos_with_words_and_stand_where_the_caret_was(event, visitor, run_jobs):
    page = visitor()
    page.goto(f"/recaps/new/{event.slug}/")
    text = page.get_by_label("Your recap")
    text.fill("Before. After.")
    text.evaluate("text => text.setSelectionRange(7, 7)")
    assert text.evaluate(BRING, ["paste", [file("dinner.jpg")], "Words of an office program"])
    text.evaluate(BRING, ["drop", [file("notes.pdf", "application/pdf", b"%PDF")]])
    page.get_by_text("This is not a photo.").wait_for()
    assert not text.evaluate(BRING, ["paste", [file("cafe-tables.jpg")]])
    text.evaluate(BRING, ["drop", [file("words.jpg", data=b"no picture"), file("dinner.jpg")]])
    dialog = page.get_by_role("dialog", name="Photos for your text")
    dialog.get_by_text("We can’t show this ki").wait_for()
    shows = dialog.get_by_label("What it shows")
    shows.nth(0).fill("Tables")
    shows.nth(2).fill("Dinner")
    dialog.get_by_label("Your name").fill("A Guest")
    dialog.get_by_role("button", name="Put into the text").click()
    dialog.get_by_role("alert").get_by_text("We can’t show this ki").wait_for()
    dialog.locator("[data-state=failed]").get_by_role("button", name="Leave out").click()
    dialog.get_by_role("button", name="Put into the text").click()
    page.get_by_text("only you can see it, in your text too").wait_for()
    words = [
        f"[![{photo.alt}](/photos/{photo.pk}/picture/)](/photos/{photo.pk}/)"
        for photo in Photo.objects.order_by("pk")
    ]
    assert [photo.alt for photo in Photo.objects.order_by("pk")] == ["Tables", "Dinner"]
    assert text.input_value() == f"Before.\n\n{words[0]}\n\n{words[1]}\n\n After."
    run_jobs()
    page.locator("#id_title").fill("With pictures")
    # This browser is known since the first photo, and nobody is asked for a name again.
    assert page.get_by_label("Your name").count() == 0
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="With pictures").wait_for()
    page.locator(".prose img").nth(1).scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.prose img')].every((one) => one.naturalWidth)"
    )
    assert page.locator(".prose img").count() == 2
    assert Recap.objects.get().guest == Photo.objects.first().guest
