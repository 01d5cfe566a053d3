from django.urls import path

from . import notification_views, views

app_name = "people"
urlpatterns = [
    path("settings/", views.profile, name="settings"),
    path("settings/sessions/end/", views.end_sessions, name="end_sessions"),
    path("notifications/", notification_views.notifications, name="notifications"),
    path("notifications/read/", notification_views.read_all, name="read_all"),
    path("notifications/<int:pk>/", notification_views.open_notification, name="notification"),
    path("settings/notifications/", notification_views.notification_settings, name="notification_settings"),
    path("mutes/", notification_views.mute, name="mute"),
    path("mutes/<int:pk>/removal/", notification_views.unmute, name="unmute"),
    path("unsubscribing/<str:token>/", notification_views.unsubscribing, name="unsubscribing"),
    path("setup/<str:token>/", views.setup, name="setup"),
    path("welcome/", views.welcome, name="welcome"),
    path("guest/forget/", views.forget_guest, name="forget_guest"),
    path("guest/<str:token>/", views.guest_return, name="guest_return"),
]
