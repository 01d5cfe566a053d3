from django.urls import path

from . import views

app_name = "bookmarks"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
    path("new/<slug:event>/", views.add, name="add"),
    path("<int:pk>/edit/", views.edit, name="edit"),
]
