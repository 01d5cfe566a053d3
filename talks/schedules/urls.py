from django.urls import path

from . import views

app_name = "schedules"
urlpatterns = [
    path("events/<slug:slug>/schedule/import/", views.imports, name="imports"),
    path("events/<slug:slug>/schedule/import/<id:pk>/", views.detail, name="import"),
    path("events/<slug:slug>/schedule/import/<id:pk>/places/", views.places, name="places"),
    path("events/<slug:slug>/schedule/import/<id:pk>/confirmation/", views.confirmation, name="confirmation"),
]
