"""All addresses. A fourth kind of contribution is one line here and one in config/settings.py."""

from django.contrib import admin
from django.urls import include, path

from people.views import choose_language

from . import styleguide

urlpatterns = [
    path("recaps/", include("recaps.urls")),
    path("talks/", include("talks.urls")),
    # These are pages of an event, of a tag, or of a member. Before community's.
    path("", include("talks.schedules.urls")),
    path("", include("talks.video_urls")),
    path("", include("talks.watch_urls")),
    path("", include("forum.urls")),
    # Not under photos/: some of theirs are pages of an event. Before community's, as events.urls below.
    path("", include("photos.urls")),
    # Below events/ and tags/ it has nothing; its share/ is a form of its own.
    path("", include("sharing.urls")),
    path("", include("moderation.urls")),
    path("", include("discussion.urls")),
    # Before community's, whose /events/<event>/ would take /events/new/ for an event.
    path("", include("events.urls")),
    path("", include("community.urls")),
    path("", include("people.urls")),
    path("", include("jobs.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("styleguide/<slug:theme>/", styleguide.theme_sheet, name="styleguide_theme"),
]
