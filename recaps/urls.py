from django.urls import path

from . import claim_views, views

app_name = "recaps"
urlpatterns = [
    path("<id:pk>/", views.detail, name="detail"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("<id:pk>/claim/", claim_views.claim, name="claim"),
    path("claims/<id:pk>/withdrawal/", claim_views.claim_withdrawal, name="claim_withdrawal"),
    path("new/<slug:event>/", views.add, name="add"),
]
