from django.urls import include, path

from . import views

app_name = "photos"
under_photos = [
    path("<id:pk>/", views.detail, name="detail"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("new/<slug:event>/", views.add, name="add"),
    path("batch/<uuid:batch>/", views.batch, name="batch"),
    path("file/<uuid:key>/<int:width>.webp", views.file, name="file"),
]
urlpatterns = [
    path("photos/", include(under_photos)),
]
