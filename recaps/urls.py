from django.urls import path

from . import claim_views, feed_views, views

app_name = "recaps"
urlpatterns = [
    path("<id:pk>/", views.detail, name="detail"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("<id:pk>/picture/", views.picture, name="picture"),
    path("<id:pk>/claim/", claim_views.claim, name="claim"),
    path("claims/proof/<str:token>/", claim_views.claim_proof, name="claim_proof"),
    path("claims/<id:pk>/withdrawal/", claim_views.claim_withdrawal, name="claim_withdrawal"),
    path("feeds/", feed_views.feeds, name="feeds"),
    path("feeds/new/<slug:event>/", feed_views.add, name="feed_add"),
    path("feeds/<id:pk>/removal/", feed_views.removal, name="feed_removal"),
    path("feeds/posts/<id:pk>/dismissal/", feed_views.dismissal, name="feed_dismissal"),
    path("new/<slug:event>/", views.add, name="add"),
    path("quick/<slug:event>/", views.quick, name="quick"),
]
