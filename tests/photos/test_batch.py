"""What follows an upload: each photo of it is described, and what cannot be shown is removed."""

import pytest

from community.models import Relation
from people.models import Person
from photos.models import Photo
from tests.cast import client_of, make_recap, make_talk
from tests.filling import address, errors, filled, upload
from tests.markup import Markup
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
    assert broken.problem.startswith("We can’t read this photo")
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
        f"photo-{good.pk}-state": "public",
        f"photo-{good.pk}-original": "elsewhere",
    }
    assert client_of(newcomer).post(page_of(good), data).status_code == 302
    good.refresh_from_db()
    broken.refresh_from_db()
    assert (good.alt, good.title, good.licence, good.version, good.width, good.state) == (
        "A corridor",
        "Day one",
        "cc-by-4.0",
        2,
        64,
        "waiting",
    )
    assert "elsewhere" not in good.original
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


def test_a_form_that_fits_no_photo_of_the_batch_changes_nothing(sent, newcomer):
    for data in ({}, {"photo-x-alt": "y"}, {"remove": "nothing"}, {"remove": "9" * 40}):
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


# --- Day, talk, tags, credit, licence: for all or each --------------------------------------------------------------


@pytest.fixture
def days(event):
    """The first two days of the event; pictures.TAKEN is on the second."""
    return list(event.days.all()[:2])


@pytest.fixture
def two(event, newcomer, run_jobs):
    """Two photos that are prepared, both taken on the second day."""
    taken = [pictures.jpeg_on_its_side(1), pictures.jpeg_on_its_side(6)]
    data = filled("photos", event, pictures=[upload(one) for one in taken], title="", tags="corridor")
    client_of(newcomer).post(address("photos", event), data)
    run_jobs()
    return list(Photo.objects.order_by("pk"))


def untouched(who, photo):
    """Return the fields of the batch's page as a browser sends them back."""
    form = client_of(who).get(page_of(photo)).context["batch"]
    data = {}
    for part in [form.for_all, *form.forms]:
        for field in part:
            data[field.html_name] = field.value() or ""
            if field.field.show_hidden_initial:
                data[field.html_initial_name] = field.initial or ""
    return data


def said(photo):
    photo = Photo.objects.get(pk=photo.pk)
    names = [person.name for person in photo.people.order_by("credits__position")]
    return photo.day, set(photo.tags.names()), names, photo.licence


def test_what_nobody_touched_is_not_a_new_version(two, days, newcomer):
    data = untouched(newcomer, two[0])
    assert client_of(newcomer).post(page_of(two[0]), data).status_code == 302
    assert set(Photo.objects.values_list("version", flat=True)) == {1}


def test_what_is_said_for_all_holds_for_each_that_says_nothing_else(two, days, newcomer, run_jobs):
    first, second = two
    data = untouched(newcomer, first) | {
        "all-day": days[0].pk,
        "all-tags": "keynote, corridor",
        "all-credit": "A Photographer, Another",
        "all-licence": "cc0-1.0",
        f"photo-{second.pk}-licence": "ask",
        f"photo-{second.pk}-tags": "coffee",
        f"photo-{second.pk}-credit": "Somebody Else",
        f"photo-{second.pk}-alt": "A cup",
    }
    assert client_of(newcomer).post(page_of(first), data).status_code == 302
    both = ["A Photographer", "Another"]
    assert said(first) == (days[0], {"corridor", "keynote"}, both, "cc0-1.0")
    assert said(second) == (days[0], {"coffee", "keynote", "corridor"}, ["Somebody Else"], "ask")


def test_a_credit_that_is_taken_away_goes_back_to_the_sender(two, newcomer):
    data = untouched(newcomer, two[0]) | {f"photo-{two[0].pk}-credit": ""}
    client_of(newcomer).post(page_of(two[0]), data)
    assert said(two[0])[2] == [newcomer.name]
    assert Person.objects.filter(name="").count() == 0


@pytest.mark.parametrize("name", ["all-credit", "photo-{}-credit"])
def test_who_does_not_want_to_be_named_on_photos_is_not_but_by_themselves(name, two, newcomer, outsider):
    outsider.person.keep_out_of_photos(True)
    newcomer.person.keep_out_of_photos(True)
    field = name.format(two[0].pk)
    response = client_of(newcomer).post(page_of(two[0]), untouched(newcomer, two[0]) | {field: outsider.name})
    assert response.status_code == 422
    assert "does not want to be named on photos" in errors(response)[0]
    data = untouched(newcomer, two[0]) | {field: newcomer.name, "all-tags": "coffee"}
    assert client_of(newcomer).post(page_of(two[0]), data).status_code == 302
    assert said(two[0])[2] == [newcomer.name]


def test_the_day_is_proposed_from_the_time_the_photo_was_taken(event, days, newcomer, run_jobs):
    file = upload(pictures.jpeg_on_its_side(1))
    client_of(newcomer).post(address("photos", event), filled("photos", event, pictures=[file]))
    photo = Photo.objects.get()
    early = untouched(newcomer, photo)
    assert early[f"photo-{photo.pk}-day"] == ""
    run_jobs()
    assert untouched(newcomer, photo)[f"photo-{photo.pk}-day"] == str(days[1].pk)
    # The page from before the worker knew does not take the day away again.
    early[f"photo-{photo.pk}-alt"] = "A corridor"
    client_of(newcomer).post(page_of(photo), early)
    photo.refresh_from_db()
    assert (photo.alt, photo.day) == ("A corridor", days[1])


def test_the_talks_of_its_day_are_proposed_and_the_chosen_one_goes_with_it(
    event, days, member, newcomer, run_jobs
):
    other = make_talk(event, member, title="On the first day", day=days[0])
    there = make_talk(event, member, title="On its day", day=days[1])
    make_talk(event, newcomer, title="Waits for review", day=days[1])
    recap = make_recap(event, member, title="A recap", day=days[1])
    file = upload(pictures.jpeg_on_its_side(1))
    data = filled("photos", event, pictures=[file], related="A recap")
    client_of(newcomer).post(address("photos", event), data)
    run_jobs()
    photo = Photo.objects.get()
    form = client_of(newcomer).get(page_of(photo)).context["batch"]
    assert form.forms[0]["scene"].field.choices == [("", "not said"), (str(there.pk), "On its day")]
    assert [title for _pk, title in form.for_all["scene"].field.choices[1:]] == [
        "On its day",
        "On the first day",
    ]

    def goes_with():
        return set(Relation.objects.filter(source=photo).values_list("target", flat=True))

    client_of(newcomer).post(
        page_of(photo), untouched(newcomer, photo) | {f"photo-{photo.pk}-scene": there.pk}
    )
    assert goes_with() == {recap.pk, there.pk}
    client_of(newcomer).post(page_of(photo), untouched(newcomer, photo) | {"all-scene": other.pk})
    assert goes_with() == {recap.pk, other.pk}
    client_of(newcomer).post(page_of(photo), untouched(newcomer, photo) | {f"photo-{photo.pk}-scene": ""})
    assert goes_with() == {recap.pk}


def test_what_cannot_be_is_refused_at_its_field_and_nothing_changes(two, days, event, member, newcomer):
    make_talk(event, member, day=days[1])
    data = untouched(newcomer, two[0]) | {f"photo-{two[1].pk}-alt": "Kept & safe"}
    for name, value in {
        "all-licence": "mine",
        "all-day": "99999999999999999999",
        "all-tags": ", ".join(map(str, range(12))),
        "all-credit": "x" * 101,
        "all-scene": "a\0b",
        f"photo-{two[0].pk}-day": "tomorrow",
        f"photo-{two[0].pk}-licence": "",
        f"photo-{two[0].pk}-scene": "7",
        f"photo-{two[0].pk}-tags": "x" * 51,
    }.items():
        response = client_of(newcomer).post(page_of(two[0]), data | {name: value})
        html = response.content.decode()
        assert response.status_code == 422, name
        assert "Kept &amp; safe" in html, name
        assert "errorlist" in html, name
        assert len(errors(response)) >= 1, name
    assert set(Photo.objects.values_list("version", "alt")) == {(1, "")}


def test_a_batch_of_many_costs_as_many_queries_as_one_of_two(
    event, days, member, newcomer, run_jobs, django_assert_max_num_queries
):
    make_talk(event, member, day=days[1])
    files = [upload(pictures.jpeg(60 + n, 60)) for n in range(6)]
    client_of(newcomer).post(
        address("photos", event), filled("photos", event, pictures=files, tags="corridor")
    )
    run_jobs()
    photo = Photo.objects.first()
    client = client_of(newcomer)
    with django_assert_max_num_queries(13):
        html = client.get(page_of(photo)).content.decode()
    assert html.count("data-of=") == 6
    assert Markup(html).faults == []
