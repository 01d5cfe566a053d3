from django.urls import path

from . import takedown_views, views

app_name = "moderation"
urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/decisions/", views.decisions, name="decisions"),
    path("queue/decisions/undo/", views.undo, name="undo"),
    path("people/<slug:handle>/trust/", views.trust, name="trust"),
    path("contributions/<int:pk>/removal/", takedown_views.removal, name="removal"),
    path("removals/<str:token>/", takedown_views.takedown, name="takedown"),
    path("log/", views.log, name="log"),
]
