"""Days and times are written as each language writes them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from events.dates import span, weekday

# From one day to another, as each language says it; French has a word of its own for the first of a month.
SPANS = [
    # One day is said once.
    ("2024-03-01", "2024-03-01", "1 March 2024", "1er mars 2024", "1. März 2024"),
    ("2024-03-11", "2024-03-11", "11 March 2024", "11 mars 2024", "11. März 2024"),
    # Days of one month share its name, those of one year share the year.
    ("2024-03-19", "2024-03-22", "19–22 March 2024", "19–22 mars 2024", "19.–22. März 2024"),
    ("2024-03-01", "2024-03-04", "1–4 March 2024", "1er–4 mars 2024", "1.–4. März 2024"),
    ("2024-04-30", "2024-05-02", "30 April – 2 May 2024", "30 avril – 2 mai 2024", "30. April – 2. Mai 2024"),
    (
        "2024-04-30",
        "2024-05-01",
        "30 April – 1 May 2024",
        "30 avril – 1er mai 2024",
        "30. April – 1. Mai 2024",
    ),
    (
        *("2024-12-30", "2025-01-01"),
        *("30 December 2024 – 1 January 2025", "30 décembre 2024 – 1er janvier 2025"),
        "30. Dezember 2024 – 1. Januar 2025",
    ),
    # The same month of two years is not one month.
    (
        *("2024-03-01", "2025-03-01"),
        *("1 March 2024 – 1 March 2025", "1er mars 2024 – 1er mars 2025", "1. März 2024 – 1. März 2025"),
    ),
]


@pytest.mark.parametrize(("first", "last", "en", "fr", "de"), SPANS)
def test_days_are_said_as_each_language_says_them(first, last, en, fr, de):
    said = {}
    for language in ("en", "fr", "de"):
        with override(language):
            said[language] = span(date.fromisoformat(first), date.fromisoformat(last))
    assert said == {"en": en, "fr": fr, "de": de}


@pytest.mark.parametrize(
    ("language", "first_of_march", "later"),
    [
        ("en", "Fri 1 March", "Tue 19 March"),
        ("fr", "ven. 1er mars", "mar. 19 mars"),
        ("de", "Fr, 1. März", "Di, 19. März"),
    ],
)
def test_a_day_of_an_event_begins_with_its_weekday(language, first_of_march, later):
    with override(language):
        assert (weekday(date(2024, 3, 1)), weekday(date(2024, 3, 19))) == (first_of_march, later)


# What a page writes of 1 March 2024 and of 19 March 2024 in Paris.
PATTERNS = ["j F Y", "j F Y, H:i", "D j M", "D j M, H:i", "D j F Y, H:i", "D j M Y", "j M Y", "j M", "D j"]
SAID = {
    "en": [
        ("1 March 2024", "19 March 2024"),
        ("1 March 2024, 08:30", "19 March 2024, 14:05"),
        ("Fri 1 Mar", "Tue 19 Mar"),
        ("Fri 1 Mar, 08:30", "Tue 19 Mar, 14:05"),
        ("Fri 1 March 2024, 08:30", "Tue 19 March 2024, 14:05"),
        ("Fri 1 Mar 2024", "Tue 19 Mar 2024"),
        ("1 Mar 2024", "19 Mar 2024"),
        ("1 Mar", "19 Mar"),
        ("Fri 1", "Tue 19"),
    ],
    "fr": [
        ("1er mars 2024", "19 mars 2024"),
        ("1er mars 2024, 08:30", "19 mars 2024, 14:05"),
        ("ven. 1er mars", "mar. 19 mars"),
        ("ven. 1er mars, 08:30", "mar. 19 mars, 14:05"),
        ("ven. 1er mars 2024, 08:30", "mar. 19 mars 2024, 14:05"),
        ("ven. 1er mars 2024", "mar. 19 mars 2024"),
        ("1er mars 2024", "19 mars 2024"),
        ("1er mars", "19 mars"),
        ("ven. 1er", "mar. 19"),
    ],
    "de": [
        ("1. März 2024", "19. März 2024"),
        ("1. März 2024, 08:30", "19. März 2024, 14:05"),
        ("Fr, 1. März", "Di, 19. März"),
        ("Fr, 1. März, 08:30", "Di, 19. März, 14:05"),
        ("Fr, 1. März 2024, 08:30", "Di, 19. März 2024, 14:05"),
        ("Fr, 1. März 2024", "Di, 19. März 2024"),
        ("1. März 2024", "19. März 2024"),
        ("1. März", "19. März"),
        ("Fr, 1.", "Di, 19."),
    ],
}


@pytest.mark.parametrize("language", list(SAID))
def test_pages_write_a_day_as_their_language_does(language):
    days = datetime(2024, 3, 1, 7, 30, tzinfo=UTC), datetime(2024, 3, 19, 13, 5, tzinfo=UTC)
    with override(language), timezone.override("Europe/Paris"):
        page = '{% load dates i18n %}{{ a|say:_("PATTERN") }}|{{ b|say:_("PATTERN") }}{{ none|say:_("PATTERN") }}'
        said = [
            Template(page.replace("PATTERN", pattern)).render(
                Context({"a": days[0], "b": days[1], "none": None})
            )
            for pattern in PATTERNS
        ]
    assert said == ["|".join(both) for both in SAID[language]]


def test_every_date_on_a_page_is_written_by_a_pattern_that_its_language_can_change():
    # Machines read the others; an event without a photo shows a calendar leaf, the day above its month.
    for_machines = {"Y-m-d", r"Y-m-d\TH:iO", "Y-m", "Y", "j", "N"}
    patterns = {
        pattern
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.*")
        for _quote, pattern in re.findall(r"""\|(?:date|time):(["'])(.*?)\1""", path.read_text())
    }
    assert patterns - for_machines == set()
