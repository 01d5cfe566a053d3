"""The language that somebody chose: kept in a cookie, and for members also with their account."""

from django.conf import settings
from django.http import HttpResponse


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the browser that gets `response` read the site in `language`."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


def forget_language(response: HttpResponse) -> None:
    """Let the browser that gets `response` ask for the language that it is set to."""
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
