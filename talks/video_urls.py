from django.urls import path

from . import video_views

app_name = "videos"
urlpatterns = [
    path("events/<slug:slug>/videos/", video_views.videos, name="bring"),
    path("events/<slug:slug>/videos/<id:pk>/", video_views.video_list, name="fetched"),
    path("events/<slug:slug>/videos/acceptance/", video_views.acceptance, name="acceptance"),
]
