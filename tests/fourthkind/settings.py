"""The site's settings with one kind more."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = ["tests.fourthkind.apps.BookmarksConfig", *INSTALLED_APPS]
ROOT_URLCONF = "tests.fourthkind.urls"

# On PostgreSQL the suite that starts this has its test database open.
DATABASES["default"]["TEST"] = {"NAME": "test_hallway_fourth_kind"}
