from django.urls import path

from . import views

app_name = "talks"
urlpatterns = [
    path("suggestions/", views.suggestions, name="suggestions"),
    path("<id:pk>/", views.detail, name="detail"),
    path("<id:pk>/picture/", views.picture, name="picture"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("new/<slug:event>/", views.add, name="add"),
]
