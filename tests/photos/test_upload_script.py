"""The form of photos in a browser: files are sent while it is filled in, each alone, and go on where they broke."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from photos.models import Photo, Upload
from photos.storage import picture_store
from tests.photos import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMERA_FILES = Path(__file__).parents[2] / "demo" / "photos"
PIECE = 2**20


def file(name, data, kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data}


def large(name="large.jpg"):
    """A photo of two pieces and a bit, as a camera wrote it."""
    data = (CAMERA_FILES / "hall-with-glass-roof.jpg").read_bytes()
    return file(name, data + bytes(2 * PIECE + 1000 - len(data)))


def noisy(**options):
    """A photo of 3000 x 2000 pixels that does not compress well."""
    image = Image.effect_noise((1500, 1000), 90).resize((3000, 2000)).convert("RGB")
    return pictures.saved(image, "JPEG", quality=95, **options)


def open_form(page, event):
    page.goto(f"/photos/new/{event.slug}/")
    return page.get_by_label("Choose photos")


def states(page):
    """What is said of each file, by its name."""
    return page.locator(".upload").evaluate_all(
        """all => Object.fromEntries(all.map((row) => [
          row.querySelector(".upload-name").textContent, row.querySelector(".upload-state").textContent]))"""
    )


def all_arrived(page, count):
    page.get_by_text(f"{count} of {count} arrived").wait_for()


def add(page):
    page.get_by_role("button", name="Add", exact=True).click()


def sign(page, name="A visitor"):
    page.get_by_label("Your name").fill(name)


class Line:
    """The network between the page and the place for uploads: `cut(after=n)` breaks each piece after the first n."""

    def __init__(self, page):
        self.offsets = []
        self.left = None
        page.route("**/photos/uploads/**", self.carry)

    def cut(self, after=0):
        self.left = after

    def mend(self):
        self.left = None

    def carry(self, route):
        request = route.request
        if request.method != "PATCH":
            route.continue_()
        elif self.left == 0:
            route.abort("internetdisconnected")
        else:
            self.left = self.left and self.left - 1
            self.offsets.append(int(request.headers["upload-offset"]))
            route.continue_()


def test_ten_photos_from_a_phone_arrive_while_the_form_is_filled_in_and_the_broken_one_is_told(
    event, phone, run_jobs
):
    choose = open_form(phone, event)
    from_cameras = ["a-heic-from-a-phone.heic", "cafe-tables.jpg", "dinner.jpg", "evening-drinks.jpg"]
    choose.set_input_files([str(CAMERA_FILES / name) for name in from_cameras])
    choose.set_input_files(
        [
            *(file(f"turned-{turn}.jpg", pictures.jpeg_on_its_side(turn)) for turn in (1, 3, 6, 8)),
            file("from-a-phone.heic", pictures.heic(), "image/heic"),
            file("words.jpg", b"no picture, but words"),
        ]
    )
    phone.get_by_text("9 of 10 arrived").wait_for()
    # Nine may be here while the tenth is on its way.
    phone.get_by_text("Not taken: 1. The reason is beside each.").wait_for()
    assert Photo.objects.count() == 0
    told = states(phone)
    assert told.pop("words.jpg").startswith("We can’t show this ki")
    assert set(told.values()) == {"arrived"}
    assert len(told) == 9
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert phone.get_by_text("words.jpg: We can’t show this ki").is_visible()
    assert phone.get_by_text("Thank you!").is_visible()
    assert (Photo.objects.count(), Upload.objects.count()) == (9, 0)
    run_jobs()
    turned = Photo.objects.filter(width=64, height=48)
    assert turned.count() == 4
    for photo in turned:
        with picture_store().open(photo.large.name) as stored:
            assert pictures.corner_colours(Image.open(stored)) == pictures.CORNERS
    # What was sent is not offered again.
    open_form(phone, event)
    phone.wait_for_timeout(300)
    assert phone.locator("[data-upload-kept]").is_hidden()


def test_photos_are_chosen_twice_and_one_is_left_out(event, phone):
    choose = open_form(phone, event)
    choose.set_input_files([file("one.jpg", pictures.jpeg()), file("two.jpg", pictures.jpeg(90, 60))])
    all_arrived(phone, 2)
    choose.set_input_files([file("three.jpg", pictures.jpeg(60, 90))])
    all_arrived(phone, 3)
    assert list(states(phone)) == ["one.jpg", "two.jpg", "three.jpg"]
    assert phone.get_by_text("They are here. Send the form to add them.").is_visible()
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        phone.get_by_role("button", name="Leave out: two.jpg").click()
    assert Upload.objects.count() == 2
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    # The server is away while somebody describes what it prepares.
    here = phone.url
    phone.locator("[name$='-alt']").first.fill("Two people at a whiteboard")
    phone.route(here, lambda route: route.fulfill(status=503, body="Back in a moment"), times=1)
    with (
        phone.expect_response(here) as away,
        phone.expect_response(lambda answer: answer.url == here and answer.ok) as again,
    ):
        pass
    # Asked again, not loaded again.
    assert (away.value.status, again.value.request.resource_type) == (503, "fetch")
    assert phone.locator("[name$='-alt']").first.input_value() == "Two people at a whiteboard"
    assert sorted(Photo.objects.values_list("bytes", flat=True)) == sorted(
        [len(pictures.jpeg()), len(pictures.jpeg(60, 90))]
    )


def test_the_button_waits_for_the_rest_and_says_so(event, phone):
    line = Line(phone)
    line.cut()
    open_form(phone, event).set_input_files([large()])
    sign(phone)
    add(phone)
    phone.get_by_text("They are added as soon as the rest has arrived.").wait_for()
    assert phone.locator(".upload-bar > .button").first.inner_text() == "Add · 0 %"
    line.mend()
    phone.wait_for_url("**/photos/batch/**", timeout=20_000)
    assert Photo.objects.count() == 1


def test_what_is_wrong_is_said_and_the_photos_stay_where_they_have_arrived(event, phone):
    open_form(phone, event).set_input_files([file("one.jpg", pictures.jpeg())])
    sign(phone, " ")
    add(phone)
    summary = phone.locator(".error-summary")
    summary.wait_for()
    assert summary.inner_text().startswith("Your name: ")
    assert summary.evaluate("element => element === document.activeElement")
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 1


def test_a_connection_that_is_cut_half_way_goes_on_from_there(event, phone):
    line = Line(phone)
    line.cut(after=1)
    sent = large()
    open_form(phone, event).set_input_files([sent])
    phone.get_by_text("No network. It goes on by itself.").wait_for()
    line.mend()
    all_arrived(phone, 1)
    assert line.offsets[:2] == [0, PIECE]
    upload = Upload.objects.get()
    with picture_store().open(upload.name) as stored:
        assert stored.read() == sent["buffer"]


def test_somebody_who_loses_the_network_has_nothing_to_do(event, phone):
    open_form(phone, event)
    sign(phone)
    phone.context.set_offline(True)
    phone.get_by_label("Choose photos").set_input_files([file("one.jpg", pictures.jpeg())])
    phone.get_by_text("No network. Your photos wait here and go on by themselves.").wait_for()
    add(phone)
    phone.wait_for_timeout(500)
    phone.context.set_offline(False)
    phone.wait_for_url("**/photos/batch/**", timeout=20_000)
    assert Photo.objects.count() == 1


def test_the_form_itself_is_sent_again_when_the_network_comes_back(event, phone):
    open_form(phone, event).set_input_files([file("one.jpg", pictures.jpeg())])
    all_arrived(phone, 1)
    sign(phone)
    phone.context.set_offline(True)
    add(phone)
    phone.get_by_text("No network. Your photos wait here and go on by themselves.").wait_for()
    phone.context.set_offline(False)
    phone.wait_for_url("**/photos/batch/**", timeout=20_000)
    assert Photo.objects.count() == 1


def test_a_reload_loses_nothing_and_goes_on_from_there(event, phone):
    line = Line(phone)
    line.cut(after=1)
    open_form(phone, event).set_input_files([large(), file("small.jpg", pictures.jpeg())])
    phone.get_by_text("No network. It goes on by itself.").first.wait_for()
    line.mend()
    line.offsets.clear()
    phone.reload()
    all_arrived(phone, 2)
    assert phone.locator("[data-upload-kept]").is_hidden()
    assert PIECE in line.offsets
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert sorted(Photo.objects.values_list("bytes", flat=True)) == [len(pictures.jpeg()), 2 * PIECE + 1000]


@pytest.mark.parametrize("button", ["Continue", "Add"])
def test_who_comes_back_later_is_asked_and_either_button_goes_on(button, event, phone):
    line = Line(phone)
    line.cut(after=1)
    open_form(phone, event).set_input_files([large(), file("small.jpg", pictures.jpeg())])
    phone.get_by_text("No network. It goes on by itself.").first.wait_for()
    open_form(phone, event)
    phone.get_by_text("2 photos are still on their way here.").wait_for()
    assert phone.locator(".upload").count() == 0
    line.mend()
    line.offsets.clear()
    sign(phone)
    phone.get_by_role("button", name=button, exact=True).click()
    if button == "Continue":
        all_arrived(phone, 2)
        add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert PIECE in line.offsets
    assert sorted(Photo.objects.values_list("bytes", flat=True)) == [len(pictures.jpeg()), 2 * PIECE + 1000]


def test_a_form_without_any_photo_leads_to_where_they_are_chosen(event, phone):
    choose = open_form(phone, event)
    sign(phone)
    add(phone)
    phone.wait_for_timeout(300)
    assert choose.evaluate("(field) => field === document.activeElement")


def test_an_hour_without_network_loses_nothing_and_is_not_spent_asking(event, phone):
    line = Line(phone)
    line.cut(after=1)
    asked, under_way = [], set()
    phone.on("request", lambda request: (asked.append(request.method), under_way.add(request)))
    phone.on("requestfinished", lambda request: under_way.discard(request))
    phone.on("requestfailed", lambda request: under_way.discard(request))
    phone.clock.install()

    def pass_half_a_minute():
        # Less than the silence after which the script gives up: what it asks takes time that the page's clock knows
        # nothing of.
        phone.clock.run_for(30_000)
        phone.wait_for_timeout(20)
        for _ in range(500):
            if under_way:
                phone.wait_for_timeout(20)

    open_form(phone, event).set_input_files([large()])
    phone.get_by_text("No network. It goes on by itself.").wait_for()
    asked.clear()
    for _ in range(120):
        pass_half_a_minute()
    assert 30 <= asked.count("PATCH") <= 80
    line.mend()
    # A try that was under way when the network came back may still fail: then the next one is a wait away.
    arrived = phone.get_by_text("1 of 1 arrived")
    for _ in range(120):
        if not arrived.is_visible():
            pass_half_a_minute()
    all_arrived(phone, 1)
    assert line.offsets[1] == PIECE


def test_two_tabs_do_not_send_the_same_photos(event, phone):
    line = Line(phone)
    line.cut(after=1)
    open_form(phone, event).set_input_files([large()])
    phone.get_by_text("No network. It goes on by itself.").wait_for()
    other = phone.context.new_page()
    open_form(other, event)
    other.wait_for_timeout(500)
    assert other.locator("[data-upload-kept]").is_hidden()
    phone.close()
    open_form(other, event)
    other.get_by_text("One photo is still on its way here.").wait_for()


def test_what_is_on_its_way_can_be_forgotten(event, phone):
    open_form(phone, event).set_input_files([file("one.jpg", pictures.jpeg())])
    all_arrived(phone, 1)
    open_form(phone, event)
    phone.get_by_text("One photo is still on its way here.").wait_for()
    with phone.expect_response(lambda answer: answer.request.method == "DELETE"):
        phone.get_by_role("button", name="Forget them").click()
    assert Upload.objects.count() == 0
    phone.reload()
    phone.wait_for_timeout(300)
    assert phone.locator("[data-upload-kept]").is_hidden()


def test_a_browser_that_keeps_nothing_sends_all_the_same(event, phone):
    phone.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private'); } });"
    )
    open_form(phone, event).set_input_files([file("one.jpg", pictures.jpeg())])
    all_arrived(phone, 1)
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 1


def test_what_is_over_a_limit_is_said_before_it_is_sent(event, phone, settings):
    settings.PHOTOS_PER_UPLOAD, settings.PHOTO_MAX_BYTES = 3, 50_000
    too_large = file("large.jpg", pictures.jpeg(exif=bytes(60_000)))
    empty = file("empty.jpg", b"")
    film = file("film.mp4", b"a film", "video/mp4")
    choose = open_form(phone, event)
    choose.set_input_files([film])
    assert states(phone) == {"film.mp4": "This is not a photo. Films and other files cannot be shown here."}
    # Adding it says so once more, and leads to where others are chosen.
    sign(phone)
    add(phone)
    phone.wait_for_function("() => document.activeElement.type === 'file'")
    assert choose.evaluate("(field) => field.validationMessage").startswith("None of these could be taken.")
    phone.get_by_role("button", name="Leave out: film.mp4").click()
    choose.set_input_files(
        [too_large, empty, *(file(f"{n}.jpg", pictures.jpeg(60 + n, 60)) for n in range(2))]
    )
    phone.get_by_text("That is more than 3 at once. Send the others afterwards.").wait_for()
    phone.get_by_text("arrived", exact=True).wait_for()
    assert states(phone) == {
        "large.jpg": "This file has 0.1\xa0MB; the limit is 50\xa0KB. Send a smaller version.",
        "empty.jpg": "This file is empty.",
        "0.jpg": "arrived",
    }
    assert Upload.objects.count() == 1
    assert choose.evaluate("(field) => field.checkValidity()")


def test_a_full_disk_is_told_in_words_and_can_be_tried_again(event, phone, monkeypatch):
    from photos.storage import DurableStorage, StorageFull

    def full(*_arguments, **_options):
        raise StorageFull

    monkeypatch.setattr(DurableStorage, "save_hashed", full)
    open_form(phone, event).set_input_files([file("one.jpg", pictures.jpeg())])
    phone.get_by_text("There is no room left for photos on this site").first.wait_for()
    monkeypatch.undo()
    phone.get_by_role("button", name="Try again").click()
    all_arrived(phone, 1)


# --- Other ways in --------------------------------------------------------------------------------------------------

BRING = """([kind, name]) => {
  const bytes = Uint8Array.from(atob(window.picture), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("h1").dispatchEvent(event);
}"""


def bring(page, kind, name, data):
    import base64

    page.evaluate("data => { window.picture = data; }", base64.b64encode(data).decode())
    page.evaluate(BRING, [kind, name])


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted_anywhere_on_the_form(kind, event, phone):
    open_form(phone, event)
    bring(phone, kind, "one.jpg", pictures.jpeg())
    all_arrived(phone, 1)
    assert list(states(phone)) == ["one.jpg"]


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_that_is_dropped_or_pasted_on_the_events_page_is_sent_from_the_form(kind, event, phone):
    phone.goto(event.get_absolute_url())
    bring(phone, kind, "one.jpg", pictures.jpeg())
    phone.wait_for_url(f"**/photos/new/{event.slug}/")
    all_arrived(phone, 1)
    assert list(states(phone)) == ["one.jpg"]


def test_the_camera_of_a_phone_is_one_button_away(event, phone):
    open_form(phone, event)
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Take a photo").click()
    chooser.value.set_files([file("shot.jpg", pictures.jpeg())])
    all_arrived(phone, 1)
    assert phone.get_by_label("Choose photos").get_attribute("capture") is None


# --- Slow network ---------------------------------------------------------------------------------------------------


def kept_of(upload):
    with picture_store().open(upload.name) as stored:
        return stored.read()


def test_on_a_slow_network_a_large_photo_is_made_smaller_and_only_its_time_is_kept(event, phone, run_jobs):
    data = noisy(exif=b"Exif\0\0" + pictures.exif(), comment=pictures.PRIVATE["comment"])
    choose = open_form(phone, event)
    phone.get_by_label("Slow network").check()
    choose.set_input_files([file("large.jpg", data), file("film.gif", pictures.animated_gif(), "image/gif")])
    all_arrived(phone, 2)
    small = kept_of(Upload.objects.get(format="JPEG"))
    assert max(Image.open(io.BytesIO(small)).size) == 2560
    assert len(small) < len(data) / 2
    assert [what for what, note in pictures.PRIVATE.items() if note in small] == []
    exif = Image.open(io.BytesIO(small)).getexif()
    assert dict(exif.get_ifd(0x8769)) == {0x9003: "2024:03:20 09:30:15", 0x9011: "+01:00"}
    assert set(exif) == {0x8769}
    assert kept_of(Upload.objects.get(format="GIF")) == pictures.animated_gif()
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    run_jobs()
    assert Photo.objects.get(format="JPEG").taken_at.isoformat() == "2024-03-20T08:30:15+00:00"


@pytest.mark.parametrize("ticked", ["before the network goes", "afterwards"])
def test_a_slow_network_that_is_lost_loses_no_photo(ticked, event, phone):
    choose = open_form(phone, event)
    if ticked == "afterwards":
        phone.context.set_offline(True)
    with phone.expect_event("requestfailed" if ticked == "afterwards" else "requestfinished"):
        phone.get_by_label("Slow network").check()
    phone.context.set_offline(True)
    choose.set_input_files([file("large.jpg", noisy())])
    phone.get_by_text("No network. It goes on by itself.").wait_for()
    phone.context.set_offline(False)
    all_arrived(phone, 1)
    shrunk = max(Image.open(io.BytesIO(kept_of(Upload.objects.get()))).size) == 2560
    assert shrunk is (ticked == "before the network goes")


def test_a_photo_on_its_side_that_is_made_smaller_stands_upright(event, phone):
    quarters = pictures.corners(3000, 2000).transpose(pictures.STORED[6])
    noise = Image.effect_noise(quarters.size, 60).convert("RGB")
    data = pictures.saved(
        Image.blend(quarters, noise, 0.3),
        "JPEG",
        quality=95,
        exif=b"Exif\0\0" + pictures.exif(6, private=False),
    )
    choose = open_form(phone, event)
    phone.get_by_label("Slow network").check()
    choose.set_input_files([file("side.jpg", data)])
    all_arrived(phone, 1)
    image = Image.open(io.BytesIO(kept_of(Upload.objects.get())))
    assert image.size == (2560, 1707)
    assert 0x0112 not in image.getexif()
    assert pictures.corner_colours(image) == pictures.CORNERS


# --- What follows ---------------------------------------------------------------------------------------------------


def test_the_day_is_proposed_as_soon_as_a_photo_is_prepared_unless_somebody_chose_one(event, phone, run_jobs):
    first, second = event.days.all()[:2]
    open_form(phone, event).set_input_files(
        [file(f"{turn}.jpg", pictures.jpeg_on_its_side(turn)) for turn in (1, 3)]
    )
    all_arrived(phone, 2)
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    one, other = (phone.locator(f'[name="photo-{photo.pk}-day"]') for photo in Photo.objects.order_by("pk"))
    phone.get_by_text("Say more").first.click()
    one.select_option(str(first.pk))
    phone.locator("textarea").nth(1).fill("A sign")
    run_jobs()
    phone.get_by_text("Some are still being prepared.").wait_for(state="detached")
    assert [one.input_value(), other.input_value()] == [str(first.pk), str(second.pk)]
    with phone.expect_navigation():
        phone.get_by_role("button", name="Save", exact=True).click()
    assert list(Photo.objects.order_by("pk").values_list("alt", "day")) == [
        ("", first.pk),
        ("A sign", second.pk),
    ]


def test_without_javascript_the_plain_form_does_the_same(event, visitor, run_jobs):
    phone = visitor(phone=True, java_script_enabled=False)
    choose = open_form(phone, event)
    choose.set_input_files(
        [
            *(file(f"turned-{turn}.jpg", pictures.jpeg_on_its_side(turn)) for turn in range(1, 9)),
            file("from-a-phone.heic", pictures.heic(), "image/heic"),
            file("words.jpg", b"no picture, but words"),
        ]
    )
    assert phone.get_by_text("Slow network").is_hidden()
    sign(phone)
    add(phone)
    phone.wait_for_url("**/photos/batch/**")
    assert phone.get_by_text("words.jpg: We can’t show this ki").is_visible()
    run_jobs()
    assert Photo.objects.filter(renditions__isnull=False).distinct().count() == 9


def test_the_scripts_of_the_form_are_small():
    import gzip

    scripts = Path(__file__).parents[2] / "static" / "js"
    together = sum(len(gzip.compress(path.read_bytes())) for path in scripts.glob("upload*.js"))
    assert together < 12_000, json.dumps({"bytes over the wire": together})
