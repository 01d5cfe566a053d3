"""A member's watch list, and the buttons on talks that change it."""

from django.urls import path

from . import watching

app_name = "watch_list"
urlpatterns = [
    path("talks/<id:pk>/watch-list/", watching.watch, name="addition"),
    path("talks/<id:pk>/watch-list/removal/", watching.watch_removal, name="removal"),
    path("talks/<id:pk>/watch-list/watched/", watching.watched, name="watched"),
    path("watch-list/", watching.watch_list, name="page"),
    path("watch-list/address/", watching.watch_list_address, name="address"),
    path("watch-list/<slug:key>/talks.atom", watching.WatchListFeed(), name="feed"),
    path("watch-list/<slug:key>/talks.ics", watching.watch_list_calendar, name="calendar"),
]
