"""Pictures that are dropped into a text: photos of the event, shown in the text under an address that stays."""

import pytest

from community.models import Contribution
from people.models import Guest
from photos.models import Photo
from tests.cast import TINY_WEBP, client_of, make_photo, make_recap
from tests.photos import pictures
from tests.photos.sending import arrived

pytestmark = pytest.mark.django_db

KEY = "5c1d6f0e2b7a4c439d0f6a8e1b3c7d95"


def add(who, event, /, browser=None, **changes):
    data = {
        "event": event.pk,
        "uploads": arrived(event, pictures.jpeg(90, 60)),
        "alt": "A full hall",
        "licence": "cc-by-4.0",
        "submission_key": KEY,
        **changes,
    }
    return (browser or client_of(who)).post(f"/photos/pictures/{event.slug}/", data, follow=True)


def test_one_that_is_sent_with_what_it_shows_is_a_photo_of_the_event_and_answers_its_words(event, member):
    answer = add(member, event)
    photo = Photo.objects.get()
    assert (photo.alt, photo.licence, photo.state, photo.contributor) == (
        "A full hall",
        "cc-by-4.0",
        "public",
        member,
    )
    assert answer.json() == {
        "words": f"[![A full hall](/photos/{photo.pk}/picture/)](/photos/{photo.pk}/)",
        "notes": ["The photo is also among those of the event. It shows as soon as it is ready."],
    }


def test_sent_again_after_a_lost_answer_it_is_the_same_photo(event, member):
    first = add(member, event)
    again = add(member, event)
    assert (Photo.objects.count(), again.json()["words"]) == (1, first.json()["words"])


def test_a_guest_s_waits_and_shows_to_nobody_else_in_a_public_text(event, member, outsider, run_jobs):
    browser = client_of(None)
    answer = add(None, event, browser, guest_name="A Guest").json()
    assert answer["notes"] == [
        "Until a moderator has looked at the photo, only you can see it, in your text too.",
        "This browser remembers you: to edit or withdraw it, look under “What you added”.",
    ]
    run_jobs()
    photo = Photo.objects.get()
    recap = make_recap(event, member, body=answer["words"])
    file = f"/photos/{photo.pk}/picture/"
    assert f'src="{file}"' in client_of(None).get(recap.get_absolute_url()).content.decode()
    seen = [
        (who.get(file).status_code, who.get(f"/photos/{photo.pk}/words/").status_code)
        for who in (browser, client_of(outsider), client_of(None))
    ]
    assert seen == [(200, 200), (404, 404), (404, 404)]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"alt": ""}, "What it shows: Say in a sentence what can be seen."),
        ({"alt": "x" * 501}, "What it shows: Make it shorter: it may have 500 characters and has 501."),
        ({"uploads": "nonsense"}, "1 photo had not arrived whole"),
        ({"event": "99"}, "Where: Choose one of these."),
        ({"guest_name": ""}, "Your name: Type a name. Any will do."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(event, changes, error):
    answer = add(None, event, **{"guest_name": "A Guest", **changes})
    assert (answer.status_code, answer.json()["errors"][0][: len(error)]) == (422, error)
    assert (Contribution.objects.count(), Guest.objects.count()) == (0, 0)


def test_its_file_is_kept_by_browsers_and_asked_for_each_time(event, member):
    photo = make_photo(event, member)
    answer = client_of(None).get(f"/photos/{photo.pk}/picture/")
    assert (b"".join(answer.streaming_content), answer["Cache-Control"]) == (TINY_WEBP, "no-cache")
    known = {"If-None-Match": answer["ETag"]}
    assert client_of(None).get(f"/photos/{photo.pk}/picture/", headers=known).status_code == 304
    Photo.objects.get(pk=photo.pk).hide(by=member, reason="other")
    assert client_of(None).get(f"/photos/{photo.pk}/picture/", headers=known).status_code == 404


def test_a_text_says_how_large_its_pictures_are_to_whoever_may_see_them(event, member, newcomer):
    shown, waiting = make_photo(event, member), make_photo(event, newcomer)
    body = "".join(f"![A hall](/photos/{photo.pk}/picture/)\n\n" for photo in (shown, waiting))
    recap = make_recap(event, member, body=body + "![x](/photos/999999999999999999/picture/)")
    size = f' width="{shown.middle.width}" height="{shown.middle.height}"'
    for who, measured in ((None, 1), (member, 1), (newcomer, 2)):
        page = client_of(who).get(recap.get_absolute_url()).content.decode()
        assert (page.count('/picture/"'), page.count(f'/picture/"{size}')) == (3, measured)
