from django.urls import path

from . import views

app_name = "discussion"
urlpatterns = [
    path("contributions/<int:pk>/recommendation/", views.recommendation, name="recommendation"),
    path(
        "contributions/<int:pk>/recommendation/withdrawal/",
        views.recommendation_withdrawal,
        name="recommendation_withdrawal",
    ),
]
