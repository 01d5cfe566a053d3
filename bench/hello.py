"""The least that Django can do here: a view that answers “hello”, under the site's own settings and middleware.

Named as DJANGO_SETTINGS_MODULE it is the site with another urlconf, which is this module too.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.settings import *  # noqa: F403 - all of them, and one that differs

ROOT_URLCONF = "bench.hello"


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("", hello)]
