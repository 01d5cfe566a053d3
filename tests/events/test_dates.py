from datetime import date

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
