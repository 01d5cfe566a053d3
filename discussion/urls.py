from django.urls import path

from . import views, webmention_views

app_name = "discussion"
urlpatterns = [
    path("contributions/<int:pk>/recommendation/", views.recommendation, name="recommendation"),
    path(
        "contributions/<int:pk>/recommendation/withdrawal/",
        views.recommendation_withdrawal,
        name="recommendation_withdrawal",
    ),
    path("webmention/", webmention_views.webmention, name="webmention"),
    path(
        "webmentions/<id:pk>/rejection/", webmention_views.webmention_rejection, name="webmention_rejection"
    ),
    path("queue/blocked-sites/", webmention_views.blocked_sources, name="blocked_sources"),
    path(
        "queue/blocked-sites/<id:pk>/removal/",
        webmention_views.blocked_source_removal,
        name="blocked_source_removal",
    ),
]
