"""What a phone shares with the site: photos wait for their form, links go to one, nothing becomes public by itself."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from photos.models import Photo, Upload
from tests.cast import client_of, make_event, make_recap
from tests.photos import pictures

pytestmark = pytest.mark.django_db
FROM_THE_PHONE = {"Sec-Fetch-Site": "none", "Origin": "null"}


def photo(name="a.jpg", width=40):
    return SimpleUploadedFile(name, pictures.jpeg(width, 30), content_type="image/jpeg")


def share(client, files=(), headers=FROM_THE_PHONE, **told):
    return client.post("/photos/shared/", {"pictures": list(files), **told}, headers=headers)


def hidden(html):
    return re.findall(r'name="uploads" value="([^"]+)"', html)


def test_a_guest_shares_photos_says_where_they_were_taken_and_sends_the_form(event):
    phone = Client(enforce_csrf_checks=True)
    answer = share(phone, [photo(), photo("b.jpg", 50)])
    place = phone.get(answer["Location"]).content.decode()
    assert "2 photos have arrived." in place
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', place)[1]
    ids = [str(upload.pk) for upload in Upload.objects.order_by("created_at")]
    data = {"event": event.slug, "uploads": ids, "csrfmiddlewaretoken": token}
    chosen = phone.post("/photos/shared/event/", data)
    assert urlsplit(chosen["Location"]).path == f"/photos/new/{event.slug}/"
    form = phone.get(chosen["Location"]).content.decode()
    assert hidden(form) == ids
    assert "2 photos have arrived." in form
    assert Photo.objects.count() == 0
    key = re.search(r'name="submission_key" value="([^"]+)"', form)[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    sent = {
        "uploads": ids,
        "submission_key": key,
        "csrfmiddlewaretoken": token,
        "event": event.pk,
        "licence": "cc-by-4.0",
        "guest_name": "Somebody",
    }
    phone.post(f"/photos/new/{event.slug}/", sent)
    assert list(Photo.objects.values_list("state", "event")) == [("waiting", event.pk)] * 2
    assert Upload.objects.count() == 0


def test_what_waits_is_nobodys_and_shows_nowhere(event, member):
    share(client_of(member), [photo()])
    upload = Upload.objects.get()
    assert (upload.event, upload.is_complete, Photo.objects.count()) == (None, True, 0)
    assert Client().get(f"/photos/uploads/{event.slug}/{upload.pk}/").status_code == 405
    tus = {"Tus-Resumable": "1.0.0"}
    assert Client().head(f"/photos/uploads/{event.slug}/{upload.pk}/", headers=tus).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
    ],
)
def test_what_a_page_of_another_site_sends_is_refused(headers):
    assert share(Client(), [photo()], headers).status_code == 403
    assert Upload.objects.count() == 0


def test_a_file_that_is_no_photo_is_named_and_the_others_are_kept(event):
    phone = Client()
    answer = share(
        phone, [SimpleUploadedFile("note.txt", b"words"), SimpleUploadedFile("empty.jpg", b""), photo()]
    )
    html = phone.get(answer["Location"]).content.decode()
    assert "note.txt" in html
    assert len(hidden(html)) >= 1
    assert Upload.objects.count() == 1


def test_whoever_shares_too_much_is_told_so(event, settings):
    settings.UPLOADS_PER_ADDRESS = 1
    phone = Client()
    answer = share(phone, [photo(), photo("b.jpg", 50)])
    assert Upload.objects.count() == 1
    assert (
        "Too many photos are on their way from your network."
        in phone.get(answer["Location"]).content.decode()
    )


def test_nothing_that_waits_leads_to_the_events(event):
    html = (
        Client()
        .get("/photos/shared/event/?uploads=nonsense&uploads=5c1d6f0e-2b7a-4c43-9d0f-6a8e1b3c7d95")
        .content
    )
    assert "No photo has arrived, or these waited too long." in html.decode()


def test_an_event_that_is_not_public_takes_none(event):
    share(Client(), [photo()])
    hidden_event = make_event("Secret Meeting")
    type(hidden_event).objects.filter(pk=hidden_event.pk).update(state="waiting")
    upload = Upload.objects.get()
    answer = Client().post("/photos/shared/event/", {"event": hidden_event.slug, "uploads": [upload.pk]})
    assert answer.status_code == 422
    assert "Secret Meeting" not in answer.content.decode()


def test_a_shared_page_goes_to_the_form_of_what_it_is_with_its_address(event):
    phone = Client()
    answer = share(phone, title="How it went", text="Look: https://blog.example.org/a?b=c.")
    html = phone.get(answer["Location"]).content.decode()
    ways = [unescape(way) for way in re.findall(r'href="((?:/recaps|/talks)/new/[^"]+)"', html)]
    assert {urlsplit(way).path: parse_qs(urlsplit(way).query) for way in ways} == {
        f"/talks/new/{event.slug}/": {
            "title": ["How it went"],
            "video_url": ["https://blog.example.org/a?b=c"],
        },
        f"/recaps/new/{event.slug}/": {"title": ["How it went"], "url": ["https://blog.example.org/a?b=c"]},
    }
    for way in ways:
        assert 'value="https://blog.example.org/a?b=c"' in phone.get(way).content.decode()


def test_words_without_a_link_are_what_one_begins_with(event):
    answer = share(Client(), text="How eBPF actually works")
    html = Client().get(answer["Location"]).content.decode()
    assert "There is no link in what you shared." in html
    assert f"/talks/new/{event.slug}/?title=How+eBPF+actually+works" in html


@pytest.mark.parametrize(
    "told",
    [
        {"title": "語" * 50_000},
        {"text": "語" * 5000 + " https://a.example.org/x"},
        {"url": "https://a.example.org/" + "語" * 5000},
    ],
)
def test_whatever_is_shared_the_address_that_it_leads_to_can_be_read(event, told):
    answer = share(Client(), **told)
    assert len(answer["Location"]) < 4000
    assert Client().get(answer["Location"]).status_code == 200
    if "text" in told:
        assert "https%3A%2F%2Fa.example.org%2Fx" in answer["Location"]


def test_where_one_was_comes_first_and_others_are_found(event, other_event, member):
    make_recap(other_event, member)
    html = client_of(member).get("/share/", {"url": "https://a.example.org/"}).content.decode()
    assert html.index("Lisbon Meeting 2023") < html.index("Paris Summit 2024")
    found = client_of(member).get("/share/", {"url": "https://a.example.org/", "q": "paris"}).content.decode()
    assert "Lisbon Meeting 2023" not in found


def test_shared_words_stay_words(event):
    html = (
        Client()
        .get("/share/", {"title": "<script>alert(1)</script>\0", "text": "javascript:alert(1)"})
        .content
    )
    assert b"<script>alert" not in html
    assert b"There is no link in what you shared." in html


@pytest.mark.browser
def test_the_form_with_scripts_takes_what_was_shared_without_another_file(event, visitor):
    page = visitor()
    sent = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(40, 30)}
    answer = page.context.request.post(
        "/photos/shared/", multipart={"pictures": sent}, headers={"Sec-Fetch-Site": "none"}
    )
    page.goto(answer.url)
    page.get_by_role("button", name="Paris Summit 2024").click()
    page.get_by_label("Your name").fill("Somebody")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/photos/batch/**")
    assert Photo.objects.count() == 1
