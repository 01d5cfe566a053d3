from django.urls import path

from jobs import health

app_name = "jobs"
urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
