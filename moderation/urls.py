from django.urls import path

from . import views

app_name = "moderation"
urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/decisions/", views.decisions, name="decisions"),
    path("queue/decisions/undo/", views.undo, name="undo"),
    path("people/<slug:handle>/trust/", views.trust, name="trust"),
    path("log/", views.log, name="log"),
]
