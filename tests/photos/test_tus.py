"""Uploads that go on where they broke: what the protocol asks for, and what becomes of the bytes."""

import hashlib
import json
import socket
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.http import parse_http_date

from photos.models import BlockedPicture, Upload, UploadPart
from photos.models import upload as upload_module
from photos.storage import DurableStorage, Saved, StorageFull, StorageUnavailable, picture_store
from tests.cast import make_event
from tests.photos import pictures
from tests.photos.sending import arrived, ask, begin, go_on, in_base64, where

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A place for files of each test's own."""
    options = {"location": str(tmp_path / "media")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": options},
    }
    return tmp_path / "media"


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def error(response):
    return json.loads(response.content)["error"]


PHOTO = pictures.jpeg(400, 300)


# --- Core -----------------------------------------------------------------------------------------------------------


def test_a_photo_arrives_in_three_pieces_and_is_the_same_byte_for_byte(
    event, folder, django_capture_on_commit_callbacks
):
    answer = begin(event, len(PHOTO))
    address = answer["Location"]
    assert (answer.status_code, answer["Tus-Resumable"], answer["Upload-Offset"]) == (201, "1.0.0", "0")
    pieces = [PHOTO[:1000], PHOTO[1000:1001], PHOTO[1001:]]
    with django_capture_on_commit_callbacks(execute=True):
        for piece, start in zip(pieces, (0, 1000, 1001), strict=True):
            assert where(address) == start
            answer = go_on(address, piece, start)
            assert (answer.status_code, answer["Upload-Offset"]) == (204, str(start + len(piece)))
    upload = Upload.objects.get()
    assert picture_store().open(upload.name).read() == PHOTO
    assert (upload.sha256, upload.format) == (hashlib.sha256(PHOTO).hexdigest(), "JPEG")
    assert (upload.is_complete, upload.file_name, where(address)) == (True, "corridor.jpg", len(PHOTO))
    # The pieces went when the whole was there.
    assert (UploadPart.objects.count(), len(files_in(folder))) == (0, 1)


def test_what_the_server_can_do_is_told_to_whoever_asks(event, settings):
    settings.PHOTO_MAX_BYTES = 123_456
    answer = ask("OPTIONS", f"/photos/uploads/{event.slug}/", Tus_Resumable="")
    assert {
        name: answer[name]
        for name in ("Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm")
    } == {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
        "Tus-Max-Size": "123456",
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }
    assert (answer.status_code, answer.content) == (204, b"")
    # Pages of other sites are not let in: see why in photos/tus.py.
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_how_much_is_here_is_told_and_kept_in_no_cache(event):
    address = begin(event, len(PHOTO), "Sous la pluie.jpg")["Location"]
    go_on(address, PHOTO[:1000], 0)
    answer = ask("HEAD", address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("1000", str(len(PHOTO)))
    assert (answer["Cache-Control"], answer["Tus-Resumable"]) == ("no-store", "1.0.0")
    assert answer["Upload-Metadata"] == f"filename {in_base64(b'Sous la pluie.jpg')}"


def test_bytes_from_the_wrong_place_change_nothing(event):
    address = begin(event, len(PHOTO))["Location"]
    go_on(address, PHOTO[:1000], 0)
    for wrong in (0, 999, 1001, len(PHOTO)):
        answer = go_on(address, PHOTO[:10], wrong)
        assert (answer.status_code, answer["Tus-Resumable"]) == (409, "1.0.0")
    assert where(address) == 1000
    assert go_on(address, PHOTO[1000:], 1000).status_code == 204


def test_more_bytes_than_announced_are_refused(event):
    address = begin(event, 1000)["Location"]
    assert go_on(address, PHOTO[:1001], 0).status_code == 413
    assert where(address) == 0


def test_nothing_more_is_taken_once_it_is_whole(event):
    upload = arrived(event, PHOTO)
    address = f"/photos/uploads/{event.slug}/{upload}/"
    assert go_on(address, b"", len(PHOTO)).status_code == 204
    assert go_on(address, b"x", len(PHOTO)).status_code == 413
    assert Upload.objects.get().is_complete


def test_another_version_of_the_protocol_is_told_which_one_is_spoken(event):
    address = begin(event, 1000)["Location"]
    for method, where_to in (
        ("POST", f"/photos/uploads/{event.slug}/"),
        ("HEAD", address),
        ("PATCH", address),
    ):
        for version in ("", "0.2.2"):
            answer = ask(method, where_to, Tus_Resumable=version)
            assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_bytes_of_another_kind_are_refused(event):
    address = begin(event, 1000)["Location"]
    assert go_on(address, b"x", 0, Content_Type="image/jpeg").status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_methods_are_not_spoken(event, method):
    answer = ask(method, f"/photos/uploads/{event.slug}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def test_where_only_get_and_post_come_through_the_method_stands_in_a_header(event):
    address = begin(event, len(PHOTO))["Location"]
    kind = "application/offset+octet-stream"
    answer = ask("POST", address, PHOTO, X_HTTP_Method_Override="PATCH", Upload_Offset=0, Content_Type=kind)
    assert (answer.status_code, where(address)) == (204, len(PHOTO))
    assert ask("POST", address, X_HTTP_Method_Override="DELETE").status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": ""},
        {"Upload_Length": "-1"},
        {"Upload_Length": "1e3"},
        {"Upload_Length": "9" * 30},
        {"Upload_Length": "\u0663"},
        {"Upload_Length": "", "Upload_Defer_Length": 1},
        {"Upload_Metadata": "filename not*base64"},
        {"Upload_Metadata": "filename " + in_base64(b"\xff\xfe")},
    ],
)
def test_a_beginning_that_makes_no_sense_is_refused(event, headers):
    assert (begin(event, 1000, **headers).status_code, Upload.objects.count()) == (400, 0)


@pytest.mark.parametrize("offset", ["", "-1", "x", "9" * 30])
def test_a_place_that_makes_no_sense_is_refused(event, offset):
    assert go_on(begin(event, 1000)["Location"], b"x", offset).status_code == 400


@pytest.mark.parametrize("metadata", ["", "filename", "filename ,is_confidential", "other dGV4dA=="])
def test_a_photo_needs_no_name(event, metadata):
    assert begin(event, 1000, Upload_Metadata=metadata).status_code == 201
    assert Upload.objects.get().file_name == ""


def test_a_hostile_name_is_kept_on_one_line_and_used_for_nothing(event, folder):
    name = "../../etc/\u202egpj.<b>\r\n" + "x" * 300
    address = begin(event, len(PHOTO), name)["Location"]
    go_on(address, PHOTO, 0)
    assert Upload.objects.get().file_name == ("../../etc/gpj.<b> " + "x" * 300)[:255]
    assert [path.relative_to(folder).parts[0] for path in files_in(folder)] == ["originals"]


# --- Creation with upload -------------------------------------------------------------------------------------------


def test_a_small_photo_arrives_with_its_announcement(event):
    headers = {"Content_Type": "application/offset+octet-stream", "Upload_Length": len(PHOTO)}
    answer = ask("POST", f"/photos/uploads/{event.slug}/", PHOTO, **headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(PHOTO)))
    assert Upload.objects.get().is_complete


def test_what_is_refused_with_its_announcement_leaves_nothing(event, folder):
    headers = {"Content_Type": "application/offset+octet-stream", "Upload_Length": 10}
    answer = ask("POST", f"/photos/uploads/{event.slug}/", b"no picture", **headers)
    assert (answer.status_code, Upload.objects.count(), files_in(folder)) == (422, 0, [])


# --- Checksum -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_changed_on_the_way_are_dropped(event, algorithm, folder):
    address = begin(event, len(PHOTO))["Location"]
    right = in_base64(hashlib.new(algorithm, PHOTO).digest())
    answer = go_on(address, b"x" + PHOTO[1:], 0, Upload_Checksum=f"{algorithm} {right}")
    assert (answer.status_code, answer.reason_phrase) == (460, "Checksum Mismatch")
    assert (where(address), files_in(folder)) == (0, [])
    assert go_on(address, PHOTO, 0, Upload_Checksum=f"{algorithm} {right}").status_code == 204


@pytest.mark.parametrize("checksum", ["md5 rL0Y20zC+Fzt72VPzMSk2A==", "sha1", "sha1 *", "garbage"])
def test_a_checksum_that_makes_no_sense_is_refused(event, checksum):
    address = begin(event, len(PHOTO))["Location"]
    status = go_on(address, PHOTO, 0, Upload_Checksum=checksum).status_code
    assert (status, where(address)) == (460 if checksum == "sha1" else 400, 0)


# --- Expiration and termination -------------------------------------------------------------------------------------


def test_it_waits_for_the_rest_as_long_as_the_site_says(event, settings):
    settings.UPLOAD_HOURS = 3
    answer = begin(event, len(PHOTO))
    address = answer["Location"]
    left = parse_http_date(answer["Upload-Expires"]) - timezone.now().timestamp()
    assert 3 * 3600 - 60 < left <= 3 * 3600
    assert go_on(address, PHOTO[:10], 0)["Upload-Expires"] == answer["Upload-Expires"]
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = go_on(address, PHOTO[10:], 10)
    assert (late.status_code, ask("HEAD", address).status_code) == (410, 410)
    assert error(late) == "This photo waited too long for the rest of it. Choose it again."


def test_a_photo_that_is_given_up_leaves_nothing(event, folder, django_capture_on_commit_callbacks):
    for data in (PHOTO[:500], PHOTO):
        address = begin(event, len(PHOTO))["Location"]
        go_on(address, data, 0)
        with django_capture_on_commit_callbacks(execute=True):
            assert ask("DELETE", address).status_code == 204
        assert (Upload.objects.count(), UploadPart.objects.count(), files_in(folder)) == (0, 0, [])
        assert [ask(method, address).status_code for method in ("HEAD", "DELETE")] == [404, 404]
        assert go_on(address, b"x", 0).status_code == 404


# --- What is refused ------------------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_refused_before_its_first_byte(event, settings):
    settings.PHOTO_MAX_BYTES = 1000
    answer = begin(event, 1100)
    assert (answer.status_code, error(answer)) == (
        413,
        "This file has 1.1\xa0KB; the limit is 1\xa0KB. Send a smaller version.",
    )
    assert Upload.objects.count() == 0


def test_an_empty_file_is_refused(event):
    answer = begin(event, 0)
    assert (answer.status_code, error(answer)) == (
        422,
        "This file is empty. Choose the photo again.",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pictures.jpeg()[:400], "This photo is incomplete: the file ends too early."),
        (pictures.zip_archive(), "We can’t show this kind of file."),
        (pictures.SVG, "This is a drawing (SVG) or another text file, not a photo."),
        (pictures.png_that_claims(30_000, 30_000), "This photo is too big: 30000 × 30000 pixels."),
    ],
)
def test_what_is_no_photo_is_refused_with_its_last_byte_in_words(event, data, sentence, folder):
    address = begin(event, len(data))["Location"]
    answer = go_on(address, data, 0)
    assert answer.status_code == 422
    assert error(answer).startswith(sentence)
    assert (Upload.objects.count(), files_in(folder), ask("HEAD", address).status_code) == (0, [], 404)


def test_a_film_is_refused_with_its_first_piece_and_not_after_all_of_it_came(event, folder):
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(4) + b"mp42isom" + bytes(2000)
    address = begin(event, 30_000_000)["Location"]
    answer = go_on(address, film, 0)
    assert answer.status_code == 422
    assert error(answer).startswith("This is a video.")
    assert (Upload.objects.count(), files_in(folder)) == (0, [])


def test_a_picture_that_must_not_come_back_is_refused_in_words_that_tell_nothing_else(event, folder):
    BlockedPicture.objects.create(sha256=hashlib.sha256(PHOTO).hexdigest())
    answer = go_on(begin(event, len(PHOTO))["Location"], PHOTO, 0)
    assert (answer.status_code, error(answer)) == (
        422,
        "Somebody asked us to remove this photo from this site, so it cannot be added again.",
    )
    assert (Upload.objects.count(), files_in(folder)) == (0, [])


def test_a_photo_in_too_many_pieces_is_refused(event, monkeypatch):
    monkeypatch.setattr(upload_module, "PARTS_AT_MOST", 3)
    address = begin(event, len(PHOTO))["Location"]
    answers = [go_on(address, PHOTO[at : at + 1], at).status_code for at in range(4)]
    assert answers == [204, 204, 204, 422]
    # The rest in one piece makes it whole all the same.
    assert go_on(address, PHOTO[3:], 3).status_code == 204


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_only_to_an_event_that_is_public(event, member):
    event.state = event.State.WAITING
    event.proposed_by = member
    event.save()
    assert (begin(event, 1000).status_code, Upload.objects.count()) == (404, 0)


def test_an_upload_stands_at_its_own_event_only(event):
    address = begin(event, 1000)["Location"]
    other = make_event("Another Summit 2024")
    assert ask("HEAD", address.replace(event.slug, other.slug)).status_code == 404


def test_no_token_of_a_form_is_needed_and_no_page_elsewhere_can_send_without_asking_first(event):
    browser = Client(enforce_csrf_checks=True)
    headers = {"Upload_Length": 1000}
    assert ask("POST", f"/photos/uploads/{event.slug}/", client=browser, **headers).status_code == 201
    # What a page can send without asking has none of these headers.
    assert browser.post(f"/photos/uploads/{event.slug}/", {"Upload-Length": "1000"}).status_code == 412


def test_one_network_may_have_only_so_many_on_their_way(event, other_event, settings):
    settings.UPLOADS_PER_ADDRESS = 2
    assert [begin(event, 1000).status_code for _photo in range(3)] == [201, 201, 429]
    answer = begin(other_event, 1000)
    assert error(answer).startswith("Too many photos are on their way from your network.")
    assert "Retry-After" in answer.headers
    Upload.objects.update(sender="somebody else")
    assert begin(event, 1000).status_code == 201


def test_one_event_may_have_only_so_many_on_their_way(event, other_event, settings):
    settings.UPLOADS_PER_EVENT = 1
    assert [begin(event, 1000).status_code, begin(event, 1000).status_code] == [201, 429]
    assert begin(other_event, 1000).status_code == 201
    Upload.objects.update(expires_at=timezone.now())
    assert begin(event, 1000).status_code == 201


def test_an_event_that_is_full_takes_no_first_byte(event, settings):
    settings.PHOTOS_PER_EVENT = 0
    answer = begin(event, 1000)
    assert (answer.status_code, Upload.objects.count()) == (422, 0)
    assert error(answer).startswith("This event has as many photos as this site takes.")


def test_the_network_address_itself_is_not_kept(event):
    begin(event, 1000)
    assert [len(value) for value in Upload.objects.values_list("sender", flat=True)] == [32]


# --- When the disk does not do its part -----------------------------------------------------------------------------


class Full(DurableStorage):
    def save_hashed(self, name, content):
        raise StorageFull(28, "No space left on device")


class Away(DurableStorage):
    def save_hashed(self, name, content):
        raise StorageUnavailable(5, "Input/output error")


@pytest.mark.parametrize(
    ("kind", "status", "words"), [(Full, 507, "There is no room left"), (Away, 503, "The place for photos")]
)
@pytest.mark.parametrize("piece", [PHOTO[:1000], PHOTO])
def test_what_cannot_be_stored_is_said_and_not_counted(event, settings, folder, kind, status, words, piece):
    address = begin(event, len(PHOTO))["Location"]
    storage = {"BACKEND": f"{__name__}.{kind.__name__}", "OPTIONS": {"location": str(folder)}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        answer = go_on(address, piece, 0)
    assert answer.status_code == status
    assert error(answer).startswith(words)
    assert where(address) == 0
    assert go_on(address, piece, 0).status_code == 204


def test_a_folder_that_is_no_folder_is_a_storage_that_is_away(event, settings):
    address = begin(event, len(PHOTO))["Location"]
    storage = {"BACKEND": "photos.storage.DurableStorage", "OPTIONS": {"location": "/dev/null/photos"}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        assert go_on(address, PHOTO, 0).status_code == 503
    assert where(address) == 0


def test_a_piece_whose_file_was_lost_makes_the_photo_begin_anew(event, folder):
    address = begin(event, len(PHOTO))["Location"]
    go_on(address, PHOTO[:1000], 0)
    files_in(folder)[0].unlink()
    assert go_on(address, PHOTO[1000:], 1000).status_code == 404
    assert (Upload.objects.count(), files_in(folder)) == (0, [])


class Elsewhere(InMemoryStorage):
    """A storage that has no folders and no files of ours: all that uploads ask of one."""

    def save_hashed(self, name, content):
        data = b"".join(content.chunks())
        self._save(name, ContentFile(data))
        return Saved(name, hashlib.sha256(data).hexdigest(), len(data))


def test_another_kind_of_storage_does_as_well(event, settings, django_capture_on_commit_callbacks):
    storage = {"BACKEND": f"{__name__}.Elsewhere"}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        with django_capture_on_commit_callbacks(execute=True):
            arrived(event, PHOTO)
        folders, files = picture_store().listdir("uploads")
        assert [picture_store().listdir(f"uploads/{folder}")[1] for folder in folders] == [[]] * len(folders)
        assert files == []
        assert picture_store().open(Upload.objects.get().name).read() == PHOTO


# --- On a real connection -------------------------------------------------------------------------------------------


def request_of(live_server, method, address, data=b"", *, announced=None, **headers):
    """Send one request with our own hands, and stop where the data ends; return what came back, if anything."""
    place = urlsplit(live_server.url)
    lines = [
        f"{method} {address} HTTP/1.1",
        f"Host: {place.netloc}",
        "Tus-Resumable: 1.0.0",
        "Connection: close",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(data) if announced is None else announced}", "", ""]
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode() + data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
    return answer.decode("latin-1")


PIECE = {"Content_Type": "application/offset+octet-stream"}


@pytest.mark.django_db(transaction=True)
def test_what_came_before_the_connection_broke_is_kept(event, live_server):
    address = begin(event, len(PHOTO))["Location"]
    request_of(live_server, "PATCH", address, PHOTO[:1234], announced=len(PHOTO), Upload_Offset=0, **PIECE)
    assert where(address) == 1234
    answer = request_of(live_server, "PATCH", address, PHOTO[1234:], Upload_Offset=1234, **PIECE)
    assert answer.split()[1] == "204"
    assert picture_store().open(Upload.objects.get().name).read() == PHOTO


@pytest.mark.django_db(transaction=True)
def test_half_of_what_a_checksum_was_said_for_is_not_kept(event, live_server):
    address = begin(event, len(PHOTO))["Location"]
    checksum = {"Upload_Checksum": f"sha256 {in_base64(hashlib.sha256(PHOTO).digest())}"}
    answer = request_of(
        live_server,
        "PATCH",
        address,
        PHOTO[:1234],
        announced=len(PHOTO),
        Upload_Offset=0,
        **PIECE,
        **checksum,
    )
    assert (answer.split()[1], where(address)) == ("460", 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [1000, len(PHOTO)])
def test_of_two_who_send_the_same_bytes_at_the_same_moment_one_is_taken(event, live_server, end, folder):
    address = begin(event, len(PHOTO))["Location"]
    answers = []

    def send():
        answers.append(
            request_of(live_server, "PATCH", address, PHOTO[:end], Upload_Offset=0, **PIECE).split()[1]
        )

    senders = [threading.Thread(target=send) for _sender in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    # Whoever came when it was whole already sends more than was announced.
    assert (answers.count("204"), set(answers) - {"204", "409", "413"}) == (1, set())
    assert (where(address), len(files_in(folder))) == (end, 1)
