import datetime
import uuid

import pytest

from events.models import Event
from tests.cast import client_of
from tests.events.reading import text, value
from tests.events.test_proposing import FORM, URL

BAD = [
    ("name", "", "Give it a name, as people write it."),
    ("name", "   ", "Give it a name, as people write it."),
    ("name", "x" * 161, "Make it shorter: it may have 160 characters and has 161."),
    ("name", "x\0y", "There are characters in it that nobody can see. Type it anew."),
    ("starts_on", "", "Say on which day it begins."),
    ("starts_on", "soon", "Type the day as year, month and day, for example 2024-03-19."),
    ("starts_on", "2025-02-30", "Type the day as year, month and day, for example 2024-03-19."),
    ("starts_on", "0001-01-01", "Check the year: 1."),
    ("ends_on", "2025-05-05", "The last day cannot come before the first."),
    ("ends_on", "2025-07-05", "That is more than 60 days. Check the two dates."),
    ("timezone", "", "Type the time zone, for example Europe/Paris."),
    ("timezone", "Mars/Olympus", "There is no time zone “Mars/Olympus”. Pick one, for example Europe/Paris."),
    (
        "timezone",
        "../../etc/passwd",
        "There is no time zone “../../etc/passwd”. Pick one, for example Europe/Paris.",
    ),
    ("city", "x" * 101, "Make it shorter: it may have 100 characters and has 101."),
    ("series", "x" * 121, "Make it shorter: it may have 120 characters and has 121."),
    ("parent", "nowhere", "There is no event “nowhere”. Paste the address of its page."),
    ("parent", "edge-day-2024", "“Edge Day” is itself part of an event. Choose that one."),
    ("attendance", "many", "Type a whole number, in digits."),
    ("attendance", "-1", "Type a number from 1 on."),
    ("attendance", "9" * 30, "Type a number up to 10000000."),
    ("website", "javascript:alert(1)", "Only addresses that begin with https:// or http:// can be linked."),
    (
        "website",
        "https://example.org/" + "x" * 600,
        "Make it shorter: it may have 500 characters and has 620.",
    ),
    ("description", "x" * 10_000, "Make it shorter: it may have 5000 characters and has 10000."),
    ("photo_policy", "x" * 10_000, "Make it shorter: it may have 2000 characters and has 10000."),
]


@pytest.mark.parametrize(("field", "typed", "message"), BAD, ids=[f"{f}-{t[:12]!r}" for f, t, _m in BAD])
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    newcomer, colocated, field: str, typed: str, message: str
):
    page = client_of(newcomer).post(URL, {**FORM, "submission_key": str(uuid.uuid4()), field: typed})
    assert page.status_code == 422
    assert dict(page.context["form"].errors) == {field: [message]}
    assert text(page).count(message) == 2  # in the summary, and at the field
    assert value(page, "country") == "Norway"
    assert page.context["form"][field].value() == typed
    assert not Event.objects.filter(city="Bergen").exists()


def test_an_empty_form_says_what_is_needed(newcomer):
    page = client_of(newcomer).post(URL, {})
    assert (page.status_code, list(page.context["form"].errors)) == (
        422,
        ["name", "starts_on", "timezone"],
    )


def test_sixty_days_are_taken(newcomer):
    client_of(newcomer).post(URL, {**FORM, "ends_on": "2025-07-04"})
    assert Event.objects.get().days.count() == 60


def test_hostile_words_are_shown_as_text(newcomer):
    words = "<img src=x onerror=alert(1)>\"'{{ 7|add:7 }}"
    client_of(newcomer).post(URL, {**FORM, "name": words, "description": words})
    event = Event.objects.get()
    assert (event.name, event.slug) == (words, "img-srcx-onerroralert1-7add7-2025")
    for page in ("/events/", f"/events/{event.slug}/edit/", f"/events/{event.slug}/days/"):
        html = client_of(newcomer).get(page).content.decode()
        assert (html.count("<img src=x"), html.count("{{ 7|add:7 }}") > 0) == (0, True)
        assert html.count("&lt;img src=x onerror=alert(1)&gt;") > 0


def test_a_name_in_other_letters_has_an_address_too(newcomer):
    client_of(newcomer).post(URL, {**FORM, "name": "東京の集まり"})
    assert Event.objects.get().slug == "event-2025"


def test_the_database_refuses_what_passes_by_the_form(db: None):
    from django.db import IntegrityError, transaction

    first = datetime.date(2025, 1, 2)
    with pytest.raises(IntegrityError, match="event_ends_after_it_starts"), transaction.atomic():
        Event.objects.create(name="Backwards", starts_on=first, ends_on=datetime.date(2025, 1, 1))
