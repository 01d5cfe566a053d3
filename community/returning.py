"""Where somebody comes back to who was asked to sign in while sending something, and what they typed meanwhile."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from . import resending


class BackToTheFormMiddleware:
    """Lead whoever has sent a form after their session was over back to what they typed, or to the page on which the
    form stood.

    The address that it was sent to often takes nothing but a form: it has no page for who comes from signing in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if response.status_code == 302 and asks_to_sign_in(request, response):
            response["Location"] = sign_in_and_back(request)
        elif response.status_code < 500:
            resending.forget(request)
        return response


def asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether the answer leads to the sign-in, and from there to the address that was asked for."""
    way, _, query = response["Location"].partition("?")
    asked = parse_qs(query).get(REDIRECT_FIELD_NAME)
    return way == reverse("account_login") and asked == [request.get_full_path()]


def sign_in_and_back(request: HttpRequest) -> str:
    """Return the address of the sign-in that leads back to what was typed, or to where the form stood; home, where no
    browser says so.
    """
    here = {request.get_host()}
    stood = request.headers.get("Referer", "")
    page = urlsplit(stood) if url_has_allowed_host_and_scheme(stood, here) else urlsplit("/")
    back = page._replace(scheme="", netloc="", fragment="").geturl()
    # “//elsewhere” is a path after a host, and a host without one.
    if not url_has_allowed_host_and_scheme(back, here) or back.startswith("//"):
        back = "/"
    if resending.keep(request, stands_there=page.path == request.path):
        back = reverse("community:send_again")
    return f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back}, safe='/')}"
