"""The site's addresses with one line more."""

from django.urls import include, path

from config.urls import urlpatterns

urlpatterns = [path("bookmarks/", include("tests.fourthkind.bookmark_urls")), *urlpatterns]
