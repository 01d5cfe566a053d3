from django.urls import path

from . import views

app_name = "schedules"
urlpatterns = [
    path("events/<slug:slug>/schedule/import/", views.imports, name="imports"),
    path("events/<slug:slug>/schedule/import/<id:pk>/", views.detail, name="import"),
    path("events/<slug:slug>/schedule/import/<id:pk>/places/", views.places, name="places"),
    path("events/<slug:slug>/schedule/import/<id:pk>/confirmation/", views.confirmation, name="confirmation"),
    path("events/<slug:slug>/schedule.xml", views.schedule_xml, name="xml"),
    path("events/<slug:slug>/schedule.json", views.schedule_json, name="json"),
    path("events/<slug:slug>/talks.ics", views.event_calendar, name="event_calendar"),
    path("tags/<str:slug>/talks.ics", views.tag_calendar, name="tag_calendar"),
]
