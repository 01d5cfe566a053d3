"""A wrong setting stops the start, and says which one it is and what to write instead."""

import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FILE = Path(settings.BASE_DIR) / "config" / "settings.py"
WRONG = [
    ("PHOTOS_PER_UPLOAD", "abc", "a whole number of 1 or more is needed, such as 20."),
    ("PHOTO_MAX_BYTES", "-1", "a whole number of 1 or more is needed, such as 40000000."),
    ("TRUSTED_AFTER", "", "a whole number of 0 or more is needed, such as 3."),
    ("DAILY_MAIL_HOUR", "24", "a whole number from 0 to 23 is needed, such as 7."),
    ("DAILY_MAIL_ZONE", "Nowhere", "a time zone such as Europe/Paris is needed."),
    ("LANGUAGE_CODE", "xx", "one of en, fr, de is needed."),
    ("DATABASE_URL", "abc", "sqlite:///… or postgres://… is needed."),
    ("EMAIL_URL", "smtp://host:abc", "an address such as smtp+tls://user:password@host:587 is needed."),
    ("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL is needed."),
    ("SECRET_KEY", "short", "at least 32 characters are needed; leave it unset to have one made."),
    ("SITE_URL", "example.org", "an address such as https://hallway.example.org is needed."),
]


@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_stops_the_start_with_what_to_write(monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as stopped:
        runpy.run_path(str(FILE))
    assert str(stopped.value) == f"{name}: {sentence}"


def test_a_setting_within_its_bounds_is_taken(monkeypatch):
    for name, value in [("DAILY_MAIL_HOUR", "23"), ("TRUSTED_AFTER", "0"), ("LANGUAGE_CODE", "de")]:
        monkeypatch.setenv(name, value)
    taken = runpy.run_path(str(FILE))
    assert (taken["DAILY_MAIL_HOUR"], taken["TRUSTED_AFTER"], taken["LANGUAGE_CODE"]) == (23, 0, "de")
