from django.apps import AppConfig


class BookmarksConfig(AppConfig):
    name = "tests.fourthkind"
    label = "bookmarks"
    default_auto_field = "django.db.models.BigAutoField"
