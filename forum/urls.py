from django.urls import path

from . import views

app_name = "forum"
urlpatterns = [
    path("events/<slug:slug>/forum/", views.imports, name="imports"),
    path("events/<slug:slug>/forum/<id:pk>/", views.detail, name="import"),
    path("events/<slug:slug>/forum/<id:pk>/confirmation/", views.confirmation, name="confirmation"),
]
