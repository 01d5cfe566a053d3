from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("settings/", views.profile, name="settings"),
    path("settings/sessions/end/", views.end_sessions, name="end_sessions"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<int:pk>/", views.open_notification, name="notification"),
    path("setup/<str:token>/", views.setup, name="setup"),
    path("welcome/", views.welcome, name="welcome"),
    path("guest/forget/", views.forget_guest, name="forget_guest"),
    path("guest/<str:token>/", views.guest_return, name="guest_return"),
]
