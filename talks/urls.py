from django.urls import path

from . import bringing, private_words, views

app_name = "talks"
urlpatterns = [
    path("suggestions/", views.suggestions, name="suggestions"),
    path("<id:pk>/", views.detail, name="detail"),
    path("<id:pk>/picture/", views.picture, name="picture"),
    path("<id:pk>/private-word/", private_words.private_word, name="private_word"),
    path("private-words/<id:pk>/report/", private_words.report, name="word_report"),
    path("private-words/<id:pk>/dismissal/", private_words.dismissal, name="word_dismissal"),
    path("<id:pk>/links/", bringing.links, name="links"),
    path("links/<id:pk>/withdrawal/", bringing.link_withdrawal, name="link_withdrawal"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("new/<slug:event>/", views.add, name="add"),
]
