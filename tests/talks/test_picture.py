"""The picture of a video stands on the door to it as our own small copy; nothing is loaded from elsewhere."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from links.models import Link
from links.reading import oembed_address
from photos.linked import LinkedPictures
from tests import outside as hostile
from tests.cast import client_of, make_talk
from tests.outside import Outside

pytestmark = pytest.mark.django_db
VIDEO = "https://tube.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d"
THUMBNAIL = "https://tube.example.org/thumbnail.jpg"


def jpeg(width: int = 1280, height: int = 720) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera with a secret"
    Image.new("RGB", (width, height), "#884422").save(file, "JPEG", exif=exif, comment=b"a secret")
    return file.getvalue()


@pytest.fixture
def video(outside: Outside, settings) -> Outside:
    """A video on a PeerTube that may be shown here, with a picture."""
    settings.PEERTUBE_HOSTS = ["tube.example.org"]
    answer = {"title": "How it works", "thumbnail_url": THUMBNAIL}
    outside.page(oembed_address(VIDEO), json.dumps(answer), content_type="application/json")
    outside.page(THUMBNAIL, jpeg(), content_type="image/jpeg")
    return outside


def test_a_public_talks_video_gets_a_small_copy_of_its_picture_on_the_door(
    video: Outside, run_jobs, member, event
) -> None:
    talk = make_talk(event, member, video_url=VIDEO)
    run_jobs()
    page = client_of(None).get(talk.get_absolute_url()).content.decode()
    assert f'<img src="/talks/{talk.pk}/picture/" width="640" height="360" alt="">' in page
    # Words, and what search engines are told, ask nobody; nothing else names the other site.
    shown = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page)
    shown = shown.replace("It comes from tube.example.org", "").replace("Open it on tube.example.org", "")
    assert "tube.example.org" not in shown
    answer = client_of(None).get(f"/talks/{talk.pk}/picture/")
    small = b"".join(answer)
    assert Image.open(io.BytesIO(small)).size == (640, 360)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"secret" not in small
    assert (
        client_of(None)
        .get(f"/talks/{talk.pk}/picture/", headers={"If-None-Match": answer["ETag"]})
        .status_code
        == 304
    )


def test_a_talk_that_is_not_public_shows_its_picture_to_nobody_else(
    video: Outside, run_jobs, member, moderator, outsider, event
) -> None:
    talk = make_talk(event, member, video_url=VIDEO)
    run_jobs()
    talk.hide(by=moderator, reason="off-topic")
    address = f"/talks/{talk.pk}/picture/"
    assert client_of(None).get(address).status_code == 404
    assert client_of(outsider).get(address).status_code == 404
    shown = client_of(moderator).get(address)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")


def test_what_waits_for_review_asks_nobody_elsewhere(video: Outside, run_jobs, newcomer, event) -> None:
    make_talk(event, newcomer, video_url=VIDEO)
    run_jobs()
    assert (video.asked, Link.objects.count()) == ([], 0)


def test_who_wants_no_recording_has_no_picture_of_one(video: Outside, run_jobs, member, event) -> None:
    from people.models import Person

    speaker = Person.objects.create(name="A Speaker")
    talk = make_talk(event, member, video_url=VIDEO, credit=[speaker])
    run_jobs()
    speaker.ask_for_no_recording(True)
    assert client_of(None).get(f"/talks/{talk.pk}/picture/").status_code == 404


def svg() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize("body", [svg(), b"<html>", b"\xff\xd8\xff\xe0nonsense", jpeg()[:400], b""])
def test_what_is_no_picture_is_not_kept_whatever_it_says_it_is(
    video: Outside, run_jobs, member, event, body
) -> None:
    video.page(THUMBNAIL, body, content_type="image/jpeg")
    talk = make_talk(event, member, video_url=VIDEO)
    run_jobs()
    assert Link.objects.get().picture == ""
    assert client_of(None).get(f"/talks/{talk.pk}/picture/").status_code == 404
    assert (
        "<img"
        not in client_of(None).get(talk.get_absolute_url()).content.decode().partition("video-door")[2][:300]
    )


def test_a_picture_of_too_many_pixels_is_not_opened(monkeypatch) -> None:
    monkeypatch.setattr("photos.linked.MOST_PIXELS", 1000)
    assert LinkedPictures().keep(jpeg()) == ""


def test_a_picture_behind_a_redirect_inside_is_not_fetched(video: Outside, run_jobs, member, event) -> None:
    video.redirect(THUMBNAIL, "http://127.0.0.1/secret.png")
    make_talk(event, member, video_url=VIDEO)
    run_jobs()
    assert Link.objects.get().title == "How it works"
    assert Link.objects.get().picture == ""
    assert set(video.connected) == {hostile.SOMEWHERE}


def test_the_daily_look_at_files_knows_these_pictures_and_fetches_lost_ones_again(
    video: Outside, run_jobs, member, event
) -> None:
    from photos.checking import check

    make_talk(event, member, video_url=VIDEO)
    run_jobs()
    kept = Path(default_storage.path(Link.objects.get().picture))
    assert check(mend=True).found == {"missing": 0, "orphan": 0, "mismatch": 0}
    kept.unlink()
    report = check(mend=True)
    assert (report.found["missing"], report.left["missing"]) == (1, 0)
    run_jobs()
    assert Path(default_storage.path(Link.objects.get().picture)).exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_before_the_click_a_browser_asks_nobody_but_us(
    video: Outside, run_jobs, visitor, live_server, member, event
) -> None:
    talk = make_talk(event, member, video_url=VIDEO)
    run_jobs()
    page, asked = visitor(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(talk.get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert page.locator(".video-door img").evaluate("picture => picture.naturalWidth") == 640
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    page.get_by_text("Play the video here").click()
    player = page.locator("iframe.video").get_attribute("src")
    assert player == "https://tube.example.org/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d?p2p=0"
