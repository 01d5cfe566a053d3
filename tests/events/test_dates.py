import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from events.dates import span, weekday


def test_one_day_is_said_once():
    assert span(date(2024, 3, 19), date(2024, 3, 19)) == "19 March 2024"


def test_days_of_one_month_share_its_name():
    assert span(date(2024, 3, 19), date(2024, 3, 22)) == "19–22 March 2024"


def test_days_across_months_share_the_year():
    assert span(date(2024, 4, 30), date(2024, 5, 2)) == "30 April – 2 May 2024"


def test_days_across_years_name_both():
    assert span(date(2024, 12, 30), date(2025, 1, 2)) == "30 December 2024 – 2 January 2025"


def test_the_same_month_of_two_years_is_not_one_month():
    assert span(date(2024, 3, 1), date(2025, 3, 1)) == "1 March 2024 – 1 March 2025"


def test_french_readers_get_french_months():
    with override("fr"):
        assert span(date(2024, 3, 19), date(2024, 3, 22)) == "19–22 mars 2024"
        assert span(date(2024, 7, 30), date(2024, 8, 2)) == "30 juillet – 2 août 2024"


def test_a_day_of_an_event_begins_with_its_weekday():
    assert weekday(date(2024, 3, 19)) == "Tue 19 March"


def test_german_readers_get_german_months_with_their_full_stops():
    with override("de"):
        assert span(date(2024, 3, 1), date(2024, 3, 1)) == "1. März 2024"
        assert span(date(2024, 3, 19), date(2024, 3, 22)) == "19.–22. März 2024"
        assert span(date(2024, 4, 30), date(2024, 5, 2)) == "30. April – 2. Mai 2024"
        assert span(date(2024, 12, 30), date(2025, 1, 2)) == "30. Dezember 2024 – 2. Januar 2025"
        assert weekday(date(2024, 3, 19)) == "Di, 19. März"


# What a page writes of 1 March 2024 and of 19 March 2024 in Paris; French has a word of its own for the first.
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
        ("ven 1er mars", "mar 19 mars"),
        ("ven 1er mars, 08:30", "mar 19 mars, 14:05"),
        ("ven 1er mars 2024, 08:30", "mar 19 mars 2024, 14:05"),
        ("ven 1er mars 2024", "mar 19 mars 2024"),
        ("1er mars 2024", "19 mars 2024"),
        ("1er mars", "19 mars"),
        ("ven 1er", "mar 19"),
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
