"""Become the web server that `manage.py serve` starts, with its command and its settings, on one core and a free port.

`python -m bench.server` prints the port; with --prepare it only collects the static files that the pages name. Without
the worker, whose jobs would stand between the measurements.
"""

import os
import sys

import django

from bench.load import SERVERS_CORE, keep_to_core

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from jobs.management.commands.serve import Command, gunicorn, listen
    from jobs.statics import collect_if_changed

    if "--prepare" in sys.argv:
        collect_if_changed()
        sys.exit()
    keep_to_core(SERVERS_CORE)
    listener = listen("127.0.0.1", 0)
    os.set_inheritable(listener.fileno(), True)
    threads = Command().create_parser("manage.py", "serve").get_default("threads")
    print(listener.getsockname()[1], flush=True)
    command = gunicorn(listener, threads)
    os.execv(command[0], command)
