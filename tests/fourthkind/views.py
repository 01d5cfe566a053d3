from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from community import contributing
from community.item import page_context
from events.models import Event

from .forms import BookmarkForm
from .models import Bookmark


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Bookmark.objects.visible_to(request.user).for_cards(), pk=pk)
    return render(request, "bookmarks/detail.html", page_context(item, request.user))


def add(request: HttpRequest, event: str) -> HttpResponse:
    at = get_object_or_404(Event.objects.public().select_related("parent"), slug=event)
    return contributing.add(request, at, BookmarkForm, "bookmarks/form.html")


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return contributing.change(
        request, Bookmark.objects.editable_by(request.user), pk, BookmarkForm, "bookmarks/form.html"
    )
