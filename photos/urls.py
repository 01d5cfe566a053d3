from django.urls import include, path

from . import (
    blur_views,
    gallery_views,
    link_views,
    picking,
    preparation_views,
    receiving,
    tus,
    views,
    wall,
    wanted,
)

app_name = "photos"
under_photos = [
    path("<id:pk>/", gallery_views.detail, name="detail"),
    path("<id:pk>/edit/", views.edit, name="edit"),
    path("<id:pk>/description/", wanted.description, name="description"),
    path("<id:pk>/download/", views.download, name="download"),
    path("<id:pk>/blur/", blur_views.blur, name="blur"),
    path("<id:pk>/preparation/", preparation_views.preparation, name="preparation"),
    path("<id:pk>/picture/", picking.picture, name="picture"),
    path("<id:pk>/words/", picking.words, name="words"),
    path("new/<slug:event>/", views.add, name="add"),
    path("pictures/<slug:event>/", picking.pictures, name="pictures"),
    path("shared/", receiving.shared, name="shared"),
    path("shared/event/", receiving.place, name="place"),
    path("batch/<uuid:batch>/", views.batch, name="batch"),
    path("uploads/<slug:event>/", tus.uploads, name="uploads"),
    path("uploads/<slug:event>/<uuid:upload>/", tus.upload, name="upload"),
    path("file/<uuid:key>/<int:width>.webp", views.file, name="file"),
    path("file/<uuid:key>/moving.<slug:extension>", preparation_views.moving, name="moving"),
]
urlpatterns = [
    path("photos/", include(under_photos)),
    path("with/<str:code>/", link_views.entrance, name="entrance"),
    path("events/<slug:slug>/photo-links/", link_views.photo_links, name="links"),
    path("events/<slug:slug>/photo-links/on-the-wall/", link_views.wall_link, name="wall_link"),
    path("events/<slug:slug>/photo-links/<uuid:pk>/revocation/", link_views.revocation, name="revocation"),
    path(
        "events/<slug:slug>/photo-links/<uuid:pk>/return/", link_views.return_of_link, name="return_of_link"
    ),
    path("events/<slug:slug>/photo-links/<uuid:pk>/poster/", link_views.poster, name="poster"),
    path("events/<slug:slug>/photo-links/<uuid:pk>/slide/", link_views.slide, name="slide"),
    path("events/<slug:slug>/wall/", wall.wall, name="wall"),
    path("events/<slug:slug>/wall/items/", wall.items, name="wall_items"),
    path("events/<slug:slug>/photos.zip", gallery_views.archive, name="archive"),
]
