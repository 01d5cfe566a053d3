"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# All addresses with their views now, and not while the first visitor waits.
resolve("/")
# What is loaded by now stays as long as the process: the collector need not walk it again and again, which took 40 ms
# each time, for everybody who waited for a page then.
gc.collect()
gc.freeze()
