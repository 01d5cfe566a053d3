from django.urls import path

from . import comment_views, own_comments, views, webmention_views

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
    path("contributions/<id:pk>/comments/", comment_views.comments, name="comments"),
    path("contributions/<id:pk>/comments/closing/", comment_views.closing, name="closing"),
    path("contributions/<id:pk>/comments/opening/", comment_views.opening, name="opening"),
    path("mine/comments/", own_comments.own_comments, name="own_comments"),
    path("comments/<id:pk>/", comment_views.comment, name="comment"),
    path("comments/<id:pk>/reply/", comment_views.reply, name="reply"),
    path("comments/<id:pk>/edit/", comment_views.edit, name="comment_edit"),
    path("comments/<id:pk>/withdrawal/", comment_views.withdrawal, name="comment_withdrawal"),
    path("comments/<id:pk>/return/", comment_views.bring_back, name="comment_return"),
    path("comments/<id:pk>/history/", comment_views.history, name="comment_history"),
    path("comments/<id:pk>/report/", comment_views.report, name="report"),
]
