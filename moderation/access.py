"""Who may open the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from community.reviewing import sources_for


def for_reviewers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let moderators in, and organisers, who see less; for everybody else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sources_for(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def for_moderators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only moderators in; for everybody else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_moderator):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
