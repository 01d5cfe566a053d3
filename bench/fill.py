"""`python -m bench.fill 1000`: fill the empty database of DATABASE_URL; print what there is to look at, as JSON."""

import json
import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.dataset import fill
    from jobs.statics import collect_if_changed

    call_command("migrate", interactive=False, verbosity=0)
    # Cards name static files, so these are collected first.
    collect_if_changed()
    print(json.dumps(fill(int(sys.argv[1]))))
