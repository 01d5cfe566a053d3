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
    ("name", "x" * 161, "Ensure this value has at most 160 characters (it has 161)."),
    ("name", "x\0y", "Null characters are not allowed."),
    ("starts_on", "", "Say on which day it begins."),
    ("starts_on", "soon", "Enter a valid date."),
    ("starts_on", "2025-02-30", "Enter a valid date."),
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
    ("city", "x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
    ("series", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
    ("parent", "nowhere", "There is no event “nowhere”. Paste the address of its page."),
    ("parent", "edge-day-2024", "“Edge Day” is itself part of an event. Choose that one."),
    ("attendance", "many", "Enter a whole number."),
    ("attendance", "-1", "Ensure this value is greater than or equal to 1."),
    ("attendance", "9" * 30, "Ensure this value is less than or equal to 10000000."),
    ("website", "javascript:alert(1)", "Only addresses that begin with https:// or http:// can be linked."),
    (
        "website",
        "https://example.org/" + "x" * 600,
        "Ensure this value has at most 500 characters (it has 620).",
    ),
    ("description", "x" * 10_000, "Ensure this value has at most 5000 characters (it has 10000)."),
    ("photo_policy", "x" * 10_000, "Ensure this value has at most 2000 characters (it has 10000)."),
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
