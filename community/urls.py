from django.urls import path

from .views import claim, event, following, home, item, mine, missing, own, person, previews, search, tags

app_name = "community"
urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("search/", search.search, name="search"),
    path("mine/", mine.mine, name="mine"),
    path("mine/take-over/", mine.take_over, name="take_over"),
    path("settings/name/removal/", own.name_removal, name="name_removal"),
    path("mine/<slug:slug>/withdrawal/", own.event_withdrawal, name="event_withdrawal"),
    path("mine/<slug:slug>/return/", own.event_return, name="event_return"),
    path("previews/", previews.previews, name="previews"),
    path("previews/<str:token>/", previews.preview, name="preview"),
    path("tags/", tags.tags, name="tags"),
    path("tags/suggestions/", tags.tag_suggestions, name="tag_suggestions"),
    # Not <slug:…>: a word's address may have letters beyond ASCII.
    path("tags/<str:slug>/", tags.tag, name="tag"),
    path("events/<slug:slug>/", event.event, name="event"),
    path("events/<slug:slug>/tags/", event.event_tags, name="event_tags"),
    path("events/<slug:slug>/follow/", following.follow, name="follow"),
    path("events/<slug:slug>/following/", following.following, name="following"),
    path("events/<slug:slug>/following/removal/", following.unfollowing, name="unfollowing"),
    path("events/<slug:slug>/discussion/", event.discussion, name="discussion"),
    path("events/<slug:slug>/missing/", missing.missing, name="missing"),
    path("events/<slug:slug>/<slug:kind>/", event.kind_list, name="kind_list"),
    path("people/<slug:handle>/", person.person_page, name="person"),
    # Before the parts, of which none is called so.
    path("people/<slug:handle>/claim/", claim.claim, name="claim"),
    path("claims/<int:pk>/withdrawal/", claim.claim_withdrawal, name="claim_withdrawal"),
    path("claims/<str:token>/", claim.claim_link, name="claim_link"),
    path("people/<slug:handle>/link/", missing.person_link, name="person_link"),
    path("people/<slug:handle>/<slug:part>/", person.person_page, name="person_part"),
    path("contributions/<int:pk>/withdrawal/", item.withdrawal, name="withdrawal"),
    path("contributions/<int:pk>/return/", item.bring_back, name="return"),
    path("contributions/<int:pk>/deletion/", own.deletion, name="deletion"),
    path("contributions/<int:pk>/named/<int:target>/", item.named, name="named"),
    path("contributions/<int:pk>/history/", item.history, name="history"),
]
