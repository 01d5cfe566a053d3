from django.urls import path

from . import link_views, merge_views, name_request_views, opt_out_views, takedown_views, views

app_name = "moderation"
urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/decisions/", views.decisions, name="decisions"),
    path("queue/decisions/undo/", views.undo, name="undo"),
    path("queue/links/", link_views.gone_links, name="gone_links"),
    path("queue/links/replacement/", link_views.replacement, name="replacement"),
    path("queue/opt-outs/", opt_out_views.opt_outs, name="opt_outs"),
    path("queue/opt-outs/<int:pk>/lifting/", opt_out_views.lifting, name="opt_out_lifting"),
    path("people/<slug:handle>/trust/", views.trust, name="trust"),
    path("contributions/<int:pk>/removal/", takedown_views.removal, name="removal"),
    path("removals/<str:token>/", takedown_views.takedown, name="takedown"),
    path("contributions/<int:pk>/merge/", merge_views.merge, name="merge"),
    path("people/<slug:handle>/merge/", merge_views.person_merge, name="person_merge"),
    path("people/<slug:handle>/removal/", merge_views.person_removal, name="person_removal"),
    path("people/<slug:handle>/name-removal/", name_request_views.name_request, name="name_request"),
    path("merges/", merge_views.merges, name="merges"),
    path("merges/<int:pk>/undo/", merge_views.merge_undo, name="merge_undo"),
    path("merges/people/<int:pk>/undo/", merge_views.person_merge_undo, name="person_merge_undo"),
    path("log/", views.log, name="log"),
]
