from django.urls import path

from . import views

app_name = "events"
urlpatterns = [
    path("events/", views.list_events, name="list"),
    path("events/new/", views.new, name="new"),
    path("events/<slug:slug>/edit/", views.edit, name="edit"),
    path("events/<slug:slug>/days/", views.days, name="days"),
    path("events/<slug:slug>/organisers/", views.organisers, name="organisers"),
    path("events/<slug:slug>/organisers/removal/", views.organiser_removal, name="organiser_removal"),
    path(
        "events/<slug:slug>/organisers/acceptance/", views.organiser_acceptance, name="organiser_acceptance"
    ),
    path("series/<slug:slug>/", views.series, name="series"),
]
