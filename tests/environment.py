"""Loaded by pytest's `-p` before the settings are read: what a test may touch is decided here.

Each process of pytest-xdist gets a data directory of its own, which goes when the process ends. DATABASE_URL is the
one setting that the caller decides: without it the tests run on SQLite.
"""

import atexit
import os
import shutil
import tempfile

# What a developer's shell sets for `make run` must not change what a test sees.
FORGOTTEN = [
    *(
        "ALLOWED_HOSTS",
        "ARCHIVES_AT_ONCE",
        "ARCHIVE_LINKS",
        "DEBUG",
        "DEFAULT_FROM_EMAIL",
        "EMAIL_URL",
        "LANGUAGE_CODE",
        "LOG_LEVEL",
        "PEERTUBE_HOSTS",
        "PIN_TRIES_PER_HOUR",
        "PROXIES",
    ),
    *(
        "PHOTO_DECODE_MEMORY",
        "PHOTO_MAX_BYTES",
        "PHOTO_MAX_PIXELS",
        "PHOTOS_PER_EVENT",
        "PHOTOS_PER_PERSON",
        "PHOTOS_PER_UPLOAD",
        "PORT",
        "COMMENTS_CLOSE_AFTER_MONTHS",
        "DAILY_MAIL_HOUR",
        "DAILY_MAIL_ZONE",
        "CLAIMS_PER_DAY",
        "CLAIM_MAILS_PER_DAY",
        "PREVIEWS_PER_HOUR",
        "WEBMENTIONS_PER_HOUR",
        "WEBMENTIONS_SEND",
        "GUEST_FORMS_PER_HOUR",
        "TAKEDOWNS_PER_HOUR",
        "TAKEDOWN_PAUSE",
        "SHARE_FONTS",
        "SITE_NAME",
        "SITE_URL",
        "TRUSTED_AFTER",
        "UPLOAD_HOURS",
        "UPLOADS_PER_ADDRESS",
        "UPLOADS_PER_EVENT",
    ),
]
for name in FORGOTTEN:
    os.environ.pop(name, None)

data_dir = tempfile.mkdtemp(prefix="hallway-test-")
owner = os.getpid()


@atexit.register
def remove_data() -> None:
    # Only the process that made it: a job's child process leaves it alone.
    if os.getpid() == owner:
        shutil.rmtree(data_dir, ignore_errors=True)


os.environ["DATA_DIR"] = data_dir
# Nobody waits in a test but where it says so.
os.environ["MAIL_WINDOW_MINUTES"] = "0"
os.environ["SECRET_KEY"] = "only-for-tests-" * 4
os.environ.setdefault("DATABASE_URL", f"sqlite:///{data_dir}/hallway.sqlite3")
# Playwright's loop runs in the thread of a browser test; Django would refuse its queries there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
