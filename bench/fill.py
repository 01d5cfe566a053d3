"""`python -m bench.fill 1000`: fill the empty database of DATABASE_URL; print what there is to look at, as JSON."""

import json
import os
import sys

import django
from django.core.management import call_command
from django.db import connection

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.dataset import fill
    from jobs.statics import collect_if_changed

    call_command("migrate", interactive=False, verbosity=0)
    # Cards name static files, so these are collected first.
    collect_if_changed()
    sights = fill(int(sys.argv[1]))
    if connection.vendor == "postgresql":
        # As it would be found after a night: PostgreSQL does this by itself, in time. SQLite does not.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(json.dumps(sights))
