from django.urls import path

from . import manifest, oembed, receiving, views

app_name = "sharing"
urlpatterns = [
    path("share/items/<id:pk>/picture.jpg", views.item_picture, name="item_picture"),
    path("share/events/<slug:slug>/picture.jpg", views.event_picture, name="event_picture"),
    path("share/", receiving.link, name="link"),
    path("oembed/", oembed.oembed, name="oembed"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
]
