"""A fourth kind, “bookmarks”, as somebody would add one: a folder, and the two lines in settings.py and urls.py here.

Installed for real by tests/community/test_fourth_kind.py, in a process of its own.
"""
