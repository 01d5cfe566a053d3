"""Where the days of an event lie elsewhere from now on, its photos move along with them."""

from datetime import UTC, date, datetime

import pytest

from events.models import Day, Event
from photos import tasks
from photos.models import Photo
from tests.cast import client_of, make_photo
from tests.photos.test_gallery import headings, page, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def photos(event, colocated, member):
    """One of a day, one of the evening of that day at an event inside, one of a day whose camera was wrong, and one of
    which nobody knows the day."""
    wednesday = Day.objects.get(event=event, date="2024-03-20")
    noon, evening = (datetime(2024, 3, 20, hour, tzinfo=UTC) for hour in (11, 20))
    return [
        make_photo(event, member, alt="noon", day=wednesday, taken_at=noon),
        make_photo(colocated, member, alt="evening", day=wednesday, taken_at=evening),
        make_photo(
            event, member, alt="wrong clock", day=wednesday, taken_at=datetime(2015, 2, 9, tzinfo=UTC)
        ),
        make_photo(event, member, alt="nobody knows when"),
    ]


def edited(event, by, **fields):
    event = Event.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(event, name, value)
    event.edit(by=by)


@pytest.mark.parametrize("chunk", [1, 200])
def test_in_another_time_zone_each_photo_stays_on_its_day(
    event, colocated, moderator, photos, run_jobs, monkeypatch, chunk
):
    monkeypatch.setattr(tasks, "CHUNK", chunk)
    edited(event, moderator, timezone="Asia/Tokyo")
    run_jobs()
    # In Tokyo the evening is that of the next morning: its day is what was said, and it ends that day.
    assert set(shown(page(event, "?day=2024-03-20"))) == {"noon", "evening", "wrong clock"}
    assert shown(page(event, "?day=2024-03-21")) == []
    assert shown(page(colocated, "?day=2024-03-20")) == ["evening"]
    assert headings(page(event)) == ["Wed 20 March", "Day not known"]


def test_a_photo_of_no_day_stays_behind_all_others_when_the_event_begins_on_another_day(
    event, moderator, photos, run_jobs
):
    edited(event, moderator, starts_on=date(2024, 3, 21))
    run_jobs()
    late = Photo.objects.get(alt="nobody knows when")
    assert late.gallery_time == late.place() == datetime(2024, 3, 20, 22, 59, 59, 999_999, tzinfo=UTC)


def test_hanging_them_twice_changes_nothing(event, moderator, photos, run_jobs):
    edited(event, moderator, timezone="Asia/Tokyo")
    tasks.hang_again.enqueue(event.pk)
    run_jobs()
    times = dict(Photo.objects.values_list("alt", "gallery_time"))
    tasks.hang_again.enqueue(event.pk)
    run_jobs()
    assert dict(Photo.objects.values_list("alt", "gallery_time")) == times
    assert times == {photo.alt: photo.place() for photo in Photo.objects.all()}


def test_a_co_located_event_in_a_zone_of_its_own_shows_its_photos_on_the_days_of_the_whole(
    event, colocated, moderator, photos, run_jobs
):
    edited(colocated, moderator, timezone="Asia/Tokyo")
    run_jobs()
    assert shown(page(colocated, "?day=2024-03-20")) == ["evening"]


def test_a_day_that_gets_another_date_takes_its_photos_along(event, moderator, photos, run_jobs):
    moderator.is_staff = moderator.is_superuser = True
    moderator.save()
    browser, address = client_of(moderator), f"/admin/events/event/{event.pk}/change/"
    form = browser.get(address).context
    data = {name: value for name, value in form["adminform"].form.initial.items() if value is not None}
    for inline in form["inline_admin_formsets"]:
        data |= {
            f"{inline.formset.prefix}-{name}": value
            for name, value in inline.formset.management_form.initial.items()
        }
        for one in inline.formset.initial_forms:
            data |= {one.add_prefix(name): one[name].value() or "" for name in one.fields}
    data = {name: "2024-04-02" if str(value) == "2024-03-20" else value for name, value in data.items()}
    answer = browser.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    run_jobs()
    assert set(shown(page(event, "?day=2024-04-02"))) == {"noon", "evening", "wrong clock"}
